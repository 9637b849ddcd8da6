/**
 * The subscriptions of one session to changes of the tables of VMs (RFC 8639, RFC 8641).
 *
 * Each sends one notification at a time; what changes meanwhile waits, coalesced. Before a reply is sent
 * everything that waits is sent, so a reply tells that all earlier changes have been reported.
 */
import type { Branch, Selection } from '../../src/data/index.ts';
import { vmId } from '../../src/sami/index.ts';
import type { Clock } from '../../src/util/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { SubscriptionTerminatedReasonIdentity } from '../generated/ietf-subscribed-notifications.ts';
import { namingPlane } from '../plane/plane-failure.ts';
import type { DataPlane, TableChange, Watch } from '../plane/plane.ts';
import { ChangeQueue } from './change-queue.ts';
import { encodeChangeUpdate, encodeTerminated } from './change-update.ts';

const FILTER_UNAVAILABLE = 'ietf-subscribed-notifications:filter-unavailable';

export interface SubscriptionsOptions {
  readonly context: SchemaContext;
  readonly planes: readonly DataPlane[];
  readonly clock: Clock;
  /** Changes of different entries that may wait; beyond that the subscriber has to read again. */
  readonly maxPendingChanges: number;
  /** Numbers are unique in the server. */
  readonly nextId: () => number;
  /** Sends one notification; settles when it has been handed over. */
  readonly send: (message: Iterable<string>) => Promise<void>;
}

export interface SubscriptionRequest {
  readonly vm: Branch;
  /** What is selected of the VM. */
  readonly selection: Selection;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #subscriptions = new Map<number, Subscription>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** Changes are collected from now on, and sent once {@link activate} is called. Returns the number. */
  async establish(request: SubscriptionRequest): Promise<number> {
    const id = this.#options.nextId();
    const subscription = new Subscription(id, request, this.#options);
    await subscription.start();
    this.#subscriptions.set(id, subscription);
    return id;
  }

  /** To be called when the reply to what has established subscriptions has been queued for sending. */
  activate(): void {
    for (const subscription of this.#subscriptions.values()) subscription.activate();
  }

  async delete(id: number): Promise<boolean> {
    const subscription = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    await subscription?.close();
    return subscription !== undefined;
  }

  /** Ends a subscription that the subscriber did not end, and tells it. */
  terminate(id: number, reason: SubscriptionTerminatedReasonIdentity): boolean {
    const subscription = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    subscription?.terminate(reason);
    return subscription !== undefined;
  }

  /** The VM is gone, and its tables with it. */
  vmRemoved(id: string): void {
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.vmId === id) this.terminate(subscription.id, FILTER_UNAVAILABLE);
    }
  }

  /** Resolves when everything that has happened so far has been handed over for sending. */
  async flush(): Promise<void> {
    for (const subscription of this.#subscriptions.values()) await subscription.flush();
  }

  async close(): Promise<void> {
    const subscriptions = [...this.#subscriptions.values()];
    this.#subscriptions.clear();
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
  }
}

class Subscription {
  readonly id: number;
  readonly vmId: string;
  readonly #request: SubscriptionRequest;
  readonly #options: SubscriptionsOptions;
  readonly #queue: ChangeQueue;
  #watches: readonly Watch[] = [];
  #sending: Promise<void> | undefined;
  #patchNumber = 0;
  #closed = false;
  /** The subscriber does not know the number yet. */
  #held = true;

  constructor(id: number, request: SubscriptionRequest, options: SubscriptionsOptions) {
    this.id = id;
    this.vmId = vmId(request.vm);
    this.#request = request;
    this.#options = options;
    this.#queue = new ChangeQueue(options.maxPendingChanges);
  }

  /** Watches every plane, or none: where one cannot be watched, changes would be missed. */
  async start(): Promise<void> {
    const watch = (plane: DataPlane): Promise<Watch> =>
      namingPlane(plane, () =>
        plane.watch(this.#request.vm, (change) => {
          this.#onChange(change);
        }),
      );
    const answers = await Promise.allSettled(this.#options.planes.map(watch));
    this.#watches = answers.flatMap((answer) =>
      answer.status === 'fulfilled' ? [answer.value] : [],
    );
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (!failed) return;
    await this.close();
    throw failed.reason;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#watches.map((watch) => watch.close()));
  }

  /** The reply with the number is on its way: notifications may follow it. */
  activate(): void {
    if (!this.#held) return;
    this.#held = false;
    if (!this.#queue.isEmpty) this.#sending ??= this.#sendPending();
  }

  terminate(reason: SubscriptionTerminatedReasonIdentity): void {
    const { context, clock, send } = this.#options;
    const content = { id: this.id, reason };
    void this.flush()
      .then(() => send(encodeTerminated(context, content, clock.now())))
      .catch(() => undefined)
      .finally(() => this.close());
  }

  async flush(): Promise<void> {
    while (!this.#closed && !this.#held && (this.#sending ?? !this.#queue.isEmpty)) {
      this.#sending ??= this.#sendPending();
      await this.#sending;
    }
  }

  #onChange(change: TableChange): void {
    const selected = this.#select(change);
    if (this.#closed || !selected) return;
    this.#queue.add(selected);
    if (!this.#held) this.#sending ??= this.#sendPending();
  }

  /** The change as far as it is selected. */
  #select(change: TableChange): TableChange | undefined {
    if (change.kind === 'lost') return change;
    const container = change.list.dataParent;
    if (container.kind !== 'container') return undefined;
    const rows = this.#request.selection.container(container)?.list(change.list);
    if (!rows || rows.all || change.kind === 'remove') return rows && change;
    const row = rows.prune(change.row);
    return row && { ...change, row };
  }

  /** Sends until nothing waits. A failure is that of the session, which ends for its own reasons. */
  async #sendPending(): Promise<void> {
    // Changes that come in one go, as those of a commit, go into one notification.
    await Promise.resolve();
    const { context, clock, send } = this.#options;
    try {
      while (!this.#queue.isEmpty && !this.#closed) {
        const pending = this.#queue.take();
        this.#patchNumber += 1;
        const update = {
          context,
          subscriptionId: this.id,
          vmId: this.vmId,
          patchNumber: this.#patchNumber,
          time: clock.now(),
          pending,
        };
        await send(encodeChangeUpdate(update));
      }
    } catch {
      this.#closed = true;
      this.#queue.take();
    } finally {
      this.#sending = undefined;
    }
  }
}
