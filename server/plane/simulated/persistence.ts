/** Keeps the state file in step with the tables, and fills the tables from it at the start. */
import { DataList } from '../../../src/data/index.ts';
import type { Branch, DataListEditor } from '../../../src/data/index.ts';
import { changesState } from '../../../src/sami/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import type { TableSchema } from './catalog.ts';
import { RowDecoder } from './row-codec.ts';
import type { JsonSlot } from './row-codec.ts';
import { StateFile } from './state-file.ts';
import type { StateSink, TableSnapshot } from './state-file.ts';
import type { TableStore } from './table-store.ts';

export class Persistence {
  readonly #path: string;
  readonly #store: TableStore;
  readonly #context: SchemaContext;
  #file: StateFile | undefined;

  constructor(path: string, store: TableStore, context: SchemaContext) {
    this.#path = path;
    this.#store = store;
    this.#context = context;
    store.listen({
      changed: (vm, table, before, after) => {
        this.#record(vm.id, table, before, after);
      },
      dropped: (vm) => this.#file?.drop(vm.id),
    });
  }

  /** Reads the file into the tables. From then on every change is written to it. */
  load(): void {
    const loader = new TableLoader(this.#store, this.#context);
    const file = StateFile.open(this.#path, loader);
    loader.finish();
    this.#file = file;
  }

  /** Called at the end of every change. */
  flush(): void {
    const file = this.#file;
    if (!file) return;
    file.flush();
    if (!file.wantsCompaction(this.#entries())) return;
    file.compact(this.#snapshot()).catch(() => {
      // The old file is complete and goes on being used; the next change tries again.
    });
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #record(
    vm: string,
    table: TableSchema,
    before: Branch | undefined,
    after: Branch | undefined,
  ): void {
    if (!this.#file || !table.kind.ephemeral) return;
    if (!after) this.#file.remove(vm, table, before as Branch);
    else if (!before || changesState(before, after)) this.#file.set(vm, table, after);
  }

  #entries(): number {
    const { capacity, catalog } = this.#store;
    return catalog.kinds.reduce((sum, { name }) => sum + capacity.used(name), 0);
  }

  #snapshot(): readonly TableSnapshot[] {
    return [...this.#store.vms].flatMap((vm) =>
      [...vm.tables]
        .filter(({ schema, rows }) => schema.kind.ephemeral && rows.size > 0)
        .map((table) => ({
          vm: vm.id,
          table: table.schema,
          rows: table.rows,
          present: (row: Branch) => table.present(row),
        })),
    );
  }
}

/** Collects what a state file holds, and puts it into the tables at the end. */
class TableLoader implements StateSink {
  readonly #store: TableStore;
  readonly #decoder: RowDecoder;
  readonly #tables: ReadonlyMap<string, TableSchema>;
  readonly #rows = new Map<string, Map<TableSchema, LoadedRows>>();
  /** What was found for each announcement of a list in the file. */
  readonly #announced = new WeakMap<readonly string[], TableSchema | 'unknown'>();

  constructor(store: TableStore, context: SchemaContext) {
    this.#store = store;
    this.#decoder = new RowDecoder((module) => context.modules.get(module)?.namespace);
    this.#tables = new Map(store.catalog.tables.map((table) => [table.path, table]));
  }

  set(vm: string, path: string, names: readonly string[], slots: readonly JsonSlot[]): void {
    const table = this.#table(path, names);
    if (table) this.#loaded(vm, table).set(this.#decoder.decode(table.list, slots));
  }

  remove(vm: string, path: string, names: readonly string[], slots: readonly JsonSlot[]): void {
    const table = this.#table(path, names);
    if (table) this.#loaded(vm, table).delete(this.#decoder.decode(table.list, slots));
  }

  drop(vm: string): void {
    this.#rows.delete(vm);
  }

  finish(): void {
    for (const [id, tables] of this.#rows) {
      const vm = this.#store.obtain(id);
      for (const [table, loaded] of tables) vm.replace(table, loaded.done());
    }
  }

  /** Undefined for a list that the schema no longer has, or has otherwise: its entries mean nothing now. */
  #table(path: string, names: readonly string[]): TableSchema | undefined {
    let found = this.#announced.get(names);
    if (found === undefined) {
      found = this.#compare(path, names) ?? 'unknown';
      this.#announced.set(names, found);
    }
    return found === 'unknown' ? undefined : found;
  }

  #compare(path: string, names: readonly string[]): TableSchema | undefined {
    const table = this.#tables.get(path);
    const known = table?.list.dataChildren;
    const same =
      known?.length === names.length && known.every(({ name }, slot) => name === names[slot]);
    return same ? table : undefined;
  }

  #loaded(vm: string, table: TableSchema): LoadedRows {
    const tables = this.#rows.get(vm) ?? new Map<TableSchema, LoadedRows>();
    this.#rows.set(vm, tables);
    const loaded = tables.get(table) ?? new LoadedRows(table);
    tables.set(table, loaded);
    return loaded;
  }
}

/** The entries of one table as they are read. A file mostly has them in order, and then one go is fastest. */
class LoadedRows {
  readonly #table: TableSchema;
  #rows: Branch[] = [];
  #editor: DataListEditor | undefined;

  constructor(table: TableSchema) {
    this.#table = table;
  }

  set(row: Branch): void {
    if (this.#editor) this.#editor.set(row);
    else this.#rows.push(row);
  }

  delete(row: Branch): void {
    this.#editor ??= this.#collected().edit();
    this.#editor.delete(row);
  }

  done(): DataList {
    return this.#editor?.done() ?? this.#collected();
  }

  #collected(): DataList {
    const rows = this.#rows;
    this.#rows = [];
    return DataList.from(this.#table.list, rows);
  }
}
