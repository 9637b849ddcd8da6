/** What an account has counted, in rows and in sums. */
import type { Branch } from '../../../../src/data/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import type { CounterValue } from '../nft.ts';
import { difference, sumOf } from '../script.ts';

export interface Totals {
  readonly passed: CounterValue;
  readonly dropped: CounterValue;
}

export const NOTHING: Totals = {
  passed: { packets: 0n, octets: 0n },
  dropped: { packets: 0n, octets: 0n },
};

/** What a row says. */
export function totalsIn({ fields }: TableSchema, row: Branch): Totals {
  return fromLeaves((leaf) => sumOf(fields.get(row, leaf)));
}

/** What a row says beyond what it said before. */
export function addedBy(
  { fields }: TableSchema,
  before: Branch | undefined,
  after: Branch,
): Totals {
  return fromLeaves((leaf) => difference((row) => fields.get(row, leaf), before, after));
}

export function plus(left: Totals, right: Totals): Totals {
  return combine(left, right, (a, b) => a + b);
}

export function less(left: Totals, right: Totals): Totals {
  return combine(left, right, (a, b) => a - b);
}

export function isNegative({ passed, dropped }: Totals): boolean {
  return [passed, dropped].some(({ packets, octets }) => packets < 0n || octets < 0n);
}

/** With 0 for what is negative. */
export function floor(totals: Totals): Totals {
  return combine(totals, NOTHING, (a, b) => (a > b ? a : b));
}

function fromLeaves(value: (leaf: string) => bigint): Totals {
  return {
    passed: { packets: value('packets'), octets: value('octets') },
    dropped: { packets: value('dropped-packets'), octets: value('dropped-octets') },
  };
}

function combine(left: Totals, right: Totals, make: (a: bigint, b: bigint) => bigint): Totals {
  const value = (sum: keyof Totals): CounterValue => ({
    packets: make(left[sum].packets, right[sum].packets),
    octets: make(left[sum].octets, right[sum].octets),
  });
  return { passed: value('passed'), dropped: value('dropped') };
}
