/**
 * How many entries of each kind fit, are there, and are promised (room is promised before a
 * move, so that a move that will not fit fails early).
 *
 * A VM's demand is what it has or what it has reserved, whichever is more. The sum over all VMs never
 * exceeds the limit, neither through a commit nor through a packet.
 */
import type { Kind } from '../../../../src/sami/index.ts';
import { reservationOf } from '../../kit/reservation.ts';
import type { VmState } from './vm-state.ts';

export type Limits = Readonly<Record<string, number>>;

export class Capacity {
  readonly #limits: Limits;
  readonly #vms: () => Iterable<VmState>;
  readonly #used = new Map<string, number>();
  /** Room that accepted but not yet applied changes will take, by kind. */
  readonly #held = new Map<string, number>();

  constructor(limits: Limits, vms: () => Iterable<VmState>) {
    this.#limits = limits;
    this.#vms = vms;
  }

  limit(kind: string): number | undefined {
    return this.#limits[kind];
  }

  used(kind: string): number {
    return this.#used.get(kind) ?? 0;
  }

  /** Told of every change of a table. */
  count(kind: string, difference: number): void {
    this.#used.set(kind, this.used(kind) + difference);
  }

  hold(kind: string, entries: number): void {
    this.#held.set(kind, (this.#held.get(kind) ?? 0) + entries);
  }

  /** Room that reservations keep free beyond what their VMs have. */
  reserved(kind: Kind): number {
    let reserved = 0;
    for (const vm of this.#vms()) {
      reserved += Math.max(0, reservationOf(vm.config, kind.name) - vm.entries(kind));
    }
    return reserved;
  }

  /** Room for any VM but `except`, whose own entries and reservation count as free. */
  freeFor(kind: Kind, except: ReadonlySet<string>): number {
    const limit = this.limit(kind.name);
    if (limit === undefined) return Infinity;
    let taken = this.#held.get(kind.name) ?? 0;
    for (const vm of this.#vms()) {
      if (except.has(vm.id)) continue;
      taken += Math.max(vm.entries(kind), reservationOf(vm.config, kind.name));
    }
    return limit - taken;
  }

  /** Whether a packet may add one entry to `vm`. */
  admits(kind: Kind, vm: VmState): boolean {
    const limit = this.limit(kind.name);
    if (limit === undefined) return true;
    if (this.used(kind.name) + (this.#held.get(kind.name) ?? 0) >= limit) return false;
    return this.freeFor(kind, new Set([vm.id])) > vm.entries(kind);
  }
}
