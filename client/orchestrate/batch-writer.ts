/**
 * Between a reader that pushes entries and a device that takes them in batches: keeps a few batches on
 * their way and holds the reader back when more pile up.
 */
import { createDeferred } from '../../src/util/index.ts';
import type { Deferred } from '../../src/util/index.ts';
import { asError } from './clock.ts';

export interface BatchWriterOptions<Row> {
  readonly batchEntries: number;
  readonly inFlight: number;
  /** Sends one batch and resolves when it is committed. Called in order. */
  send(rows: readonly Row[]): Promise<void>;
}

export class BatchWriter<Row> {
  readonly #options: BatchWriterOptions<Row>;
  readonly #queue: (readonly Row[])[] = [];
  #rows: Row[] = [];
  #sending = 0;
  #failure: { readonly reason: unknown } | undefined;
  #room: Deferred<void> | undefined;
  #idle: Deferred<void> | undefined;

  constructor(options: BatchWriterOptions<Row>) {
    this.#options = options;
  }

  /** Takes an entry. Does not wait: ask {@link pressure} before the next piece of input. */
  add(row: Row): void {
    this.#rows.push(row);
    if (this.#rows.length >= this.#options.batchEntries) this.#flush();
  }

  /** Undefined while there is room. */
  readonly pressure = (): Promise<void> | undefined => {
    if (this.#failure || this.#queue.length === 0) return undefined;
    this.#room ??= createDeferred();
    return this.#room.promise;
  };

  /** Why a batch could not be sent; further entries are thrown away. */
  get failure(): unknown {
    return this.#failure?.reason;
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** Sends what is left; resolves when everything is committed, rejects with the first failure. */
  async finish(): Promise<void> {
    if (this.#rows.length > 0) this.#flush();
    while (this.#sending > 0 || (this.#queue.length > 0 && !this.#failure)) {
      this.#idle ??= createDeferred();
      await this.#idle.promise;
    }
    if (this.#failure) throw asError(this.#failure.reason);
  }

  /** Throws away what has not been sent and waits for what has. Rejects with the first failure. */
  async abandon(reason: unknown): Promise<never> {
    this.#failure ??= { reason };
    this.#rows = [];
    this.#pump();
    await this.finish();
    throw asError(reason);
  }

  #flush(): void {
    this.#queue.push(this.#rows);
    this.#rows = [];
    this.#pump();
  }

  #pump(): void {
    while (!this.#failure && this.#sending < this.#options.inFlight) {
      const batch = this.#queue.shift();
      if (!batch) break;
      this.#sending += 1;
      this.#options.send(batch).then(
        () => {
          this.#settle();
        },
        (reason: unknown) => {
          this.#failure ??= { reason };
          this.#settle();
        },
      );
    }
    if (this.#failure) this.#queue.length = 0;
    if (this.#queue.length === 0) {
      this.#room?.resolve();
      this.#room = undefined;
    }
  }

  #settle(): void {
    this.#sending -= 1;
    this.#pump();
    if (this.#sending > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}
