/** Accounts and quotas (K3) in the kernel, moved, combined and taken apart again. */
import assert from 'node:assert/strict';
import { describeOnKernel } from '../../support/namespaces.ts';
import type { PlaneDevice } from '../../support/plane-device.ts';
import type { Plain } from '../../support/plain-data.ts';
import { CLIENT, CLIENT6, Crossing, VM, VM6 } from './crossing.ts';
import type { Packets } from './crossing.ts';
import { startDevices, startPlane } from './devices.ts';

const QUOTA = { octetLimit: 100_000 } as const;
const PLAIN_VM = { id: 'vm1', address: [VM, VM6] };
const VM_XML = `<vm><id>vm1</id><address>${VM}</address><address>${VM6}</address></vm>`;
const toVm = (count: number): Packets => ({ from: CLIENT, to: VM, length: 1000, count });
const toVm6 = (count: number): Packets => ({ from: CLIENT6, to: VM6, length: 1000, count });

describeOnKernel('nftables: accounts of a VM that has moved', function () {
  this.timeout(30_000);

  it('a quota half used is half used on the new device', async () => {
    await using crossing = await Crossing.create();
    await using devices = await startDevices(crossing, QUOTA);
    await devices.old.configure(VM_XML);
    assert.equal(await crossing.send('world', toVm(50)), 50);
    assert.equal(await crossing.send('world', toVm6(99)), 99);
    const { outcome, kinds } = await devices.move('vm1');
    assert.equal(outcome, 'migrated');
    assert.deepEqual(kinds['cumulative-accounting'], { before: 4, after: 4, lost: 0, extra: 0 });
    await crossing.route('new');
    assert.equal(await crossing.send('world', toVm(60)), 50);
    assert.equal(await crossing.send('world', toVm6(60)), 1);
    assert.equal(await crossing.send('vm', { ...toVm(60), from: VM, to: CLIENT }), 60);
  });

  it('without the move, as a control, it is whole again', async () => {
    await using crossing = await Crossing.create();
    await using devices = await startDevices(crossing, QUOTA);
    await devices.old.configure(VM_XML);
    assert.equal(await crossing.send('world', toVm(50)), 50);
    await devices.new.configure(VM_XML);
    await crossing.route('new');
    assert.equal(await crossing.send('world', toVm(110)), 100);
  });
});

describeOnKernel('nftables: accounts that are combined', function () {
  this.timeout(30_000);
  let crossing: Crossing;
  let device: PlaneDevice;

  const account = (packets: number, more: Plain = {}): Plain => ({
    address: VM,
    direction: 'to-vm',
    'traffic-class': 'default',
    packets,
    octets: packets * 1000,
    'octet-limit': 100_000,
    ...more,
  });
  const vmWith = (...rows: readonly Plain[]): Plain => ({
    ...PLAIN_VM,
    'cumulative-accounting': { account: rows },
  });
  const counted = async (): Promise<readonly unknown[]> => {
    const rows = await device.rows('cumulative-accounting/account');
    const row = rows.find((it) => it['address'] === VM && it['direction'] === 'to-vm');
    return [row?.['packets'], row?.['octets']];
  };

  before(async () => {
    crossing = await Crossing.create();
  });

  beforeEach(async () => {
    device = await startPlane(crossing, 'old', QUOTA);
    await device.commit(PLAIN_VM);
  });

  afterEach(async () => {
    await device[Symbol.asyncDispose]();
    await crossing.clear('old');
  });

  after(async () => {
    await crossing[Symbol.asyncDispose]();
  });

  it('totals add up, the quota follows, and a rollback subtracts exactly', async () => {
    await crossing.send('world', toVm(20));
    await device.commit(vmWith(account(50)));
    assert.deepEqual(await counted(), [70, 70_000]);
    assert.equal(await crossing.send('world', toVm(10)), 10);
    await device.commit(PLAIN_VM);
    assert.deepEqual(await counted(), [30, 30_000]);
    assert.equal(await crossing.send('world', toVm(100)), 70);
  });

  it('the sum of a quota that is used up is not exceeded', async () => {
    await crossing.send('world', toVm(20));
    await device.commit(vmWith(account(75)));
    assert.equal(await crossing.send('world', toVm(20)), 5);
    assert.deepEqual(await counted(), [100, 100_000]);
  });

  it('of a quota that is more than used up nothing is left, until a rollback', async () => {
    await crossing.send('world', toVm(20));
    await device.commit(vmWith(account(95)));
    assert.equal(await crossing.send('world', toVm(5)), 0);
    assert.deepEqual(await counted(), [115, 115_000]);
    await device.commit(PLAIN_VM);
    assert.equal(await crossing.send('world', toVm(5)), 5);
  });

  it('not one packet is lost from a count to which others are added under load', async () => {
    await device.commit(vmWith(account(0, { 'octet-limit': 1_000_000_000_000 })));
    const before = await crossing.seen('world', toVm(1));
    await crossing.stream('world', 'load', [toVm(1)]);
    for (let times = 1; times <= 5; times += 1) {
      await device.commit(vmWith(account(times * 100, { 'octet-limit': 1_000_000_000_000 })));
    }
    const [sent = 0] = await crossing.stopStream('world', 'load');
    await crossing.drain('world');
    assert.ok(sent > 500, `${sent} packets are no load`);
    assert.deepEqual(await counted(), [sent + 500, (sent + 500) * 1000]);
    assert.equal((await crossing.seen('world', toVm(1))) - before, sent);
  });

  it('replacing the counter itself, as a control, loses packets', async () => {
    const name = `account/${VM}/to-vm/default`;
    await crossing.stream('world', 'load', [toVm(1)]);
    for (let times = 0; times < 5; times += 1) {
      const [packets] = await counted();
      // In one transaction, and yet: what came since the counter was read is gone.
      const replacement = `flush chain inet sami-policy-counts ${name}
        delete counter inet sami-policy-counts ${name}/passed
        add counter inet sami-policy-counts ${name}/passed { packets ${String(packets)} bytes 0 }
        add rule inet sami-policy-counts ${name} counter name ${name}/passed\n`;
      await crossing.namespaces.run('old', 'nft -f -', replacement);
    }
    const [sent = 0] = await crossing.stopStream('world', 'load');
    await crossing.drain('world');
    assert.notDeepEqual((await counted())[0], sent);
  });

  it('classes of service have accounts of their own, and a rate', async () => {
    const ef = { 'traffic-class': 'ef', 'octet-limit': 3000 };
    await device.commit(vmWith(account(0, ef)));
    assert.equal(await crossing.send('world', { ...toVm(5), dscp: 46 }), 3);
    assert.equal(await crossing.send('world', toVm(5)), 5);
    const slow = { 'committed-rate': 1, 'committed-burst': 2500 };
    await device.commit(vmWith(account(0, ef), account(0, slow)));
    assert.equal(await crossing.send('world', toVm(5)), 2);
    const rows = await device.rows('cumulative-accounting/account');
    assert.equal(rows.find((row) => row['committed-rate'] === 1)?.['committed-burst'], 2500);
  });
});
