/**
 * Subscriptions with a filter of the container `filters` follow it (RFC 8639, section 2.7.2): when its content
 * changes they are told the new terms, and when it is gone they end.
 */
import type { SchemaContext } from '../../src/yang/index.ts';
import { SubscriptionModified } from '../generated/ietf-subscribed-notifications.ts';
import type { DatastoreChange } from '../datastore/events.ts';
import {
  FilterError,
  sameFilter,
  selectionFilterContent,
  streamFilterContent,
  toNotificationFilter,
  toSelection,
} from './filters.ts';
import type { FilterContent } from './filters.ts';
import { PushSubscription } from './push/push-subscription.ts';
import { StreamSubscription } from './stream/stream-subscription.ts';
import type { Subscription } from './subscription.ts';
import { termsOf } from './terms.ts';

export function followFilters(
  subscriptions: Iterable<Subscription>,
  { before, after }: DatastoreChange,
  context: SchemaContext,
): void {
  for (const subscription of [...subscriptions]) {
    const spec =
      subscription instanceof StreamSubscription
        ? subscription.terms.spec
        : subscription instanceof PushSubscription && subscription.terms.filter;
    if (!spec || spec.kind !== 'reference') continue;
    const contentOf =
      subscription instanceof StreamSubscription ? streamFilterContent : selectionFilterContent;
    const old = contentOf(spec, before, context);
    const now = contentOf(spec, after, context);
    if (!now) subscription.terminate('ietf-subscribed-notifications:filter-unavailable');
    else if (!old || !sameFilter(old, now)) follow(subscription, now, context);
  }
}

function follow(subscription: Subscription, content: FilterContent, context: SchemaContext): void {
  try {
    if (subscription instanceof StreamSubscription) {
      const filter = toNotificationFilter(content, context);
      subscription.setFilter(subscription.terms.spec, filter);
    } else if (subscription instanceof PushSubscription) {
      const { filter, content: selected } = subscription.terms;
      subscription.select(
        selected.withFilter(toSelection(content, context, selected.maxFilterVisits)),
        filter,
      );
    }
    subscription.notify(
      SubscriptionModified,
      termsOf(subscription, content) as SubscriptionModified,
    );
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    subscription.terminate('ietf-subscribed-notifications:filter-unavailable');
  }
}
