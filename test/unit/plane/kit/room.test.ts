/** Room in the tables of a device: reservations, limits, and changes that are prepared at the same time. */
import assert from 'node:assert/strict';
import type { Plain } from '../../../support/plain-data.ts';
import { FakeDriver } from './fake-driver.ts';
import { TableDevice, refusalsOf } from './table-device.ts';

const KIND = 'cumulative-security';
const BLOCKED = `${KIND}/blocked-client`;
const A = { id: 'a', address: ['10.0.0.5'] };
const B = { id: 'b', address: ['10.0.0.6'] };

const blocked = (vm: Plain, from: number, count: number): readonly Plain[] =>
  Array.from({ length: count }, (_, index) => ({
    'client-address': `192.0.2.${String(from + index)}`,
    'server-address': (vm['address'] as readonly string[])[0],
  }));

/** The VM with so many entries. */
const having = (vm: Plain, count: number, more: Plain = {}): Plain => ({
  ...vm,
  [KIND]: { 'blocked-client': blocked(vm, 1, count) },
  ...more,
});

const reserving = (entries: number): Plain => ({ reservation: [{ kind: KIND, entries }] });
const STANDBY = { mode: 'standby' };

function start(limit: number, ...vms: readonly Plain[]): Promise<TableDevice> {
  return TableDevice.start(new FakeDriver([KIND], { [KIND]: limit }), ...vms);
}

async function use(device: TableDevice): Promise<readonly bigint[]> {
  return (await device.plane.use()).flatMap(({ used, reserved }) => [used, reserved]);
}

describe('room in the tables of a device', () => {
  const cases: readonly {
    readonly what: string;
    readonly limit: number;
    readonly before: readonly Plain[];
    readonly change: readonly Plain[];
    readonly refused?: RegExp;
  }[] = [
    {
      what: '5 entries into 4 free slots are refused, naming the table and both numbers',
      limit: 4,
      before: [],
      change: [having(A, 5, STANDBY)],
      refused:
        /^resource-denied table-too-small .*vm\[id='a'\].*cumulative-security: table "cumulative-security" holds at most 4 entries: 5 are needed, 4 are free$/,
    },
    {
      what: '4 entries into 4 free slots fit',
      limit: 4,
      before: [],
      change: [having(A, 4, STANDBY)],
    },
    {
      what: 'a reservation is refused by its path when there is no room for it',
      limit: 4,
      before: [having(B, 2, STANDBY)],
      change: [{ ...A, ...STANDBY, ...reserving(3) }],
      refused: /reservation\[kind='cumulative-security'\]: .*3 are needed, 2 are free/,
    },
    {
      what: 'what another VM has reserved is not free',
      limit: 4,
      before: [{ ...B, ...STANDBY, ...reserving(3) }],
      change: [having(A, 2, STANDBY)],
      refused: /2 are needed, 1 are free/,
    },
    {
      what: 'entries go into the room that their own VM has reserved',
      limit: 4,
      before: [{ ...B, ...STANDBY, ...reserving(3) }],
      change: [having(B, 3, { ...STANDBY, ...reserving(3) })],
    },
    {
      what: 'what a VM has and what it reserves is not counted twice',
      limit: 4,
      before: [having(B, 2, { ...STANDBY, ...reserving(3) })],
      change: [having(A, 1, STANDBY)],
    },
    {
      what: 'two VMs of one change cannot have the same room',
      limit: 4,
      before: [],
      change: [having(A, 3, STANDBY), having(B, 2, STANDBY)],
      refused: /vm\[id='b'\].*2 are needed, 1 are free/,
    },
    {
      what: 'nested and other lists of the kind count too',
      limit: 4,
      before: [{ ...A, ...STANDBY, [KIND]: { 'half-open': [{ address: '10.0.0.5', count: 1 }] } }],
      change: [having(B, 4, STANDBY)],
      refused: /4 are needed, 3 are free/,
    },
    {
      what: 'a change that asks for no more is never refused, however full it is',
      limit: 4,
      before: [having(A, 4, STANDBY)],
      change: [having(A, 3)],
    },
  ];
  for (const { what, limit, before, change, refused } of cases) {
    it(what, async () => {
      await using device = await start(limit);
      for (const vm of before) await device.commit(vm);
      const refusals = await refusalsOf(device.commit(...change));
      assert.equal(refusals.length, refused ? 1 : 0, refusals.join('\n'));
      if (refused) assert.match(refusals[0] ?? '', refused);
    });
  }

  it('is taken by what the device has learnt', async () => {
    await using device = await start(4, A, B);
    for (const row of blocked(A, 1, 3)) device.traffic(BLOCKED, row, {});
    assert.match(
      (await refusalsOf(device.commit(having(B, 2)))).join(),
      /2 are needed, 1 are free/,
    );
    device.traffic(BLOCKED, blocked(A, 1, 1)[0] ?? {}, undefined);
    await device.commit(having(B, 2));
  });

  it('is not taken twice by an entry that combines with one there is', async () => {
    await using device = await start(4, A);
    for (const row of blocked(A, 1, 4)) device.traffic(BLOCKED, row, {});
    await device.commit(having(A, 4));
  });

  it('is also taken by entries of no VM, where the device says how many it has', async () => {
    const driver = new FakeDriver([KIND], { [KIND]: 4 });
    driver.used = () => Promise.resolve(new Map([[KIND, 2]]));
    await using device = await TableDevice.start(driver, A);
    assert.match(
      (await refusalsOf(device.commit(having(A, 3)))).join(),
      /3 are needed, 2 are free/,
    );
    assert.deepEqual(await use(device), [2n, 0n]);
  });

  it('is held from prepare on, and free again after an abort', async () => {
    await using device = await start(4);
    const prepared = await device.prepare(having(A, 3, STANDBY));
    assert.match((await refusalsOf(device.prepare(having(B, 2, STANDBY)))).join(), /1 are free/);
    await prepared.abort();
    const other = await device.prepare(having(B, 2, STANDBY));
    await other.apply();
    assert.deepEqual(await use(device), [2n, 0n]);
  });

  it('is free again when a change fails', async () => {
    await using device = await start(4);
    const prepared = await device.prepare(having(A, 3, STANDBY));
    device.driver.failApply = new Error('device on fire');
    await assert.rejects(prepared.apply());
    await device.commit(having(B, 4, STANDBY));
  });

  it('is free again when the VM has gone, and after a restart', async () => {
    await using device = await start(4);
    await device.commit({ ...A, ...STANDBY, ...reserving(4) });
    assert.deepEqual(await use(device), [0n, 4n]);
    await device.commit('a');
    assert.deepEqual(await use(device), [0n, 0n]);
    await device.prepare(having(A, 4, STANDBY));
    await using restarted = await TableDevice.start(device.driver);
    await restarted.commit(having(B, 4, STANDBY));
  });
});
