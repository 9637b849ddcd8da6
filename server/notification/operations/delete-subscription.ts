/** delete-subscription (RFC 8639, section 2.4.4): one of this session, by the session that established it. */
import { DeleteSubscriptionInput } from '../../generated/ietf-subscribed-notifications.ts';
import { OK } from '../../session/reply-writer.ts';
import type { Operation } from '../../operations/operation.ts';
import { noSuchSubscription } from '../refusal.ts';

export const deleteSubscription: Operation = async ({ input, session }) => {
  const { id } = DeleteSubscriptionInput.fromTree(input);
  const subscription = session.subscriptions.get(id);
  if (!subscription) throw noSuchSubscription(id);
  await subscription.close();
  return OK;
};
