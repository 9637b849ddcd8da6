/** Carries out what has been found possible: the order of the steps is what this file is about. */
import { AddressSet } from '../../kit/netlink/address.ts';
import { CombineMemory } from '../../../../src/sami/index.ts';
import type { Clock } from '../../../../src/util/index.ts';
import type { Background } from '../background.ts';
import { keyText } from '../conntrack/entry.ts';
import type { ConntrackTable } from '../conntrack/table.ts';
import { sameFrozen } from '../freeze-table.ts';
import type { FreezeTable } from '../freeze-table.ts';
import type { TableModel } from '../model/table-model.ts';
import { mappingChanges, touchesMaps } from '../nat/transition.ts';
import type { MappingRows } from '../nat/transition.ts';
import type { MappingChanges, NatMaps } from '../nat/nat-maps.ts';
import type { VmRecord } from '../vm-record.ts';
import type { VmRecords } from '../vm-records.ts';
import { checkLoaded } from './check-loaded.ts';
import { leaseSeconds, refreshDue, refreshLifetimes } from './lifetimes.ts';
import { SessionLoader } from './load.ts';
import { isAway } from './vm-plan.ts';
import type { VmPlan } from './vm-plan.ts';

export interface ApplierOptions {
  readonly model: TableModel;
  readonly table: ConntrackTable;
  readonly maps: NatMaps;
  readonly freeze: FreezeTable;
  readonly records: VmRecords;
  readonly clock: Clock;
  readonly background: Background;
}

export class Applier {
  readonly #options: ApplierOptions;

  constructor(options: ApplierOptions) {
    this.#options = options;
  }

  async apply(plans: readonly VmPlan[]): Promise<void> {
    const { records, freeze } = this.#options;
    await checkLoaded(plans, this.#options);
    const before = records.frozen();
    const after = records.frozen(plans.map(({ change }) => change));
    const both = [
      ...after,
      ...before.filter(({ address }) => !after.some((a) => a.address === address)),
    ];
    // Freeze first and thaw last: in between no packet may meet tables that are half of each.
    if (!sameFrozen(both, before)) await freeze.put(both);
    for (const plan of plans) {
      if (plan.after === 'frozen') await records.get(plan.change.id)?.watch?.freeze();
    }
    for (const plan of plans) await this.#applySessions(plan);
    await this.#applyMappings(plans);
    if (!sameFrozen(after, both)) await freeze.put(after);
    for (const plan of plans) this.#remember(plan);
  }

  /** Removes the entries of a VM from the kernel, except those that another VM has part in or `kept` names. */
  async clear(
    addresses: readonly string[],
    id: string,
    kept: ReadonlySet<string> = new Set(),
  ): Promise<void> {
    const { table, records } = this.#options;
    const shared = records.sharedWithOthers(id);
    const removals: Promise<void>[] = [];
    try {
      // The kernel removes what was read while the rest is being read.
      for await (const entries of table.dump(new AddressSet(addresses))) {
        const gone = entries.filter((entry) => !shared(entry) && !kept.has(keyText(entry)));
        for (const entry of gone) table.carried.delete(entry);
        removals.push(table.remove(gone));
      }
    } finally {
      await Promise.allSettled(removals);
    }
    await Promise.all(removals);
  }

  async #applySessions(plan: VmPlan): Promise<void> {
    const { records, model } = this.#options;
    const { change, sessions } = plan;
    const least = change.after && isAway(plan) ? leaseSeconds(change.after) : 0;
    const loader = new SessionLoader({
      table: this.#options.table,
      rows: model.session,
      memory: this.#memoryOf(plan),
      lasting: (entry) => ((entry.timeout ?? 0) >= least ? entry : { ...entry, timeout: least }),
    });
    const shared = records.sharedWithOthers(change.id);
    const removed = sessions.removed.filter((row) => !shared(model.session.toEntry(row)));
    if (plan.clear) await this.#clearFor(plan, loader);
    // Nothing is left to remove after a clearance.
    const changes = { ...sessions, removed: plan.clear ? [] : removed };
    await loader.load(changes, plan.added, plan.changed);
  }

  /** What was there before the VM's entries arrived stays there when they go. */
  async #clearFor(plan: VmPlan, loader: SessionLoader): Promise<void> {
    const { records, model } = this.#options;
    const { change } = plan;
    const remembered = (records.get(change.id)?.memory.size ?? 0) > 0;
    const rows = remembered && change.before ? model.sessionRowsOf(change.before) : [];
    const kept = await loader.takeAway(rows);
    await this.clear(plan.addresses, change.id, new Set(kept.map(keyText)));
  }

  async #applyMappings(plans: readonly VmPlan[]): Promise<void> {
    const { model, maps } = this.#options;
    const { nat } = model;
    if (!nat) return;
    const rows = (plan: VmPlan): MappingRows => [
      model.natRowsOf(plan.change.before),
      model.natRowsOf(plan.change.after),
    ];
    const touching = plans.filter((plan) => touchesMaps(plan, nat, rows(plan)));
    if (touching.length === 0) return;
    const present = await maps.read();
    const changes: MappingChanges[] = touching.map((plan) =>
      mappingChanges(plan, rows(plan), {
        nat,
        present,
        memory: this.#memoryOf(plan),
      }),
    );
    await maps.change({
      remove: changes.flatMap(({ remove }) => remove),
      set: changes.flatMap(({ set }) => set),
    });
  }

  #memoryOf({ change }: VmPlan): CombineMemory {
    const { records } = this.#options;
    const record = records.get(change.id) ?? (change.after && records.of(change.after));
    return record?.memory ?? new CombineMemory();
  }

  #remember(plan: VmPlan): void {
    const { records, clock, background } = this.#options;
    const { id, after } = plan.change;
    const now = clock.now();
    if (!after) {
      const record = records.get(id);
      records.delete(id);
      if (record?.watch) background.run(record.watch.stop());
      return;
    }
    const record = records.of(after);
    record.applied(plan, after, now);
    if (plan.after !== 'frozen') record.watch?.thaw();
    if (plan.after === 'standby') this.#refreshWhenDue(record, now);
  }

  #refreshWhenDue(record: VmRecord, now: number): void {
    const { model, table, background } = this.#options;
    const agedMs = record.agedMs(now);
    const entries = record.entries(model);
    if (agedMs === undefined || !entries || !refreshDue(record.vm, agedMs)) return;
    record.refreshed(now);
    const seconds = leaseSeconds(record.vm);
    background.run(refreshLifetimes(table, model.session, entries, seconds, agedMs / 1000));
  }
}
