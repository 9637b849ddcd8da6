/** close-session and kill-session (RFC 6241, sections 7.8 and 7.9). */
import { NETCONF_BASE_NS } from '../constants.ts';
import { renderBody, renderEmpty } from './body.ts';
import type { RpcBody } from './body.ts';

/** `<close-session>` (RFC 6241, section 7.8). */
export function encodeCloseSession(): RpcBody {
  return renderEmpty('close-session');
}

/** `<kill-session>` (RFC 6241, section 7.9); not for the own session. */
export function encodeKillSession(sessionId: number): RpcBody {
  return renderBody((writer) => {
    writer.open(NETCONF_BASE_NS, 'kill-session');
    writer.leaf(NETCONF_BASE_NS, 'session-id', String(sessionId));
    writer.close();
  });
}
