/**
 * A bounded queue between a producer that is told about things and a consumer that pulls.
 *
 * What happens when it is full is chosen when it is made: `refuse` (push says no and the producer has to
 * act) or `drop-oldest` (for what is superseded anyway). A producer that can wait uses `put`.
 */
import { createDeferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';

export interface AsyncQueueOptions {
  readonly capacity: number;
  readonly whenFull?: 'refuse' | 'drop-oldest';
}

export class AsyncQueue<T> implements AsyncIterable<T> {
  readonly #capacity: number;
  readonly #whenFull: 'refuse' | 'drop-oldest';
  #items: T[] = [];
  #head = 0;
  readonly #takers: Deferred<IteratorResult<T, undefined>>[] = [];
  readonly #putters: Deferred<void>[] = [];
  #ended = false;
  #failure: { readonly reason: unknown } | undefined;
  #dropped = 0;

  constructor({ capacity, whenFull = 'refuse' }: AsyncQueueOptions) {
    this.#capacity = capacity;
    this.#whenFull = whenFull;
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  /** How many items `drop-oldest` has thrown away. */
  get dropped(): number {
    return this.#dropped;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Adds an item without waiting. `false`: it was not taken, because the queue is full or has ended. */
  push(item: T): boolean {
    if (this.#ended) return false;
    const taker = this.#takers.shift();
    if (taker) {
      taker.resolve({ done: false, value: item });
      return true;
    }
    if (this.size >= this.#capacity) {
      if (this.#whenFull === 'refuse') return false;
      this.#shift();
      this.#dropped++;
    }
    this.#items.push(item);
    return true;
  }

  /** Adds an item as soon as there is room. `false`: the queue ended first. */
  async put(item: T): Promise<boolean> {
    while (!this.#ended && this.#takers.length === 0 && this.size >= this.#capacity) {
      const room = createDeferred();
      this.#putters.push(room);
      await room.promise;
    }
    return this.push(item);
  }

  /** No more items; those already queued are still delivered. */
  end(): void {
    this.#finish();
  }

  /** No more items; those already queued are still delivered, then consumers see `reason` thrown. */
  fail(reason: unknown): void {
    if (this.#ended) return;
    this.#failure = { reason };
    this.#finish();
  }

  /** Throws away what is queued. */
  clear(): void {
    this.#items = [];
    this.#head = 0;
    this.#releasePutters();
  }

  /** The next item; waits for one. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.size > 0) {
      const value = this.#shift();
      this.#putters.shift()?.resolve();
      return Promise.resolve({ done: false, value });
    }
    if (this.#failure) return Promise.reject(asError(this.#failure.reason));
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    const taker = createDeferred<IteratorResult<T, undefined>>();
    this.#takers.push(taker);
    return taker.promise;
  }

  /** Leaving a loop over the queue does not end it: a later loop goes on where this one stopped. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return { next: () => this.next() };
  }

  #shift(): T {
    const item = this.#items[this.#head] as T;
    this.#items[this.#head++] = undefined as T;
    // Compacting only when half is empty keeps the cost per item constant.
    if (this.#head > 32 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  #finish(): void {
    this.#ended = true;
    for (const taker of this.#takers.splice(0)) {
      if (this.#failure) taker.reject(this.#failure.reason);
      else taker.resolve({ done: true, value: undefined });
    }
    this.#releasePutters();
  }

  #releasePutters(): void {
    for (const putter of this.#putters.splice(0)) putter.resolve();
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
