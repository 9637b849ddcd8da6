/** The real clock. */
import type { Clock, Timer } from '../util/index.ts';

/** setTimeout fires at once when the delay does not fit in 31 bits; a confirm-timeout may be that long. */
const LONGEST_DELAY_MS = 0x7fffffff;

/** The time of the machine. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  setTimer(delayMs: number, onExpiry: () => void): Timer {
    let handle: NodeJS.Timeout;
    const arm = (remainingMs: number): void => {
      const stepMs = Math.min(remainingMs, LONGEST_DELAY_MS);
      handle = setTimeout(() => {
        if (remainingMs > stepMs) arm(remainingMs - stepMs);
        else onExpiry();
      }, stepMs);
    };
    arm(Math.max(0, delayMs));
    return {
      cancel: () => {
        clearTimeout(handle);
      },
    };
  }
}
