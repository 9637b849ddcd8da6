/** Lengths of strings in characters and of binaries in octets (RFC 7950, section 9.4.4). */
import { compileRanges, holds, refuseRange } from './range.ts';
import type { Refusal } from './refusal.ts';
import type { Restriction } from './restriction.ts';

/** Says why a length is not allowed, or undefined. */
export type LengthCheck = (length: number, what: () => string) => Refusal | undefined;

/** Undefined when there is no restriction. Throws RestrictionError. */
export function compileLengths(
  lengths: readonly Restriction[],
  unit: string,
): LengthCheck | undefined {
  if (lengths.length === 0) return undefined;
  const ranges = compileRanges('length', lengths);
  const last = ranges.at(-1)?.intervals ?? [];
  return (length, what) => {
    if (holds(last, length)) return undefined;
    const count = `${length} ${unit}${length === 1 ? '' : 's'}`;
    return refuseRange(ranges, length, (allowed) => `${what()} has ${count}, not ${allowed}`);
  };
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
