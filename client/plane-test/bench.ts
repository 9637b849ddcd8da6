/** What checks have in common: connections, VMs of their own, and the usual ways through the protocol. */
import { sameTree } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import {
  DEFAULT_MAX_LINE,
  ProtocolError,
  isJsonObject,
  keyText,
  parseRows,
  rowFromJson,
} from '../../src/plane-protocol/index.ts';
import type { JsonObject } from '../../src/plane-protocol/index.ts';
import type { Clock } from '../../src/util/index.ts';
import { Mismatch, expect } from './mismatch.ts';
import { RawPlane, okOf, refusalOf } from './raw-plane.ts';
import type { Message } from './raw-plane.ts';
import { SampleTable } from './samples.ts';

export interface BenchOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** How long to wait for entries that must not age. */
  readonly waitMs: number;
  /** Entries to stream. */
  readonly entries: number;
  readonly tables: readonly SampleTable[];
  /** How many entries more fit, by kind; kinds without a limit are absent. */
  readonly room?: ReadonlyMap<string, number>;
}

/** No check but the stream needs more entries at once. */
export const LEAST_ROOM = 300;

/** A change of a VM in a prepare: lines without their id. */
export type Line = JsonObject;

export class Bench {
  readonly options: BenchOptions;
  /** VM of this check alone. */
  readonly vm: string;
  readonly #open = new Set<RawPlane>();

  constructor(options: BenchOptions, vm: string) {
    this.options = options;
    this.vm = vm;
  }

  /** The table that most checks use: one with entries enough and something to change in them. */
  get table(): SampleTable {
    const { tables } = this.options;
    const score = (table: SampleTable): number => scoreOf(table, this.roomFor(table));
    const best = [...tables].sort((a, b) => score(b) - score(a))[0];
    if (!best) throw new Error('there is no table to test with');
    return best;
  }

  /** How many entries of the table the plane says it can take. */
  roomFor({ kind }: SampleTable): number {
    return this.options.room?.get(kind.name) ?? Infinity;
  }

  async connect(): Promise<RawPlane> {
    const plane = await RawPlane.connect(this.options);
    this.#open.add(plane);
    return plane;
  }

  /** A connection that has been greeted. */
  async session(maxLine = DEFAULT_MAX_LINE): Promise<RawPlane> {
    const plane = await this.connect();
    await plane.ok('hello', { versions: [1], 'max-line': maxLine });
    return plane;
  }

  disconnect(plane: RawPlane): void {
    plane.close();
    this.#open.delete(plane);
  }

