/** Lets entries age: looks once a second for those whose time has run out. */
import type { Clock, Timer } from '../../../../src/util/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import type { TableStore } from './table-store.ts';
import type { VmState } from './vm-state.ts';

const INTERVAL_MS = 1_000;

export type OnExpiry = (vm: VmState, table: TableSchema, row: Branch) => void;

export class Sweeper {
  readonly #store: TableStore;
  readonly #clock: Clock;
  readonly #onExpiry: OnExpiry;
  readonly #afterwards: () => void;
  #timer: Timer | undefined;

  /** `afterwards` is called when a sweep has removed something. */
  constructor(store: TableStore, clock: Clock, onExpiry: OnExpiry, afterwards: () => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onExpiry = onExpiry;
    this.#afterwards = afterwards;
  }

  start(): void {
    this.#timer ??= this.#clock.setTimer(INTERVAL_MS, () => {
      this.#timer = undefined;
      this.sweep();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  sweep(): void {
    let removed = false;
    for (const vm of this.#store.vms) {
      if (!vm.age.running) continue;
      for (const table of vm.tables) {
        for (const row of table.expired()) {
          this.#onExpiry(vm, table.schema, row);
          removed = true;
        }
      }
    }
    if (removed) this.#afterwards();
  }
}
