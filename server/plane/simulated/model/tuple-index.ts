/**
 * An index over one table of all VMs by a text made from each entry. It is built when it is first asked,
 * so that loading a table costs nothing for it on a device that does not forward yet.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';

export interface Indexed {
  readonly vm: VmState;
  readonly row: Branch;
}

export class TupleIndex {
  readonly #store: TableStore;
  readonly #table: TableSchema;
  readonly #keysOf: (row: Branch) => readonly string[];
  #entries: Map<string, Indexed> | undefined;

  constructor(store: TableStore, table: TableSchema, keysOf: (row: Branch) => readonly string[]) {
    this.#store = store;
    this.#table = table;
    this.#keysOf = keysOf;
    store.listen({
      changed: (vm, schema, before, after) => {
        if (this.#entries && schema === table) this.#update(this.#entries, vm, before, after);
      },
      dropped: () => undefined,
    });
  }

  /** The entry with this key of a VM that is in operation here. */
  find(key: string): Indexed | undefined {
    this.#entries ??= this.#build();
    const found = this.#entries.get(key);
    if (!found) return undefined;
    if (this.#store.vm(found.vm.id) === found.vm) return found;
    // Its VM has been dropped since.
    this.#entries.delete(key);
    return undefined;
  }

  #build(): Map<string, Indexed> {
    const entries = new Map<string, Indexed>();
    for (const vm of this.#store.vms) {
      vm.table(this.#table).rows.forEach((row) => {
        for (const key of this.#keysOf(row)) entries.set(key, { vm, row });
      });
    }
    return entries;
  }

  #update(
    entries: Map<string, Indexed>,
    vm: VmState,
    before: Branch | undefined,
    after: Branch | undefined,
  ): void {
    for (const key of before ? this.#keysOf(before) : []) {
      if (entries.get(key)?.vm === vm) entries.delete(key);
    }
    for (const key of after ? this.#keysOf(after) : [])
      entries.set(key, { vm, row: after as Branch });
  }
}
