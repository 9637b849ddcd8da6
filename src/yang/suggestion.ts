/**
 * What was probably meant: the candidate nearest to a text that means nothing, by the number of characters
 * that were added, left out, replaced or swapped with their neighbour (optimal string alignment).
 */

/** Longer texts than an identifier usually is (RFC 7950, section 6.2) are not compared. */
const MAX_LENGTH = 64;
const MAX_CANDIDATES = 5000;

/**
 * The candidate nearest to `text`; undefined when none is near. About one character in three may differ,
 * three at most; letters that differ in case count as equal, but lose against a candidate without that.
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  if (text.length === 0 || text.length > MAX_LENGTH) return undefined;
  let limit = Math.min(3, Math.max(1, Math.floor(text.length / 3)));
  let found: string | undefined;
  let left = MAX_CANDIDATES;
  for (const candidate of candidates) {
    if (left === 0) break;
    left -= 1;
    if (candidate === text || candidate.length > MAX_LENGTH) continue;
    const distance = distanceBetween(text, candidate, limit);
    if (distance > limit || (found !== undefined && distance === limit)) continue;
    // Two short words that have nothing in common are not near.
    if (distance >= Math.max(text.length, candidate.length)) continue;
    found = candidate;
    limit = distance;
  }
  return found;
}

/** The distance, or anything greater than `limit` when it is greater. */
function distanceBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  const caseless = alignment(a.toLowerCase(), b.toLowerCase(), limit);
  return caseless === 0 ? 0.5 : caseless;
}

/** Only what is near the diagonal is looked at: what is farther from it differs by more than `limit` in length. */
function alignment(a: string, b: string, limit: number): number {
  const reach = Math.floor(limit);
  const width = b.length + 1;
  let before = new Array<number>(width).fill(limit + 1);
  let above = Array.from({ length: width }, (_, column) => column);
  let current = new Array<number>(width).fill(limit + 1);
  for (let row = 1; row <= a.length; row += 1) {
    const from = Math.max(1, row - reach);
    const to = Math.min(b.length, row + reach);
    current[from - 1] = from === 1 ? row : limit + 1;
    let least = current[from - 1] ?? 0;
    for (let column = from; column <= to; column += 1) {
      const replaced = a[row - 1] === b[column - 1] ? 0 : 1;
      let cost = (above[column - 1] ?? 0) + replaced;
      if (column < row + reach) cost = Math.min(cost, (above[column] ?? 0) + 1);
      cost = Math.min(cost, (current[column - 1] ?? 0) + 1);
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (row > 1 && column > 1 && isSwap) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      current[column] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    [before, above, current] = [above, current, before];
  }
  return above[b.length] ?? limit + 1;
}
