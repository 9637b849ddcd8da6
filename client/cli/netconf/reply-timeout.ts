/** How long a device may take to reply (`--reply-timeout`). */
import type { Clock } from '../../../src/util/index.ts';

export interface ReplyLimit {
  readonly clock: Clock;
  /** Undefined for ever. */
  readonly replyTimeoutMs?: number | undefined;
}

/** Gives up when the time for a reply is over; the signal fires then, and when `signal` does. */
export async function withinReplyTime<T>(
  { clock, replyTimeoutMs }: ReplyLimit,
  signal: AbortSignal,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (replyTimeoutMs === undefined) return request(signal);
  const late = new AbortController();
  const timer = clock.setTimer(replyTimeoutMs, () => {
    late.abort(new Error(`no reply within ${replyTimeoutMs / 1000} s`));
  });
  try {
    return await request(AbortSignal.any([signal, late.signal]));
  } finally {
    timer.cancel();
  }
}
