/** commit (RFC 6241, sections 8.3.4.1 and 8.4.5.1). */
import { CommitInput } from '../generated/ietf-netconf.ts';
import { commitWithTxids } from '../txid/versioned-edit.ts';
import type { Operation } from './operation.ts';

const DEFAULT_CONFIRM_TIMEOUT = 600;

export const commit: Operation = async (call) => {
  const { input, session, server } = call;
  const parameters = CommitInput.fromTree(input);
  const { confirmed = false, confirmTimeout, persist, persistId } = parameters;
  const confirmTimeoutSeconds = confirmTimeout ?? DEFAULT_CONFIRM_TIMEOUT;
  const request = { confirmed, confirmTimeoutSeconds, persist, persistId };
  return commitWithTxids(call, parameters, (check) =>
    server.datastores.commit(request, session, check),
  );
};
