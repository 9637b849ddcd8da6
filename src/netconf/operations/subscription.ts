/** Subscriptions to changes of a datastore (RFC 8639, section 2.4; RFC 8641, section 4.4; RFC 8640). */
import type { XmlWriter } from '../../xml/index.ts';
import { SUBSCRIBED_NOTIFICATIONS_NS, YANG_PUSH_NS } from '../constants.ts';
import { renderBody } from './body.ts';
import type { RpcBody } from './body.ts';
import { writeNmdaDatastore } from './datastore.ts';
import type { NmdaDatastore } from './datastore.ts';
import { writeFilterElement } from './filter.ts';
import type { Filter } from './filter.ts';

export type ChangeType = 'create' | 'delete' | 'insert' | 'move' | 'replace';

/** An update for every change; times in hundredths of a second. */
export interface OnChange {
  readonly dampeningPeriod?: number;
  /** Whether the first update has everything there is: so when it is not given. */
  readonly syncOnStart?: boolean;
  readonly excludedChange?: readonly ChangeType[];
}

/** An update every `period` hundredths of a second. */
export interface Periodic {
  readonly period: number;
  readonly anchorTime?: string;
}

export interface DatastoreSubscriptionRequest {
  readonly datastore: NmdaDatastore;
  readonly filter?: Filter;
  readonly trigger: { readonly onChange: OnChange } | { readonly periodic: Periodic };
  readonly stopTime?: string;
}

export interface StreamSubscriptionRequest {
  readonly stream: string;
  readonly filter?: Filter;
  readonly replayStartTime?: string;
  readonly stopTime?: string;
}

const DATASTORE_FILTER = {
  namespace: YANG_PUSH_NS,
  subtree: 'datastore-subtree-filter',
  xpath: 'datastore-xpath-filter',
};
const STREAM_FILTER = {
  namespace: SUBSCRIBED_NOTIFICATIONS_NS,
  subtree: 'stream-subtree-filter',
  xpath: 'stream-xpath-filter',
};

export function encodeEstablishSubscription(
  request: DatastoreSubscriptionRequest | StreamSubscriptionRequest,
): RpcBody {
  return renderBody((writer) => {
    writer.open(SUBSCRIBED_NOTIFICATIONS_NS, 'establish-subscription');
    if ('stream' in request) writeStream(writer, request);
    else writeDatastore(writer, request);
    leaf(writer, SUBSCRIBED_NOTIFICATIONS_NS, 'stop-time', request.stopTime);
    if (!('stream' in request)) writeTrigger(writer, request.trigger);
    writer.close();
  });
}

export function encodeDeleteSubscription(id: number): RpcBody {
  return encodeId(SUBSCRIBED_NOTIFICATIONS_NS, 'delete-subscription', id);
}

export function encodeKillSubscription(id: number): RpcBody {
  return encodeId(SUBSCRIBED_NOTIFICATIONS_NS, 'kill-subscription', id);
}

export function encodeResyncSubscription(id: number): RpcBody {
  return encodeId(YANG_PUSH_NS, 'resync-subscription', id);
}

function encodeId(namespace: string, operation: string, id: number): RpcBody {
  return renderBody((writer) => {
    writer.open(namespace, operation);
    writer.leaf(namespace, 'id', String(id));
    writer.close();
  });
}

function writeStream(writer: XmlWriter, request: StreamSubscriptionRequest): void {
  leaf(writer, SUBSCRIBED_NOTIFICATIONS_NS, 'stream', request.stream);
  writeFilterElement(writer, request.filter, STREAM_FILTER);
  leaf(writer, SUBSCRIBED_NOTIFICATIONS_NS, 'replay-start-time', request.replayStartTime);
}

function writeDatastore(writer: XmlWriter, request: DatastoreSubscriptionRequest): void {
  writeNmdaDatastore(writer, YANG_PUSH_NS, request.datastore);
  writeFilterElement(writer, request.filter, DATASTORE_FILTER);
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
