/** What every data plane made of a table driver does: modes, combining and its way back, settling, restarts. */
import assert from 'node:assert/strict';
import type { Plain } from '../../../support/plain-data.ts';
import { FakeDriver } from './fake-driver.ts';
import { TableDevice, refusalsOf } from './table-device.ts';

const ACCOUNT = 'cumulative-accounting/account';
const KINDS = ['cumulative-accounting', 'vlan', 'session'];
const VM = { id: 'vm1', address: ['10.0.0.5'], 'vlan-id': [7, 8] };

const key = (trafficClass: string): Plain => ({
  address: '10.0.0.5',
  direction: 'from-vm',
  'traffic-class': trafficClass,
});

/** The container with accounts by traffic class. */
const accounts = (packets: Readonly<Record<string, number>>): Plain => ({
  'cumulative-accounting': {
    account: Object.entries(packets).map(([name, count]) => ({ ...key(name), packets: count })),
  },
});

const vlans = (...ids: readonly number[]): Plain => ({
  vlans: { vlan: ids.map((id) => ({ 'vlan-id': id, tagging: 'tagged' })) },
});

function start(...vms: readonly Plain[]): Promise<TableDevice> {
  return TableDevice.start(new FakeDriver(KINDS), ...vms);
}

function packetsByClass(rows: readonly Plain[]): Readonly<Record<string, unknown>> {
  const packets: Record<string, unknown> = {};
  for (const row of rows) packets[String(row['traffic-class'])] = row['packets'];
  return packets;
}

/** Packets by traffic class, as the plane reads them. */
async function packets(device: TableDevice): Promise<Readonly<Record<string, unknown>>> {
  const rows = await device.rows(ACCOUNT);
  return packetsByClass(rows);
}

/** Packets by traffic class, as the device has them. */
function onDevice(device: TableDevice): Readonly<Record<string, unknown>> {
  const rows = device.driver.rows(device.table(ACCOUNT));
  return packetsByClass(rows);
}

const learns = (device: TableDevice, name: string, count: number): void => {
  device.traffic(ACCOUNT, key(name), { packets: count });
};

describe('a VM in standby on a device of tables', () => {
  it('has exactly the entries that are configured, on the device and to be read', async () => {
    await using device = await start();
    await device.commit({ ...VM, mode: 'standby', ...accounts({ a: 1, b: 2 }) });
    await device.commit({ ...VM, mode: 'standby', ...accounts({ b: 3, c: 4 }) });
    assert.deepEqual(onDevice(device), { b: 3, c: 4 });
    assert.deepEqual(await packets(device), { b: 3, c: 4 });
  });

  it('costs what changes: nothing is read, and only what differs is edited', async () => {
    await using device = await start();
    await device.commit({ ...VM, mode: 'standby', ...accounts({ a: 1, b: 2 }) });
    const { reads } = device.driver;
    await device.commit({ ...VM, mode: 'standby', ...accounts({ a: 1, b: 3 }) });
    assert.equal(device.driver.reads, reads);
    const [edit] = device.driver.edits.at(-1) ?? [];
    assert.deepEqual(
      edit?.tables.map(({ set, remove }) => [set.length, remove.length]),
      [[1, 0]],
    );
  });

  it('takes the place of what the device had, also of a VM that returns to standby', async () => {
    await using device = await start(VM);
    learns(device, 'old', 9);
    learns(device, 'a', 5);
    await device.commit({ ...VM, mode: 'standby', ...accounts({ a: 1 }) });
    assert.deepEqual(onDevice(device), { a: 1 });
  });

  it('arms time-outs when it leaves: the device is given every entry', async () => {
    await using device = await start();
    await device.commit({ ...VM, mode: 'standby', ...accounts({ a: 1, b: 2 }) });
    await device.commit({ ...VM, ...accounts({ a: 1, b: 3 }) });
    const [edit] = device.driver.edits.at(-1) ?? [];
    assert.deepEqual([edit?.modeBefore, edit?.mode], ['standby', 'learning']);
    assert.deepEqual(
      edit?.tables[0]?.set.map(({ before, after }) => before === after),
      [true, false],
    );
    assert.deepEqual(onDevice(device), { a: 1, b: 3 });
  });

  it('does not change with what comes to the device meanwhile', async () => {
    await using device = await start();
    await device.commit({ ...VM, mode: 'standby', ...accounts({ a: 1 }) });
    learns(device, 'a', 50);
    assert.deepEqual(await packets(device), { a: 1 });
    assert.equal((await device.state('cumulative-accounting')).entries, 1);
  });
});

