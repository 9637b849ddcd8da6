/** The messages of RFC 8641, section 3.7, in the envelope of RFC 5277, section 4. */
import { encodeBranch } from '../../src/data/index.ts';
import { NOTIFICATION_NS, YANG_PUSH_NS } from '../../src/netconf/index.ts';
import { vmListNode } from '../../src/sami/index.ts';
import type { XmlWriter } from '../../src/xml/index.ts';
import type { LeafValue, ListNode, SchemaContext } from '../../src/yang/index.ts';
import { SubscriptionTerminated } from '../generated/ietf-subscribed-notifications.ts';
import { dateAndTime } from '../monitoring/netconf-state.ts';
import { textPieces } from '../read/text-pieces.ts';
import type { PendingChanges, RowChange } from './change-queue.ts';

/** Edits written between two yields. */
const EDITS_PER_PIECE = 250;

export interface ChangeUpdate {
  readonly context: SchemaContext;
  readonly subscriptionId: number;
  readonly vmId: string;
  readonly patchNumber: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly pending: PendingChanges;
}

/** A push-change-update with one edit for each entry that changed. */
export function encodeChangeUpdate(update: ChangeUpdate): Iterable<string> {
  return encodeNotification(update.time, (writer) => writeChangeUpdate(writer, update));
}

/** A subscription-terminated. */
export function encodeTerminated(
  context: SchemaContext,
  content: SubscriptionTerminated,
  time: number,
): Iterable<string> {
  return encodeNotification(time, function* (writer) {
    encodeBranch(writer, SubscriptionTerminated.toTree(context, content));
    yield;
  });
}

function encodeNotification(
  time: number,
  write: (writer: XmlWriter) => Iterable<void>,
): Iterable<string> {
  return textPieces(function* (writer) {
    writer.open(NOTIFICATION_NS, 'notification');
    writer.leaf(NOTIFICATION_NS, 'eventTime', dateAndTime(time));
    yield* write(writer);
    writer.close();
  });
}

function* writeChangeUpdate(writer: XmlWriter, update: ChangeUpdate): Iterable<void> {
  const { pending, subscriptionId, patchNumber } = update;
  const leaf = (name: string, value: string): void => {
    writer.leaf(YANG_PUSH_NS, name, value);
  };
  writer.open(YANG_PUSH_NS, 'push-change-update');
  leaf('id', String(subscriptionId));
  writer.open(YANG_PUSH_NS, 'datastore-changes');
  writer.open(YANG_PUSH_NS, 'yang-patch');
  leaf('patch-id', String(patchNumber));
  const targets = new TargetPaths(update);
  for (const [index, change] of pending.changes.entries()) {
    writer.open(YANG_PUSH_NS, 'edit');
    leaf('edit-id', String(index + 1));
    leaf('operation', change.kind === 'set' ? 'replace' : 'delete');
    leaf('target', targets.of(change));
    if (change.kind === 'set') {
      writer.open(YANG_PUSH_NS, 'value');
      encodeBranch(writer, change.row);
      writer.close();
    }
    writer.close();
    if ((index + 1) % EDITS_PER_PIECE === 0) yield;
  }
  writer.close();
  writer.close();
  if (pending.lost) leaf('incomplete-update', '');
  writer.close();
}

/** Data resource identifiers (RFC 8040, section 3.5.3), as the target of an edit is one. */
class TargetPaths {
  readonly #vmPath: string;
  readonly #lists = new Map<ListNode, string>();

  constructor({ context, vmId }: ChangeUpdate) {
    const name = vmListNode(context)?.name ?? 'vm';
    this.#vmPath = `/sami:sami/${name}=${encodeURIComponent(vmId)}`;
  }

  of({ list, row }: RowChange): string {
    const keys = list.keys.map((key) =>
      encodeURIComponent(key.type.canonical(row.slots[key.slot] as LeafValue)),
    );
    return `${this.#listPath(list)}=${keys.join(',')}`;
  }

  #listPath(list: ListNode): string {
    let path = this.#lists.get(list);
    if (path === undefined) {
      const container = list.dataParent;
      const kind =
        container.kind === 'container' ? `${container.module.name}:${container.name}/` : '';
      path = `${this.#vmPath}/${kind}${list.name}`;
      this.#lists.set(list, path);
    }
    return path;
  }
}
