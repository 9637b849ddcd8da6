/**
 * The simulated kernel's memory: a file that holds the dynamic tables, so that they outlive the process
 * as a kernel's tables outlive the daemon that manages them.
 *
 * Every change is one line of JSON, appended when it is made and left to the operating system to write
 * out, which is enough to outlive SIGKILL. A change of volatile values alone is not written: lifetimes
 * and packet counters come back as they were when the entry last changed otherwise. Numbers for VMs and
 * lists are introduced where first used:
 *
 *     ["v", 3, "vm-id"]          VM 3
 *     ["l", 1, "path", [names]]  list 1 and the names of its slots
 *     ["x", 3]                   VM 3 is gone with its entries
 *     [3, 1, [slots]]            an entry, new or changed
 *     [3, 1, [slots], 0]         an entry is gone; the slots have at least the keys
 *
 * When lines have piled up, a new file with what is present is written beside it and takes its place.
 */
import {
  closeSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { Branch } from '../../../../src/data/index.ts';
import type { DataList } from '../../../../src/data/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import { encodeSlots } from './row-codec.ts';
import type { JsonSlot } from './row-codec.ts';

/** What a reader of the file is told, in order. */
export interface StateSink {
  set(vm: string, path: string, names: readonly string[], slots: readonly JsonSlot[]): void;
  remove(vm: string, path: string, names: readonly string[], slots: readonly JsonSlot[]): void;
  drop(vm: string): void;
}

/** A table as it is at the moment when compaction begins. */
export interface TableSnapshot {
  readonly vm: string;
  readonly table: TableSchema;
  readonly rows: DataList;
  /** Brings the times of an entry up to date. */
  readonly present: (row: Branch) => Branch;
}

const READ_BYTES = 1 << 22;
const WRITE_AT = 1 << 20;
/** Lines beyond twice the number of entries that are tolerated before the file is rewritten. */
const SLACK_LINES = 50_000;

export class StateFile {
  readonly #path: string;
  #writer: LineWriter;
  #lines = 0;
  #compacting = false;
  /** Lines written since compaction took its snapshot: they go to the new file as well. */
  #since: Change[] | undefined;

  private constructor(path: string, lines: number) {
    this.#path = path;
    this.#lines = lines;
    this.#writer = new LineWriter(openSync(path, 'a'));
  }

  /** Opens a file, telling `sink` what it holds. An incomplete last line, from a crash, is cut off. */
  static open(path: string, sink: StateSink): StateFile {
    const lines =
      existsSync(path) && statSync(path).isFile() ? new StateReader(path, sink).read() : 0;
    return new StateFile(path, lines);
  }

  set(vm: string, table: TableSchema, row: Branch): void {
    this.#write({ vm, table, row, gone: false });
  }

  remove(vm: string, table: TableSchema, row: Branch): void {
    this.#write({ vm, table, row, gone: true });
  }

  /** A VM has gone with all its entries. */
  drop(vm: string): void {
    this.#lines += 1;
    this.#since?.push({ vm });
    this.#writer.change({ vm });
  }

  /** Hands to the operating system what has gathered. Called at the end of every change. */
  flush(): void {
    this.#writer.flush();
  }

  /** True when the file holds much more than what `entries` need. */
  wantsCompaction(entries: number): boolean {
    return !this.#compacting && this.#lines > 2 * entries + SLACK_LINES;
  }

  /** Rewrites the file, giving way to other work between batches. */
  async compact(snapshot: readonly TableSnapshot[]): Promise<void> {
    this.#compacting = true;
    const changes: Change[] = (this.#since = []);
    const fresh = `${this.#path}.new`;
    const writer = new LineWriter(openSync(fresh, 'w'));
    try {
      for (const { vm, table, rows, present } of snapshot) {
        for (const batch of rows.batches(2_000)) {
          for (const row of batch) writer.change({ vm, table, row: present(row), gone: false });
          writer.flush();
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      for (const change of changes) writer.change(change);
      writer.flush();
      if (this.#writer.closed) return;
      renameSync(fresh, this.#path);
      this.#writer.close();
      this.#writer = writer;
      this.#lines = writer.lines;
    } finally {
      if (this.#writer !== writer) writer.close();
      this.#compacting = false;
      this.#since = undefined;
    }
  }

  close(): void {
    this.#writer.close();
  }

  /** Gives the file up, empty as far as that can be done. */
  discard(): void {
    this.#writer.abandon();
    try {
      truncateSync(this.#path, 0);
    } catch {
      // It cannot be written: that is why it is given up.
    }
  }

  #write(change: Change): void {
    this.#lines += 1;
    this.#since?.push(change);
    this.#writer.change(change);
  }
}

interface RowChange {
  readonly vm: string;
  readonly table: TableSchema;
  readonly row: Branch;
  readonly gone: boolean;
}

/** Without an entry: the whole VM has gone. */
type Change = RowChange | { readonly vm: string };

class LineWriter {
  readonly #file: number;
  readonly #vms = new Map<string, number>();
  readonly #lists = new Map<TableSchema, number>();
  #text = '';
  #closed = false;
  #lines = 0;

  constructor(file: number) {
    this.#file = file;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get lines(): number {
    return this.#lines;
  }

  change(change: Change): void {
    const vm = this.#vm(change.vm);
    if (!('row' in change)) {
      this.#line(`["x",${vm}]`);
      return;
    }
    const { table, row, gone } = change;
    const list = this.#list(table);
    if (gone) this.#line(`[${vm},${list},${JSON.stringify(encodeSlots(keysOnly(table, row)))},0]`);
    else this.#line(`[${vm},${list},${JSON.stringify(encodeSlots(row))}]`);
  }

  flush(): void {
    if (this.#text === '' || this.#closed) return;
    const bytes = Buffer.from(this.#text, 'utf8');
    this.#text = '';
    for (let from = 0; from < bytes.length;) from += writeSync(this.#file, bytes, from);
  }

  /** Closes without writing what has gathered. */
  abandon(): void {
    this.#text = '';
    this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    closeSync(this.#file);
  }

  #vm(id: string): number {
    let number = this.#vms.get(id);
    if (number === undefined) {
      number = this.#vms.size;
      this.#vms.set(id, number);
      this.#line(JSON.stringify(['v', number, id]));
    }
    return number;
  }

  #list(table: TableSchema): number {
    let number = this.#lists.get(table);
    if (number === undefined) {
      number = this.#lists.size;
      this.#lists.set(table, number);
      const names = table.list.dataChildren.map(({ name }) => name);
      this.#line(JSON.stringify(['l', number, table.path, names]));
    }
    return number;
  }

  #line(line: string): void {
    this.#lines += 1;
    this.#text += `${line}\n`;
    if (this.#text.length >= WRITE_AT) this.flush();
  }
}

function keysOnly({ list }: TableSchema, row: Branch): Branch {
  const end = Math.max(...list.keys.map(({ slot }) => slot)) + 1;
  return new Branch(list, row.slots.slice(0, end));
}

type Line =
  | readonly ['v', number, string]
  | readonly ['l', number, string, readonly string[]]
  | readonly ['x', number]
  | readonly [number, number, readonly JsonSlot[], 0?];

/** Reads a state file from begin to end, many lines at a time. */
class StateReader {
  readonly #path: string;
  readonly #sink: StateSink;
  readonly #vms: string[] = [];
  readonly #lists: { readonly path: string; readonly names: readonly string[] }[] = [];
  #lines = 0;

  constructor(path: string, sink: StateSink) {
    this.#path = path;
    this.#sink = sink;
  }

  /** Returns the number of lines. */
  read(): number {
    const file = openSync(this.#path, 'r');
    let rest = Buffer.alloc(0);
    let complete = 0;
    try {
      for (;;) {
        const chunk = Buffer.allocUnsafe(READ_BYTES);
        const size = readSync(file, chunk, 0, READ_BYTES, null);
        if (size === 0) break;
        const bytes = Buffer.concat([rest, chunk.subarray(0, size)]);
        const end = bytes.lastIndexOf(0x0a) + 1;
        if (end > 0) this.#parse(bytes.toString('utf8', 0, end - 1));
        complete += end;
        rest = bytes.subarray(end);
      }
    } finally {
      closeSync(file);
    }
    if (rest.length > 0) truncateSync(this.#path, complete);
    return this.#lines;
  }

  #parse(text: string): void {
    // One call of the parser for many lines is much faster than one call for each.
    const lines = JSON.parse(`[${text.replaceAll('\n', ',')}]`) as readonly Line[];
    this.#lines += lines.length;
    for (const line of lines) this.#line(line);
  }

  #line(line: Line): void {
    if (line[0] === 'v') this.#vms[line[1]] = line[2];
    else if (line[0] === 'l') this.#lists[line[1]] = { path: line[2], names: line[3] };
    else if (line[0] === 'x') this.#sink.drop(this.#vms[line[1]] ?? '');
    else {
      const vm = this.#vms[line[0]] ?? '';
      const list = this.#lists[line[1]];
      if (!list) throw new Error(`${this.#path}: a line refers to an unknown list`);
      if (line[3] === 0) this.#sink.remove(vm, list.path, list.names, line[2]);
      else this.#sink.set(vm, list.path, list.names, line[2]);
    }
  }
}