describe('entries that arrive where a VM has its own', () => {
  const cases: readonly {
    readonly what: string;
    readonly present: Readonly<Record<string, number>>;
    readonly arriving: Readonly<Record<string, number>>;
    readonly combined: Readonly<Record<string, number>>;
    readonly traffic: Readonly<Record<string, number>>;
    readonly after: Readonly<Record<string, number>>;
  }[] = [
    {
      what: 'exactly what was added leaves when they leave',
      present: { a: 100 },
      arriving: { a: 50 },
      combined: { a: 150 },
      traffic: {},
      after: { a: 100 },
    },
    {
      what: 'what traffic has added since stays',
      present: { a: 100 },
      arriving: { a: 50 },
      combined: { a: 150 },
      traffic: { a: 170 },
      after: { a: 120 },
    },
    {
      what: 'entries that were not there leave as a whole, with what traffic made of them',
      present: { a: 1 },
      arriving: { b: 2, c: 3 },
      combined: { a: 1, b: 2, c: 3 },
      traffic: { b: 20 },
      after: { a: 1 },
    },
  ];
  for (const { what, present, arriving, combined, traffic, after } of cases) {
    it(`${what} before they have settled`, async () => {
      await using device = await start(VM);
      for (const [name, count] of Object.entries(present)) learns(device, name, count);
      await device.commit({ ...VM, ...accounts(arriving) });
      assert.deepEqual(await packets(device), combined);
      for (const [name, count] of Object.entries(traffic)) learns(device, name, count);
      await device.commit(VM);
      assert.deepEqual(onDevice(device), after);
    });
  }

  it('stay once they have settled (control of the way back)', async () => {
    await using device = await start(VM);
    learns(device, 'a', 100);
    await device.commit({ ...VM, ...accounts({ a: 50, b: 1 }) });
    await device.settle();
    await device.commit({ ...VM, 'vlan-id': [7, 8, 9] });
    assert.deepEqual(onDevice(device), { a: 150, b: 1 });
    assert.ok(device.driver.calls.includes('settle vm1'));
  });

  it('take the place of what they brought before when they change', async () => {
    await using device = await start(VM);
    learns(device, 'a', 100);
    await device.commit({ ...VM, ...accounts({ a: 50, b: 1 }) });
    learns(device, 'b', 3);
    await device.commit({ ...VM, ...accounts({ a: 60, b: 5 }) });
    assert.deepEqual(onDevice(device), { a: 160, b: 7 });
    await device.commit(VM);
    assert.deepEqual(onDevice(device), { a: 100 });
  });

  it('that have run out meanwhile are not brought back', async () => {
    await using device = await start(VM);
    await device.commit({ ...VM, ...accounts({ a: 50 }) });
    device.traffic(ACCOUNT, key('a'), undefined);
    await device.commit(VM);
    assert.deepEqual(onDevice(device), {});
  });

  it('were not there before they were loaded in standby: they leave as a whole', async () => {
    await using device = await start();
    await device.commit({ ...VM, mode: 'standby', ...accounts({ a: 1, b: 2 }) });
    await device.commit({ ...VM, ...accounts({ a: 1, b: 2 }) });
    learns(device, 'b', 9);
    await device.commit({ ...VM, ...accounts({ a: 1 }) });
    assert.deepEqual(onDevice(device), { a: 1 });
  });

  it('are forgotten again when the change fails, and when it is aborted', async () => {
    await using device = await start(VM);
    learns(device, 'a', 100);
    device.driver.failApply = new Error('device on fire');
    await assert.rejects(device.commit({ ...VM, ...accounts({ a: 50 }) }), /on fire/);
    await (await device.prepare({ ...VM, ...accounts({ a: 60 }) })).abort();
    assert.deepEqual(onDevice(device), { a: 100 });
    await device.commit({ ...VM, ...accounts({ a: 7 }) });
    await device.commit(VM);
    assert.deepEqual(onDevice(device), { a: 100 });
    assert.deepEqual(device.driver.calls.slice(1), [
      ...['check vm1', 'apply vm1', 'check vm1', 'abort vm1'],
      ...['check vm1', 'apply vm1', 'check vm1', 'apply vm1'],
    ]);
  });

  it('are remembered also when the VM is new and the device had entries for it', async () => {
    await using device = await start();
    learns(device, 'a', 100);
    await device.commit({ ...VM, ...accounts({ a: 5 }) });
    assert.deepEqual(onDevice(device), { a: 105 });
    await device.commit(VM);
    assert.deepEqual(onDevice(device), { a: 100 });
  });
});

