/** Runs out the time that each VM may stay in standby (`sami:sami/vm/standby-lease`). */
import { childNode } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { SAMI_NAMESPACE, modeOf } from '../../src/sami/index.ts';
import type { Clock, Timer } from '../../src/util/index.ts';
import type { VmChange } from '../plane/plane.ts';

export class StandbyLeases {
  readonly #clock: Clock;
  readonly #onExpiry: (id: string) => void;
  readonly #timers = new Map<string, Timer>();

  constructor(clock: Clock, onExpiry: (id: string) => void) {
    this.#clock = clock;
    this.#onExpiry = onExpiry;
  }

  /** Each commit that touches a VM in standby starts its lease anew. */
  update(changes: readonly VmChange[]): void {
    for (const { id, after } of changes) {
      this.#timers.get(id)?.cancel();
      this.#timers.delete(id);
      if (after && modeOf(after) === 'standby') this.#start(id, leaseSeconds(after));
    }
  }

  isRunning(id: string): boolean {
    return this.#timers.has(id);
  }

  #start(id: string, seconds: number): void {
    const timer = this.#clock.setTimer(seconds * 1000, () => {
      this.#timers.delete(id);
      this.#onExpiry(id);
    });
    this.#timers.set(id, timer);
  }

  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}

function leaseSeconds(vm: Branch): number {
  const leaf = childNode(vm.schema, 'standby-lease', SAMI_NAMESPACE);
  const value = vm.get(leaf) ?? (leaf.kind === 'leaf' ? leaf.defaultValue : undefined);
  return Number(value);
}
