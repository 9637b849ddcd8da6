/** The tables of one VM as they were last seen, with count and digest of each kind kept as they change. */
import { DataList } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { TableDigest, addEntry, changesState, removeEntry } from '../../../src/sami/index.ts';
import type { Kind } from '../../../src/sami/index.ts';
import type { TableChange, TableState } from '../plane.ts';
import type { Catalog, TableSchema } from './catalog.ts';
import type { VmEdit } from './driver.ts';

/** Told of what a new version of a table changes, but not of changes of volatile values alone. */
export type Report = (change: TableChange) => void;

export class Contents {
  readonly #tables: Map<TableSchema, DataList>;
  readonly #digests: ReadonlyMap<Kind, TableDigest>;

  constructor(catalog: Catalog) {
    this.#tables = new Map(catalog.tables.map((table) => [table, DataList.empty(table.list)]));
    this.#digests = new Map(catalog.kinds.map((kind) => [kind, new TableDigest()]));
  }

  rows(table: TableSchema): DataList {
    return this.#tables.get(table) ?? DataList.empty(table.list);
  }

  /** Entries of a kind, nested ones included. */
  entries(kind: Kind): number {
    return this.#digests.get(kind)?.entries ?? 0;
  }

  states(): readonly TableState[] {
    return [...this.#digests].map(([kind, digest]) => stateOf(kind, digest));
  }

  /** Makes `rows` the whole table. Costs what differs where `rows` was made from what is here. */
  replace(table: TableSchema, rows: DataList | undefined, report?: Report): void {
    const before = this.rows(table);
    const after = rows ?? DataList.empty(table.list);
    this.#tables.set(table, after);
    DataList.diff(before, after, {
      added: (row) => {
        this.#changed(table, undefined, row, report);
      },
      removed: (row) => {
        this.#changed(table, row, undefined, report);
      },
      changed: (old, row) => {
        this.#changed(table, old, row, report);
      },
    });
  }

  /** What an edit does to the device's tables. */
  apply({ tables }: VmEdit, report?: Report): void {
    for (const { table, set, remove } of tables) {
      const edited = this.rows(table).edit();
      for (const row of remove) edited.delete(row);
      for (const { before, after } of set) if (before !== after) edited.set(after);
      this.replace(table, edited.done(), report);
    }
  }

  /** One change as a device tells of it. */
  take(table: TableSchema, change: Exclude<TableChange, { kind: 'lost' }>, report?: Report): void {
    const rows = this.rows(table);
    const before = rows.get(change.row);
    const after = change.kind === 'set' ? change.row : undefined;
    this.#tables.set(table, after ? rows.with(after) : rows.without(change.row));
    this.#changed(table, before, after, report);
  }

  #changed(
    table: TableSchema,
    before: Branch | undefined,
    after: Branch | undefined,
    report: Report | undefined,
  ): void {
    if (before && after && !changesState(before, after)) return;
    const row = after ?? before;
    if (!row) return;
    const digest = this.#digests.get(table.kind);
    if (digest && before) removeEntry(digest, before);
    if (digest && after) addEntry(digest, after);
    report?.({ kind: after ? 'set' : 'remove', list: table.list, row });
  }
}

export function stateOf({ name }: Kind, digest: TableDigest): TableState {
  return { kind: name, entries: digest.entries, digest: digest.toString() };
}
