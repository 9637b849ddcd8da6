/**
 * Work that is done in small steps. It yields wherever what has been made so far may be used, and wherever it may
 * be interrupted; it yields a promise where it has to wait. So trees at hand are walked without a promise for each
 * entry, and no request keeps the process to itself.
 */
export type Step = Promise<unknown> | undefined;
export type Steps<T = void> = Generator<Step, T, unknown>;

/** How long work goes on before others get a turn: what a request may add to the latency of another. */
const SLICE_MS = 5;

/** Things that cost next to nothing and may be done in one step. */
const PER_STEP = 64;

/** Tells work on many things, some of which may cost much, where to yield. */
export class Pace {
  #count = 0;
  #since = performance.now();

  /** To be asked after each thing: whether that is enough for one step. */
  isEnough(): boolean {
    this.#count += 1;
    const now = performance.now();
    if (this.#count < PER_STEP && now - this.#since < SLICE_MS) return false;
    this.#count = 0;
    this.#since = now;
    return true;
  }
}

/** Waits within steps. */
export function* wait<T>(promise: Promise<T>): Steps<T> {
  return (yield promise) as T;
}

/** Carries out the steps, yielding where they do. After each slice of time everybody else gets a turn. */
export async function* carryOut<T>(steps: Steps<T>): AsyncGenerator<void, T> {
  let since = performance.now();
  let next = steps.next();
  try {
    while (next.done !== true) {
      if (next.value) {
        const answer = await settle(next.value);
        next = 'value' in answer ? steps.next(answer.value) : steps.throw(answer.error);
        continue;
      }
      yield;
      if (performance.now() - since > SLICE_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        since = performance.now();
      }
      next = steps.next();
    }
    return next.value;
  } finally {
    steps.return(undefined as T);
  }
}

/** Carries out all steps and gives their result. */
export async function finish<T>(steps: Steps<T>): Promise<T> {
  const work = carryOut(steps);
  for (;;) {
    const { done, value } = await work.next();
    if (done === true) return value;
  }
}

type Answer = { readonly value: unknown } | { readonly error: unknown };

async function settle(promise: Promise<unknown>): Promise<Answer> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}
