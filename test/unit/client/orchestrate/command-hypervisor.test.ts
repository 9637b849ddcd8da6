import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandHypervisor, HookError } from '../../../../client/orchestrate/command-hypervisor.ts';

describe('a hypervisor behind a command', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sami-hook-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gets action and VM after its own arguments, and the environment', async () => {
    const log = join(folder, 'log');
    const hypervisor = new CommandHypervisor({
      command: `sh -c 'echo "$0 $* $SAMI_ACTION $SAMI_VM $SAMI_MOVE" >> ${log}' own`,
      vm: 'vm one; echo',
      environment: { SAMI_MOVE: 'm1' },
    });
    await hypervisor.stop();
    await hypervisor.continueOnNew();
    await hypervisor.resumeOnOld();
    assert.equal(
      await readFile(log, 'utf8'),
      ['stop', 'continue', 'abort']
        .map((action) => `own ${action} vm one; echo ${action} vm one; echo m1\n`)
        .join(''),
    );
  });

  const failures = [
    {
      name: 'its exit code and last words',
      command: 'f() { echo a >&2; echo "no such VM" >&2; exit 7; }; f',
      expected: 'hook "stop" exited with 7: no such VM',
    },
    {
      name: 'a command that is not there',
      command: '/nonexistent/hook',
      expected: /^hook "stop" exited with 127/,
    },
    {
      name: 'the signal that ended it',
      command: 'kill -9 $$; true',
      expected: 'hook "stop" was ended by SIGKILL',
    },
  ];
  for (const { name, command, expected } of failures) {
    it(`reports ${name}`, async () => {
      const hypervisor = new CommandHypervisor({ command, vm: 'vm1' });
      await assert.rejects(hypervisor.stop(), (error) => {
        assert.ok(error instanceof HookError);
        if (typeof expected === 'string') assert.equal(error.message, expected);
        else assert.match(error.message, expected);
        return true;
      });
    });
  }
});
