/** delete-subscription (RFC 8639, section 2.4.4): one of this session. */
import { childValue } from '../../src/data/index.ts';
import { RpcErrorException, invalidValue } from '../../src/error/index.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';

export const deleteSubscription: Operation = async ({ input, session }) => {
  const id = childValue(input, 'id') as number;
  if (await session.subscriptions.delete(id)) return OK;
  throw new RpcErrorException(
    invalidValue(`this session has no subscription ${String(id)}`, {
      appTag: 'ietf-subscribed-notifications:no-such-subscription',
    }),
  );
};
