/** unlock (RFC 6241, section 7.6). */
import { UnlockInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { targetDatastore } from './parameters.ts';

export const unlock: Operation = async ({ input, session, server }) => {
  const { target } = UnlockInput.fromTree(input);
  await server.datastores.unlock(targetDatastore(target, server), session);
  return OK;
};
