/** commit (RFC 6241, sections 8.3.4.1 and 8.4.5.1). */
import { CommitInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';

const DEFAULT_CONFIRM_TIMEOUT = 600;

export const commit: Operation = async ({ input, session, server }) => {
  const { confirmed = false, confirmTimeout, persist, persistId } = CommitInput.fromTree(input);
  const confirmTimeoutSeconds = confirmTimeout ?? DEFAULT_CONFIRM_TIMEOUT;
  const request = { confirmed, confirmTimeoutSeconds, persist, persistId };
  await server.datastores.commit(request, session);
  return OK;
};
