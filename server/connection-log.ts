/** What of connections gets into the log: logins, refusals with reason and source, calls home. Never credentials. */
import type { CallHomeEvent } from '../src/node/call-home.ts';
import type { ConnectionObserver } from '../src/node/connection-events.ts';
import type { Logger } from './logger.ts';

export function connectionLog(logger: Logger): ConnectionObserver {
  return (event) => {
    const { address: source } = event;
    switch (event.kind) {
      case 'login': {
        const { protocol, username: user, method } = event;
        logger.log('info', 'login', { protocol, user, method, source });
        break;
      }
      case 'login-refused': {
        const { protocol, username: user, method, reason } = event;
        logger.log('warning', 'login-refused', { protocol, user, method, source, reason });
        break;
      }
      case 'refused':
        logger.log('warning', 'connection-refused', { source, reason: event.reason });
        break;
      case 'dropped':
        logger.log('warning', 'connection-dropped', { source, reason: event.reason });
        break;
    }
  };
}

export function callHomeLog(logger: Logger): (event: CallHomeEvent) => void {
  return (event) => {
    const { protocol, host, port } = event.endpoint;
    const client = `${protocol}://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
    const { kind } = event;
    logger.log(kind === 'connected' ? 'info' : 'warning', `call-home-${kind}`, {
      client,
      reason: kind === 'failed' ? event.reason : undefined,
      delayMs: kind === 'connected' ? undefined : event.delayMs,
    });
  };
}
