/**
 * What can be read of streams and subscriptions: `netconf/streams` (RFC 5277, section 3.4), `streams` and
 * `subscriptions` (RFC 8639, section 2.8). All subscriptions are dynamic: configured ones are no part of NETCONF
 * (RFC 8640, section 1), and without the feature `configured` there is nothing to configure.
 */
import type { SchemaContext } from '../../src/yang/index.ts';
import { Streams, Subscriptions } from '../generated/ietf-subscribed-notifications.ts';
import type { SubscriptionsSubscription } from '../generated/ietf-subscribed-notifications.ts';
import { Netconf } from '../generated/nc-notifications.ts';
import { dateAndTime } from '../monitoring/netconf-state.ts';
import { stateProvider } from '../monitoring/state-provider.ts';
import type { StateProvider } from '../monitoring/state-provider.ts';
import type { Notifications } from './notifications.ts';
import type { Subscription } from './subscription.ts';
import { isCreated } from './subscriptions.ts';
import { termsOf } from './terms.ts';

export function notificationState(
  context: SchemaContext,
  notifications: Notifications,
): readonly StateProvider[] {
  const providers = [
    stateProvider(context, Netconf, () => managementOf(notifications)),
    stateProvider(context, Streams, () => streamsOf(notifications)),
    stateProvider(context, Subscriptions, () => ({
      subscription: [...notifications.subscriptions].filter((it) => !isCreated(it)).map(entryOf),
    })),
  ];
  return providers.flatMap((provider) => provider ?? []);
}

function managementOf({ streams }: Notifications): Netconf {
  const stream = streams.map(({ name, description, log }) => ({
    name,
    description,
    replaySupport: log !== undefined,
    replayLogCreationTime: log && dateAndTime(log.creationTime),
    replayLogAgedTime: optionalTime(log?.agedTime),
  }));
  return { streams: { stream } };
}

function streamsOf({ streams }: Notifications): Streams {
  const stream = streams.map(({ name, description, log }) => ({
    name,
    description,
    replaySupport: log && (true as const),
    replayLogCreationTime: log && dateAndTime(log.creationTime),
    replayLogAgedTime: optionalTime(log?.agedTime),
  }));
  return { stream };
}

function optionalTime(time: number | undefined): string | undefined {
  return time === undefined ? undefined : dateAndTime(time);
}

function entryOf(subscription: Subscription): SubscriptionsSubscription {
  const { sent, excluded } = subscription.counters;
  const receiver = {
    name: `session-${String(subscription.requester.id)}`,
    sentEventRecords: sent,
    excludedEventRecords: excluded,
    state: subscription.receiverState,
  };
  return {
    ...termsOf(subscription),
    receivers: { receiver: [receiver] },
  } as SubscriptionsSubscription;
}
