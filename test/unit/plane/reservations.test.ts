/** Room in the tables of the simulated plane: held from prepare on, given back by whatever ends it (M4). */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { RpcErrorException } from '../../../src/error/index.ts';
import { SimulatedPlane } from '../../../server/plane/simulated/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { udp } from '../../support/packets.ts';
import type { Plain } from '../../support/plain-data.ts';
import { SimulatedDevice, deviceSchema, makeVm } from '../../support/simulated-device.ts';
import { withTemporaryDirectory } from '../../support/temporary-directory.ts';

const OPTIONS = { limits: { session: 5 }, policy: { defaultAction: 'accept' } } as const;

function vm(id: string, host: number, reserved: number): Plain {
  return {
    id,
    address: [`10.0.0.${String(host)}`],
    mode: 'standby',
    reservation: [{ kind: 'session', entries: BigInt(reserved) }],
  };
}

async function reserved(plane: SimulatedPlane): Promise<bigint | undefined> {
  return (await plane.use()).find(({ kind }) => kind === 'session')?.reserved;
}

function prepare(device: SimulatedDevice, plain: Plain): ReturnType<SimulatedPlane['prepare']> {
  return device.plane.prepare([
    { id: String(plain['id']), before: undefined, after: makeVm(plain) },
  ]);
}

describe('room for a VM to come (M4)', () => {
  it('refuses 5 entries when 4 are free, naming the table and both numbers (004, section 5.4)', async () => {
    const device = await SimulatedDevice.start(OPTIONS);
    await device.commit(vm('vm1', 1, 1));
    await assert.rejects(device.commit(vm('vm2', 2, 5)), (error) => {
      assert.ok(error instanceof RpcErrorException);
      const [{ tag, appTag, message } = { tag: '', appTag: '', message: '' }] = error.errors;
      assert.deepEqual([tag, appTag], ['resource-denied', 'table-too-small']);
      assert.equal(message, 'table "session" holds at most 5 entries: 5 are needed, 4 are free');
      return true;
    });
    assert.equal(await reserved(device.plane), 1n);
    await device.commit(vm('vm2', 2, 4));
  });

  it('is held from prepare on, and free again after an abort', async () => {
    const device = await SimulatedDevice.start(OPTIONS, [
      { id: 'vm9', address: ['10.0.0.9'], mode: 'learning' },
    ]);
    const first = await prepare(device, vm('vm1', 1, 5));
    await assert.rejects(prepare(device, vm('vm2', 2, 1)), RpcErrorException);
    const flow = { client: '198.51.100.7', server: '10.0.0.9', clientPort: 1, serverPort: 1 };
    assert.equal(device.send(udp(flow, 'there')), 'drop table-full', 'nor may packets take it');
    await first.abort();
    assert.equal(device.send(udp(flow, 'there')), 'pass');
    await (await prepare(device, vm('vm2', 2, 4))).abort();
  });

  it('is held as long as the VM is configured, and free once it is deleted, as when its lease ends', async () => {
    const device = await SimulatedDevice.start(OPTIONS);
    await device.commit(vm('vm1', 1, 5));
    await assert.rejects(device.commit(vm('vm2', 2, 1)), RpcErrorException);
    await device.remove('vm1');
    assert.equal(await reserved(device.plane), 0n);
    await device.commit(vm('vm2', 2, 5));
  });

  it('is that of the configuration after a restart, and not what had only been prepared', () =>
    withTemporaryDirectory(async (folder) => {
      const options = { ...OPTIONS, stateFile: join(folder, 'state') };
      const device = await SimulatedDevice.start(options);
      await device.commit(vm('vm1', 1, 2));
      await prepare(device, vm('vm2', 2, 3));
      const after = new SimulatedPlane(deviceSchema(), { ...options, clock: new FakeClock() });
      await after.start([makeVm(vm('vm1', 1, 2))]);
      assert.equal(await reserved(after), 2n);
      const change = { id: 'vm3', before: undefined, after: makeVm(vm('vm3', 3, 3)) };
      await (await after.prepare([change])).apply();
      assert.equal(await reserved(after), 5n);
      await after.close();
      await device.plane.close();
    }));
});
