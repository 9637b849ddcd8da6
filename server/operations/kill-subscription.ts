/** kill-subscription (RFC 8639, section 2.4.5): one of any session. */
import { childValue } from '../../src/data/index.ts';
import { RpcErrorException, invalidValue } from '../../src/error/index.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';

export const killSubscription: Operation = ({ input, server }) => {
  const id = childValue(input, 'id') as number;
  if (server.killSubscription(id)) return OK;
  throw new RpcErrorException(
    invalidValue(`there is no subscription ${String(id)}`, {
      appTag: 'ietf-subscribed-notifications:no-such-subscription',
    }),
  );
};
