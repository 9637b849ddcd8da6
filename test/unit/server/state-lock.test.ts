/** One server per state directory (server/state-lock.ts). */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
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

  it('is taken over from a process that has ended and that nobody has collected', async function () {
    if (!existsSync('/proc/self/stat')) this.skip();
    // The shell becomes a program that never waits for the child that it has left behind.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const zombie = Number(String(line));
      const stat = async (): Promise<readonly string[]> =>
        (await readFile(`/proc/${String(zombie)}/stat`, 'utf8')).split(' ');
      const started = (await stat())[21] ?? '';
      while ((await stat())[2] !== 'Z') await new Promise((done) => setTimeout(done, 20));
      await withTemporaryDirectory(async (directory) => {
        await writeFile(join(directory, 'lock'), `${String(zombie)} ${started}\n`);
        await (await lockStateDirectory(directory)).release();
      });
    } finally {
      parent.kill('SIGKILL');
    }
  });
});