  /** Takes away what the check has left, and ends its connections. */
  async clean(): Promise<void> {
    for (const plane of [...this.#open]) this.disconnect(plane);
    try {
      await this.change(await this.session(), [
        { vm: this.vm, config: null },
        { vm: this.otherVm, config: null },
      ]);
    } finally {
      // A plane serves one connection at a time: one that is left open would fail all checks after this one.
      for (const plane of [...this.#open]) this.disconnect(plane);
    }
  }

  get otherVm(): string {
    return `${this.vm}-b`;
  }

  config(mode = 'standby', vm = this.vm): Line {
    return {
      vm,
      config: { id: vm, address: ['192.0.2.1'], 'mac-address': '02:00:00:00:00:01', mode },
    };
  }

  set(...rows: readonly Branch[]): Line {
    return {
      op: 'set',
      table: this.#name(rows),
      rows: rows.map((row) => ({ ...SampleTable.keyed(row) })),
    };
  }

  remove(...rows: readonly Branch[]): Line {
    return {
      op: 'remove',
      table: this.#name(rows),
      rows: rows.map((row) => ({ ...SampleTable.keys(row) })),
    };
  }

  /** Sends lines as there is credit for them, and returns the id of the prepare with its answer. */
  async prepare(
    plane: RawPlane,
    lines: Iterable<Line>,
  ): Promise<{ readonly id: number; readonly answer: JsonObject & { readonly id: number } }> {
    const id = plane.begin('prepare');
    let credit = 0;
    for (const line of withEnd(lines)) {
      while (credit === 0 || plane.waiting(id).length > 0) {
        const message = await plane.next(id, 'credit for lines of a prepare');
        const { credit: more } = message;
        if (typeof more !== 'number') return { id, answer: message };
        credit += more;
      }
      credit -= 1;
      plane.send({ id, ...line });
    }
    for (;;) {
      const answer = await plane.next(id, 'an answer to "prepare" after its end');
      if (answer['credit'] === undefined) return { id, answer };
    }
  }

  /** The same, and the plane has to accept it. */
  async prepared(plane: RawPlane, lines: Iterable<Line>): Promise<number> {
    const { id, answer } = await this.prepare(plane, lines);
    okOf(answer, '"prepare"');
    return id;
  }

  /** The same, and the plane has to refuse it. */
  async refused(plane: RawPlane, lines: Iterable<Line>, ...tags: readonly string[]): Promise<void> {
    const { answer } = await this.prepare(plane, lines);
    refusalOf(answer, '"prepare"', ...tags);
  }

  /** Prepares and applies. */
  async change(plane: RawPlane, lines: Iterable<Line>): Promise<Message> {
    const answer = await plane.ask('apply', { prepare: await this.prepared(plane, lines) });
    okOf(answer, '"apply"');
    return answer;
  }

  /** All entries of the table by key; credit is granted line by line. */
  async read(
    plane: RawPlane,
    vm = this.vm,
    table = this.table,
    more: object = {},
  ): Promise<Map<string, Branch>> {
    const found = new Map<string, Branch>();
    const id = plane.begin('read', { vm, table: table.name, credit: 1, ...more });
    for (;;) {
      const message = await plane.next(id, 'entries, or the end of "read"');
      if (message['rows'] === undefined) {
        okOf(message, '"read"');
        return found;
      }
      for (const row of decodeRows(table, message)) {
        const key = keyText(row);
        expect(!found.has(key), 'each entry once', `"${key}" twice`);
        found.set(key, row);
      }
      plane.send({ id, credit: 1 });
    }
  }

  /** The table has to have just these entries. */
  async holds(
    plane: RawPlane,
    rows: readonly Branch[],
    vm = this.vm,
    table = this.table,
  ): Promise<void> {
    sameRows(await this.read(plane, vm, table), rows);
  }

  #name([first]: readonly Branch[]): string {
    return this.options.tables.find(({ list }) => list === first?.schema)?.name ?? this.table.name;
  }
}

export function decodeRows(table: SampleTable, message: JsonObject): readonly Branch[] {
  try {
    return parseRows(message['rows']).map((row) => rowFromJson(table.list, row));
  } catch (error) {
    if (error instanceof ProtocolError)
      throw new Mismatch(`entries of ${table.name}`, error.message);
    throw error;
  }
}

export function sameRows(found: ReadonlyMap<string, Branch>, wanted: readonly Branch[]): void {
  const missing = wanted.find((row) => !found.has(keyText(row)));
  const keys = [...found.keys()].slice(0, 3).map((key) => `"${key}"`);
  expect(
    found.size === wanted.length && !missing,
    `${wanted.length} entries${missing ? `, one with key "${keyText(missing)}"` : ''}`,
    `${found.size}${keys.length > 0 ? `: ${keys.join(', ')}${found.size > 3 ? '…' : ''}` : ''}`,
  );
  for (const row of wanted) {
    const came = found.get(keyText(row));
    expect(
      came !== undefined && sameTree(came, row),
      `the entry ${JSON.stringify(SampleTable.keyed(row).row)}`,
      came ? SampleTable.keyed(came).row : 'nothing',
    );
  }
}

function scoreOf({ most, hasVersions, kind }: SampleTable, room: number): number {
  // With less room hardly any check can be made.
  const enough = room >= LEAST_ROOM ? 2_000_000 : 0;
  return (
    enough +
    Math.min(most, room, 100_000) +
    (hasVersions ? 500_000 : 0) +
    (kind.ephemeral ? 1_000_000 : 0)
  );
}

function* withEnd(lines: Iterable<Line>): Iterable<Line> {
  yield* lines;
  yield { end: true };
}

export { isJsonObject };
