/** Running tools: what comes of those that are missing, that fail, and that never end. */
import assert from 'node:assert/strict';
import { Launcher, ToolError } from '../../../../server/plane/kit/launcher.ts';

const FAILING = [
  { command: ['sami-no-such-tool'], says: /not found on this machine/ },
  { command: ['sh', '-c', 'echo reason >&2; exit 3'], says: /^sh: reason$/ },
  { command: ['sh', '-c', 'exit 3'], says: /ended with exit code 3/ },
  { command: ['sh', '-c', 'kill -9 $$'], says: /ended with SIGKILL/ },
  { command: ['sleep', '1000'], says: /^sleep: did not end within 0\.2 s$/ },
];

describe('launcher', () => {
  for (const { command, says } of FAILING) {
    it(`reports that ${command.join(' ')} failed`, async () => {
      const patienceMs = command[0] === 'sleep' ? 200 : undefined;
      await assert.rejects(new Launcher(undefined, patienceMs).run(command), (error: Error) => {
        assert.ok(error instanceof ToolError);
        assert.match(error.message, says);
        return true;
      });
    });
  }

  it('gives what a command writes, to which it gives input', async () => {
    assert.equal(await new Launcher().run(['cat'], 'text'), 'text');
  });
});
