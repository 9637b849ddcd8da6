/** What a campaign needs to know of a thing to be fuzzed. */
import type { RandomSource } from '../support/random-source.ts';

/** One input: `text` is what may be made smaller, `about` says what else the input consists of. */
export interface Sample {
  readonly text: string;
  readonly about: string;
}

export interface Target {
  readonly name: string;
  /** The same for the same random numbers. Undefined: nothing came of it, the next try will do better. */
  make(random: RandomSource): Sample | undefined;
  /** Throws when a promise is broken: whatever comes out of the engine, or a {@link BrokenPromise}. */
  check(sample: Sample): void | Promise<void>;
}

/** No exception was thrown, but something does not hold. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

export function promise(holds: boolean, what: () => string): asserts holds {
  if (!holds) throw new BrokenPromise(what());
}

/** Two texts that should be one; the message shows where they part. */
export function promiseSame(what: string, one: string, other: string): void {
  if (one === other) return;
  let at = 0;
  while (one[at] === other[at]) at += 1;
  const from = Math.max(0, at - 60);
  const show = (text: string): string => JSON.stringify(text.slice(from, at + 60));
  throw new BrokenPromise(`${what}: ${show(one)} became ${show(other)}`);
}
