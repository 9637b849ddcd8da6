/** Changes of the tables of one VM (RFC 8641, section 3.3). */
import type { Branch, Selection } from '../../../src/data/index.ts';
import type { OutgoingMessage } from '../../../src/netconf/index.ts';
import { vmId } from '../../../src/sami/index.ts';
import { namingPlane } from '../../plane/plane-failure.ts';
import type { DataPlane, TableChange, Watch } from '../../plane/plane.ts';
import { ChangeQueue } from '../change-queue.ts';
import { encodeChangeUpdate } from '../change-update.ts';
import { Subscription } from '../subscription.ts';
import type { SubscriptionOptions } from '../subscription.ts';

export interface TableTerms {
  readonly vm: Branch;
  readonly selection: Selection;
  readonly planes: readonly DataPlane[];
  readonly maxPendingChanges: number;
}

export class TableSubscription extends Subscription {
  readonly vmId: string;
  readonly #terms: TableTerms;
  readonly #queue: ChangeQueue;
  #watches: readonly Watch[] = [];
  #patchNumber = 0;

  constructor(options: SubscriptionOptions, terms: TableTerms) {
    super(options);
    this.#terms = terms;
    this.vmId = vmId(terms.vm);
    this.#queue = new ChangeQueue(terms.maxPendingChanges);
  }

  async start(): Promise<void> {
    const watch = (plane: DataPlane): Promise<Watch> =>
      namingPlane(plane, () =>
        plane.watch(this.#terms.vm, (change) => {
          this.#onChange(change);
        }),
      );
    const answers = await Promise.allSettled(this.#terms.planes.map(watch));
    this.#watches = answers.flatMap((answer) =>
      answer.status === 'fulfilled' ? [answer.value] : [],
    );
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (!failed) return;
    await this.close();
    throw failed.reason;
  }

  #onChange(change: TableChange): void {
    const selected = this.#select(change);
    if (this.isOver || !selected) return;
    this.#queue.add(selected);
    this.wake();
  }

  #select(change: TableChange): TableChange | undefined {
    if (change.kind === 'lost') return change;
    const container = change.list.dataParent;
    if (container.kind !== 'container') return undefined;
    const rows = this.#terms.selection.container(container)?.list(change.list);
    if (!rows || rows.all || change.kind === 'remove') return rows && change;
    const row = rows.prune(change.row);
    return row && { ...change, row };
  }

  protected override nextMessage(): OutgoingMessage | undefined {
    if (this.#queue.isEmpty) return undefined;
    this.#patchNumber += 1;
    return encodeChangeUpdate({
      context: this.context,
      subscriptionId: this.id,
      vmId: this.vmId,
      patchNumber: this.#patchNumber,
      time: this.clock.now(),
      pending: this.#queue.take(),
    });
  }

  protected override discard(): void {
    this.#queue.take();
  }

  protected override async release(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.close()));
  }
}
