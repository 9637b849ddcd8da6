/** How the process ends when it is told to. */
import type { Logger } from '../logger.ts';
import type { MetricsEndpoint } from '../metrics/metrics-endpoint.ts';
import type { OpenPlanes } from '../plane/registry.ts';
import type { Server } from '../server.ts';
import type { StateLock } from '../state-lock.ts';
import type { ServiceManager } from './notify.ts';
import type { Transports } from './transports.ts';

export interface StopParts {
  readonly server: Server;
  readonly transports: Transports;
  readonly metrics: MetricsEndpoint | undefined;
  readonly open: OpenPlanes;
  readonly lock: StateLock;
  readonly manager: ServiceManager;
  readonly logger: Logger;
  /** How long answers that are being given are waited for. */
  readonly graceMs: number;
}

/** How long the rest of a stop may take before the process ends anyway. */
const STOP_TIMEOUT_MS = 10_000;

/** The first signal ends it in order, the second at once. */
export function stopOnSignals(parts: StopParts): void {
  const { logger, graceMs } = parts;
  let stopping = false;
  const begin = (signal: string): void => {
    stopping = true;
    logger.log('info', 'stopping', { signal });
    setTimeout(() => {
      logger.log('error', 'stop-failed', { error: 'it takes too long' });
      process.exit(1);
    }, graceMs + STOP_TIMEOUT_MS).unref();
    stop(parts).then(
      () => process.exit(0),
      (error: unknown) => {
        logger.log('error', 'stop-failed', { error });
        process.exit(1);
      },
    );
  };
  const onSignal = (signal: string): void => {
    if (!stopping) {
      begin(signal);
      return;
    }
    logger.log('warning', 'stopped-at-once', { signal });
    process.exit(1);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('unhandledRejection', (error) => {
    logger.log('error', 'bug', { error });
    if (!stopping) begin('unhandledRejection');
  });
}

async function stop(parts: StopParts): Promise<void> {
  const { server, transports, metrics, open, lock, manager, logger, graceMs } = parts;
  void manager.stopping();
  transports.stopListening();
  await server.close({ graceMs });
  await Promise.all([transports.close(), open.close(), metrics?.close()]);
  await lock.release();
  logger.log('info', 'stopped');
}
