/** commit (RFC 6241, sections 8.3.4.1 and 8.4.5.1). */
import { childValue } from '../../src/data/index.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { isGiven, textParameter } from './parameters.ts';

const DEFAULT_CONFIRM_TIMEOUT = 600;

export const commit: Operation = async ({ input, session, server }) => {
  const timeout = childValue(input, 'confirm-timeout') as number | undefined;
  await server.datastores.commit(
    {
      confirmed: isGiven(input, 'confirmed'),
      confirmTimeoutSeconds: timeout ?? DEFAULT_CONFIRM_TIMEOUT,
      persist: textParameter(input, 'persist'),
      persistId: textParameter(input, 'persist-id'),
    },
    session.id,
  );
  return OK;
};
