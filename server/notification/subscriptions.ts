/**
 * The subscriptions of one session. Before a reply is sent everything that waits is sent, so a reply tells that
 * all that happened before it has been reported; what a reply establishes is reported after it.
 */
import type { NotificationLimits } from './limits.ts';
import { refusal } from './refusal.ts';
import type { Refuse } from './refusal.ts';
import { StreamSubscription } from './stream/stream-subscription.ts';
import type { Subscriber, Subscription, SubscriptionOptions } from './subscription.ts';

/** The subscriptions of all sessions, to which those of one are added. */
export interface SubscriptionRegistry {
  readonly limits: NotificationLimits;
  /** Gives what `make` makes a number of its own. Throws insufficient-resources. */
  add<T extends Subscription>(
    subscriber: Subscriber,
    refuse: Refuse,
    make: (options: SubscriptionOptions) => T,
  ): T;
}

export class Subscriptions {
  readonly #registry: SubscriptionRegistry;
  readonly #subscriber: Subscriber;
  readonly #subscriptions = new Map<number, Subscription>();

  /** @internal Use `Notifications.subscriptionsOf`. */
  constructor(registry: SubscriptionRegistry, subscriber: Subscriber) {
    this.#registry = registry;
    this.#subscriber = subscriber;
  }

  /** How many there are of every kind. */
  get size(): number {
    return this.#subscriptions.size;
  }

  /** Those that have a number that the subscriber knows. */
  get established(): readonly Subscription[] {
    return [...this.#subscriptions.values()].filter((it) => !isCreated(it));
  }

  /** The one of create-subscription, of which a session has one at a time. */
  get created(): Subscription | undefined {
    return [...this.#subscriptions.values()].find(isCreated);
  }

  /** Of those with a number. */
  get(id: number): Subscription | undefined {
    const found = this.#subscriptions.get(id);
    return found && !isCreated(found) ? found : undefined;
  }

  /** Takes up what `make` makes. Throws insufficient-resources. It sends nothing before {@link activate}. */
  add<T extends Subscription>(
    make: (options: SubscriptionOptions) => T,
    refuse: Refuse = refusal,
  ): T {
    const { limits } = this.#registry;
    if (this.#subscriptions.size >= limits.maxSubscriptionsPerSession) {
      const limit = String(limits.maxSubscriptionsPerSession);
      throw refuse(
        'ietf-subscribed-notifications:insufficient-resources',
        `this session has its ${limit} subscriptions already`,
      );
    }
    return this.#registry.add(this.#subscriber, refuse, (options) => {
      const subscription = make({
        ...options,
        onEnd: () => {
          this.#subscriptions.delete(options.id);
          options.onEnd();
        },
      });
      this.#subscriptions.set(options.id, subscription);
      return subscription;
    });
  }

  /** To be called when the reply to what has established subscriptions has been queued for sending. */
  activate(): void {
    for (const subscription of this.#subscriptions.values()) subscription.activate();
  }

  /** Resolves when everything that has happened so far has been handed over for sending. */
  async flush(): Promise<void> {
    for (const subscription of [...this.#subscriptions.values()]) await subscription.flush();
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#subscriptions.values()].map((subscription) => subscription.close()),
    );
  }
}

/** By create-subscription: then it has no number. */
export function isCreated(subscription: Subscription): boolean {
  return subscription instanceof StreamSubscription && subscription.terms.protocol === 5277;
}
