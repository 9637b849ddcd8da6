/** kill-session (RFC 6241, section 7.9): what the other session held is released before the reply. */
import { RpcErrorException, invalidValue } from '../../src/error/index.ts';
import { KillSessionInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';

export const killSession: Operation = async ({ input, session, server }) => {
  const { sessionId: id } = KillSessionInput.fromTree(input);
  if (id === session.id) {
    throw new RpcErrorException(
      invalidValue('a session cannot kill itself: use close-session', { type: 'protocol' }),
    );
  }
  if (!(await server.killSession(id, session.id))) {
    throw new RpcErrorException(
      invalidValue(`there is no session ${String(id)}`, { type: 'protocol' }),
    );
  }
  return OK;
};
