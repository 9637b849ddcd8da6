/** delete-subscription (RFC 8639, section 2.4.4): one of this session. */
import { RpcErrorException, invalidValue } from '../../../src/error/index.ts';
import { DeleteSubscriptionInput } from '../../generated/ietf-subscribed-notifications.ts';
import { OK } from '../../session/reply-writer.ts';
import type { Operation } from '../../operations/operation.ts';

export const deleteSubscription: Operation = async ({ input, session }) => {
  const { id } = DeleteSubscriptionInput.fromTree(input);
  if (await session.subscriptions.delete(id)) return OK;
  throw new RpcErrorException(
    invalidValue(`this session has no subscription ${String(id)}`, {
      appTag: 'ietf-subscribed-notifications:no-such-subscription',
    }),
  );
};
