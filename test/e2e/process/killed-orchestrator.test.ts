/**
 * `sami migrate` is killed at every stage; before `sami resume` nothing is lost, after it the move is
 * complete or undone. What happens between two messages is tested in one process (test/e2e/move); here
 * the processes, signals, sockets and files are real.
 */
import assert from 'node:assert/strict';
import { Site } from '../../support/processes.ts';
import {
  MoveWorld,
  assertFree,
  assertNothingLost,
  assertServedOnce,
  hasEnded,
  moveWithFault,
  resumeMove,
} from './move-world.ts';

/** How `sami resume` may say what became of the move (`sami --help`). */
const CODES = { migrated: 0, 'rolled-back': 4 } as const;

/** The record at which it is killed, and what must become of the move if that is certain. */
const POINTS: readonly { readonly at: string; readonly becomes?: keyof typeof CODES }[] = [
  { at: 'stage prepare' },
  { at: 'begin create' },
  { at: 'done create' },
  { at: 'stage pre-copy' },
  { at: 'stage catch-up' },
  { at: 'stage switch-over' },
  { at: 'hook stop', becomes: 'rolled-back' },
  { at: 'begin freeze' },
  { at: 'done freeze' },
  { at: 'begin activate' },
  { at: 'done activate' },
  { at: 'verified' },
  { at: 'decision commit', becomes: 'migrated' },
  { at: 'confirmed new', becomes: 'migrated' },
  { at: 'confirmed old', becomes: 'migrated' },
  { at: 'hook continue', becomes: 'migrated' },
  { at: 'done continue', becomes: 'migrated' },
  { at: 'begin retire', becomes: 'migrated' },
  { at: 'done retire', becomes: 'migrated' },
];

describe('sami migrate killed, then sami resume', function () {
  this.timeout(60_000);
  let site: Site;
  let world: MoveWorld;
  let interrupted = 0;
  before(async () => {
    site = await Site.open();
    world = await MoveWorld.start(site);
  });
  after(() => site[Symbol.asyncDispose]());

  for (const { at, becomes } of POINTS) {
    it(`at "${at}": ${becomes ?? 'migrated or rolled back'}`, async () => {
      const vm = await world.addVm(500);
      const killed = await moveWithFault(site, vm, { at, victim: 'orchestrator' });
      assert.equal(killed.signal, 'SIGKILL', killed.stderr);
      if (!hasEnded(site, vm)) interrupted += 1;
      await assertNothingLost(vm);
      const resumed = await resumeMove(site, vm);
      const outcome = await assertServedOnce(site, vm);
      if (becomes) assert.equal(outcome, becomes);
      assert.equal(resumed.code, CODES[outcome], resumed.stderr);
      assert.equal((JSON.parse(resumed.stdout) as { outcome: string }).outcome, outcome);
      await assertFree(vm.from, vm.to);
    });
  }

  it('and nearly every time it was in the middle of the move', () => {
    assert.ok(interrupted >= POINTS.length - 2, `only ${interrupted} of ${POINTS.length}`);
  });
});
