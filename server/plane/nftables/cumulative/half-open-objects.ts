/**
 * What half-open connections of an address are counted with in the kernel: a set, a counter of what it had
 * no room for, and the chains that put connections in and take them out.
 */
import { addressToken, isIpv6, version } from '../names.ts';
import type { NftElement } from '../../kit/nft-tool.ts';
import type { Counts } from '../nft.ts';
import type { Script } from '../script.ts';

/** Size of a set without a threshold. */
export const UNLIMITED = 65_535;

/** How an address is counted. */
export interface Counted {
  readonly size: number;
  /** undefined: no threshold. */
  readonly threshold: number | undefined;
}

export const setName = (address: string): string => `half-open/${addressToken(address)}`;
const refusedCounter = (address: string): string => `half-open/${addressToken(address)}/refused`;

function chainsOf(address: string): readonly [begin: string, fromVm: string, toVm: string] {
  const name = setName(address);
  return [`${name}/begin`, `${name}/from-vm`, `${name}/to-vm`];
}

export function countedIn({ sets }: Counts, address: string): Counted | undefined {
  const set = sets.get(setName(address));
  if (!set) return undefined;
  const threshold = Number(set.comment?.split('=')[1]);
  return {
    size: set.size ?? UNLIMITED,
    threshold: Number.isNaN(threshold) ? undefined : threshold,
  };
}

export function elementsIn({ sets }: Counts, address: string): readonly NftElement[] {
  return sets.get(setName(address))?.elements ?? [];
}

/** Makes the set and what belongs to it; `timeout`: seconds until a connection is given up. */
export function openSet(
  script: Script,
  address: string,
  counted: Counted,
  { timeout, replace }: { readonly timeout: number; readonly replace: boolean },
): void {
  const type = isIpv6(address) ? 'ipv6_addr' : 'ipv4_addr';
  const set = setName(address);
  if (replace) {
    for (const chain of chainsOf(address)) script.chain(chain, []);
    script.delete('set', set);
  }
  const text = counted.threshold === undefined ? '' : ` comment "threshold=${counted.threshold}";`;
  script.add(
    'set',
    set,
    `{ type ${type} . inet_service . ${type} . inet_service; size ${counted.size}; flags dynamic,timeout; gc-interval 1s;${text} }`,
  );
  script.add('counter', refusedCounter(address));
  putRules(script, address, timeout);
}

/** Puts the rules there, which may be of other options since a restart. */
export function putRules(script: Script, address: string, timeout: number): void {
  const set = setName(address);
  const [begin, fromVm, toVm] = chainsOf(address);
  const ip = isIpv6(address) ? 'ip6' : 'ip';
  const forth = `${ip} saddr . tcp sport . ${ip} daddr . tcp dport`;
  const back = `${ip} daddr . tcp dport . ${ip} saddr . tcp sport`;
  script.chain(begin, [
    `${forth} @${set} return`,
    `add @${set} { ${forth} timeout ${timeout}s } return`,
    `counter name ${refusedCounter(address)} drop`,
  ]);
  // An acknowledgement alone proves nothing: connection tracking must have seen the answer to the SYN.
  script.chain(fromVm, [
    `tcp flags & (fin | syn | rst | ack) == syn goto ${begin}`,
    `ct state established tcp flags & (syn | rst | ack) == ack delete @${set} { ${forth} }`,
  ]);
  script.chain(toVm, [`ct state established tcp flags & rst == rst delete @${set} { ${back} }`]);
  script.addElements(`half-open${version(address)}`, [`${address} : jump ${fromVm}`]);
  script.addElements(`half-open-answer${version(address)}`, [`${address} : jump ${toVm}`]);
}

/** Takes all away. */
export function removeSet(script: Script, address: string): void {
  const [begin, fromVm, toVm] = chainsOf(address);
  script.deleteElements(`half-open${version(address)}`, [address]);
  script.deleteElements(`half-open-answer${version(address)}`, [address]);
  for (const chain of [fromVm, toVm, begin]) script.chain(chain, []);
  for (const chain of [fromVm, toVm, begin]) script.delete('chain', chain);
  script.delete('set', setName(address));
  script.delete('counter', refusedCounter(address));
  script.remove('counter', `${refusedCounter(address)}-base`, '');
}

/** Connections for which there was no room, here and where the VM has been before. */
export function refusals({ counters }: Counts, address: string): bigint {
  const name = refusedCounter(address);
  return (counters.get(name)?.packets ?? 0n) + (counters.get(`${name}-base`)?.packets ?? 0n);
}

/** The counter that the rule has counts on; what was counted elsewhere is in one that no rule has. */
export function setBase(
  script: Script,
  { counters }: Counts,
  address: string,
  added: bigint,
): void {
  if (added === 0n) return;
  const name = `${refusedCounter(address)}-base`;
  const base = (counters.get(name)?.packets ?? 0n) + added;
  script.remove('counter', name, '');
  script.add('counter', name, `{ packets ${base < 0n ? 0n : base} bytes 0 }`);
}
