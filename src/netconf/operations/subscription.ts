/** Subscriptions to streams and datastores (RFC 8639, section 2.4; RFC 8641, section 4.4; RFC 5277). */
import type { XmlWriter } from '../../xml/index.ts';
import { NOTIFICATION_NS, SUBSCRIBED_NOTIFICATIONS_NS, YANG_PUSH_NS } from '../constants.ts';
import { renderBody } from './body.ts';
import type { RpcBody } from './body.ts';
import { writeIdentity, writeNmdaDatastore } from './datastore.ts';
import type { IdentityName, NmdaDatastore } from './datastore.ts';
import { writeFilter, writeFilterElement } from './filter.ts';
import type { Filter } from './filter.ts';

/** Kinds of changes that a subscriber may leave out (RFC 8641, `excluded-change`). */
export type ChangeType = 'create' | 'delete' | 'insert' | 'move' | 'replace';

/** An update for every change; times in hundredths of a second. */
export interface OnChange {
  readonly dampeningPeriod?: number | undefined;
  /** Whether the first update has everything there is: so when it is not given. */
  readonly syncOnStart?: boolean | undefined;
  readonly excludedChange?: readonly ChangeType[] | undefined;
}

/** An update every `period` hundredths of a second. */
export interface Periodic {
  readonly period: number;
  readonly anchorTime?: string | undefined;
}

/** A filter that is configured on the server, by its name (RFC 8639, section 2.7.1). */
export interface NamedFilter {
  readonly type: 'named';
  readonly name: string;
}

/** What any subscription may have (RFC 8639, section 2.4.2). Times are RFC 3339. */
export interface SubscriptionPolicy {
  readonly stopTime?: string | undefined;
  /** Needs the feature `dscp`. */
  readonly dscp?: number | undefined;
  /** These two need the feature `qos`. */
  readonly weighting?: number | undefined;
  readonly dependency?: number | undefined;
  /** That of the request when it is not given. */
  readonly encoding?: 'encode-xml' | 'encode-json' | IdentityName | undefined;
}

/** RFC 8641, section 4.4.1. */
export interface DatastoreSubscriptionRequest extends SubscriptionPolicy {
  readonly datastore: NmdaDatastore;
  readonly filter?: Filter | NamedFilter | undefined;
  readonly trigger: { readonly onChange: OnChange } | { readonly periodic: Periodic };
}

/** RFC 8639, section 2.4.2. */
export interface StreamSubscriptionRequest extends SubscriptionPolicy {
  readonly stream: string;
  readonly filter?: Filter | NamedFilter | undefined;
  readonly replayStartTime?: string | undefined;
}

/** What can be changed of a subscription to a stream (RFC 8639, section 2.4.3). */
export interface ModifyStreamSubscriptionRequest {
  readonly id: number;
  readonly filter?: Filter | NamedFilter | undefined;
  readonly stopTime?: string | undefined;
}

/** The same of a subscription to a datastore (RFC 8641, section 4.4.2). */
export interface ModifyDatastoreSubscriptionRequest extends ModifyStreamSubscriptionRequest {
  readonly datastore: NmdaDatastore;
  readonly trigger:
    { readonly onChange: Pick<OnChange, 'dampeningPeriod'> } | { readonly periodic: Periodic };
}

/** RFC 5277, section 2.1.1. */
export interface CreateSubscriptionRequest {
  /** `NETCONF` when it is not given. */
  readonly stream?: string | undefined;
  readonly filter?: Filter | undefined;
  /** Replays what the server has kept since. */
  readonly startTime?: string | undefined;
  /** Only with `startTime`. */
  readonly stopTime?: string | undefined;
}

const DATASTORE_FILTER = {
  namespace: YANG_PUSH_NS,
  subtree: 'datastore-subtree-filter',
  xpath: 'datastore-xpath-filter',
  reference: 'selection-filter-ref',
};
const STREAM_FILTER = {
  namespace: SUBSCRIBED_NOTIFICATIONS_NS,
  subtree: 'stream-subtree-filter',
  xpath: 'stream-xpath-filter',
  reference: 'stream-filter-name',
};

/** Parameters are in the order in which the modules have them: RFC 7950, section 7.14.4. */
export function encodeEstablishSubscription(
  request: DatastoreSubscriptionRequest | StreamSubscriptionRequest,
): RpcBody {
  return renderBody((writer) => {
    writer.open(SUBSCRIBED_NOTIFICATIONS_NS, 'establish-subscription');
    if ('stream' in request) {
      writeNamedOrInline(writer, request.filter, STREAM_FILTER);
      leaf(writer, SUBSCRIBED_NOTIFICATIONS_NS, 'stream', request.stream);
      leaf(writer, SUBSCRIBED_NOTIFICATIONS_NS, 'replay-start-time', request.replayStartTime);
    } else {
      writeNmdaDatastore(writer, YANG_PUSH_NS, request.datastore);
      writeNamedOrInline(writer, request.filter, DATASTORE_FILTER);
    }
    writePolicy(writer, request);
    if (!('stream' in request)) writeTrigger(writer, request.trigger);
    writer.close();
  });
}

