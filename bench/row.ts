/** A row of the benchmark table: what is measured, its bound, and the figures of every run. */

export interface Bound {
  readonly kind: 'at most' | 'at least';
  readonly value: number;
}

/** One figure that a scenario yields on every run. */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  /** Undefined for figures that are shown but not judged. */
  readonly bound?: Bound;
  /** What the best known other implementation needs for the same, where that was measured. */
  readonly peer?: string;
}

export interface Row extends Metric {
  readonly values: readonly number[];
}

/** A scenario measures several figures at once, because setting it up is dear. */
export interface Scenario {
  readonly name: string;
  readonly metrics: readonly Metric[];
  /** Says why it cannot run here; undefined when it can. */
  unavailable?(): Promise<string | undefined>;
  /** One run; a value for each metric, in order. */
  run(): Promise<readonly number[]>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** True when the median is inside the bound, or there is none. */
export function isWithinBound(row: Row): boolean {
  if (!row.bound) return true;
  const value = median(row.values);
  return row.bound.kind === 'at most' ? value <= row.bound.value : value >= row.bound.value;
}
