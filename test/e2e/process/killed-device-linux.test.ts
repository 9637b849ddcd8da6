/**
 * The same on kernel firewalls with live connections: a device process is killed while they are switched
 * over. What the kernel has outlives the process, so the test looks at the connections themselves: led
 * over the device that serves the VM in the end, all of them live.
 */
import assert from 'node:assert/strict';
import { FLOWS, LiveFlows, VM4, VM6 } from '../../support/live-flows.ts';
import type { Firewall } from '../../support/live-flows.ts';
import { describeOnKernel } from '../../support/namespaces.ts';
import { Site } from '../../support/processes.ts';
import type { Samid } from '../../support/processes.ts';
import { assertFree, assertServedOnce, hasEnded, moveWithFault, resumeMove } from './move-world.ts';
import type { Fault } from './move-world.ts';

const ID = 'vm-1';

const FAULTS: readonly (Fault & { readonly becomes?: 'migrated' | 'rolled-back' })[] = [
  { victim: 'old', at: 'hook stop', becomes: 'rolled-back' },
  { victim: 'old', at: 'done freeze' },
  { victim: 'new', at: 'done activate' },
  { victim: 'old', at: 'decision commit', becomes: 'migrated' },
  { victim: 'new', at: 'hook continue', becomes: 'migrated' },
];

describeOnKernel(
  'a device killed during the switch-over of live connections',
  function (this: Mocha.Suite) {
    this.timeout(60_000);
    let site: Site;
    let flows: LiveFlows;
    let devices: Record<Firewall, Samid>;
    /** Where the VM is; it moves on from there to the other. */
    let place: Firewall = 'old';

    before(async () => {
      site = await Site.open();
      flows = await LiveFlows.create();
      const start = (name: Firewall): Promise<Samid> =>
        site.start(name, ['--plane', `linux,netns=${flows.namespaces.name(name)}`]);
      devices = { old: await start('old'), new: await start('new') };
      await devices.old.configure(
        `<vm><id>${ID}</id><address>${VM4}</address><address>${VM6}</address></vm>`,
      );
      await flows.open();
    });

    after(async () => {
      await flows[Symbol.asyncDispose]();
      await site[Symbol.asyncDispose]();
    });

    for (const [index, { becomes, ...fault }] of FAULTS.entries()) {
      it(`${fault.victim} device at "${fault.at}": ${becomes ?? 'migrated or rolled back'}`, async () => {
        assert.deepEqual(await flows.talk(1000), [...FLOWS].sort());
        const other = place === 'old' ? 'new' : 'old';
        const [from, to] = [devices[place], devices[other]];
        const before = await from.view(ID);
        assert.ok(before);
        const vm = { id: ID, move: `move-${index}`, before, from, to };
        const victim = fault.victim === 'old' ? from : to;
        const { pid } = victim;
        const moved = await moveWithFault(site, vm, fault);
        assert.notEqual(victim.pid, pid, 'the device was not killed');
        if (!hasEnded(site, vm)) {
          assert.equal(moved.code, 1, moved.stderr);
          await resumeMove(site, vm);
        }
        const outcome = await assertServedOnce(site, vm);
        if (becomes) assert.equal(outcome, becomes);
        if (outcome === 'migrated') place = other;
        await flows.route(place);
        assert.deepEqual(await flows.talk(100_000), [...FLOWS].sort());
        await assertFree(from, to);
      });
    }
  },
);
