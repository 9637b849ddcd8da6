/**
 * Traffic accounts (kind 'cumulative-accounting'): counters, a quota and a rate for an address, a direction
 * and a class of service. A class is a code point by the name that nft has for it, such as 'ef'; 'default'
 * is for all packets whose class has no account.
 */
import type { Branch } from '../../../../src/data/index.ts';
import { operationNotSupported } from '../../../../src/error/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import { vmAddresses } from '../../../../src/sami/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import type { RowEdit, TableEdit, VmEdit } from '../../kit/driver.ts';
import { rowPath } from '../../kit/paths.ts';
import { isIpv6, version } from '../names.ts';
import type { Counts } from '../nft.ts';
import type { NftablesOptions } from '../options.ts';
import { addressChanges } from '../part.ts';
import type { Part, View } from '../part.ts';
import { sumOf, toLeaf } from '../script.ts';
import type { Script } from '../script.ts';
import {
  DIRECTIONS,
  accountName,
  accountsIn,
  basesOf,
  closeAccount,
  directionChain,
  emptyAccount,
  limitsOfAccount,
  openAccount,
  putQuota,
  setBases,
  totalsOf,
} from './account-objects.ts';
import type { AccountKey, Direction, Limits } from './account-objects.ts';
import { NOTHING, addedBy, floor, isNegative, less, plus, totalsIn } from './totals.ts';
import type { Totals } from './totals.ts';

const DEFAULT_CLASS = 'default';
/** Quotas of the kernel have a sign. */
const LARGEST_QUOTA = (1n << 63n) - 1n;
/** A rate and its burst together, which the kernel counts in nanoseconds. */
const LARGEST_RATE = (1n << 64n) / 1_000_000_000n;
/** Code points that nft knows by name. */
const CLASSES = new Set([
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((number) => `cs${number}`),
  ...[1, 2, 3, 4].flatMap((number) => [1, 2, 3].map((drop) => `af${number}${drop}`)),
  'ef',
  'va',
  'le',
]);

/** What an edit has made of the accounts of an address and direction. */
type Open = Map<string, Map<string, AccountKey>>;

export class Accounts implements Part {
  readonly lists = ['cumulative-accounting/account'];
  readonly table = 'counts';
  readonly #own: Limits;

  constructor({ octetLimit, committedRate, committedBurst }: NftablesOptions) {
    const big = (value?: number): bigint | undefined =>
      value === undefined ? undefined : BigInt(value);
    this.#own = { octets: big(octetLimit), rate: big(committedRate), burst: big(committedBurst) };
  }

