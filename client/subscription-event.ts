/**
 * What arrives on a subscription, as values: event records, updates of datastores (RFC 8641, section 3.7)
 * and changes of the subscription's own state (RFC 8639, section 2.7; RFC 5277, section 2.2).
 */
import {
  NETMOD_NOTIFICATION_NS,
  SUBSCRIBED_NOTIFICATIONS_NS,
  YANG_PUSH_NS,
} from '../src/netconf/index.ts';
import type { IdentityName, Notification } from '../src/netconf/index.ts';
import { childElements, textContent } from '../src/xml/index.ts';
import type { XmlElement } from '../src/xml/index.ts';

/** One edit of a YANG patch (RFC 8072, section 2.5). */
export interface PatchEdit {
  readonly editId: string;
  readonly operation: string;
  readonly target: string;
  readonly point: string | undefined;
  readonly where: string | undefined;
  readonly value: readonly XmlElement[];
}

interface Arrived {
  /** RFC 3339. */
  readonly eventTime: string;
  /** All of it, as received. */
  readonly element: XmlElement;
}

/** What a subscription gets, told apart by `kind`. */
export type SubscriptionEvent = Arrived &
  (
    | { readonly kind: 'event' }
    | {
        readonly kind: 'push-update';
        readonly contents: readonly XmlElement[];
        /** Not everything is there: the publisher could not read it all. */
        readonly incomplete: boolean;
      }
    | {
        readonly kind: 'push-change-update';
        readonly patchId: string;
        readonly edits: readonly PatchEdit[];
        readonly incomplete: boolean;
      }
    /** What follows happened after the subscription began. */
    | { readonly kind: 'replay-completed' }
    | { readonly kind: 'started' }
    | { readonly kind: 'modified' }
    | { readonly kind: 'suspended'; readonly reason: IdentityName }
    | { readonly kind: 'resumed' }
    /** The last one: the publisher has ended the subscription. */
    | { readonly kind: 'terminated'; readonly reason: IdentityName }
    /** The last one: the stop time is reached. */
    | { readonly kind: 'completed' }
  );

const STATE_CHANGES = {
  'replay-completed': 'replay-completed',
  'subscription-started': 'started',
  'subscription-modified': 'modified',
  'subscription-resumed': 'resumed',
  'subscription-completed': 'completed',
} as const;

/** Whether it says by `id` which subscription it belongs to. */
export function isAddressed(namespace: string, local: string): boolean {
  if (namespace === YANG_PUSH_NS) return local === 'push-update' || local === 'push-change-update';
  return (
    namespace === SUBSCRIBED_NOTIFICATIONS_NS &&
    (local in STATE_CHANGES || /^subscription-(suspended|terminated)$/.test(local))
  );
}

/** The subscription it is for; undefined when it does not say. */
export function subscriptionIdOf(element: XmlElement): number | undefined {
  const id = child(element, 'id');
  return id && Number(textContent(id));
}

export function decodeEvent({ eventTime, element }: Notification): SubscriptionEvent {
  const arrived = { eventTime, element };
  const { namespace, local } = element;
  if (namespace === NETMOD_NOTIFICATION_NS) {
    if (local === 'replayComplete') return { ...arrived, kind: 'replay-completed' };
    if (local === 'notificationComplete') return { ...arrived, kind: 'completed' };
  }
  if (!isAddressed(namespace, local)) return { ...arrived, kind: 'event' };
  if (local === 'push-update') {
    const contents = child(element, 'datastore-contents');
    return {
      ...arrived,
      kind: 'push-update',
      contents: contents ? childElements(contents) : [],
      incomplete: child(element, 'incomplete-update') !== undefined,
    };
  }
  if (local === 'push-change-update') return { ...arrived, ...decodeChanges(element) };
  if (local === 'subscription-suspended') {
    return { ...arrived, kind: 'suspended', reason: reasonOf(element) };
  }
  if (local === 'subscription-terminated') {
    return { ...arrived, kind: 'terminated', reason: reasonOf(element) };
  }
  return { ...arrived, kind: STATE_CHANGES[local as keyof typeof STATE_CHANGES] };
}

function decodeChanges(element: XmlElement): {
  kind: 'push-change-update';
  patchId: string;
  edits: readonly PatchEdit[];
  incomplete: boolean;
} {
  const changes = child(element, 'datastore-changes');
  const patch = changes && child(changes, 'yang-patch');
  const edits = patch ? childElements(patch).filter(({ local }) => local === 'edit') : [];
  return {
    kind: 'push-change-update',
    patchId: (patch && text(patch, 'patch-id')) ?? '',
    edits: edits.map(decodeEdit),
    incomplete: child(element, 'incomplete-update') !== undefined,
  };
}

function decodeEdit(edit: XmlElement): PatchEdit {
  const value = child(edit, 'value');
  return {
    editId: text(edit, 'edit-id') ?? '',
    operation: text(edit, 'operation') ?? '',
    target: text(edit, 'target') ?? '',
    point: text(edit, 'point'),
    where: text(edit, 'where'),
    value: value ? childElements(value) : [],
  };
}

/** Why, as an identity of the module that defines the reason. */
function reasonOf(element: XmlElement): IdentityName {
  const reason = child(element, 'reason');
  const [prefix = '', name] = (reason ? textContent(reason).trim() : '').split(':', 2);
  return name === undefined
    ? { namespace: reason?.bindings.get('') ?? '', name: prefix }
    : { namespace: reason?.bindings.get(prefix) ?? '', name };
}

function child(element: XmlElement, local: string): XmlElement | undefined {
  return childElements(element).find((item) => item.local === local);
}

function text(element: XmlElement, local: string): string | undefined {
  const found = child(element, local);
  return found && textContent(found).trim();
}
