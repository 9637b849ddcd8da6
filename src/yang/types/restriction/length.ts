/** Lengths of strings in characters and of binaries in octets (RFC 7950, section 9.4.4). */
import { Refusal } from '../base.ts';
import { compileRanges } from './range.ts';
import { holds } from './range.ts';
import type { CompiledRange } from './range.ts';
import type { Restriction } from './restriction.ts';

/** Says why a length is not allowed, or undefined. */
export type LengthCheck = (length: number, what: string) => Refusal | undefined;

/** Undefined when there is no restriction. Throws RestrictionError. */
export function compileLengths(
  lengths: readonly Restriction[],
  unit: string,
): LengthCheck | undefined {
  if (lengths.length === 0) return undefined;
  const ranges = compileRanges('length', lengths);
  const last = ranges.at(-1)?.intervals ?? [];
  return (length, what) => (holds(last, length) ? undefined : refuse(ranges, length, unit, what));
}

function refuse(ranges: readonly CompiledRange[], length: number, unit: string, what: string) {
  const failed = ranges.find(({ intervals }) => !holds(intervals, length));
  const message = `${what} has ${length} ${unit}${length === 1 ? '' : 's'}, not ${failed?.text ?? ''}`;
  const restriction = failed?.restriction;
  return new Refusal(restriction?.errorMessage ?? message, restriction?.errorAppTag);
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
