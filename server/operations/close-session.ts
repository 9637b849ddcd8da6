/** close-session (RFC 6241, section 7.8): what the session held is released before the reply. */
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';

export const closeSession: Operation = async ({ session }) => {
  await session.end();
  return OK;
};
