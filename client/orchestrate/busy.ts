/** Waiting for others: locks and pending commits of other sessions are short, so they are waited for. */
import { RpcErrorException } from '../../src/error/index.ts';
import type { MoveContext } from './context.ts';

/**
 * Somebody else is at work on the device just now. What is in use for longer than that, such as an address,
 * says so in its app-tag.
 */
export function isBusy(error: unknown): boolean {
  return (
    error instanceof RpcErrorException &&
    error.errors.some(
      ({ tag, appTag }) => tag === 'lock-denied' || (tag === 'in-use' && appTag === undefined),
    )
  );
}

/** Runs `attempt` until it succeeds, fails for another reason, or the patience of the move is used up. */
export async function whileBusy<T>(context: MoveContext, attempt: () => Promise<T>): Promise<T> {
  const until = context.clock.now() + context.settings.busyTimeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || context.clock.now() >= until) throw error;
    }
    context.checkAborted();
    await context.sleep(context.settings.retryMs);
  }
}
