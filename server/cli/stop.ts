/** How the process ends when it is told to. */
import type { SshListener } from '../../src/node/ssh-transport.ts';
import type { Logger } from '../logger.ts';
import type { OpenPlanes } from '../plane/registry.ts';
import type { Server } from '../server.ts';
import type { StateLock } from '../state-lock.ts';

export interface StopParts {
  readonly server: Server;
  readonly listener: SshListener;
  readonly open: OpenPlanes;
  readonly lock: StateLock;
  readonly logger: Logger;
}

/** How long a stop may take before the process ends anyway. */
const STOP_TIMEOUT_MS = 10_000;

export function stopOnSignals({ server, listener, open, lock, logger }: StopParts): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.log('info', 'stopping', { signal });
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    server
      .close()
      .then(() => Promise.all([listener.close(), open.close()]))
      .then(() => lock.release())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.log('error', 'stop-failed', { error });
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('unhandledRejection', (error) => {
    logger.log('error', 'bug', { error });
    stop('unhandledRejection');
  });
}
