/** A subscription of this session, as its subscriber sees it. */
import type {
  ModifyDatastoreSubscriptionRequest,
  ModifyStreamSubscriptionRequest,
} from '../src/netconf/index.ts';
import { AsyncQueue } from '../src/util/index.ts';
import type { CallOptions } from './session-calls.ts';
import type { SubscriptionEvent } from './subscription-event.ts';

/** Without `id`, which the subscription knows. */
export type SubscriptionChange =
  Omit<ModifyStreamSubscriptionRequest, 'id'> | Omit<ModifyDatastoreSubscriptionRequest, 'id'>;

/** What a subscription needs of the client that made it. */
export interface SubscriptionHome {
  modify(id: number, change: SubscriptionChange, options: CallOptions): Promise<void>;
  resync(id: number, options: CallOptions): Promise<void>;
  delete(id: number, options: CallOptions): Promise<void>;
  /** What still arrives is thrown away from now on. */
  forget(subscription: Subscription): void;
}

export interface SubscriptionStart {
  /** `undefined` for one of RFC 5277, which has none. */
  readonly id: number | undefined;
  readonly isStream: boolean;
  /** Since when there is a replay, when that is later than what was asked for. */
  readonly replayStartTimeRevision?: string | undefined;
  /** Events that wait to be taken before the session stops reading. */
  readonly capacity: number;
}

/**
 * A loop over it gets the events in order, and none is lost: when nobody takes them and `capacity` of them
 * wait, the session stops reading, replies included. It ends after `terminated` and `completed`, after
 * {@link delete} and when we close the session; when the session is lost it throws.
 */
export class Subscription implements AsyncIterable<SubscriptionEvent>, AsyncDisposable {
  readonly id: number | undefined;
  readonly isStream: boolean;
  readonly replayStartTimeRevision: string | undefined;
  readonly #home: SubscriptionHome;
  readonly #queue: AsyncQueue<SubscriptionEvent>;
  /** Asked for by a loop that was left before it came. */
  #next: Promise<IteratorResult<SubscriptionEvent, undefined>> | undefined;

  constructor(home: SubscriptionHome, start: SubscriptionStart) {
    this.id = start.id;
    this.isStream = start.isStream;
    this.replayStartTimeRevision = start.replayStartTimeRevision;
    this.#home = home;
    this.#queue = new AsyncQueue({ capacity: start.capacity });
  }

  /** Whether nothing more will arrive. */
  get ended(): boolean {
    return this.#queue.ended;
  }

  /** For the client: an event has arrived. Settles when there is room for the next. */
  async deliver(event: SubscriptionEvent): Promise<void> {
    await this.#queue.put(event);
    if (event.kind === 'terminated' || event.kind === 'completed') this.end();
  }

  /** For the client: no more events, after those that wait; with an error, the loop throws it then. */
  end(error?: Error): void {
    if (error) this.#queue.fail(error);
    else this.#queue.end();
  }

  /** The events; a loop may be left, and the next one goes on where it stopped. */
  async *events({ signal }: { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<
    SubscriptionEvent,
    void,
    undefined
  > {
    for (;;) {
      signal?.throwIfAborted();
      this.#next ??= this.#queue.next();
      const result = await unlessAborted(this.#next, signal);
      this.#next = undefined;
      if (result.done) return;
      yield result.value;
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<SubscriptionEvent, void, undefined> {
    return this.events();
  }

  /** Changes filter, trigger or stop time (RFC 8639, section 2.4.3). */
  modify(change: SubscriptionChange, options: CallOptions = {}): Promise<void> {
    return this.#home.modify(this.#ownId(), change, options);
  }

  /** Asks for everything once more (RFC 8641, section 4.3.3). */
  resync(options: CallOptions = {}): Promise<void> {
    return this.#home.resync(this.#ownId(), options);
  }

  /** Ends the subscription. What waits and has not been taken is thrown away. */
  async delete(options: CallOptions = {}): Promise<void> {
    const isOver = this.ended;
    // First, because a full queue would keep the session from reading the reply.
    this.#queue.clear();
    this.#queue.end();
    this.#home.forget(this);
    if (!isOver && this.id !== undefined) await this.#home.delete(this.id, options);
  }

  /** Deletes it, unless it is over. One of RFC 5277 goes on until its session ends; nobody gets its events. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.delete();
  }

  #ownId(): number {
    if (this.id !== undefined) return this.id;
    throw new TypeError('a subscription of create-subscription cannot be changed (RFC 5277)');
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}
