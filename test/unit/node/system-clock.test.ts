/** The real clock: only what can be seen without waiting. */
import assert from 'node:assert/strict';
import { SystemClock } from '../../../src/node/system-clock.ts';

describe('system clock', () => {
  it('does not take a delay of more than 31 bits for none', async () => {
    const clock = new SystemClock();
    let expired = false;
    const long = clock.setTimer(0xffffffff * 1000, () => {
      expired = true;
    });
    await new Promise<void>((resolve) => {
      clock.setTimer(5, resolve);
    });
    long.cancel();
    assert.equal(expired, false);
  });
});
