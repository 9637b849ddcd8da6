/** Keeps the state file in step with the tables, and fills the tables from it at the start. */
import { DataList } from '../../../../src/data/index.ts';
import type { Branch, DataListEditor } from '../../../../src/data/index.ts';
import { changesState } from '../../../../src/sami/index.ts';
import type { SchemaContext } from '../../../../src/yang/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import { RowDecoder } from './row-codec.ts';
import type { JsonSlot } from './row-codec.ts';
import { StateFile } from './state-file.ts';
import type { StateSink, TableSnapshot } from './state-file.ts';
import type { TableStore } from './table-store.ts';

export interface PersistenceOptions {
  readonly store: TableStore;
  readonly context: SchemaContext;
  readonly onFailure: (error: unknown) => void;
}

export class Persistence {
  readonly #path: string;
  readonly #store: TableStore;
  readonly #context: SchemaContext;
  readonly #onFailure: (error: unknown) => void;
  #file: StateFile | undefined;

  /** `onFailure` is told when the file can no longer be written; the tables go on without it. */
  constructor(path: string, { store, context, onFailure }: PersistenceOptions) {
    this.#path = path;
    this.#onFailure = onFailure;
    this.#store = store;
    this.#context = context;
    store.listen({
      changed: (vm, table, before, after) => {
        this.#guard((file) => {
          record(file, { vm: vm.id, table, before, after });
        });
      },
      dropped: (vm) => {
        this.#guard((file) => {
          file.drop(vm.id);
        });
      },
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
    this.#guard((file) => {
      file.flush();
      if (!file.wantsCompaction(this.#entries())) return;
      file.compact(this.#snapshot()).catch((error: unknown) => {
        this.#fail(error);
      });
    });
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** A change of the tables must not fail because a disk is full: a kernel's tables do not either. */
  #guard(write: (file: StateFile) => void): void {
    if (!this.#file) return;
    try {
      write(this.#file);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What the file holds is out of date from now on, so it is emptied rather than read again. */
  #fail(error: unknown): void {
    this.#file?.discard();
    this.#file = undefined;
    this.#onFailure(error);
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

interface RowChange {
  readonly vm: string;
  readonly table: TableSchema;
  readonly before: Branch | undefined;
  readonly after: Branch | undefined;
}

function record(file: StateFile, { vm, table, before, after }: RowChange): void {
  if (!table.kind.ephemeral) return;
  if (after) {
    if (!before || changesState(before, after)) file.set(vm, table, after);
  } else if (before) {
    file.remove(vm, table, before);
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
