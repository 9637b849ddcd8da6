/** The tables of all VMs on the device, and everyone who has to know when they change. */
import type { Branch } from '../../../../src/data/index.ts';
import { countEntries } from '../../../../src/sami/index.ts';
import type { Clock } from '../../../../src/util/index.ts';
import { Capacity } from './capacity.ts';
import type { Limits } from './capacity.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import { VmState } from './vm-state.ts';
import { Watchers } from './watchers.ts';

/** Told of what happens in the tables. */
export interface StoreListener {
  changed(
    vm: VmState,
    table: TableSchema,
    before: Branch | undefined,
    after: Branch | undefined,
  ): void;
  /** A VM has gone with all its entries. */
  dropped(vm: VmState): void;
}

export class TableStore {
  readonly catalog: Catalog;
  readonly capacity: Capacity;
  readonly watchers: Watchers;
  readonly #clock: Clock;
  readonly #vms = new Map<string, VmState>();
  readonly #byAddress = new Map<string, VmState>();
  readonly #byMac = new Map<string, VmState>();
  readonly #byPort = new Map<string, VmState>();
  readonly #listeners: StoreListener[] = [];

  constructor(catalog: Catalog, clock: Clock, limits: Limits) {
    this.catalog = catalog;
    this.#clock = clock;
    this.capacity = new Capacity(limits, () => this.#vms.values());
    this.watchers = new Watchers(clock);
  }

  /** Adds one more to be told of every change, after those before it. */
  listen(listener: StoreListener): void {
    this.#listeners.push(listener);
  }

  get vms(): Iterable<VmState> {
    return this.#vms.values();
  }

  vm(id: string): VmState | undefined {
    return this.#vms.get(id);
  }

  /** The VM that an address belongs to. */
  owner(address: string): VmState | undefined {
    return this.#byAddress.get(address);
  }

  /** The VM with a link-layer address. */
  withMac(mac: string | undefined): VmState | undefined {
    return mac === undefined ? undefined : this.#byMac.get(mac);
  }

  /** The VM that is attached to a port of the device. */
  atPort(port: string | undefined): VmState | undefined {
    return port === undefined ? undefined : this.#byPort.get(port);
  }

  /** State of a VM, made when there is none. */
  obtain(id: string): VmState {
    let vm = this.#vms.get(id);
    if (!vm) {
      vm = new VmState(id, this.catalog, this.#clock, this.#changed);
      this.#vms.set(id, vm);
    }
    return vm;
  }

  configure(vm: VmState, config: Branch | undefined): void {
    const indexes = [
      [this.#byAddress, () => vm.addresses],
      [this.#byMac, () => (vm.mac === undefined ? [] : [vm.mac])],
      [this.#byPort, () => (vm.config ? [vm.port] : [])],
    ] as const;
    for (const [index, keys] of indexes) {
      for (const key of keys()) if (index.get(key) === vm) index.delete(key);
    }
    vm.configure(config);
    for (const [index, keys] of indexes) for (const key of keys()) index.set(key, vm);
  }

  /** Removes a VM with all its entries, however many, at once. */
  drop(vm: VmState): void {
    for (const kind of this.catalog.kinds) this.capacity.count(kind.name, -vm.entries(kind));
    this.configure(vm, undefined);
    this.#vms.delete(vm.id);
    for (const listener of this.#listeners) listener.dropped(vm);
  }

  readonly #changed = (
    vm: VmState,
    table: TableSchema,
    before: Branch | undefined,
    after: Branch | undefined,
  ): void => {
    const difference = (after ? countEntries(after) : 0) - (before ? countEntries(before) : 0);
    if (difference !== 0) this.capacity.count(table.kind.name, difference);
    this.watchers.tell(vm.id, table, before, after);
    for (const listener of this.#listeners) listener.changed(vm, table, before, after);
  };
}
