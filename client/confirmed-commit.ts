/**
 * A commit that the device takes back unless it is confirmed in time (RFC 6241, section 8.4).
 *
 * ```ts
 * await using pending = await client.confirmedCommit({ timeout: 120, persist: true });
 * await checkThatAllIsWell();
 * await pending.confirm();
 * ```
 *
 * When the block is left before `confirm`, the commit is cancelled: the device goes back at once.
 */
import { randomUUID } from 'node:crypto';
import { RpcErrorException } from '../src/error/index.ts';
import { NetconfError } from '../src/netconf/index.ts';
import type { CancelCommitRequest, CommitRequest } from '../src/netconf/index.ts';
import type { Clock, Timer } from '../src/util/index.ts';
import type { CallOptions } from './session-calls.ts';

/** RFC 6241, section 8.4.5.1. */
export interface ConfirmedCommitRequest {
  /** Seconds until the device takes it back; 600 when it is not given. */
  readonly timeout?: number | undefined;
  /**
   * Lets it outlive the session: any session that knows the name can then confirm, extend or cancel it.
   * `true`: under a name that nobody can guess. Without it the device goes back when the session ends.
   */
  readonly persist?: string | true | undefined;
  /** Extends it by the same time again whenever half of it is over, until it is confirmed or cancelled. */
  readonly renew?: boolean | undefined;
}

/** A persistent commit that is pending already, begun by another session or by this one before. */
export interface PendingCommitRequest extends Omit<ConfirmedCommitRequest, 'persist'> {
  readonly persistId: string;
}

/** The two operations that it is made of. */
export interface CommitSession {
  readonly clock: Clock;
  readonly closed: Promise<void>;
  commit(request: CommitRequest & CallOptions): Promise<void>;
  cancelCommit(request: CancelCommitRequest & CallOptions): Promise<void>;
}

type CommitState = Omit<PendingCommitRequest, 'persistId'> & {
  readonly persistId?: string | undefined;
};

/** RFC 6241, section 8.4.5.1. */
const DEFAULT_TIMEOUT_S = 600;

/** A commit that is pending. Leaving its scope without {@link ConfirmedCommit.confirm} takes it back. */
export class ConfirmedCommit implements AsyncDisposable {
  /** The name under which other sessions can confirm it; `undefined`: none can. */
  readonly persistId: string | undefined;
  readonly #session: CommitSession;
  readonly #lost = new AbortController();
  readonly #renews: boolean;
  #timeout: number;
  #deadline: number;
  #renewal: Timer | undefined;
  #state: 'pending' | 'confirmed' | 'cancelled' = 'pending';

  /** Commits the candidate, or running where that is edited directly. */
  static async begin(
    session: CommitSession,
    { persist, timeout, renew, ...options }: ConfirmedCommitRequest & CallOptions,
  ): Promise<ConfirmedCommit> {
    const persistId = persist === true ? randomUUID() : persist;
    const sentAt = session.clock.now();
    await session.commit({
      ...options,
      confirmed: true,
      confirmTimeout: timeout,
      persist: persistId,
    });
    return new ConfirmedCommit(session, { timeout, renew, persistId }, sentAt);
  }

  /** `sentAt`: when the request left; the device counts from a little later. */
  constructor(
    session: CommitSession,
    { persistId, timeout = DEFAULT_TIMEOUT_S, renew = false }: CommitState,
    sentAt: number = session.clock.now(),
  ) {
    this.#session = session;
    this.persistId = persistId;
    this.#timeout = timeout;
    this.#deadline = sentAt + timeout * 1000;
    this.#renews = renew;
    this.#armRenewal(sentAt);
    void session.closed.then(() => {
      this.#lose(new Error('the session ended before the commit was confirmed'));
    });
  }

  get state(): 'pending' | 'confirmed' | 'cancelled' {
    return this.#state;
  }

  /** When the device takes it back at the earliest, in milliseconds of the client's clock. */
  get deadline(): number {
    return this.#deadline;
  }

  /**
   * Fires when this object can do nothing for the commit any more: its session has ended, or it could not
   * be renewed. A persistent one may still be pending; `client.pendingCommit` takes it up on a new session.
   */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Starts the time anew, `timeout` seconds; commits what the candidate has got since, too. */
  async extend({ timeout = this.#timeout, ...options }: ExtendOptions = {}): Promise<void> {
    this.#mustBePending();
    const sentAt = this.#session.clock.now();
    await this.#session.commit({
      ...options,
      confirmed: true,
      confirmTimeout: timeout,
      // Without the name again it would no longer survive the session.
      persist: this.persistId,
      persistId: this.persistId,
    });
    this.#timeout = timeout;
    this.#deadline = sentAt + timeout * 1000;
    this.#armRenewal(sentAt);
  }

  /** Makes it permanent; what the candidate has got since goes along. */
  async confirm(options: CallOptions = {}): Promise<void> {
    this.#mustBePending();
    this.#renewal?.cancel();
    await this.#session.commit({ ...options, persistId: this.persistId });
    this.#state = 'confirmed';
  }

  /** Makes the device go back at once. */
  async cancel(options: CallOptions = {}): Promise<void> {
    this.#mustBePending();
    this.#renewal?.cancel();
    await this.#session.cancelCommit({ ...options, persistId: this.persistId });
    this.#state = 'cancelled';
  }

  /**
   * Cancels what is still pending. Does not throw when the device has gone back by itself: when the time
   * is over, or the session that it depended on. A persistent commit whose session is gone stays pending
   * until its time is over.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#renewal?.cancel();
    if (this.#state !== 'pending') return;
    try {
      await this.cancel();
    } catch (error) {
      const isExpired = this.#session.clock.now() >= this.#deadline;
      if (error instanceof NetconfError) return;
      if (!(isExpired && error instanceof RpcErrorException)) throw error;
    }
  }

  #mustBePending(): void {
    if (this.#state !== 'pending') throw new TypeError(`the commit is ${this.#state} already`);
  }

  #armRenewal(sentAt: number): void {
    this.#renewal?.cancel();
    if (!this.#renews) return;
    const { clock } = this.#session;
    const delay = Math.max(0, sentAt + this.#timeout * 500 - clock.now());
    this.#renewal = clock.setTimer(delay, () => {
      this.extend().catch((error: unknown) => {
        this.#lose(error);
      });
    });
  }

  #lose(reason: unknown): void {
    this.#renewal?.cancel();
    if (this.#state === 'pending') this.#lost.abort(reason);
  }
}

/** For how much longer. */
export interface ExtendOptions extends CallOptions {
  /** Seconds; as at first when it is not given. */
  readonly timeout?: number | undefined;
}
