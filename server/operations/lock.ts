/** lock (RFC 6241, section 7.5). */
import { LockInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { targetDatastore } from './parameters.ts';

export const lock: Operation = async ({ input, session, server }) => {
  const { target } = LockInput.fromTree(input);
  await server.datastores.lock(targetDatastore(target, server), session);
  return OK;
};
