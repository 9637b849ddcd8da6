/** unlock (RFC 6241, section 7.6). */
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { datastoreParameter } from './parameters.ts';

export const unlock: Operation = async ({ input, session, server }) => {
  await server.datastores.unlock(datastoreParameter(input, 'target') ?? 'running', session.id);
  return OK;
};
