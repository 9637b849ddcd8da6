/** Events and subscriptions of the whole server (RFC 5277, RFC 8639). */
import type { Branch } from '../../src/data/index.ts';
import type { Clock } from '../../src/util/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { DatastoreChange, DatastoreListener } from '../datastore/events.ts';
import { BaseNotifications } from './base-notifications.ts';
import { EventRecord } from './event-record.ts';
import type { NotificationLimits } from './limits.ts';
import type { Refuse } from './refusal.ts';
import { EventStream } from './stream/event-stream.ts';
import type { Subscriber, Subscription, SubscriptionOptions } from './subscription.ts';
import { followFilters } from './named-filters.ts';
import { OnChangeSubscription } from './push/on-change-subscription.ts';
import { Subscriptions, isCreated } from './subscriptions.ts';
import type { SubscriptionRegistry } from './subscriptions.ts';

/** The stream that every server has (RFC 5277, section 3.2.3). */
export const NETCONF_STREAM = 'NETCONF';

export interface PublishOptions {
  /** When it happened, in milliseconds since 1970; by default now. */
  readonly eventTime?: number | undefined;
  /**
   * Of a notification that is defined in the data tree (RFC 7950, section 7.16.2): a tree from the root down to
   * what it is about, with one entry of each list on the way.
   */
  readonly instance?: Branch | undefined;
}

export interface NotificationsOptions {
  readonly context: SchemaContext;
  readonly clock: Clock;
  readonly limits: NotificationLimits;
}

export class Notifications implements DatastoreListener, SubscriptionRegistry {
  readonly limits: NotificationLimits;
  readonly streams: readonly EventStream[];
  /** What the server itself has to tell. */
  readonly base: BaseNotifications;
  readonly #options: NotificationsOptions;
  readonly #subscriptions = new Map<number, Subscription>();
  #lastId = 0;

  constructor(options: NotificationsOptions) {
    const { clock, limits } = options;
    this.#options = options;
    this.limits = limits;
    const description = 'All events of this server';
    this.streams = [
      new EventStream({ name: NETCONF_STREAM, description, now: clock.now(), limits }),
    ];
    this.base = new BaseNotifications(options.context, (content) => {
      this.publish(content);
    });
  }

  stream(name: string): EventStream | undefined {
    return this.streams.find((stream) => stream.name === name);
  }

  /** Puts an event into the stream NETCONF. Throws TypeError when `content` is no notification. */
  publish(content: Branch, { eventTime, instance }: PublishOptions = {}): void {
    const time = eventTime ?? this.#options.clock.now();
    const record = new EventRecord({ content, time, instance });
    for (const stream of this.streams) stream.publish(record);
  }

  subscriptionsOf(subscriber: Subscriber): Subscriptions {
    return new Subscriptions(this, subscriber);
  }

  /** Of all sessions, in the order in which they were established. */
  get subscriptions(): Iterable<Subscription> {
    return this.#subscriptions.values();
  }

  /** One that its subscriber knows by the number. */
  established(id: number): Subscription | undefined {
    const found = this.#subscriptions.get(id);
    return found && !isCreated(found) ? found : undefined;
  }

  /** Tells subscribers of a change of a datastore. To be called once access control has taken notice of it. */
  changed(change: DatastoreChange): void {
    for (const it of [...this.#subscriptions.values()]) {
      if (it instanceof OnChangeSubscription) it.onDatastoreChange(change);
    }
    if (change.datastore === 'running') {
      followFilters(this.#subscriptions.values(), change, this.#options.context);
    }
  }

  /** Numbers are unique in the server. */
  add<T extends Subscription>(
    subscriber: Subscriber,
    refuse: Refuse,
    make: (options: SubscriptionOptions) => T,
  ): T {
    const { context, clock, limits } = this.#options;
    if (this.#subscriptions.size >= limits.maxSubscriptions) {
      throw refuse(
        'ietf-subscribed-notifications:insufficient-resources',
        `the server has its ${String(limits.maxSubscriptions)} subscriptions already`,
      );
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const onEnd = (): void => void this.#subscriptions.delete(id);
    const subscription = make({ id, subscriber, context, clock, onEnd });
    this.#subscriptions.set(id, subscription);
    return subscription;
  }
}
