/** cancel-commit (RFC 6241, section 8.4.4.1). */
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { textParameter } from './parameters.ts';

export const cancelCommit: Operation = async ({ input, session, server }) => {
  await server.datastores.cancelCommit(textParameter(input, 'persist-id'), session.id);
  return OK;
};
