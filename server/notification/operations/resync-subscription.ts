/** resync-subscription (RFC 8641, section 4.4.4): everything that is selected is sent once more, after the reply. */
import { ResyncSubscriptionInput } from '../../generated/ietf-yang-push.ts';
import { OK } from '../../session/reply-writer.ts';
import type { Operation } from '../../operations/operation.ts';
import { OnChangeSubscription } from '../push/on-change-subscription.ts';
import { refusal } from '../refusal.ts';
import { checkSize } from './push-terms.ts';

export const resyncSubscription: Operation = async (call) => {
  const { id } = ResyncSubscriptionInput.fromTree(call.input);
  const subscription = call.session.subscriptions.get(id);
  if (!(subscription instanceof OnChangeSubscription)) {
    const message = `this session has no on-change subscription ${String(id)}`;
    throw refusal('ietf-yang-push:no-such-subscription-resync', message);
  }
  await checkSize(subscription.terms.content, call, (message) =>
    refusal('ietf-yang-push:sync-too-big', message),
  );
  await subscription.hold();
  subscription.resync();
  return OK;
};
