/**
 * Range and length expressions (RFC 7950, sections 9.2.4 and 9.4.4).
 *
 * Bounds are bigints, for decimal64 in units of the last fraction digit, so that 64-bit bounds are exact.
 */
import { parseDecimal, printDecimal } from './decimal.ts';
import type { Decimal64Base, LengthBase, RangeBase, Restriction } from './restriction.ts';
import { RestrictionError } from './restriction.ts';
import { Refusal } from './refusal.ts';

/** Both bounds are included. */
export interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

/** A restriction with its intervals, ascending and disjoint. */
export interface CompiledRange {
  readonly intervals: readonly Interval[];
  readonly restriction: Restriction | undefined;
  /** The intervals as error messages show them. */
  readonly text: string;
}

const LIMITS = {
  int8: signed(8),
  int16: signed(16),
  int32: signed(32),
  int64: signed(64),
  uint8: unsigned(8),
  uint16: unsigned(16),
  uint32: unsigned(32),
  uint64: unsigned(64),
  length: unsigned(64),
};

function signed(bits: number): Interval {
  const half = 1n << BigInt(bits - 1);
  return { low: -half, high: half - 1n };
}

function unsigned(bits: number): Interval {
  return { low: 0n, high: (1n << BigInt(bits)) - 1n };
}

type Base = RangeBase | LengthBase;

/**
 * The range of the base itself and then each of `ranges`, outermost base first. Throws
 * {@link RestrictionError} at the first that is not valid.
 */
export function compileRanges(base: Base, ranges: readonly Restriction[]): CompiledRange[] {
  const { faults, compiled } = inspectRanges(base, ranges);
  const [first] = faults;
  if (first) throw new RestrictionError(first.message);
  return compiled;
}

/** A range that is not valid; `index` is its place in the chain. */
export interface RangeFault {
  readonly index: number;
  readonly message: string;
}

/**
 * What is wrong with the ranges (or lengths) along a typedef chain, outermost base first: syntax,
 * order, overlap, or a range that is not within the one before it. Empty when all is well.
 */
export function checkRangeSubset(
  base: Base,
  ranges: readonly Restriction[],
): readonly RangeFault[] {
  return inspectRanges(base, ranges).faults;
}

function inspectRanges(base: Base, ranges: readonly Restriction[]) {
  const whole = typeof base === 'object' ? LIMITS.int64 : LIMITS[base];
  let outer = describe([whole], undefined, base);
  const compiled = [outer];
  const faults: RangeFault[] = [];
  for (const [index, restriction] of ranges.entries()) {
    const intervals = parseRange(restriction.text, base, outer.intervals);
    if (typeof intervals === 'string') {
      faults.push({ index, message: intervals });
      continue;
    }
    const inner = describe(intervals, restriction, base);
    const stray = inner.intervals.find((interval) => !within(interval, outer.intervals));
    if (stray) {
      const message = `${print(stray, base)} is not within ${outer.text}, the range of the base type`;
      faults.push({ index, message });
      continue;
    }
    compiled.push(inner);
    outer = inner;
  }
  return { faults, compiled };
}

function describe(
  intervals: readonly Interval[],
  restriction: Restriction | undefined,
  base: Base,
): CompiledRange {
  return { intervals, restriction, text: intervals.map((it) => print(it, base)).join(' | ') };
}

function print({ low, high }: Interval, base: Base): string {
  if (low === high) return printBound(low, base);
  if (base === 'length' && high === LIMITS.length.high) return `${low}..max`;
  return `${printBound(low, base)}..${printBound(high, base)}`;
}

function printBound(bound: bigint, base: Base): string {
  return isDecimal(base) ? printDecimal(bound, base.fractionDigits) : String(bound);
}

function within(interval: Interval, outer: readonly Interval[]): boolean {
  // Adjacent integer intervals such as 1..4 | 5..9 together hold 1..9.
  let low = interval.low;
  for (const candidate of outer) {
    if (candidate.low > low || candidate.high < low) continue;
    if (candidate.high >= interval.high) return true;
    low = candidate.high + 1n;
  }
  return false;
}

function isDecimal(base: Base): base is Decimal64Base {
  return typeof base === 'object';
}

/** The intervals, or what is wrong. */
function parseRange(text: string, base: Base, outer: readonly Interval[]): Interval[] | string {
  const intervals: Interval[] = [];
  for (const part of text.split('|')) {
    const bounds = part.split('..').map((bound) => bound.trim());
    if (bounds.length > 2) return `"${part.trim()}" is not a value or LOW..HIGH`;
    const [low, high = low] = bounds.map((bound) => parseBound(bound, base, outer));
    if (low === undefined || high === undefined) {
      return `"${part.trim()}" in "${text}" is not a value or LOW..HIGH of the type`;
    }
    const before = intervals.at(-1);
    if (low > high) return `"${part.trim()}" ends before it begins`;
    if (before && low <= before.high) {
      return `"${part.trim()}" in "${text}" must come after ${printBound(before.high, base)}`;
    }
    intervals.push({ low, high });
  }
  return intervals;
}

function parseBound(text: string, base: Base, outer: readonly Interval[]): bigint | undefined {
  if (text === 'min') return outer[0]?.low;
  if (text === 'max') return outer.at(-1)?.high;
  if (isDecimal(base)) {
    const value = parseDecimal(text, base.fractionDigits);
    return typeof value === 'bigint' ? value : undefined;
  }
  return /^-?\d{1,40}$/.test(text) ? BigInt(text) : undefined;
}

/**
 * Why `value` is outside the last of `ranges`, which is the one in effect. The message of the module is
 * that of the outermost range statement that the value violates.
 */
export function refuseRange(
  ranges: readonly CompiledRange[],
  value: bigint | number,
  describeFault: (allowed: string) => string,
): Refusal {
  const failed = ranges.find((it) => it.restriction && !holds(it.intervals, value))?.restriction;
  const describe = (): string => describeFault(ranges.at(-1)?.text ?? '');
  return new Refusal(failed?.errorMessage ?? describe, failed?.errorAppTag);
}

/** Whether one of the intervals holds `value`. */
export function holds(intervals: readonly Interval[], value: bigint | number): boolean {
  for (const { low, high } of intervals) {
    if (value >= low && value <= high) return true;
  }
  return false;
}
