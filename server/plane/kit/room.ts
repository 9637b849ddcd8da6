/**
 * Room in the tables of a device: what is there, what reservations and accepted changes keep free, and
 * what a change asks for.
 *
 * A VM's demand is what it has or what it has reserved, whichever is more. Only what makes a demand grow can
 * be refused.
 */
import type { Branch } from '../../../src/data/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import type { Kind } from '../../../src/sami/index.ts';
import type { KindUse } from '../plane.ts';
import type { DeviceTables } from './device-tables.ts';
import { reservationOf, tableTooSmall } from './reservation.ts';
import type { VmRecord } from './vm-record.ts';
import { growthOf } from './vm-plan.ts';
import type { VmPlan } from './vm-plan.ts';

export interface RoomCheck {
  readonly errors: readonly RpcError[];
  /** Keeps the room free that the change will take, until the function that is returned is called. */
  hold(): () => void;
}

/** What one VM of a change asks for. */
interface Demand {
  readonly vm: Branch | undefined;
  readonly before: number;
  readonly after: number;
}

export class Room {
  readonly #device: DeviceTables;
  readonly #records: ReadonlyMap<string, VmRecord>;
  /** Room that accepted changes will take, by kind. */
  readonly #held = new Map<string, number>();
  #limits: ReadonlyMap<string, number> | undefined;

  constructor(device: DeviceTables, records: ReadonlyMap<string, VmRecord>) {
    this.#device = device;
    this.#records = records;
  }

  async check(plans: readonly VmPlan[]): Promise<RoomCheck> {
    const limits = await this.#knownLimits();
    const errors: RpcError[] = [];
    const growth: (readonly [kind: string, entries: number])[] = [];
    for (const kind of this.#device.catalog.kinds) {
      const limit = limits.get(kind.name);
      if (limit === undefined || !plans.some((plan) => grows(plan, kind))) continue;
      const demands = await this.#demands(plans, kind);
      errors.push(...(await this.#lacking(kind, limit, plans, demands)));
      const more = demands.reduce((sum, { before, after }) => sum + after - before, 0);
      if (more > 0) growth.push([kind.name, more]);
    }
    return { errors, hold: () => this.#hold(growth) };
  }

  /** Entries present, and those that reservations keep free. */
  async use(): Promise<readonly KindUse[]> {
    const used = await this.#device.driver.used?.();
    const uses: KindUse[] = [];
    for (const kind of this.#device.catalog.kinds) {
      let present = 0;
      let reserved = 0;
      for (const record of this.#records.values()) {
        const reservation = reservationOf(record.config, kind.name);
        if (used?.has(kind.name) === true && reservation === 0) continue;
        const entries = await record.entries(kind);
        present += entries;
        reserved += Math.max(0, reservation - entries);
      }
      const entries = used?.get(kind.name) ?? present;
      uses.push({ kind: kind.name, used: BigInt(entries), reserved: BigInt(reserved) });
    }
    return uses;
  }

  async #knownLimits(): Promise<ReadonlyMap<string, number>> {
    this.#limits ??= new Map(
      (await this.#device.driver.support()).flatMap(({ kind, limit }) =>
        limit === undefined ? [] : [[kind, Number(limit)] as const],
      ),
    );
    return this.#limits;
  }

  async #demands(plans: readonly VmPlan[], kind: Kind): Promise<readonly Demand[]> {
    const demands: Demand[] = [];
    for (const { change, edit } of plans) {
      const { id, before, after } = change;
      const present = (await this.#records.get(id)?.entries(kind)) ?? 0;
      const entries = Math.max(0, present + growthOf(edit, kind));
      demands.push({
        vm: after,
        before: before ? Math.max(present, reservationOf(before, kind.name)) : present,
        after: after ? Math.max(entries, reservationOf(after, kind.name)) : 0,
      });
    }
    return demands;
  }

  async #lacking(
    kind: Kind,
    limit: number,
    plans: readonly VmPlan[],
    demands: readonly Demand[],
  ): Promise<readonly RpcError[]> {
    const changed = new Set(plans.map(({ change }) => change.id));
    let free = limit - (await this.#takenByOthers(kind, changed));
    const errors: RpcError[] = [];
    for (const { vm, before, after } of demands) {
      if (vm && after > free && after > before) {
        errors.push(tableTooSmall(vm, kind, { limit, needs: after, free }));
      }
      free -= after;
    }
    return errors;
  }

  /** Room that the VMs which are not changed, and entries of no VM, have or are promised. */
  async #takenByOthers(kind: Kind, changed: ReadonlySet<string>): Promise<number> {
    let taken = this.#held.get(kind.name) ?? 0;
    const used = (await this.#device.driver.used?.())?.get(kind.name);
    if (used !== undefined) taken += used;
    for (const record of this.#records.values()) {
      const reservation = reservationOf(record.config, kind.name);
      if (changed.has(record.id)) {
        if (used !== undefined) taken -= await record.entries(kind);
      } else if (used === undefined || reservation > 0) {
        const entries = await record.entries(kind);
        taken += Math.max(entries, reservation) - (used === undefined ? 0 : entries);
      }
    }
    return taken;
  }

  #hold(growth: readonly (readonly [kind: string, entries: number])[]): () => void {
    const add = (sign: 1 | -1): void => {
      for (const [kind, entries] of growth) {
        this.#held.set(kind, (this.#held.get(kind) ?? 0) + sign * entries);
      }
    };
    add(1);
    return () => {
      add(-1);
    };
  }
}

/** Whether a change can ask for more room than the VM has. */
function grows({ change: { before, after }, edit }: VmPlan, kind: Kind): boolean {
  if (!after) return false;
  return (
    growthOf(edit, kind) > 0 || reservationOf(after, kind.name) > reservationOf(before, kind.name)
  );
}
