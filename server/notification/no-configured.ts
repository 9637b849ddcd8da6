/**
 * Configured subscriptions need a transport of their own, which NETCONF has none for (RFC 8640, section 1), and the
 * feature `configured`. The list is configuration in the schema all the same, so entries are refused.
 */
import { Branch, DataList, pathStep } from '../../src/data/index.ts';
import { RpcErrorException, operationNotSupported } from '../../src/error/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { ConfigurationParticipant } from '../datastore/participant.ts';
import {
  Subscriptions,
  SubscriptionsSubscription,
} from '../generated/ietf-subscribed-notifications.ts';

export function noConfiguredSubscriptions(context: SchemaContext): ConfigurationParticipant {
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    name: 'subscriptions',
    prepare({ after }) {
      const top = Subscriptions.find(context);
      const list = SubscriptionsSubscription.find(context);
      if (top?.kind === 'container' && list?.kind === 'list') {
        const container = after.get(top);
        const entries = container instanceof Branch ? container.get(list) : undefined;
        const [first] = entries instanceof DataList ? entries : [];
        if (first) {
          const message =
            'subscriptions cannot be configured over NETCONF: use establish-subscription';
          const path = [pathStep(top), pathStep(list, first)];
          throw new RpcErrorException(operationNotSupported(message, { path }));
        }
      }
      return { apply: nothing, abort: nothing };
    },
  };
}
