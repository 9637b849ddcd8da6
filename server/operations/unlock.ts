/** unlock (RFC 6241, section 7.6). */
import { UnlockInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { datastoreName } from './parameters.ts';

export const unlock: Operation = async ({ input, session, server }) => {
  const { target } = UnlockInput.fromTree(input);
  await server.datastores.unlock(datastoreName(target) ?? 'running', session);
  return OK;
};
