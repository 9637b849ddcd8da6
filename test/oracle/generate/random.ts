/** Random choices for documents, which a seed repeats: of nothing, nothing is chosen. */
import { RandomSource } from '../../support/random-source.ts';

export class Random {
  readonly #source: RandomSource;

  constructor(seed: number) {
    this.#source = new RandomSource(seed);
  }

  /** 0 ≤ number < 1. */
  next(): number {
    return this.#source.next();
  }

  /** Both bounds are included. */
  integer(low: number, high: number): number {
    return low + this.#source.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.#source.chance(probability);
  }

  /** Undefined only of an empty array. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.integer(0, items.length - 1)];
  }

  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let index = result.length - 1; index > 0; index -= 1) {
      const other = this.integer(0, index);
      const item = result[index] as T;
      result[index] = result[other] as T;
      result[other] = item;
    }
    return result;
  }
}