/** `<modify-subscription>` (RFC 8639, section 2.4.3). */
export function encodeModifySubscription(
  request: ModifyStreamSubscriptionRequest | ModifyDatastoreSubscriptionRequest,
): RpcBody {
  return renderBody((writer) => {
    writer.open(SUBSCRIBED_NOTIFICATIONS_NS, 'modify-subscription');
    writer.leaf(SUBSCRIBED_NOTIFICATIONS_NS, 'id', String(request.id));
    if ('datastore' in request) {
      writeNmdaDatastore(writer, YANG_PUSH_NS, request.datastore);
      writeNamedOrInline(writer, request.filter, DATASTORE_FILTER);
    } else {
      writeNamedOrInline(writer, request.filter, STREAM_FILTER);
    }
    leaf(writer, SUBSCRIBED_NOTIFICATIONS_NS, 'stop-time', request.stopTime);
    if ('datastore' in request) writeTrigger(writer, request.trigger);
    writer.close();
  });
}

/** `<delete-subscription>`: one of the own session (RFC 8639, section 2.4.4). */
export function encodeDeleteSubscription(id: number): RpcBody {
  return encodeId(SUBSCRIBED_NOTIFICATIONS_NS, 'delete-subscription', id);
}

/** `<kill-subscription>`: one of any session (RFC 8639, section 2.4.5). */
export function encodeKillSubscription(id: number): RpcBody {
  return encodeId(SUBSCRIBED_NOTIFICATIONS_NS, 'kill-subscription', id);
}

/** `<resync-subscription>`: everything once more (RFC 8641, section 4.4.3). */
export function encodeResyncSubscription(id: number): RpcBody {
  return encodeId(YANG_PUSH_NS, 'resync-subscription', id);
}

/** `<create-subscription>` (RFC 5277, section 2.1.1). */
export function encodeCreateSubscription(request: CreateSubscriptionRequest = {}): RpcBody {
  return renderBody((writer) => {
    writer.open(NOTIFICATION_NS, 'create-subscription');
    leaf(writer, NOTIFICATION_NS, 'stream', request.stream);
    writeFilter(writer, request.filter, NOTIFICATION_NS);
    leaf(writer, NOTIFICATION_NS, 'startTime', request.startTime);
    leaf(writer, NOTIFICATION_NS, 'stopTime', request.stopTime);
    writer.close();
  });
}

function encodeId(namespace: string, operation: string, id: number): RpcBody {
  return renderBody((writer) => {
    writer.open(namespace, operation);
    writer.leaf(namespace, 'id', String(id));
    writer.close();
  });
}

function writeNamedOrInline(
  writer: XmlWriter,
  filter: Filter | NamedFilter | undefined,
  names: typeof STREAM_FILTER,
): void {
  if (filter?.type === 'named') writer.leaf(names.namespace, names.reference, filter.name);
  else writeFilterElement(writer, filter, names);
}

function writePolicy(writer: XmlWriter, policy: SubscriptionPolicy): void {
  const namespace = SUBSCRIBED_NOTIFICATIONS_NS;
  leaf(writer, namespace, 'stop-time', policy.stopTime);
  leaf(writer, namespace, 'dscp', policy.dscp?.toString());
  leaf(writer, namespace, 'weighting', policy.weighting?.toString());
  leaf(writer, namespace, 'dependency', policy.dependency?.toString());
  const { encoding } = policy;
  if (encoding === undefined) return;
  const identity = typeof encoding === 'string' ? { namespace, name: encoding } : encoding;
  writeIdentity(writer, { namespace, local: 'encoding', prefix: 'sn' }, identity);
}

function writeTrigger(writer: XmlWriter, trigger: DatastoreSubscriptionRequest['trigger']): void {
  if ('periodic' in trigger) {
    writer.open(YANG_PUSH_NS, 'periodic');
    leaf(writer, YANG_PUSH_NS, 'period', String(trigger.periodic.period));
    leaf(writer, YANG_PUSH_NS, 'anchor-time', trigger.periodic.anchorTime);
  } else {
    const { dampeningPeriod, syncOnStart, excludedChange = [] } = trigger.onChange;
    writer.open(YANG_PUSH_NS, 'on-change');
    leaf(writer, YANG_PUSH_NS, 'dampening-period', dampeningPeriod?.toString());
    leaf(writer, YANG_PUSH_NS, 'sync-on-start', syncOnStart?.toString());
    for (const change of excludedChange) leaf(writer, YANG_PUSH_NS, 'excluded-change', change);
  }
  writer.close();
}

function leaf(writer: XmlWriter, namespace: string, name: string, value: string | undefined): void {
  if (value !== undefined) writer.leaf(namespace, name, value);
}
