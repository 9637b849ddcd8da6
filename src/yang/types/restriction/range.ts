/** Being written. */
import type { LengthBase, RangeBase, Restriction } from './restriction.ts';

/**
 * What is wrong with the ranges (or lengths) along a typedef chain, outermost base first: syntax, order, overlap, or a range
 * that is not within the one before it. Empty when all is well.
 */
export function checkRangeSubset(
  _base: RangeBase | LengthBase,
  _ranges: readonly Restriction[],
): readonly { readonly index: number; readonly message: string }[] {
  throw new Error('not written yet');
}
