/** What a driver says is in its tables, read for the purposes of the plane. */
import { DataList, keyProbe } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { TableDigest, addEntry, countEntries, entriesOf } from '../../../src/sami/index.ts';
import type { Kind } from '../../../src/sami/index.ts';
import type { LeafValue } from '../../../src/yang/index.ts';
import type { TableState } from '../plane.ts';
import type { Catalog, TableSchema } from './catalog.ts';
import { stateOf } from './contents.ts';
import type { TableDriver } from './driver.ts';

export class DeviceTables {
  readonly catalog: Catalog;
  readonly driver: TableDriver;

  constructor(catalog: Catalog, driver: TableDriver) {
    this.catalog = catalog;
    this.driver = driver;
  }

  /** A whole table. Tables that are configuration are what the configuration says. */
  async rows(vm: Branch, table: TableSchema): Promise<DataList> {
    const { kind, list } = table;
    if (!kind.ephemeral) return entriesOf(vm, kind, list) ?? DataList.empty(list);
    const rows: Branch[] = [];
    for await (const batch of this.driver.read(vm, table)) for (const row of batch) rows.push(row);
    return DataList.from(list, rows);
  }

  /** The entry with these keys. */
  async row(
    vm: Branch,
    table: TableSchema,
    keys: readonly LeafValue[],
  ): Promise<Branch | undefined> {
    const { driver } = this;
    if (driver.readOne) return driver.readOne(vm, table, keys);
    const probe = keyProbe(table.list, keys);
    for await (const batch of driver.read(vm, table)) {
      const found = DataList.from(table.list, batch).get(probe);
      if (found) return found;
    }
    return undefined;
  }

  /** Number of entries of a kind that a VM has, nested ones included. */
  async count(vm: Branch, kind: Kind): Promise<number> {
    let count = 0;
    for (const table of this.catalog.tablesOf(kind)) {
      for await (const batch of this.batches(vm, table)) {
        for (const row of batch) count += countEntries(row);
      }
    }
    return count;
  }

  async states(vm: Branch): Promise<readonly TableState[]> {
    const states: TableState[] = [];
    for (const kind of this.catalog.kinds) {
      const digest = new TableDigest();
      for (const table of this.catalog.tablesOf(kind)) {
        for await (const batch of this.batches(vm, table)) {
          for (const row of batch) addEntry(digest, row);
        }
      }
      states.push(stateOf(kind, digest));
    }
    return states;
  }

  async *batches(vm: Branch, table: TableSchema): AsyncIterable<readonly Branch[]> {
    const { kind, list } = table;
    if (kind.ephemeral) yield* this.driver.read(vm, table);
    else yield* entriesOf(vm, kind, list)?.batches(READ_BATCH) ?? [];
  }
}

/** Entries in a batch that is made here. */
export const READ_BATCH = 1_000;
