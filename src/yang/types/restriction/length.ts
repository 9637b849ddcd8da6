/** Lengths of strings in characters and of binaries in octets (RFC 7950, section 9.4.4). */
import { compileRanges, effective, holds, refuseRange } from './range.ts';
import type { Interval } from './range.ts';
import type { Refusal } from './refusal.ts';
import type { Restriction } from './restriction.ts';

export interface LengthCheck {
  /** Lengths that are allowed. */
  readonly intervals: readonly Interval[];
  /** Says why a length is not allowed, or undefined. */
  readonly refuse: (length: number, what: () => string) => Refusal | undefined;
}

/** Undefined when there is no restriction. Throws RestrictionError. */
export function compileLengths(
  lengths: readonly Restriction[],
  unit: string,
): LengthCheck | undefined {
  if (lengths.length === 0) return undefined;
  const ranges = compileRanges('length', lengths);
  const intervals = effective(ranges);
  const refuse = (length: number, what: () => string): Refusal | undefined => {
    if (holds(intervals, length)) return undefined;
    const count = `${length} ${unit}${length === 1 ? '' : 's'}`;
    return refuseRange(ranges, length, (allowed) => `${what()} has ${count}, not ${allowed}`);
  };
  return { intervals, refuse };
}

/** Number of Unicode characters of a text in UTF-16. */
export function countCharacters(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // A high surrogate begins a pair that is one character.
    if (unit >= 0xd800 && unit < 0xdc00) count--;
  }
  return count;
}
