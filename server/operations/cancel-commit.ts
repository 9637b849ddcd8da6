/** cancel-commit (RFC 6241, section 8.4.4.1). */
import { CancelCommitInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';

export const cancelCommit: Operation = async ({ input, session, server }) => {
  const { persistId } = CancelCommitInput.fromTree(input);
  await server.datastores.cancelCommit(persistId, session);
  return OK;
};
