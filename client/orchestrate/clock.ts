/** Waiting by an injected clock, so that tests of retries and time-outs need no real time. */
import { TimeoutError } from '../../src/netconf/index.ts';
import type { Clock } from '../../src/util/index.ts';

/** Resolves after `delayMs`; rejects at once with the signal's reason when it is aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(asError(signal.reason));
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      reject(asError(signal?.reason));
    };
    const timer = clock.setTimer(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Runs `action` with a signal that is aborted after `timeoutMs`, or with `outer`. */
export async function withTimeout<T>(
  clock: Clock,
  {
    what,
    timeoutMs,
    signal: outer,
  }: { what: string; timeoutMs: number; signal?: AbortSignal | undefined },
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onAbort = (): void => {
    controller.abort(outer?.reason);
  };
  if (outer?.aborted) onAbort();
  outer?.addEventListener('abort', onAbort, { once: true });
  const timer = clock.setTimer(timeoutMs, () => {
    controller.abort(new TimeoutError(`${what} took longer than ${timeoutMs} ms`));
  });
  try {
    return await action(controller.signal);
  } finally {
    timer.cancel();
    outer?.removeEventListener('abort', onAbort);
  }
}

/** Whatever was thrown, as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
