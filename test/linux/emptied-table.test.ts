/** A kernel whose table has been emptied while a VM was in standby: the VM does not leave it. */
import assert from 'node:assert/strict';
import { RpcErrorException } from '../../src/error/index.ts';
import { startLinuxDevice } from '../support/plane-device.ts';
import { describeOnKernel, Namespaces } from '../support/namespaces.ts';
import type { Plain } from '../support/plain-data.ts';

const VM = {
  id: 'vm1',
  address: ['10.1.1.1'],
  sessions: {
    session: [40_000, 40_001].map((port): Plain => ({
      protocol: 6,
      'source-address': '203.0.113.9',
      'destination-address': '10.1.1.1',
      'source-port': port,
      'destination-port': 443,
      zone: 0,
      state: 'established',
      lifetime: 400_000,
    })),
  },
};
const STANDBY = { ...VM, mode: 'standby' };

describeOnKernel('Linux data plane: sessions that have been loaded', () => {
  it('are missed when the VM leaves standby, and can be loaded again', async () => {
    await using namespaces = await Namespaces.create('a');
    await using device = await startLinuxDevice(namespaces.name('a'));
    await device.commit(STANDBY);
    await namespaces.run('a', 'conntrack -F');
    await assert.rejects(device.commit(VM), (error) => {
      assert.ok(error instanceof RpcErrorException);
      const [lost] = error.errors;
      assert.deepEqual([lost?.tag, lost?.appTag], ['operation-failed', 'entries-lost']);
      assert.match(lost?.message ?? '', /"session\/session".*: 2 entries were, .* has 0 in all/);
      return true;
    });
    await device.commit({ ...STANDBY, sessions: {} });
    await device.commit(STANDBY);
    await device.commit(VM);
    assert.equal((await device.rows('session/session')).length, 2);
  });

  it('are there when nobody has emptied the table (control)', async () => {
    await using namespaces = await Namespaces.create('a');
    await using device = await startLinuxDevice(namespaces.name('a'));
    await device.commit(STANDBY);
    await device.commit(VM);
    assert.equal((await device.rows('session/session')).length, 2);
  });
});
