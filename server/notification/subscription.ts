/**
 * What subscriptions of every kind have in common (RFC 5277, RFC 8639): messages go out one at a time, after the
 * reply that tells the subscriber of the subscription, and the last of them says why it ended.
 *
 * What waits is bounded by the kinds of subscription; here is what happens when there is too much: the subscription
 * is suspended, which the subscriber learns as soon as it reads again, and resumed after that.
 */
import type { OutgoingMessage } from '../../src/netconf/index.ts';
import type { Clock, Timer } from '../../src/util/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import {
  SubscriptionResumed,
  SubscriptionSuspended,
  SubscriptionTerminated,
} from '../generated/ietf-subscribed-notifications.ts';
import type {
  SubscriptionSuspendedReasonIdentity,
  SubscriptionTerminatedReasonIdentity,
} from '../generated/ietf-subscribed-notifications.ts';
import type { Requester } from '../session/requester.ts';
import type { TypedContent } from './state-notification.ts';
import { stateNotification } from './state-notification.ts';

/** The session that notifications go to. */
export interface Subscriber {
  readonly requester: Requester;
  /** Sends one notification; settles when it has been handed over. */
  send(message: OutgoingMessage): Promise<void>;
  /** Ends the session: it does not read, and there is no way to tell it what it has missed. */
  cut(): void;
}

export interface SubscriptionOptions {
  readonly id: number;
  readonly subscriber: Subscriber;
  readonly context: SchemaContext;
  readonly clock: Clock;
  /** Called once, when it is over for whatever reason. */
  readonly onEnd: () => void;
}

export abstract class Subscription {
  readonly id: number;
  protected readonly context: SchemaContext;
  protected readonly clock: Clock;
  protected readonly subscriber: Subscriber;
  readonly #onEnd: () => void;
  /** State notifications that wait. */
  readonly #notices: OutgoingMessage[] = [];
  #sending: Promise<void> | undefined;
  #state: 'active' | 'suspended' | 'ending' | 'closed' = 'active';
  /** The subscriber does not know of it yet. */
  #held = true;
  #stopTimer: Timer | undefined;
  #stopTime: number | undefined;
  /** What is sent when nothing else waits and it ends. */
  #last: OutgoingMessage | undefined;
  #sent = 0;
  #excluded = 0;

  constructor({ id, subscriber, context, clock, onEnd }: SubscriptionOptions) {
    this.id = id;
    this.subscriber = subscriber;
    this.context = context;
    this.clock = clock;
    this.#onEnd = onEnd;
  }

  /** The next message of what is subscribed to; undefined when nothing waits. */
  protected abstract nextMessage(): OutgoingMessage | undefined;
  /** What waits is given up; while it is suspended nothing is collected. */
  protected abstract discard(): void;
  /** It goes on after a suspension. */
  protected resumed(): void {
    // What comes from now on is all there is to say.
  }
  /** Releases what it holds. */
  protected release(): void | Promise<void> {
    // Nothing is held.
  }

  get requester(): Requester {
    return this.subscriber.requester;
  }

  get isActive(): boolean {
    return this.#state === 'active';
  }

  /** Nothing new is collected; what waits is still sent. */
  protected get isEnding(): boolean {
    return this.#state === 'ending';
  }

  get isOver(): boolean {
    return this.#state === 'closed';
  }

  protected get isHeld(): boolean {
    return this.#held;
  }

  get stopTime(): number | undefined {
    return this.#stopTime;
  }

  /** The leafs of `receiver` in the list of subscriptions (RFC 8639, section 2.8). */
  get counters(): { readonly sent: bigint; readonly excluded: bigint } {
    return { sent: BigInt(this.#sent), excluded: BigInt(this.#excluded) };
  }

  get receiverState(): 'active' | 'suspended' {
    return this.#state === 'suspended' ? 'suspended' : 'active';
  }

  /** The reply is on its way: notifications may follow it. */
  activate(): void {
    if (!this.#held) return;
    this.#held = false;
    this.wake();
  }

  /** What comes from now on has to follow the reply to the request that changes the terms. */
  async hold(): Promise<void> {
    await this.flush();
    this.#held = true;
  }

  /** Resolves when everything that has happened so far has been handed over for sending. */
  async flush(): Promise<void> {
    if (this.#held) return;
    await this.#sending;
    if (this.#state === 'closed') return;
    this.wake();
    await this.#sending;
  }

  /** Ends at that time (milliseconds since 1970); what is before it is still sent. */
  setStopTime(time: number | undefined): void {
    this.#stopTimer?.cancel();
    this.#stopTime = time;
    this.#stopTimer =
      time === undefined
        ? undefined
        : this.clock.setTimer(time - this.clock.now(), () => {
            this.finish(this.lastWord());
          });
  }

  /** What is sent when the stop time has come. */
  protected lastWord(): OutgoingMessage | undefined {
    return undefined;
  }

  /** Ends it once what waits has been sent, with a last message. */
  finish(last?: OutgoingMessage): void {
    if (this.#state === 'closed' || this.#state === 'ending') return;
    this.#state = 'ending';
    this.#last = last;
    this.#stopTimer?.cancel();
    this.wake();
  }
  /** Ends it although the subscriber did not ask for that, and tells it. */
  terminate(reason: SubscriptionTerminatedReasonIdentity): void {
    this.discard();
    this.finish(this.stateMessage(SubscriptionTerminated, { id: this.id, reason }));
  }

  /** There is more than the subscriber takes, or than can be made. */
  protected suspend(reason: SubscriptionSuspendedReasonIdentity): void {
    if (this.#state !== 'active') return;
    this.#state = 'suspended';
    this.discard();
    this.notify(SubscriptionSuspended, { id: this.id, reason });
  }

  /** Ends it without a word. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#stopTimer?.cancel();
    this.discard();
    this.#onEnd();
    await this.release();
  }

  /** Queues a state notification; these come before everything else that waits. */
  notify<Value>(type: TypedContent<Value>, value: Value): void {
    this.#notices.push(this.stateMessage(type, value));
    this.wake();
  }

  protected stateMessage<Value>(type: TypedContent<Value>, value: Value): string {
    return stateNotification(this.context, this.clock.now(), { type, value });
  }

  protected countSent(count = 1): void {
    this.#sent += count;
  }

  protected countExcluded(count = 1): void {
    this.#excluded += count;
  }

  protected wake(): void {
    if (this.#held || this.#state === 'closed') return;
    this.#sending ??= this.#run();
  }

  /** Sends until nothing waits. A failure is that of the session, which ends for its own reasons. */
  async #run(): Promise<void> {
    // What comes in one go, as the changes of a commit, goes into one notification.
    await Promise.resolve();
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) {
        await this.subscriber.send(next);
      }
    } catch {
      await this.close();
    } finally {
      this.#sending = undefined;
    }
    if (this.#state === 'ending' && !this.#held) await this.close();
  }

  #next(): OutgoingMessage | undefined {
    if (this.#held || this.#state === 'closed') return undefined;
    const notice = this.#notices.shift();
    if (notice !== undefined) return notice;
    if (this.#state === 'suspended') {
      // The notice of the suspension has been taken: the subscriber reads again.
      this.#state = 'active';
      this.resumed();
      return this.stateMessage(SubscriptionResumed, { id: this.id });
    }
    const next = this.nextMessage();
    if (next !== undefined || this.#state !== 'ending') return next;
    const last = this.#last;
    this.#last = undefined;
    return last;
  }
}
