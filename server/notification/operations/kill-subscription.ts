/** kill-subscription (RFC 8639, section 2.4.5): one of any session, whose subscriber is told. */
import { KillSubscriptionInput } from '../../generated/ietf-subscribed-notifications.ts';
import { OK } from '../../session/reply-writer.ts';
import type { Operation } from '../../operations/operation.ts';
import { noSuchSubscription } from '../refusal.ts';

export const killSubscription: Operation = ({ input, server }) => {
  const { id } = KillSubscriptionInput.fromTree(input);
  const subscription = server.notifications.established(id);
  if (!subscription) throw noSuchSubscription(id, 'the server has');
  subscription.terminate('ietf-subscribed-notifications:no-such-subscription');
  return OK;
};
