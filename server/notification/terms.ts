/** The terms of a subscription as data: for the list of subscriptions and for `subscription-modified`. */
import type { AnyValue } from '../../src/data/index.ts';
import type {
  ConfigOfSubscriptionsSubscriptionTargetChoice,
  DatastoreIdentity,
  SubscriptionsSubscription,
} from '../generated/ietf-subscribed-notifications.ts';
import { dateAndTime } from '../monitoring/netconf-state.ts';
import type { FilterSpec } from './filters.ts';
import { OnChangeSubscription } from './push/on-change-subscription.ts';
import { PeriodicSubscription } from './push/periodic-subscription.ts';
import { PushSubscription } from './push/push-subscription.ts';
import { StreamSubscription } from './stream/stream-subscription.ts';
import type { Subscription } from './subscription.ts';

const XML = 'ietf-subscribed-notifications:encode-xml';

/** What the types of the entry and of the notification have in common. */
export type Terms = Omit<SubscriptionsSubscription, 'receivers'>;

/** `filter` stands for the filter that the subscription was given by name. */
export function termsOf(subscription: Subscription, filter?: FilterSpec): Terms {
  const { stopTime } = subscription;
  return {
    id: subscription.id,
    ...targetOf(subscription, filter),
    ...triggerOf(subscription),
    ...(stopTime === undefined ? {} : { stopTime: dateAndTime(stopTime) }),
    encoding: XML,
  };
}

function targetOf(
  subscription: Subscription,
  filter: FilterSpec | undefined,
): ConfigOfSubscriptionsSubscriptionTargetChoice | undefined {
  if (subscription instanceof StreamSubscription) {
    const { stream, spec, replayFrom } = subscription.terms;
    const replayStartTime = replayFrom === undefined ? undefined : dateAndTime(replayFrom);
    const replay = replayStartTime === undefined ? {} : { replayStartTime };
    return { stream: stream.name, ...replay, ...filterLeaf('stream', filter ?? spec) };
  }
  if (!(subscription instanceof PushSubscription)) return undefined;
  const { content, filter: spec } = subscription.terms;
  const datastore = `ietf-datastores:${content.datastore}` as DatastoreIdentity;
  return { datastore, ...filterLeaf('datastore', filter ?? spec) };
}

function filterLeaf(
  target: 'stream' | 'datastore',
  spec: FilterSpec,
): Readonly<Record<string, AnyValue | string>> {
  switch (spec.kind) {
    case 'none':
      return {};
    case 'subtree':
      return { [`${target}SubtreeFilter`]: spec.value };
    case 'xpath':
      return { [`${target}XpathFilter`]: spec.text };
    case 'reference':
      return target === 'stream'
        ? { streamFilterName: spec.name }
        : { selectionFilterRef: spec.name };
  }
}

function triggerOf(subscription: Subscription): object {
  if (subscription instanceof PeriodicSubscription) {
    const { period, anchor } = subscription.period;
    const anchorTime = anchor === undefined ? undefined : dateAndTime(anchor);
    return { periodic: { period, ...(anchorTime === undefined ? {} : { anchorTime }) } };
  }
  if (!(subscription instanceof OnChangeSubscription)) return {};
  const { dampeningPeriod, syncOnStart, excluded } = subscription.onChange;
  return { onChange: { dampeningPeriod, syncOnStart, excludedChange: [...excluded] } };
}
