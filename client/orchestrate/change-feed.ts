/**
 * The changes of a VM's tables on the old device, while it still runs there: a subscription on a session
 * of its own, and what has changed since it was last asked, coalesced by key (the latest wins).
 *
 * What is kept is bounded by the entries that the device has and has had in one round.
 */
import { keysOf } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { NetconfError } from '../../src/netconf/index.ts';
import type { ListNode } from '../../src/yang/index.ts';
import type { NetconfClient } from '../netconf-client.ts';
import { ChangeDecoder } from './change-decoder.ts';
import type { MoveContext } from './context.ts';
import type { Device } from './device.ts';
import type { Survey } from './survey.ts';
import { vmFilter } from './vm-filter.ts';
import type { RowChange } from './vm-edit.ts';

/** The subscription ended or missed changes. */
export class ChangesLostError extends Error {
  readonly code = 'changes-lost';

  constructor(reason: string) {
    super(`changes of the tables were lost: ${reason}`);
    this.name = 'ChangesLostError';
  }
}

export class ChangeFeed {
  readonly #device: Device;
  readonly #client: NetconfClient;
  readonly #pending = new Map<string, RowChange>();
  #lost: string | undefined;
  #closed = false;

  private constructor(device: Device, client: NetconfClient) {
    this.#device = device;
    this.#client = client;
  }

  /** Subscribes. When this resolves, every later change will come. */
  static async open(context: MoveContext, { schema, kinds }: Survey): Promise<ChangeFeed> {
    const client = await context.old.connect('hello');
    const feed = new ChangeFeed(context.old, client);
    const dynamic = kinds.filter(({ ephemeral }) => ephemeral);
    client.onNotification(() => ({ sink: new ChangeDecoder(schema, dynamic, feed.#listener) }));
    void client.closed.then(() => {
      if (!feed.#closed) feed.#lose('the session of the subscription was closed');
    });
    const filter = vmFilter(context.vm, dynamic);
    await context.old.pipeline(
      [
        {
          message: 'establish-subscription',
          send: (session, signal) =>
            session.establishSubscription({
              datastore: 'operational',
              filter,
              trigger: { onChange: { syncOnStart: false } },
              signal,
            }),
        },
      ],
      { client },
    );
    return feed;
  }

  /** Entries changed and not yet taken. */
  get size(): number {
    return this.#pending.size;
  }

  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /**
   * Resolves when every change that the device had made before this call has arrived: replies come after
   * the notifications that were sent before them. Throws {@link ChangesLostError}.
   */
  async barrier(vm: string): Promise<void> {
    try {
      if (!this.lost) await this.#device.readState(vm, 'mode', this.#client);
    } catch (error) {
      if (!(error instanceof NetconfError)) throw error;
      this.#lose(error.message);
    }
    if (this.#lost !== undefined) throw new ChangesLostError(this.#lost);
  }

  /** The changes so far; the feed starts anew with the next one. */
  take(): readonly RowChange[] {
    const changes = [...this.#pending.values()];
    this.#pending.clear();
    return changes;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#pending.clear();
    await this.#device.release(this.#client);
  }

  readonly #listener = {
    set: (row: Branch): void => {
      this.#pending.set(keyText(row), { row, removed: false });
    },
    remove: (row: Branch): void => {
      this.#pending.set(keyText(row), { row, removed: true });
    },
    lost: (reason: string): void => {
      this.#lose(reason);
    },
  };

  #lose(reason: string): void {
    this.#lost ??= reason;
    this.#pending.clear();
  }
}

/** Equal for entries of one list with equal keys. */
function keyText(row: Branch): string {
  const list = row.schema as ListNode;
  const { dataParent } = list;
  const container = dataParent.kind === 'container' ? dataParent.name : '';
  let text = `${list.module.name}:${container}/${list.name}`;
  for (const [index, value] of keysOf(row).entries()) {
    const plain = typeof value === 'string' || typeof value === 'number';
    text += `\u0000${plain ? String(value) : (list.keys[index]?.type.canonical(value) ?? '')}`;
  }
  return text;
}
