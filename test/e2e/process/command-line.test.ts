/** What only shows with processes: pipes that close, moves that two people take up, words after a kill. */
import assert from 'node:assert/strict';
import { Process, SAMI_PROGRAM, Site, runSami } from '../../support/processes.ts';
import { missingProgram, skipIf } from '../../support/tools.ts';
import { MoveWorld, assertServedOnce, moveWithFault, resumeMove } from './move-world.ts';

describe('sami as a process', function () {
  this.timeout(60_000);

  it('ends quietly when nobody reads its output', async function () {
    skipIf(this, missingProgram('sh'));
    const command = [process.execPath, ...process.execArgv, SAMI_PROGRAM, 'migrate', '--help'];
    const { stderr } = await new Process(['sh', '-c', '"$@" | :', 'sh', ...command]).ended;
    assert.equal(stderr, '');
  });

  it('does not roll back what is decided, and says what to do instead', async () => {
    await using site = await Site.open();
    const world = await MoveWorld.start(site);
    const vm = await world.addVm(20);
    await moveWithFault(site, vm, { at: 'decision commit', victim: 'orchestrator' });
    const refused = await runSami(['rollback', vm.move, '--state-dir', site.moves]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^sami: [^\n]*decided[^\n]*run "sami resume vm-1"[^\n]*\n$/);
    assert.equal((await resumeMove(site, vm)).code, 0);
    assert.equal(await assertServedOnce(site, vm), 'migrated');
  });

  it('undoes the move when it is interrupted before the decision', async () => {
    await using site = await Site.open();
    const world = await MoveWorld.start(site);
    const vm = await world.addVm(20);
    const fault = { at: 'hook stop', victim: 'orchestrator', signal: 'INT' } as const;
    const { code } = await moveWithFault(site, vm, fault);
    assert.equal(code, 4);
    assert.equal(await assertServedOnce(site, vm), 'rolled-back');
  });

  it('resumes once more when resuming was killed', async () => {
    await using site = await Site.open();
    const world = await MoveWorld.start(site);
    const vm = await world.addVm(20);
    await moveWithFault(site, vm, { at: 'done activate', victim: 'orchestrator' });
    const killed = await resumeMove(site, vm, { at: 'hook abort', victim: 'orchestrator' });
    assert.equal(killed.signal, 'SIGKILL');
    assert.equal((await resumeMove(site, vm)).code, 4);
    assert.equal(await assertServedOnce(site, vm), 'rolled-back');
  });
});
