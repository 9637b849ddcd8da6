/** discard-changes (RFC 6241, section 8.3.4.2). */
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';

export const discardChanges: Operation = async ({ session, server }) => {
  await server.datastores.discardChanges(session);
  return OK;
};
