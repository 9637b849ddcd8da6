/**
 * Range and length restrictions (RFC 7950, sections 9.2.4 and 9.4.4).
 *
 * Bounds are bigints, for decimal64 in units of the last fraction digit, so that 64-bit bounds are exact.
 */
import { parseDecimal, printDecimal } from './decimal.ts';
import { findStray, holds, type Interval } from './intervals.ts';
import { parseRangeExpression, type BoundText } from './range-expression.ts';
import { RestrictionError } from './restriction.ts';
import type { Decimal64Base, LengthBase, RangeBase, Restriction } from './restriction.ts';
import { Refusal } from './refusal.ts';

export { holds } from './intervals.ts';
export type { Interval } from './intervals.ts';

type Base = RangeBase | LengthBase;

/** A restriction with its intervals, ascending and disjoint. */
export interface CompiledRange {
  readonly intervals: readonly Interval[];
  /** Undefined for the range that the built-in type has by itself. */
  readonly restriction: Restriction | undefined;
  readonly base: Base;
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

/**
 * The range of the base itself and then each of `ranges`, outermost base first. Throws
 * {@link RestrictionError} at the first that is not valid.
 */
export function compileRanges(base: Base, ranges: readonly Restriction[]): CompiledRange[] {
  const { faults, compiled } = inspectRanges(base, ranges);
  const [first] = faults;
  if (first) throw new RestrictionError(first.message, first.offset);
  return compiled;
}

/** A range that is not valid. */
export interface RangeFault {
  /** Its place in the chain. */
  readonly index: number;
  readonly kind: 'malformed' | 'not-subset';
  readonly message: string;
  /** Where in the argument. */
  readonly offset: number;
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
  let outer: CompiledRange = { intervals: [whole], restriction: undefined, base };
  const compiled = [outer];
  const faults: RangeFault[] = [];
  for (const [index, restriction] of ranges.entries()) {
    const found = readRange(restriction, outer);
    if (!('intervals' in found)) {
      faults.push({ index, ...found });
      continue;
    }
    compiled.push(found);
    outer = found;
  }
  return { faults, compiled };
}

/** A restriction of the type that `outer` is the range of. */
function readRange(
  restriction: Restriction,
  outer: CompiledRange,
): CompiledRange | Omit<RangeFault, 'index'> {
  const { base } = outer;
  const parts = parseRangeExpression(restriction.text);
  if ('message' in parts) return { kind: 'malformed', ...parts };
  const intervals: Interval[] = [];
  let before: Interval | undefined;
  for (const { low: first, high: last } of parts) {
    const low = readBound(first, outer);
    const high = last === first ? low : readBound(last, outer);
    if (typeof low !== 'bigint') return low;
    if (typeof high !== 'bigint') return high;
    if (low > high) return malformed(first, `"${first.text}..${last.text}" ends before it begins`);
    if (before && low <= before.high) {
      return malformed(first, `${first.text} must be more than ${printBound(before.high, base)}`);
    }
    intervals.push((before = { low, high }));
  }
  const stray = findStray(intervals, outer.intervals);
  if (stray === undefined) return { intervals, restriction, base };
  const shown = printIntervals(intervals.slice(stray, stray + 1), base);
  const allowed = printIntervals(outer.intervals, base);
  const message = `${shown} is not within ${allowed}, the ${nounOf(base)} of the base type`;
  const kind = outer.restriction ? 'not-subset' : 'malformed';
  return { kind, message, offset: parts[stray]?.low.offset ?? 0 };
}

function malformed({ offset }: BoundText, message: string): Omit<RangeFault, 'index'> {
  return { kind: 'malformed', message, offset };
}

function readBound(bound: BoundText, outer: CompiledRange): bigint | Omit<RangeFault, 'index'> {
  const { text } = bound;
  const { base, intervals } = outer;
  if (text === 'min') return intervals[0]?.low ?? 0n;
  if (text === 'max') return intervals.at(-1)?.high ?? 0n;
  // Rules "integer-value" and "decimal-value": no zeros before the number. They have no plus sign either, but
  // a bound "MUST match the type" (section 9.2.4), whose values may have one, as modules that are in use do.
  const form = base === 'length' ? /^(?:0|[1-9]\d*)$/ : /^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?$/;
  const isNumber = text.length <= 64 && form.test(text);
  const value = isNumber && parseDecimal(text, isDecimal(base) ? base.fractionDigits : 0);
  if (typeof value === 'bigint' && (isDecimal(base) || !text.includes('.'))) return value;
  const shown = text.length <= 64 ? text : `${text.slice(0, 60)}…`;
  return malformed(bound, `"${shown}" is not ${describeBound(base)}, "min" or "max"`);
}

function describeBound(base: Base): string {
  if (base === 'length') return 'a length';
  if (!isDecimal(base)) return `a value of type ${base}`;
  return `a number with ${base.fractionDigits} fraction digits at most`;
}

function nounOf(base: Base): string {
  return base === 'length' ? 'length' : 'range';
}

/** Intervals that messages show of those that there are. */
const MAX_SHOWN = 20;

/** The intervals as messages show them. */
export function printIntervals(intervals: readonly Interval[], base: Base): string {
  const shown = intervals.slice(0, MAX_SHOWN).map((interval) => printInterval(interval, base));
  const rest = intervals.length - shown.length;
  return shown.join(' | ') + (rest > 0 ? ` and ${rest} more` : '');
}

function printInterval({ low, high }: Interval, base: Base): string {
  if (low === high) return printBound(low, base);
  if (base === 'length' && high === LIMITS.length.high) return `${low}..max`;
  return `${printBound(low, base)}..${printBound(high, base)}`;
}

function printBound(bound: bigint, base: Base): string {
  return isDecimal(base) ? printDecimal(bound, base.fractionDigits) : String(bound);
}

function isDecimal(base: Base): base is Decimal64Base {
  return typeof base === 'object';
}

/** The range statements among `ranges`, as a type shows them. */
export function statedRanges(
  ranges: readonly CompiledRange[],
): readonly { readonly keyword: 'range'; readonly text: string }[] {
  return ranges.flatMap(({ restriction }) =>
    restriction ? [{ keyword: 'range' as const, text: restriction.text }] : [],
  );
}

/** The intervals of the last range, which are those in effect. */
export function effective(ranges: readonly CompiledRange[]): readonly Interval[] {
  return ranges.at(-1)?.intervals ?? [];
}

/**
 * Why `value` is outside the last of `ranges`. The message of the module is that of the outermost range
 * statement that the value violates.
 */
export function refuseRange(
  ranges: readonly CompiledRange[],
  value: bigint | number,
  describeFault: (allowed: string) => string,
): Refusal {
  const failed = ranges.find((it) => it.restriction && !holds(it.intervals, value))?.restriction;
  const last = ranges.at(-1);
  const describe = (): string =>
    describeFault(last ? printIntervals(last.intervals, last.base) : '');
  return new Refusal(failed?.errorMessage ?? describe, failed?.errorAppTag);
}
