/** All that the plane holds for one VM: its tables, their digests, its mode and who watches them. */
import type { Branch, DataList } from '../../../../src/data/index.ts';
import {
  CombineMemory,
  TableDigest,
  addEntry,
  modeOf,
  removeEntry,
  vmAddresses,
} from '../../../../src/sami/index.ts';
import type { Kind, Mode } from '../../../../src/sami/index.ts';
import { DataList as Lists, childValue } from '../../../../src/data/index.ts';
import type { Clock } from '../../../../src/util/index.ts';
import type { TableState } from '../../plane.ts';
import { AgeClock } from './age-clock.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import { Table } from './table.ts';

/** A change of one entry, from `before` to `after`. */
export type RowChangeListener = (
  vm: VmState,
  table: TableSchema,
  before: Branch | undefined,
  after: Branch | undefined,
) => void;

export class VmState {
  readonly id: string;
  readonly age: AgeClock;
  /** What entries that came by commit have been combined with, until they have settled. */
  readonly arrived = new CombineMemory();
  readonly #tables: ReadonlyMap<TableSchema, Table>;
  readonly #digests: ReadonlyMap<Kind, TableDigest>;
  readonly #onChange: RowChangeListener;
  #config: Branch | undefined;
  #mode: Mode | undefined;
  #addresses: ReadonlySet<string> = new Set();
  #mac: string | undefined;
  #port: string | undefined;

  constructor(id: string, catalog: Catalog, clock: Clock, onChange: RowChangeListener) {
    this.id = id;
    this.age = new AgeClock(clock);
    this.#tables = new Map(catalog.tables.map((schema) => [schema, new Table(schema, this.age)]));
    this.#digests = new Map(catalog.kinds.map((kind) => [kind, new TableDigest()]));
    this.#onChange = onChange;
  }

  /** The VM's entry in the running datastore; undefined for a VM that only the tables know. */
  get config(): Branch | undefined {
    return this.#config;
  }

  get mode(): Mode | undefined {
    return this.#mode;
  }

  get addresses(): ReadonlySet<string> {
    return this.#addresses;
  }

  /** Link-layer address. */
  get mac(): string | undefined {
    return this.#mac;
  }

  /** Port that the VM is alone on: the one it is said to be on, else one that is named after it. */
  get port(): string {
    return this.#port ?? this.id;
  }

  /** Takes over what the configuration says of the VM itself; its tables stay as they are. */
  configure(config: Branch | undefined): void {
    this.#config = config;
    this.#mode = config && modeOf(config);
    this.#addresses = new Set(config && vmAddresses(config));
    this.#mac = config && (childValue(config, 'mac-address') as string | undefined);
    this.#port = config && (childValue(config, 'port') as string | undefined);
    if (this.#mode === 'learning') this.age.run();
    else this.age.stop();
  }

  table(schema: TableSchema): Table {
    const table = this.#tables.get(schema);
    if (!table) throw new Error(`no table ${schema.path}`);
    return table;
  }

  get tables(): Iterable<Table> {
    return this.#tables.values();
  }

  /** Entries of a kind, nested ones included. */
  entries(kind: Kind): number {
    return this.#digests.get(kind)?.entries ?? 0;
  }

  set(schema: TableSchema, row: Branch): void {
    const before = this.table(schema).set(row);
    if (before !== row) this.#changed(schema, before, row);
  }

  remove(schema: TableSchema, probe: Branch): void {
    const before = this.table(schema).remove(probe);
    if (before) this.#changed(schema, before, undefined);
  }

  /** Makes `rows` the whole content of a table. Costs what differs. */
  replace(schema: TableSchema, rows: DataList | undefined): void {
    const table = this.table(schema);
    const before = table.rows;
    const after = rows ?? Lists.empty(schema.list);
    table.replace(after);
    Lists.diff(before, after, {
      added: (row) => {
        this.#changed(schema, undefined, row);
      },
      removed: (row) => {
        this.#changed(schema, row, undefined);
      },
      changed: (old, row) => {
        this.#changed(schema, old, row);
      },
    });
  }

  states(): readonly TableState[] {
    return [...this.#digests].map(([kind, digest]) => ({
      kind: kind.name,
      entries: digest.entries,
      digest: digest.toString(),
    }));
  }

  #changed(schema: TableSchema, before: Branch | undefined, after: Branch | undefined): void {
    const digest = this.#digests.get(schema.kind);
    if (digest && before) removeEntry(digest, before);
    if (digest && after) addEntry(digest, after);
    this.#onChange(this, schema, before, after);
  }
}
