/** lock (RFC 6241, section 7.5). */
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { datastoreParameter } from './parameters.ts';

export const lock: Operation = async ({ input, session, server }) => {
  await server.datastores.lock(datastoreParameter(input, 'target') ?? 'running', session.id);
  return OK;
};
