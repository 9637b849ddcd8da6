/** Waiting for what a program, the kernel or a plane does by itself. */
import { setTimeout as delay } from 'node:timers/promises';

/** Far more than anything takes that a test waits for, even on a busy machine. */
const PATIENCE_MS = 10_000;

/** Resolves once `condition` holds. Throws, so that a test ends, when it does not come to hold. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${String(condition)}`);
    await delay(5);
  }
}
