/** Sets of whole numbers as ascending, disjoint intervals: what ranges and lengths allow. */

/** Both bounds are included. For decimal64 they are in units of the last fraction digit. */
export interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

/** Whether one of the intervals holds `value`. */
export function holds(intervals: readonly Interval[], value: bigint | number): boolean {
  let low = 0;
  let high = intervals.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const interval = intervals[middle];
    if (!interval) return false;
    if (value < interval.low) high = middle - 1;
    else if (value > interval.high) low = middle + 1;
    else return true;
  }
  return false;
}

/** The first of `inner` that is not within `outer`. */
export function findStray(
  inner: readonly Interval[],
  outer: readonly Interval[],
): number | undefined {
  let at = 0;
  for (const [index, { low, high }] of inner.entries()) {
    while ((outer[at]?.high ?? low) < low) at++;
    let covered = outer[at];
    if (!covered || covered.low > low) return index;
    // Adjacent intervals such as 1..4 | 5..9 together hold 1..9.
    while (covered.high < high) {
      const following: Interval | undefined = outer[at + 1];
      if (following?.low !== covered.high + 1n) return index;
      covered = following;
      at++;
    }
  }
  return undefined;
}
