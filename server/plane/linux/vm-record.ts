/** What the plane remembers of a VM: its configuration, and the entries it loaded until they settle. */
import type { Branch, DataList } from '../../../src/data/index.ts';
import {
  CombineMemory,
  entriesOf,
  entryHash,
  modeOf,
  TableDigest,
  vmAddresses,
  vmId,
  withoutEphemeral,
} from '../../../src/sami/index.ts';
import type { RowChanges, VmPlan } from './change/vm-plan.ts';
import { isAway } from './change/vm-plan.ts';
import { leaseSeconds } from './change/lifetimes.ts';
import type { Raised } from './change/lifetimes.ts';
import type { FrozenAddress } from './freeze-table.ts';
import type { TableModel } from './model/table-model.ts';
import { SamiVm } from '../../generated/sami.ts';
import type { TableState } from '../plane.ts';
import type { VmWatch } from './watch/vm-watch.ts';

/** Entries that were loaded and are not yet the kernel's own. */
interface Loaded {
  readonly sessions: TableDigest;
  readonly mappings: TableDigest;
  /** When entries were first given a lifetime that outlives the lease, and when last. */
  readonly since: number;
  refreshedAt: number;
}

export class VmRecord {
  readonly id: string;
  watch: VmWatch | undefined;
  /** What its entries have met here, until they settle. */
  readonly memory = new CombineMemory();
  #vm: Branch;
  #loaded: Loaded | undefined;
  #arrived = false;

  constructor(vm: Branch) {
    this.id = vmId(vm);
    this.#vm = vm;
  }

  get vm(): Branch {
    return this.#vm;
  }

  get addresses(): readonly string[] {
    return vmAddresses(this.#vm);
  }

  /** Its entries are the kernel's own: what leaves the configuration stays there. */
  get settled(): boolean {
    return this.#loaded === undefined && !this.#arrived;
  }

  get frozen(): boolean {
    return modeOf(this.#vm) === 'frozen';
  }

  /** Counts and digests of what was loaded; undefined when the kernel has to be asked. */
  loadedStates(model: TableModel): readonly TableState[] | undefined {
    return this.#loaded && model.states(this.#loaded.sessions, this.#loaded.mappings);
  }

  /** The VM waits for entries: from now on they are counted. */
  beginLoading(now: number): void {
    this.#loaded = {
      sessions: new TableDigest(),
      mappings: new TableDigest(),
      since: now,
      refreshedAt: now,
    };
  }

  /** Takes over what a plan has brought about. */
  applied(plan: VmPlan, after: Branch, now: number): void {
    this.#vm = after;
    if (plan.clear) this.#loaded = undefined;
    if (plan.sessions.added.length + plan.mappings.added.length > 0) this.#arrived = true;
    if (isAway(plan) && !this.#loaded) this.beginLoading(now);
    if (!this.#loaded) return;
    account(this.#loaded.sessions, plan.sessions);
    account(this.#loaded.mappings, plan.mappings);
  }

  /** Milliseconds since the loaded entries were given their lifetimes; undefined when settled. */
  agedMs(now: number): number | undefined {
    return this.#loaded && now - this.#loaded.refreshedAt;
  }

  refreshed(now: number): void {
    if (this.#loaded) this.#loaded.refreshedAt = now;
  }

  entries(model: TableModel): DataList | undefined {
    const [list] = model.sessionKind.lists;
    return list && entriesOf(this.#vm, model.sessionKind, list);
  }

  /** The entries are the kernel's own now. Returns those whose lifetimes may have to be restored. */
  settle(model: TableModel, now: number): Raised | undefined {
    const loaded = this.#loaded;
    const entries = this.entries(model);
    const kinds = model.natKind ? [model.sessionKind, model.natKind] : [model.sessionKind];
    const seconds = leaseSeconds(this.#vm);
    this.#vm = withoutEphemeral(this.#vm, kinds);
    this.#loaded = undefined;
    this.#arrived = false;
    this.memory.settle();
    if (!loaded || !entries) return undefined;
    const elapsedSeconds = Math.ceil((now - loaded.since) / 1000);
    return { entries, addresses: this.addresses, seconds, elapsedSeconds };
  }
}

/** How the addresses of a VM are frozen; none when it is not. */
export function frozenAddresses(vm: Branch): readonly FrozenAddress[] {
  if (modeOf(vm) !== 'frozen') return [];
  const nextHop = nextHopOf(vm);
  return vmAddresses(vm).map((address) =>
    nextHop === undefined ? { address } : { address, nextHop },
  );
}

/** Where packets of a frozen VM are forwarded to; undefined when they are dropped. */
export function nextHopOf(vm: Branch): string | undefined {
  const inFlight = SamiVm.get(vm, 'inFlight');
  return inFlight?.action === 'forward' ? inFlight.nextHop : undefined;
}

function account(digest: TableDigest, rows: RowChanges): void {
  for (const row of rows.removed) digest.remove(entryHash(row));
  for (const row of rows.added) digest.add(entryHash(row));
  for (const [before, after] of rows.changed) {
    digest.remove(entryHash(before));
    digest.add(entryHash(after));
  }
}
