/**
 * The old or the new device is killed while a VM is switched over, and comes back on the same state
 * directory and port. The move ends by itself or is taken up; then one device serves the VM with all its
 * entries, and the other holds nothing of it.
 */
import assert from 'node:assert/strict';
import { Site } from '../../support/processes.ts';
import {
  MoveWorld,
  assertFree,
  assertServedOnce,
  hasEnded,
  moveWithFault,
  resumeMove,
} from './move-world.ts';
import type { Fault } from './move-world.ts';

const MOMENTS = [
  'stage pre-copy',
  'hook stop',
  'begin freeze',
  'done freeze',
  'begin activate',
  'done activate',
  'verified',
  'decision commit',
  'confirmed new',
  'hook continue',
  'begin retire',
] as const;

/** What is certain: before the decision a restart undoes, after it the move only goes forward. */
function certain({ at, victim }: Fault): 'migrated' | 'rolled-back' | undefined {
  if (at === 'hook stop') return 'rolled-back';
  if (at === 'stage pre-copy') return victim === 'new' ? 'rolled-back' : undefined;
  const decided = MOMENTS.indexOf('decision commit');
  return MOMENTS.findIndex((moment) => moment === at) >= decided ? 'migrated' : undefined;
}

describe('a device killed during the switch-over', function () {
  this.timeout(60_000);
  let site: Site;
  let world: MoveWorld;
  before(async () => {
    site = await Site.open();
    world = await MoveWorld.start(site);
  });
  after(() => site[Symbol.asyncDispose]());

  for (const victim of ['old', 'new'] as const) {
    for (const at of MOMENTS) {
      const becomes = certain({ at, victim });
      it(`${victim} device at "${at}": ${becomes ?? 'migrated or rolled back'}`, async () => {
        const vm = await world.addVm(500);
        const pid = world[victim].pid;
        const moved = await moveWithFault(site, vm, { at, victim });
        assert.notEqual(world[victim].pid, pid, 'the device was not killed');
        if (!hasEnded(site, vm)) {
          assert.equal(moved.code, 1, moved.stderr);
          const resumed = await resumeMove(site, vm);
          assert.ok(resumed.code === 0 || resumed.code === 4, resumed.stderr);
        } else {
          assert.ok(moved.code === 0 || moved.code === 4, moved.stderr);
        }
        const outcome = await assertServedOnce(site, vm);
        if (becomes) assert.equal(outcome, becomes);
        await assertFree(vm.from, vm.to);
      });
    }
  }
});
