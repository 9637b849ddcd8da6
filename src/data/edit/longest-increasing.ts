/** Longest increasing subsequence: what may stay where it is when a list is put into another order. */

/** Indexes, ascending, of a longest strictly increasing subsequence of `values`. O(n log n). */
export function longestIncreasing(values: readonly number[]): readonly number[] {
  /** tails[k]: index of the smallest value that ends a subsequence of length k + 1. */
  const tails: number[] = [];
  const previous: number[] = [];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] as number] as number) < value) low = middle + 1;
      else high = middle;
    }
    previous.push(low > 0 ? (tails[low - 1] as number) : -1);
    tails[low] = index;
  }
  const result: number[] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at] as number) result.push(at);
  return result.reverse();
}
