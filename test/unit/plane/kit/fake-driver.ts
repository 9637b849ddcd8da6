/** A device that is a set of tables in memory, every call recorded, with refusals and failures on demand. */
import { DataList } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import { vmId } from '../../../../src/sami/index.ts';
import type { TableSchema } from '../../../../server/plane/kit/catalog.ts';
import type { TableDriver, VmEdit } from '../../../../server/plane/kit/driver.ts';
import { ownerOf } from '../../../../server/plane/kit/ownership.ts';
import type { KindSupport, TableChange, Watch } from '../../../../server/plane/plane.ts';
import { toPlain } from '../../../support/plain-data.ts';
import type { Plain } from '../../../support/plain-data.ts';

export class FakeDriver implements TableDriver {
  readonly name = 'fake';
  readonly kinds: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /** Calls in order: `open`, `check`, `apply`, `abort`, `settle`, `close`, with the ids of the VMs. */
  readonly calls: string[] = [];
  readonly edits: (readonly VmEdit[])[] = [];
  /** What the next checks answer. */
  refusals: readonly RpcError[] = [];
  /** Thrown by the next apply. */
  failApply: Error | undefined;
  /** Thrown by reads while it is set. */
  failRead: Error | undefined;
  /** What the device makes of an entry that it is to set in an apply; undefined loses it. */
  takes: (row: Branch) => Branch | undefined = (row) => row;
  /** Rows that reads have given. */
  rowsRead = 0;
  /** Awaited by every read after it has taken its batch. */
  gate: Promise<void> = Promise.resolve();
  reads = 0;
  changed: () => void = () => undefined;
  watch?: NonNullable<TableDriver['watch']>;
  used?: NonNullable<TableDriver['used']>;
  readonly #tables = new Map<string, DataList>();
  readonly #reports = new Set<(change: TableChange) => void>();

  constructor(kinds: readonly string[], limits: Readonly<Record<string, number>> = {}) {
    this.kinds = kinds;
    this.limits = limits;
  }

  /** The device tells of changes by itself. */
  watchesItself(): this {
    this.watch = (_vm, report): Promise<Watch> => {
      this.#reports.add(report);
      return Promise.resolve({
        close: () => {
          this.#reports.delete(report);
          return Promise.resolve();
        },
      });
    };
    return this;
  }

  open(edits: readonly VmEdit[]): Promise<void> {
    this.#note('open', edits);
    for (const edit of edits) this.#make(edit);
    return Promise.resolve();
  }

  support(): Promise<readonly KindSupport[]> {
    return Promise.resolve(
      this.kinds.map((kind) => {
        const limit = this.limits[kind];
        return { kind, limit: limit === undefined ? undefined : BigInt(limit), features: [] };
      }),
    );
  }

  async *read(vm: Branch, table: TableSchema): AsyncIterable<readonly Branch[]> {
    this.reads += 1;
    const rows = this.#rows(table);
    if (this.failRead) throw this.failRead;
    const owner = ownerOf(vm);
    await this.gate;
    for (const batch of rows.batches(1000)) {
      const own = batch.filter((row) => owner.violation(row) === undefined);
      this.rowsRead += own.length;
      yield own;
    }
  }

  check(edits: readonly VmEdit[]): Promise<readonly RpcError[]> {
    this.#note('check', edits);
    return Promise.resolve(this.refusals);
  }

  apply(edits: readonly VmEdit[]): Promise<void> {
    this.#note('apply', edits);
    const failure = this.failApply;
    this.failApply = undefined;
    if (failure) return Promise.reject(failure);
    this.edits.push(edits);
    for (const edit of edits) this.#make(edit, this.takes);
    return Promise.resolve();
  }

  abort(edits: readonly VmEdit[]): Promise<void> {
    this.#note('abort', edits);
    return Promise.resolve();
  }

  settle(vms: readonly Branch[]): Promise<void> {
    this.calls.push(`settle ${vms.map(vmId).join(',')}`);
    return Promise.resolve();
  }

  onChange(changed: () => void): void {
    this.changed = changed;
  }

  close(): Promise<void> {
    this.calls.push('close');
    return Promise.resolve();
  }

  /** What traffic does: `make` gets the entry there is and returns the one there is to be. */
  traffic(table: TableSchema, probe: Branch, make: (row: Branch) => Branch | undefined): void {
    const rows = this.#rows(table);
    const row = make(rows.get(probe) ?? probe);
    this.#tables.set(table.path, row ? rows.with(row) : rows.without(probe));
    const change: TableChange = {
      kind: row ? 'set' : 'remove',
      list: table.list,
      row: row ?? probe,
    };
    for (const report of this.#reports) report(change);
  }

  tell(change: TableChange): void {
    for (const report of this.#reports) report(change);
  }

  get watchers(): number {
    return this.#reports.size;
  }

  /** All entries of a table, of whatever VM. */
  rows(table: TableSchema): readonly Plain[] {
    return [...this.#rows(table)].map(toPlain);
  }

  #rows(table: TableSchema): DataList {
    return this.#tables.get(table.path) ?? DataList.empty(table.list);
  }

  #make({ tables }: VmEdit, takes = (row: Branch): Branch | undefined => row): void {
    for (const { table, set, remove } of tables) {
      const edited = this.#rows(table).edit();
      for (const row of remove) edited.delete(row);
      for (const { after } of set) {
        const taken = takes(after);
        if (taken) edited.set(taken);
        else edited.delete(after);
      }
      this.#tables.set(table.path, edited.done());
    }
  }

  #note(call: string, edits: readonly VmEdit[]): void {
    this.calls.push(`${call} ${edits.map(({ id }) => id).join(',')}`.trim());
  }
}
