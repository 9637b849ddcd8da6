/**
 * Lifetimes of entries whose VM is not here yet: the kernel lets entries age that no packet uses, so
 * they get enough to outlive the standby lease, and their own back when the VM has settled.
 */
import type { Branch, DataList } from '../../../../src/data/index.ts';
import { SamiVm } from '../../../generated/sami.ts';
import { keyText } from '../conntrack/entry.ts';
import type { ConntrackTable, Lifetime } from '../conntrack/table.ts';
import type { SessionRows } from '../model/session-rows.ts';
import { AddressSet } from '../../kit/netlink/address.ts';

/** Part of the lease after which a commit gives the entries their time anew. */
const REFRESH_PART = 0.25;
const SLACK_SECONDS = 10;
/** The schema's default. */
const DEFAULT_LEASE_SECONDS = 600;

/** Seconds that an entry gets so that it lasts for the lease counted from the next refresh. */
export function leaseSeconds(vm: Branch): number {
  return Math.ceil(leaseOf(vm) * (1 + REFRESH_PART)) + SLACK_SECONDS;
}

export function refreshDue(vm: Branch, elapsedMs: number): boolean {
  return elapsedMs > leaseOf(vm) * REFRESH_PART * 1000;
}

function leaseOf(vm: Branch): number {
  return SamiVm.get(vm, 'standbyLease') ?? DEFAULT_LEASE_SECONDS;
}

/** Gives entries that would not outlive the lease the time that it needs. */
export async function refreshLifetimes(
  table: ConntrackTable,
  rows: SessionRows,
  entries: DataList,
  seconds: number,
  agedSeconds: number,
): Promise<void> {
  const lifetimes: Lifetime[] = [];
  entries.forEach((row) => {
    if (rows.lifetimeOf(row) - agedSeconds >= seconds) return;
    lifetimes.push({ key: rows.keyOf(row), seconds });
  });
  await table.setLifetimes(lifetimes);
}

export interface Raised {
  readonly entries: DataList;
  readonly addresses: readonly string[];
  /** What entries were given at most. */
  readonly seconds: number;
  /** Time since the first of them was given it. */
  readonly elapsedSeconds: number;
}

/** Gives those entries their own lifetime that have aged ever since they were loaded. */
export async function restoreLifetimes(
  table: ConntrackTable,
  rows: SessionRows,
  { entries, addresses, seconds, elapsedSeconds }: Raised,
): Promise<void> {
  const own = new Map<string, number>();
  entries.forEach((row) => {
    const lifetime = rows.lifetimeOf(row);
    if (lifetime < seconds) own.set(keyText(rows.keyOf(row)), Math.max(1, lifetime));
  });
  if (own.size === 0) return;
  const oldest = seconds - elapsedSeconds - SLACK_SECONDS;
  const lifetimes: Lifetime[] = [];
  for await (const batch of table.dump(new AddressSet(addresses))) {
    for (const entry of batch) {
      const lifetime = own.get(keyText(entry));
      const remaining = entry.timeout ?? 0;
      // Outside this range a packet has set it since.
      if (lifetime === undefined || remaining > seconds || remaining < oldest) continue;
      if (remaining > lifetime) lifetimes.push({ key: entry, seconds: lifetime });
    }
  }
  await table.setLifetimes(lifetimes);
}
