/** Real processes with real files, killed while they store (the many cases are in power-loss.test.ts). */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { FileStore } from '../../../../server/index.ts';
import { encodeData } from '../../../../src/data/index.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { samiSchema } from '../../../support/server-fixture.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

const PROGRAM = fileURLToPath(new URL('../../../support/killed-device.js', import.meta.url));

describe('a process that is killed while it stores', () => {
  // Making the journal takes five calls; a commit two, and a new snapshot some more between them.
  for (const n of [7, 33]) {
    it(`has stored what it has answered, and at most one commit more, at call ${String(n)}`, () =>
      withTemporaryDirectory(async (directory) => {
        const child = spawn(process.execPath, [PROGRAM, directory, String(n)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let output = '';
        child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
        const [, signal] = (await once(child, 'close')) as [number | null, string | null];
        assert.equal(signal, 'SIGKILL');
        const logger = new RecordingLogger();
        const store = new FileStore({ directory, context: samiSchema(), logger });
        const { root } = await store.load();
        await store.close();
        const stored = root ? [...encodeData(root).matchAll(/<id>/g)].length : 0;
        const answered = output.split('ok').length - 1;
        assert.ok(
          stored === answered || stored === answered + 1,
          `${String(stored)} stored, ${String(answered)} answered`,
        );
        if (n > 20) assert.ok(answered > 2, 'it had come somewhere');
      }));
  }
});
