/** Options of `samid --plane bridge,…`. */
import assert from 'node:assert/strict';
import { bridgeFactory } from '../../../server/plane/bridge/index.ts';
import { silentLogger } from '../../../server/logger.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { deviceSchema } from '../../support/simulated-device.ts';

const WRONG: readonly (readonly [options: Readonly<Record<string, string>>, message: RegExp])[] = [
  [{ device: 'br0; drop' }, /^device: "br0; drop" is not the name of a bridge$/],
  [{ device: 'br0', 'limit.multicast-membership': '3' }, /mcast_hash_max of the bridge/],
  [{ device: 'br0', 'limit.dhcp-binding': '0' }, /^limit\.dhcp-binding: expected a number above 0/],
];

function open(options: Readonly<Record<string, string>>): ReturnType<typeof bridgeFactory.open> {
  const values = new Map(Object.entries(options).map(([name, value]) => [name, [value]]));
  const [context, clock] = [deviceSchema(), new FakeClock()];
  const surroundings = { context, clock, logger: silentLogger, stateDirectory: '/nowhere' };
  return bridgeFactory.open(values, surroundings);
}

describe('bridge plane: options', () => {
  for (const [options, message] of WRONG) {
    it(`does not take ${JSON.stringify(options)}`, async () => {
      await assert.rejects(async () => open(options), { message });
    });
  }

  it('serves the kinds that are asked for', async () => {
    const { plane } = await open({ device: 'br0', kind: 'dhcp-binding' });
    assert.deepEqual(plane.kinds, ['dhcp-binding']);
    const { plane: both } = await open({ device: 'br0' });
    assert.deepEqual(both.kinds, bridgeFactory.kinds);
  });

  it('says which bridge is missing', async () => {
    const { plane } = await open({ device: 'no-such-bridge' });
    await assert.rejects(plane.start([]), /there is no bridge "no-such-bridge"/);
    await plane.close();
  });
});
