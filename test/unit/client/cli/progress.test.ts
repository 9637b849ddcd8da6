import assert from 'node:assert/strict';
import { createProgress } from '../../../../client/cli/progress.ts';
import type { ProgressEvent } from '../../../../client/index.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const EVENT: ProgressEvent = {
  stage: 'pre-copy',
  state: 'running',
  entries: 0,
  expected: 100,
  bytes: 0,
};

describe('progress on a terminal', () => {
  it('is not shown where nobody looks', () => {
    const output = { out: () => undefined, err: () => undefined, interactive: false };
    assert.equal(createProgress(output, new FakeClock()), undefined);
  });

  it('is one line that is written over, and kept at the end of a stage', () => {
    const clock = new FakeClock();
    const lines: string[] = [];
    const show = createProgress(
      {
        out: () => undefined,
        err: (text) => lines.push(text.replace('\r\u001b[K', '^')),
        interactive: true,
      },
      clock,
    );
    show?.({ ...EVENT, state: 'begin' });
    clock.advance(1000);
    show?.({ ...EVENT, entries: 50, bytes: 2000 });
    show?.({ ...EVENT, entries: 51, bytes: 2000 });
    clock.advance(1000);
    show?.({ ...EVENT, state: 'end', entries: 100, bytes: 4000 });
    assert.deepEqual(lines, [
      `^pre-copy     ${'░'.repeat(24)}      0 ms        0 B`,
      `^pre-copy     ${'█'.repeat(12)}${'░'.repeat(12)}   1000 ms     2.0 kB  50 entries`,
      `^pre-copy     ${'█'.repeat(24)}   2000 ms     4.0 kB  100 entries\n`,
    ]);
  });
});
