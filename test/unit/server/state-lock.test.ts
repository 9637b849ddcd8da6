/** One server per state directory (server/state-lock.ts). */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockStateDirectory } from '../../../server/state-lock.ts';
import { withTemporaryDirectory } from '../../support/temporary-directory.ts';

describe('lock of a state directory', () => {
  it('is refused while it is held, and given when it is released', () =>
    withTemporaryDirectory(async (directory) => {
      const lock = await lockStateDirectory(directory);
      await assert.rejects(lockStateDirectory(directory), /in use by process \d+$/);
      await lock.release();
      await (await lockStateDirectory(directory)).release();
    }));

  for (const [name, content] of [
    ['a process that is gone', '4194303 5\n'],
    ['a process whose number another one has', `${String(process.pid)} 1\n`],
    ['a start that was cut off', ''],
  ] as const) {
    it(`is taken over from ${name}`, () =>
      withTemporaryDirectory(async (directory) => {
        await writeFile(join(directory, 'lock'), content);
        await (await lockStateDirectory(directory)).release();
      }));
  }
});
