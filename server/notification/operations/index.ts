/** Operations on subscriptions (RFC 5277, RFC 8639, RFC 8641). */
import {
  NOTIFICATION_NS,
  SUBSCRIBED_NOTIFICATIONS_NS,
  YANG_PUSH_NS,
} from '../../../src/netconf/index.ts';
import { operationTable } from '../../operations/operation.ts';
import { createSubscription } from './create-subscription.ts';
import { deleteSubscription } from './delete-subscription.ts';
import { establishSubscription } from './establish-subscription.ts';
import { killSubscription } from './kill-subscription.ts';
import { modifySubscription } from './modify-subscription.ts';
import { resyncSubscription } from './resync-subscription.ts';

export const NOTIFICATION_OPERATIONS = new Map([
  ...operationTable(NOTIFICATION_NS, { 'create-subscription': createSubscription }),
  ...operationTable(SUBSCRIBED_NOTIFICATIONS_NS, {
    'establish-subscription': establishSubscription,
    'delete-subscription': deleteSubscription,
    'modify-subscription': modifySubscription,
    'kill-subscription': killSubscription,
  }),
  ...operationTable(YANG_PUSH_NS, { 'resync-subscription': resyncSubscription }),
]);
