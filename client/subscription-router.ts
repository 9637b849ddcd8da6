/**
 * Which notification belongs to which subscription of a session (RFC 8640, section 4; RFC 8641, section 3.7).
 *
 * Updates of datastores and changes of a subscription's state name it. Event records do not, so each
 * subscription to a stream gets every one: who needs them apart takes a session for each.
 */
import type {
  ClientSession,
  Notification,
  NotificationHead,
  NotificationReceiver,
} from '../src/netconf/index.ts';
import { ElementBuilder } from '../src/xml/index.ts';
import { decodeEvent, isAddressed, subscriptionIdOf } from './subscription-event.ts';
import { Subscription } from './subscription.ts';
import type { SubscriptionHome, SubscriptionStart } from './subscription.ts';

/** Ids of ended subscriptions that are remembered, so that their late notifications are thrown away. */
const MAX_FORGOTTEN = 1000;

export class SubscriptionRouter {
  readonly #session: ClientSession;
  readonly #subscriptions = new Set<Subscription>();
  readonly #forgotten = new Set<number>();
  #isListening = false;

  constructor(session: ClientSession) {
    this.#session = session;
  }

  /** From now on the subscription gets what is for it. */
  add(home: Omit<SubscriptionHome, 'forget'>, start: SubscriptionStart): Subscription {
    const forget = (subscription: Subscription): void => {
      this.#forget(subscription);
    };
    const subscription = new Subscription({ ...home, forget }, start);
    this.#listen();
    this.#subscriptions.add(subscription);
    return subscription;
  }

  #forget(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    if (subscription.id === undefined) return;
    this.#forgotten.add(subscription.id);
    const [oldest] = this.#forgotten;
    if (oldest !== undefined && this.#forgotten.size > MAX_FORGOTTEN) {
      this.#forgotten.delete(oldest);
    }
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#session.onNotification((head) => this.#receiver(head));
    void this.#session.closed.then(() => {
      const end = this.#session.end;
      for (const subscription of this.#subscriptions) {
        subscription.end(end?.isOurs === true ? undefined : end?.reason);
      }
      this.#subscriptions.clear();
    });
  }

  #receiver(head: NotificationHead): NotificationReceiver | undefined {
    const isOurs =
      isAddressed(head.namespace, head.local) ||
      [...this.#subscriptions].some(({ isStream }) => isStream);
    if (!isOurs) return undefined;
    const sink = new ElementBuilder();
    return {
      sink,
      end: () => this.#deliver({ eventTime: head.eventTime, element: sink.result }),
    };
  }

  async #deliver(notification: Notification): Promise<void> {
    const { namespace, local } = notification.element;
    const event = decodeEvent(notification);
    if (isAddressed(namespace, local)) {
      const id = subscriptionIdOf(notification.element);
      const subscription = this.#find(id);
      if (subscription) await subscription.deliver(event);
      else if (id === undefined || !this.#forgotten.has(id)) {
        await this.#session.passOn(notification);
      }
    } else {
      const streams = [...this.#subscriptions].filter(({ isStream }) => isStream);
      await Promise.all(streams.map((subscription) => subscription.deliver(event)));
    }
    for (const subscription of this.#subscriptions) {
      if (subscription.ended) this.#forget(subscription);
    }
  }

  /** Updates may leave the id out (RFC 8641, section 5); with one subscription there is no doubt. */
  #find(id: number | undefined): Subscription | undefined {
    const candidates = [...this.#subscriptions].filter((item) =>
      id === undefined ? !item.isStream : item.id === id,
    );
    return candidates.length === 1 ? candidates[0] : undefined;
  }
}
