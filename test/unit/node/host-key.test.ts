/** The host key: made once, kept private. */
import assert from 'node:assert/strict';
import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadOrCreateHostKey } from '../../../src/node/host-key.ts';
import { withTemporaryDirectory } from '../../support/temporary-directory.ts';

describe('host key', () => {
  it('is made with mode 0600 on first use and stays the same', async () => {
    await withTemporaryDirectory(async (directory) => {
      const path = join(directory, 'new', 'host-key');
      const first = await loadOrCreateHostKey(path);
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      assert.match(first.fingerprint, /^SHA256:[\w+/]{43}$/);
      assert.deepEqual(await loadOrCreateHostKey(path), first);
      assert.deepEqual(await readdir(join(directory, 'new')), ['host-key']);
    });
  });

  it('differs from device to device', async () => {
    await withTemporaryDirectory(async (directory) => {
      const one = await loadOrCreateHostKey(join(directory, '1'));
      const two = await loadOrCreateHostKey(join(directory, '2'));
      assert.notEqual(one.fingerprint, two.fingerprint);
    });
  });

  it('is refused when others can read it', async () => {
    await withTemporaryDirectory(async (directory) => {
      const path = join(directory, 'key');
      await loadOrCreateHostKey(path);
      await chmod(path, 0o640);
      await assert.rejects(loadOrCreateHostKey(path), /can be read by others/);
    });
  });

  it('is refused when it is no key, and not overwritten', async () => {
    await withTemporaryDirectory(async (directory) => {
      const path = join(directory, 'key');
      await writeFile(path, 'no key', { mode: 0o600 });
      await assert.rejects(loadOrCreateHostKey(path), /host key .*key: /);
      assert.equal((await stat(path)).size, 6);
    });
  });
});
