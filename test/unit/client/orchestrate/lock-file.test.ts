import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MoveBusyError, withLockFile } from '../../../../client/orchestrate/lock-file.ts';

describe('the lock file of a move', () => {
  let folder = '';
  let path = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sami-lock-'));
    path = join(folder, 'moves', 'm1.lock');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is there while the action runs, with our pid, and gone afterwards', async () => {
    const owner = await withLockFile(
      path,
      async () => JSON.parse(await readFile(path, 'utf8')) as { pid: number },
    );
    assert.equal(owner.pid, process.pid);
    assert.deepEqual(await readdir(join(folder, 'moves')), []);
  });

  it('is gone after a failure too', async () => {
    await assert.rejects(
      withLockFile(path, () => Promise.reject(new Error('x'))),
      /x/,
    );
    assert.equal(existsSync(path), false);
  });

  it('keeps others out and names who holds it', async () => {
    await withLockFile(path, async () => {
      await assert.rejects(
        withLockFile(path, () => Promise.resolve()),
        (error) => error instanceof MoveBusyError && error.pid === process.pid,
      );
      assert.equal(existsSync(path), true);
    });
  });

  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  const stale = [
    { name: 'of a process that has ended', text: JSON.stringify({ pid: ended }) },
    {
      name: 'of an earlier process with a pid that is in use again',
      text: JSON.stringify({ pid: process.pid, started: '1' }),
      needsProc: true,
    },
    { name: 'that a crash has left without content', text: '' },
  ];
  for (const { name, text, needsProc } of stale) {
    it(`is taken over when it is one ${name}`, async function () {
      if (needsProc === true && !existsSync('/proc/self/stat')) this.skip();
      await withLockFile(path, () => Promise.resolve());
      await writeFile(path, text);
      assert.equal(await withLockFile(path, () => Promise.resolve('in')), 'in');
      assert.deepEqual(await readdir(join(folder, 'moves')), []);
    });
  }
});