  /** The device opens accounts of its own for a VM that begins here. */
  async follow(script: Script, edit: VmEdit, view: View): Promise<void> {
    const { lost, added } = addressChanges(edit);
    if (lost.length === 0 && added.length === 0) return;
    const counts = await view.counts();
    for (const address of lost) this.#closeAll(script, counts, address);
    if (edit.mode !== 'learning' || edit.modeBefore === 'standby') return;
    const rows = edit.tables.find(({ table }) => this.#serves(table));
    const loaded = rows ? rows.set.map(({ after }) => keyOf(rows.table, after)) : [];
    this.#openOwn(script, counts, added, loaded);
  }

  check({ after }: VmEdit, { set, table }: TableEdit): readonly RpcError[] {
    if (!after) return [];
    return set.flatMap(({ after: row }) => {
      const { trafficClass } = keyOf(table, row);
      const beyond = beyondKernel(table, row);
      if (beyond) {
        const [leaf, message] = beyond;
        return [operationNotSupported(message, { path: rowPath(after, row, leaf) })];
      }
      if (trafficClass === DEFAULT_CLASS || CLASSES.has(trafficClass)) return [];
      const message = `traffic-class: expected "default" or the name of a code point, such as "ef"`;
      return [operationNotSupported(message, { path: rowPath(after, row, 'traffic-class') })];
    });
  }

  async edit(
    script: Script,
    edit: VmEdit,
    { table, set, remove }: TableEdit,
    view: View,
  ): Promise<void> {
    const counts = await view.counts();
    const owned = new Set(edit.after ? vmAddresses(edit.after) : []);
    const open = openIn(counts);
    const changed = new Map<string, AccountKey>();
    for (const row of remove) {
      const key = keyOf(table, row);
      // With an address its accounts go.
      if (!owned.has(key.address) || !isOpen(open, key)) continue;
      open.get(chainOf(key))?.delete(key.trafficClass);
      this.#dispatch(script, key, open);
      closeAccount(script, counts, key);
    }
    for (const row of set) {
      const key = keyOf(table, row.after);
      if (isOpen(open, key)) this.#change(script, counts, table, key, row, edit.mode === 'standby');
      else {
        openAccount(script, key, totalsIn(table, row.after), this.#limitsIn(table, row.after));
        note(open, key);
        changed.set(chainOf(key), key);
      }
    }
    for (const key of changed.values()) this.#dispatch(script, key, open);
  }

  async read(vm: Branch, table: TableSchema, view: View): Promise<readonly Branch[]> {
    const addresses = new Set(vmAddresses(vm));
    const counts = await view.counts();
    return accountsIn(counts)
      .filter(({ address }) => addresses.has(address))
      .map((key) => {
        const { passed, dropped } = totalsOf(counts, key);
        const { octets, rate, burst } = limitsOfAccount(counts, key);
        return table.fields.make({
          address: key.address,
          direction: key.direction,
          'traffic-class': key.trafficClass,
          packets: toLeaf(passed.packets),
          octets: toLeaf(passed.octets),
          'dropped-packets': toLeaf(dropped.packets),
          'dropped-octets': toLeaf(dropped.octets),
          'octet-limit': octets === undefined ? undefined : toLeaf(octets),
          'committed-rate': rate === undefined ? undefined : toLeaf(rate),
          'committed-burst': burst === undefined ? undefined : toLeaf(burst),
        });
      });
  }

  /** A VM that has arrived gets the accounts that it did not bring along. */
  async settle(script: Script, vm: Branch, view: View): Promise<void> {
    this.#openOwn(script, await view.counts(), vmAddresses(vm), []);
  }

  #serves({ kind, list }: TableSchema): boolean {
    return this.lists.includes(`${kind.name}/${list.name}`);
  }

  #openOwn(
    script: Script,
    counts: Counts,
    addresses: readonly string[],
    loaded: readonly AccountKey[],
  ): void {
    const open = openIn(counts);
    for (const address of addresses) {
      for (const direction of DIRECTIONS) {
        const key = { address, direction, trafficClass: DEFAULT_CLASS };
        const others = open.get(chainOf(key)) ?? new Map<string, AccountKey>();
        const comes = loaded.some((it) => accountName(it) === accountName(key));
        if (others.has(DEFAULT_CLASS) || comes) continue;
        openAccount(script, key, NOTHING, this.#own);
        note(open, key);
        this.#dispatch(script, key, open);
      }
    }
  }

  /** What the row adds goes to what is counted nowhere else; what packets count meanwhile stays. */
  #change(
    script: Script,
    counts: Counts,
    table: TableSchema,
    key: AccountKey,
    { before, after }: RowEdit,
    exactly: boolean,
  ): void {
    const limits = this.#limitsIn(table, after);
    const there = limitsOfAccount(counts, key);
    const sums = totalsOf(counts, key);
    const base = basesOf(counts, key);
    const added = exactly ? less(totalsIn(table, after), sums) : addedBy(table, before, after);
    const rest = plus(base, added);
    const renewed = limits.rate !== there.rate || limits.burst !== there.burst || isNegative(rest);
    if (renewed || (limits.octets === undefined) !== (there.octets === undefined)) {
      this.#renew(script, counts, key, floor(plus(sums, added)), limits);
      return;
    }
    setBases(script, key, rest);
    putQuota(script, key, limits.octets, rest.passed.octets);
  }

