/** kill-subscription (RFC 8639, section 2.4.5): one of any session. */
import { RpcErrorException, invalidValue } from '../../../src/error/index.ts';
import { KillSubscriptionInput } from '../../generated/ietf-subscribed-notifications.ts';
import { OK } from '../../session/reply-writer.ts';
import type { Operation } from '../../operations/operation.ts';

export const killSubscription: Operation = ({ input, server }) => {
  const { id } = KillSubscriptionInput.fromTree(input);
  if (server.killSubscription(id)) return OK;
  throw new RpcErrorException(
    invalidValue(`there is no subscription ${String(id)}`, {
      appTag: 'ietf-subscribed-notifications:no-such-subscription',
    }),
  );
};