describe('a VM on a device of tables', () => {
  it('takes all its entries along when it is deleted, static ones too', async () => {
    await using device = await start({ ...VM, ...vlans(7) });
    learns(device, 'a', 1);
    await device.commit('vm1');
    assert.deepEqual(onDevice(device), {});
    assert.deepEqual(device.driver.rows(device.table('vlan/vlan')), []);
  });

  it('leaves the entries of other VMs alone', async () => {
    const other = { id: 'vm2', address: ['10.0.0.6'] };
    await using device = await start(VM, other);
    learns(device, 'a', 1);
    device.traffic(ACCOUNT, { ...key('a'), address: '10.0.0.6' }, { packets: 2 });
    await device.commit('vm1');
    assert.deepEqual(onDevice(device), { a: 2 });
    assert.equal((await device.rows(ACCOUNT, 'vm2')).length, 1);
  });

  it('loses entries that concern only an address that it loses', async () => {
    const two = { ...VM, address: ['10.0.0.5', '10.0.0.6'] };
    await using device = await start(two);
    learns(device, 'a', 1);
    device.traffic(ACCOUNT, { ...key('b'), address: '10.0.0.6' }, { packets: 2 });
    await device.commit(VM);
    assert.deepEqual(onDevice(device), { a: 1 });
  });

  it('has static tables exactly as configured, in every mode', async () => {
    await using device = await start();
    const ids = (): readonly unknown[] =>
      device.driver.rows(device.table('vlan/vlan')).map((row) => row['vlan-id']);
    for (const [mode, ...list] of [
      ['standby', 7],
      ['learning', 7, 8],
      ['frozen', 8],
      ['learning', 7],
    ] as const) {
      await device.commit({ ...VM, mode, ...vlans(...list) });
      assert.deepEqual(ids(), list, mode);
      assert.equal((await device.rows('vlan/vlan')).length, list.length, mode);
    }
  });

  it('is changed with others in one call', async () => {
    await using device = await start();
    await device.commit(VM, { id: 'vm2', address: ['10.0.0.6'] });
    assert.deepEqual(device.driver.calls, ['open', 'check vm1,vm2', 'apply vm1,vm2']);
  });

  it('is read by key, from the device and from what stands still', async () => {
    await using device = await start(VM);
    learns(device, 'a', 1);
    learns(device, 'b', 2);
    const { list } = device.table(ACCOUNT);
    const count = async (name: string): Promise<number> => {
      let rows = 0;
      const keys = ['10.0.0.5', 'from-vm', name];
      for await (const batch of device.plane.read({ vm: device.vm(), list, keys }))
        rows += batch.length;
      return rows;
    };
    assert.deepEqual([await count('a'), await count('z')], [1, 0]);
    await device.commit({ ...VM, mode: 'frozen' });
    assert.deepEqual([await count('b'), await count('z')], [1, 0]);
  });

  it('has a digest that says the same of loaded, learnt and frozen tables', async () => {
    await using device = await start();
    await device.commit({ ...VM, mode: 'standby', ...accounts({ a: 1, b: 2 }) });
    const loaded = await device.state('cumulative-accounting');
    assert.equal(loaded.entries, 2);
    await device.commit({ ...VM, ...accounts({ a: 1, b: 2 }) });
    await device.settle();
    assert.deepEqual(await device.state('cumulative-accounting'), loaded);
    await device.commit({ ...VM, mode: 'frozen' });
    assert.deepEqual(await device.state('cumulative-accounting'), loaded);
    await device.commit(VM);
    learns(device, 'c', 1);
    assert.notDeepEqual(await device.state('cumulative-accounting'), loaded);
  });

  it('that is not configured has what the device says', async () => {
    await using device = await start(VM);
    learns(device, 'a', 1);
    const { driver } = device;
    await using other = await TableDevice.start(driver);
    const states = await other.plane.tables(device.vm());
    assert.deepEqual(
      states.filter(({ entries }) => entries > 0).map(({ kind }) => kind),
      ['cumulative-accounting'],
    );
  });

  it('is refused as the driver says, with all errors at once but no more than 100', async () => {
    await using device = await start(VM);
    const error = {
      type: 'application',
      tag: 'operation-not-supported',
      severity: 'error',
    } as const;
    device.driver.refusals = Array.from({ length: 150 }, () => error);
    const foreign = { ...key('a'), address: '192.0.2.1', packets: 1 };
    const refusals = await refusalsOf(
      device.commit({ ...VM, 'cumulative-accounting': { account: [foreign] } }),
    );
    assert.equal(refusals.length, 100);
    assert.match(refusals[0] ?? '', /^invalid-value address-not-owned \/.*account\[address/);
    assert.match(refusals[1] ?? '', /^operation-not-supported/);
    device.driver.refusals = [];
    await device.commit({ ...VM, ...accounts({ a: 1 }) });
  });
});

describe('a device of tables after a restart', () => {
  it('sets every VM up: static tables in full, those of VMs in standby emptied, others left alone', async () => {
    await using before = await start(VM);
    learns(before, 'a', 1);
    before.traffic(ACCOUNT, { ...key('b'), address: '10.0.0.6' }, { packets: 2 });
    const { driver } = before;
    driver.calls.length = 0;
    const waiting = { id: 'vm2', address: ['10.0.0.6'], mode: 'standby' };
    await using device = await TableDevice.start(driver, { ...VM, ...vlans(7) }, waiting);
    assert.deepEqual(driver.calls, ['open vm1,vm2', 'apply vm2']);
    assert.deepEqual(onDevice(device), { a: 1 });
    assert.deepEqual(await device.rows(ACCOUNT, 'vm2'), []);
    assert.equal(device.driver.rows(device.table('vlan/vlan')).length, 1);
  });

  it('shows a frozen VM as it finds it', async () => {
    await using before = await start(VM);
    learns(before, 'a', 1);
    await using device = await TableDevice.start(before.driver, { ...VM, mode: 'frozen' });
    learns(device, 'a', 2);
    learns(device, 'b', 2);
    assert.deepEqual(await packets(device), { a: 1 });
    assert.equal((await device.state('cumulative-accounting')).entries, 1);
  });
});