  /** Rules and objects anew: what passes between reading and replacing is not in the sums. */
  #renew(script: Script, counts: Counts, key: AccountKey, totals: Totals, limits: Limits): void {
    emptyAccount(script, counts, key);
    openAccount(script, key, totals, limits);
  }

  /** Packets find the account of their class; all others are for the default. */
  #dispatch(script: Script, { address, direction }: AccountKey, open: Open): void {
    const chain = directionChain(address, direction);
    const accounts = [...(open.get(chain) ?? new Map<string, AccountKey>()).values()];
    const ip = isIpv6(address) ? 'ip6' : 'ip';
    const classes = accounts.filter(({ trafficClass }) => trafficClass !== DEFAULT_CLASS);
    const rest = accounts.filter(({ trafficClass }) => trafficClass === DEFAULT_CLASS);
    script.chain(chain, [
      ...classes.map((key) => `${ip} dscp ${key.trafficClass} goto ${accountName(key)}`),
      ...rest.map((key) => `goto ${accountName(key)}`),
    ]);
    script.addElements(mapOf(address, direction), [`${address} : jump ${chain}`]);
  }

  #closeAll(script: Script, counts: Counts, address: string): void {
    const keys = accountsIn(counts).filter((key) => key.address === address);
    for (const direction of new Set(keys.map((key) => key.direction))) {
      script.deleteElements(mapOf(address, direction), [address]);
      const chain = directionChain(address, direction);
      script.chain(chain, []);
      script.delete('chain', chain);
    }
    for (const key of keys) closeAccount(script, counts, key);
  }

  #limitsIn({ fields }: TableSchema, row: Branch): Limits {
    const value = (leaf: string, own: bigint | undefined): bigint | undefined => {
      const given = fields.get(row, leaf);
      return given === undefined ? own : sumOf(given);
    };
    const rate = fields.get(row, 'committed-rate');
    return {
      octets: value('octet-limit', this.#own.octets),
      rate: value('committed-rate', this.#own.rate),
      burst: value('committed-burst', rate === undefined ? this.#own.burst : undefined),
    };
  }
}

function keyOf({ fields }: TableSchema, row: Branch): AccountKey {
  return {
    address: fields.text(row, 'address') ?? '',
    direction: fields.text(row, 'direction') as Direction,
    trafficClass: fields.text(row, 'traffic-class') ?? DEFAULT_CLASS,
  };
}

function chainOf({ address, direction }: AccountKey): string {
  return directionChain(address, direction);
}

function mapOf(address: string, direction: Direction): string {
  return `account-${direction === 'from-vm' ? 'from' : 'to'}${version(address)}`;
}

function openIn(counts: Counts): Open {
  const open: Open = new Map();
  for (const key of accountsIn(counts)) note(open, key);
  return open;
}

function note(open: Open, key: AccountKey): void {
  const accounts = open.get(chainOf(key)) ?? new Map<string, AccountKey>();
  accounts.set(key.trafficClass, key);
  open.set(chainOf(key), accounts);
}

function isOpen(open: Open, key: AccountKey): boolean {
  return open.get(chainOf(key))?.has(key.trafficClass) === true;
}

/** A limit that the kernel cannot keep. */
function beyondKernel(
  { fields }: TableSchema,
  row: Branch,
): readonly [leaf: string, message: string] | undefined {
  for (const leaf of ['octet-limit', 'committed-burst'] as const) {
    if (sumOf(fields.get(row, leaf)) <= LARGEST_QUOTA) continue;
    return [leaf, `${leaf}: the kernel counts to ${LARGEST_QUOTA} at most`];
  }
  const given = fields.get(row, 'committed-rate');
  if (given === undefined) return undefined;
  const rate = sumOf(given);
  if (rate === 0n) return ['committed-rate', 'committed-rate: the kernel has no rate of 0'];
  const burst = fields.get(row, 'committed-burst');
  if (rate + (burst === undefined ? rate : sumOf(burst)) <= LARGEST_RATE) return undefined;
  const message = `committed-rate: with its burst the kernel takes ${LARGEST_RATE} at most; without one it is as much again`;
  return ['committed-rate', message];
}
