/**
 * A subscription to an event stream: by create-subscription (RFC 5277) or by establish-subscription (RFC 8639).
 * They differ in what they are told about the end of a replay, about the end, and about being too slow.
 */
import type { OutgoingMessage } from '../../../src/netconf/index.ts';
import { NotificationComplete, ReplayComplete } from '../../generated/nc-notifications.ts';
import { ReplayCompleted } from '../../generated/ietf-subscribed-notifications.ts';
import type { EventRecord } from '../event-record.ts';
import type { FilterSpec } from '../filters.ts';
import { Subscription } from '../subscription.ts';
import type { SubscriptionOptions } from '../subscription.ts';
import type { EventStream, StreamReceiver } from './event-stream.ts';
import type { NotificationFilter } from './notification-filter.ts';

export interface StreamTerms {
  readonly stream: EventStream;
  /** Which RFC the subscriber goes by. */
  readonly protocol: 5277 | 8639;
  /** As it was given, for whoever asks what the terms are. */
  readonly spec: FilterSpec;
  readonly filter: NotificationFilter | undefined;
  /** Milliseconds since 1970; undefined: no replay. */
  readonly replayFrom: number | undefined;
  readonly stopTime: number | undefined;
  readonly maxQueued: number;
}

export class StreamSubscription extends Subscription implements StreamReceiver {
  #terms: StreamTerms;
  readonly #leave: () => void;
  /** Logged records still to be sent; undefined when there is no replay or no more of it. */
  #replay: EventRecord[] | undefined;
  #queue: EventRecord[] = [];

  constructor(options: SubscriptionOptions, terms: StreamTerms) {
    super(options);
    this.#terms = terms;
    this.#replay = this.#logged()?.reverse();
    this.#leave = terms.stream.receive(this);
    this.setStopTime(terms.stopTime);
  }

  /** The records of the log that are asked for, in order. */
  #logged(): EventRecord[] | undefined {
    const { stream, replayFrom, stopTime, protocol } = this.terms;
    if (replayFrom === undefined) return undefined;
    const fits = ({ time }: EventRecord): boolean =>
      (protocol === 5277 ? time >= replayFrom : time > replayFrom) &&
      time <= (stopTime ?? Infinity);
    return (stream.log?.select(fits) ?? []).slice();
  }

  onRecord(record: EventRecord): void {
    if (this.isOver || record.time > (this.stopTime ?? Infinity)) return;
    if (!this.isActive || !this.#passes(record)) {
      this.countExcluded();
      return;
    }
    this.#queue.push(record);
    if (this.#queue.length > this.terms.maxQueued) this.#overflow();
    this.wake();
  }

  get terms(): StreamTerms {
    return this.#terms;
  }

  /** Records from the next one on have to pass another filter. */
  setFilter(spec: FilterSpec, filter: NotificationFilter | undefined): void {
    this.#terms = { ...this.#terms, spec, filter };
  }

  #passes(record: EventRecord): boolean {
    if (!this.requester.access.mayReceive(record.node, record.about)) return false;
    return this.#terms.filter?.(record) ?? true;
  }

  /** RFC 5277 has no way to say that something is missing. */
  #overflow(): void {
    if (this.terms.protocol === 5277) {
      this.discard();
      this.subscriber.cut();
    } else {
      this.countExcluded(this.#queue.length);
      this.suspend('ietf-subscribed-notifications:unsupportable-volume');
    }
  }

  protected override nextMessage(): OutgoingMessage | undefined {
    while (this.#replay) {
      const record = this.#replay.pop();
      if (!record) {
        this.#replay = undefined;
        return this.#replayComplete();
      }
      if (this.#passes(record)) return this.#sending(record);
      this.countExcluded();
    }
    const record = this.#queue.shift();
    return record && this.#sending(record);
  }

  #sending(record: EventRecord): string {
    this.countSent();
    return record.text;
  }

  #replayComplete(): string {
    return this.terms.protocol === 5277
      ? this.stateMessage(ReplayComplete, {})
      : this.stateMessage(ReplayCompleted, { id: this.id });
  }

  /** `subscription-completed` is for configured subscriptions (RFC 8639, section 2.7.6). */
  protected override lastWord(): string | undefined {
    return this.terms.protocol === 5277 ? this.stateMessage(NotificationComplete, {}) : undefined;
  }

  protected override discard(): void {
    this.#queue = [];
    this.#replay = undefined;
  }

  protected override release(): void {
    this.#leave();
  }
}
