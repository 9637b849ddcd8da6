/** Beside the plane of connection tracking: one commit over both, and counters that follow the sessions. */
import assert from 'node:assert/strict';
import { TablePlane } from '../../../server/plane/kit/table-plane.ts';
import { LinuxDataPlane } from '../../../server/plane/linux/index.ts';
import { NftablesDriver } from '../../../server/plane/nftables/index.ts';
import type { DataPlane } from '../../../server/plane/plane.ts';
import type { PlaneSurroundings } from '../../support/moving-devices.ts';
import { MovingDevices } from '../../support/moving-devices.ts';
import { describeOnKernel } from '../../support/namespaces.ts';
import { CLIENT, Crossing, VM } from './crossing.ts';
import type { Device, Packets } from './crossing.ts';

describeOnKernel('nftables beside connection tracking', function () {
  this.timeout(30_000);

  it('a half-open connection whose session has moved too leaves the count when it is established', async () => {
    await using crossing = await Crossing.create();
    const planes =
      (device: Device) =>
      ({ context, clock }: PlaneSurroundings): readonly DataPlane[] => {
        const netns = crossing.netns(device);
        const driver = new NftablesDriver(context, {
          netns,
          halfOpenThreshold: 5,
          inFlight: 'elsewhere',
        });
        return [
          new LinuxDataPlane({ schema: context, clock, netns }),
          new TablePlane(driver, { context, clock, pollMs: 50 }),
        ];
      };
    await using devices = await MovingDevices.start({ old: planes('old'), new: planes('new') });
    await devices.old.configure(`<vm><id>vm1</id><address>${VM}</address></vm>`);
    const syn = (sport: number, count = 1): Packets => ({
      from: VM,
      to: CLIENT,
      protocol: 'tcp',
      sport,
      count,
    });
    assert.equal(await crossing.send('vm', syn(1024, 5)), 5);
    const { outcome, kinds } = await devices.move('vm1');
    assert.equal(outcome, 'migrated');
    assert.deepEqual(
      [kinds['session']?.after, kinds['session']?.lost, kinds['cumulative-security']?.lost],
      [5, 0, 0],
    );
    await crossing.route('new');

    // An acknowledgement before the answer is nothing; after it, it completes the connection.
    await crossing.send('vm', { ...syn(1025), flags: 'A' });
    assert.equal(await crossing.send('vm', syn(5000)), 0);
    const answer = { from: CLIENT, to: VM, protocol: 'tcp', sport: 80, dport: 1024 } as const;
    await crossing.send('world', { ...answer, flags: 'SA' });
    await crossing.send('vm', { ...syn(1024), flags: 'A' });
    const deadline = Date.now() + 10_000;
    let passed = 0;
    for (let sport = 6000; passed === 0; sport += 1) {
      assert.ok(Date.now() < deadline, 'no place has become free');
      passed += await crossing.send('vm', syn(sport));
    }
    assert.equal(await crossing.send('vm', syn(9000, 3)), 0);
  });
});
