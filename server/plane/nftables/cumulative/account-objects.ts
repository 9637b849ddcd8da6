/**
 * What an account is made of in the kernel: objects with names. Each sum is two counters: one that a rule
 * has and that packets count up, and one that no rule has. What a VM brings along is put into the second,
 * which can be replaced at any time, so no packet is lost from the first.
 */
import type { Counts } from '../nft.ts';
import { addressOf, addressToken } from '../names.ts';
import type { Script } from '../script.ts';
import { NOTHING, plus } from './totals.ts';
import type { Totals } from './totals.ts';

export const DIRECTIONS = ['from-vm', 'to-vm'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export interface AccountKey {
  readonly address: string;
  readonly direction: Direction;
  readonly trafficClass: string;
}

export interface Limits {
  /** Bytes in all. */
  readonly octets: bigint | undefined;
  /** Bytes per second. */
  readonly rate: bigint | undefined;
  readonly burst: bigint | undefined;
}

const SUMS = ['passed', 'dropped'] as const;

/** Name of what belongs to an account; `part` is empty for its chain. */
export function accountName({ address, direction, trafficClass }: AccountKey, part = ''): string {
  const name = `account/${addressToken(address)}/${direction}/${trafficClass}`;
  return part === '' ? name : `${name}/${part}`;
}

export function directionChain(address: string, direction: Direction): string {
  return `account/${addressToken(address)}/${direction}`;
}

/** The accounts that there are, by their counters. */
export function accountsIn({ counters }: Counts): readonly AccountKey[] {
  return [...counters.keys()].flatMap((name) => {
    const [, token, direction, trafficClass] =
      /^account\/([^/]+)\/(from-vm|to-vm)\/([^/]+)\/passed$/.exec(name) ?? [];
    if (token === undefined || trafficClass === undefined) return [];
    return [{ address: addressOf(token), direction: direction as Direction, trafficClass }];
  });
}

/** The sums that packets and moves have made. */
export function totalsOf(counts: Counts, key: AccountKey): Totals {
  return plus(countersOf(counts, key, ''), basesOf(counts, key));
}

/** What is counted nowhere else. */
export function basesOf(counts: Counts, key: AccountKey): Totals {
  return countersOf(counts, key, '-base');
}

function countersOf({ counters }: Counts, key: AccountKey, suffix: string): Totals {
  return {
    passed: counters.get(accountName(key, `passed${suffix}`)) ?? NOTHING.passed,
    dropped: counters.get(accountName(key, `dropped${suffix}`)) ?? NOTHING.dropped,
  };
}

export function limitsOfAccount({ quotas, limits }: Counts, key: AccountKey): Limits {
  return {
    octets: quotas.get(accountName(key, 'octet-limit')),
    rate: limits.get(accountName(key, 'rate'))?.rate,
    burst: quotas.get(accountName(key, 'burst')),
  };
}

/** Makes the objects and rules of a new account. */
export function openAccount(script: Script, key: AccountKey, totals: Totals, limits: Limits): void {
  for (const sum of SUMS) script.add('counter', accountName(key, sum));
  setBases(script, key, totals);
  putQuota(script, key, limits.octets, totals.passed.octets);
  if (limits.rate !== undefined) putRate(script, key, limits.rate, limits.burst);
  script.chain(accountName(key), accountRules(key, limits));
}

/** Replaces what is counted nowhere else. `totals` may be those of before with something added. */
export function setBases(script: Script, key: AccountKey, totals: Totals): void {
  for (const sum of SUMS) {
    const name = accountName(key, `${sum}-base`);
    script.remove('counter', name, '');
    const { packets, octets } = totals[sum];
    script.add('counter', name, `{ packets ${packets} bytes ${octets} }`);
  }
}

/**
 * The kernel's quota counts what passes here, so it gets what is left of the limit by what was counted
 * elsewhere. It can be changed while rules have it, and keeps what it has counted.
 */
export function putQuota(
  script: Script,
  key: AccountKey,
  limit: bigint | undefined,
  elsewhere: bigint,
): void {
  if (limit === undefined) return;
  const left = limit > elsewhere ? limit - elsewhere : 0n;
  script.add('quota', accountName(key, 'quota'), `{ over ${left} bytes }`);
  script.add('quota', accountName(key, 'octet-limit'), `{ over ${limit} bytes }`);
}

/** Closes an account: rules first, then what they refer to. The chain must be referred to no more. */
export function closeAccount(script: Script, counts: Counts, key: AccountKey): void {
  emptyAccount(script, counts, key);
  script.delete('chain', accountName(key));
}

/** Leaves only the chain, without rules, for {@link openAccount} to fill again. */
export function emptyAccount(
  script: Script,
  { counters, quotas, limits }: Counts,
  key: AccountKey,
): void {
  script.chain(accountName(key), []);
  const prefix = `${accountName(key)}/`;
  for (const [what, names] of [
    ['counter', counters.keys()],
    ['quota', quotas.keys()],
    ['limit', limits.keys()],
  ] as const) {
    for (const name of names) if (name.startsWith(prefix)) script.delete(what, name);
  }
}

/** The rate is tested first, so that what it drops uses up nothing of the quota. */
function accountRules(key: AccountKey, { octets, rate }: Limits): readonly string[] {
  const dropped = `counter name ${accountName(key, 'dropped')} drop`;
  return [
    ...(rate === undefined ? [] : [`limit name ${accountName(key, 'rate')} ${dropped}`]),
    ...(octets === undefined ? [] : [`quota name ${accountName(key, 'quota')} ${dropped}`]),
    `counter name ${accountName(key, 'passed')}`,
  ];
}

/** Without a burst, what a second allows may come at once. The burst that was asked for is kept beside. */
function putRate(script: Script, key: AccountKey, rate: bigint, burst: bigint | undefined): void {
  const text = `{ rate over ${rate} bytes/second burst ${burst ?? rate} bytes }`;
  script.add('limit', accountName(key, 'rate'), text);
  if (burst !== undefined)
    script.add('quota', accountName(key, 'burst'), `{ over ${burst} bytes }`);
}
