/** What connecting by SSH and by TLS have in common: how long it may take, and how it is given up. */
import { TimeoutError } from '../netconf/index.ts';
import type { Clock } from '../util/index.ts';
import { SystemClock } from './system-clock.ts';

/** What any way to a server takes. */
export interface ClientConnectionOptions {
  /** Milliseconds for all of it, from TCP to a transport for messages; default 20 000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Longer messages end the connection; default 1 GiB. */
  readonly maxMessageBytes?: number | undefined;
  /** Gives up connecting; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

const DEFAULT_CONNECT_TIMEOUT_MS = 20_000;
/** Silence after which a peer is asked whether it is there. */
export const DEFAULT_KEEPALIVE_MS = 10_000;

/**
 * The result of `connect`. `giveUp` is called with the reason when the time is over or the signal fires, and has to
 * make `connect` reject. `name` is what to call the peer.
 */
export async function inTime<T>(
  {
    signal,
    clock = new SystemClock(),
    connectTimeoutMs: timeoutMs = DEFAULT_CONNECT_TIMEOUT_MS,
  }: ClientConnectionOptions,
  name: string,
  giveUp: (reason: unknown) => void,
  connect: () => Promise<T>,
): Promise<T> {
  const timer = clock.setTimer(timeoutMs, () => {
    giveUp(new TimeoutError(`${name} did not answer within ${String(timeoutMs)} ms`));
  });
  const onAbort = (): void => {
    giveUp(signal?.reason);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await connect();
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}
