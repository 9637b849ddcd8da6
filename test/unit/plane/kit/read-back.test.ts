/** A driver that loses or changes entries is found out when the VM leaves standby. */
import assert from 'node:assert/strict';
import { fieldsOf } from '../../../../server/plane/kit/fields.ts';
import { TablePlane } from '../../../../server/plane/kit/table-plane.ts';
import type { Branch } from '../../../../src/data/index.ts';
import type { Plain } from '../../../support/plain-data.ts';
import { MovingDevices } from '../../../support/moving-devices.ts';
import { fromPlain, toPlain } from '../../../support/plain-data.ts';
import { FakeDriver } from './fake-driver.ts';
import { TableDevice, refusalsOf } from './table-device.ts';

const VM = { id: 'vm1', address: ['10.0.0.5'] };
const KINDS = ['cumulative-accounting', 'cumulative-security', 'session'];

const ACCOUNTS = {
  'cumulative-accounting': {
    account: ['a', 'b', 'c'].map((name) => ({
      address: '10.0.0.5',
      direction: 'from-vm',
      'traffic-class': name,
      packets: 100,
      octets: 6_400,
    })),
  },
};

const CONNECTION = {
  'source-port': 1_000,
  'destination-address': '192.0.2.1',
  'destination-port': 80,
};

const BLOCKED = { 'client-address': '192.0.2.1', 'server-address': '10.0.0.5', 'times-blocked': 2 };

const blocked = (remaining: number | undefined): Plain => ({
  'cumulative-security': {
    'blocked-client': [
      { ...BLOCKED, ...(remaining === undefined ? {} : { 'remaining-time': remaining }) },
    ],
  },
});

const halfOpen = (count: number, remaining: number): Plain => ({
  'cumulative-security': {
    'half-open': [
      { address: '10.0.0.5', count, connection: [{ ...CONNECTION, 'remaining-time': remaining }] },
    ],
  },
});

type Takes = FakeDriver['takes'];

const loses: Takes = () => undefined;
const losesB: Takes = (row) => (toPlain(row)['traffic-class'] === 'b' ? undefined : row);
const changes =
  (values: Plain): Takes =>
  (row: Branch) =>
    fromPlain(row.schema, { ...toPlain(row), ...values });
const withoutLeaf =
  (name: string): Takes =>
  (row) =>
    fieldsOf(row.schema).change(row, { [name]: undefined });

const ROWS: readonly {
  readonly name: string;
  readonly tables: Plain;
  readonly takes: Takes;
  /** Milliseconds that the apply takes. */
  readonly takesMs?: number;
  readonly error?: RegExp;
}[] = [
  { name: 'has everything (control)', tables: ACCOUNTS, takes: (row) => row },
  {
    name: 'loses an entry',
    tables: ACCOUNTS,
    takes: losesB,
    error: /"cumulative-accounting\/account".*: 1 of 3 entries are missing, .*class='b'\]/,
  },
  {
    name: 'loses all entries',
    tables: ACCOUNTS,
    takes: loses,
    error: /3 of 3 entries are missing, .*class='a'\]/,
  },
  {
    name: 'begins to count anew',
    tables: ACCOUNTS,
    takes: changes({ packets: 0 }),
    error: /3 of 3 entries differ, .*class='a'\] in packets/,
  },
  { name: 'has counted on already', tables: ACCOUNTS, takes: changes({ packets: 101 }) },
  { name: 'does not hold a leaf', tables: ACCOUNTS, takes: withoutLeaf('octets') },
  {
    name: 'changes a value',
    tables: blocked(600),
    takes: changes({ 'times-blocked': 1 }),
    error: /"cumulative-security\/blocked-client".*1 of 1 entries differ, .* in times-blocked/,
  },
  { name: 'counts time', tables: blocked(600), takes: changes({ 'remaining-time': 599 }) },
  {
    name: 'has put off the time of an entry since, and changed it',
    tables: blocked(600),
    takes: changes({ 'remaining-time': 900, 'times-blocked': 3 }),
  },
  { name: 'loses what may have run out', tables: blocked(2), takes: loses },
  {
    name: 'loses what may have run out meanwhile',
    tables: blocked(7),
    takes: loses,
    takesMs: 5_000,
  },
  {
    name: 'loses what cannot have run out meanwhile',
    tables: blocked(8),
    takes: loses,
    takesMs: 5_000,
    error: /1 of 1 entries are missing/,
  },
  { name: 'loses what never runs out', tables: blocked(undefined), takes: loses, error: /missing/ },
  {
    name: 'loses an entry inside that may have run out, and counts it no more',
    tables: halfOpen(5, 1),
    takes: changes({ count: 4, connection: [] }),
  },
  {
    name: 'changes an entry inside',
    tables: halfOpen(5, 60),
    takes: changes({
      connection: [{ ...CONNECTION, 'source-port': 1_001, 'remaining-time': 60 }],
    }),
    error: /in connection/,
  },
];

describe('a VM leaves standby on a device that', () => {
  for (const { name, tables, takes, takesMs = 0, error } of ROWS) {
    it(`${name}: ${error ? 'refused, and as before' : 'taken'}`, async () => {
      await using device = await TableDevice.start(new FakeDriver(KINDS));
      await device.commit({ ...VM, mode: 'standby', ...tables });
      const before = await device.plane.tables(device.vm());
      const { driver } = device;
      driver.takes = (row) => {
        device.clock.advance(takesMs);
        return takes(row);
      };
      const refusals = await refusalsOf(device.commit({ ...VM, ...tables }));
      if (error) {
        const [refusal = ''] = refusals;
        assert.match(refusal, error);
        assert.match(refusal, /^operation-failed entries-lost \/sami:sami\/vm\[id='vm1'\]/);
        const [back] = driver.edits.at(-1) ?? [];
        assert.deepEqual([back?.modeBefore, back?.mode], ['learning', 'standby']);
      } else assert.deepEqual(refusals, []);
      const after = await device.plane.tables(device.vm());
      assert.deepEqual(after, before, 'what ran out meanwhile is no loss to whoever compares');
    });
  }

  it('watches by itself and loses an entry: refused all the same', async () => {
    await using device = await TableDevice.start(new FakeDriver(KINDS).watchesItself());
    await device.commit({ ...VM, mode: 'standby', ...ACCOUNTS });
    await device.watch();
    device.driver.takes = losesB;
    const [refusal = ''] = await refusalsOf(device.commit({ ...VM, ...ACCOUNTS }));
    assert.match(refusal, /1 of 3 entries are missing/);
    device.driver.takes = (row) => row;
    await device.commit({ ...VM, ...ACCOUNTS });
    assert.equal((await device.state('cumulative-accounting')).entries, 3);
  });

  it('is read once for each table with entries, and not at all by other changes', async () => {
    await using device = await TableDevice.start(new FakeDriver(KINDS));
    await device.commit({ ...VM, mode: 'standby', ...ACCOUNTS });
    const { reads } = device.driver;
    await device.commit({ ...VM, ...ACCOUNTS });
    assert.equal(device.driver.reads, reads + 1);
    await device.settle();
    await device.commit({ ...VM, port: 'eth7' });
    assert.equal(device.driver.reads, reads + 1);
  });
});

const PORTS = Array.from({ length: 100 }, (_, index) => index + 1);

/** Both devices with the same kinds; the new one's driver does `takes` with what it is given. */
function devices(takes: Takes): Promise<MovingDevices> {
  const plane =
    (driver: FakeDriver): Parameters<typeof MovingDevices.start>[0]['old'] =>
    (options) => [new TablePlane(driver, options)];
  const target = new FakeDriver(KINDS);
  target.takes = takes;
  return MovingDevices.start({ old: plane(new FakeDriver(KINDS)), new: plane(target) });
}

function dropEvery(nth: number): Takes {
  let taken = 0;
  return (row) => {
    taken += 1;
    return taken % nth === 0 ? undefined : row;
  };
}

describe('a move to a device of tables', () => {
  const rows = PORTS.map(
    (port) =>
      `<blocked-client><client-address>192.0.2.${String(port)}</client-address>` +
      `<server-address>10.0.0.5</server-address><times-blocked>1</times-blocked></blocked-client>`,
  ).join('');
  const vm =
    `<vm><id>vm1</id><address>10.0.0.5</address>` +
    `<cumulative-security xmlns="urn:sami:yang:sami-cumulative">${rows}</cumulative-security></vm>`;

  it('that drops every 10th entry is rolled back, and names the table', async () => {
    await using both = await devices(dropEvery(10));
    await both.old.configure(vm);
    const report = await both.move('vm1');
    assert.equal(report.outcome, 'rolled-back');
    const [error] = report.errors;
    assert.match(
      error?.message ?? '',
      /"fake" failed to apply .*"cumulative-security\/blocked-client" .* of 100 entries are missing/,
    );
  });

  it('that keeps them succeeds (control)', async () => {
    await using both = await devices((row) => row);
    await both.old.configure(vm);
    const report = await both.move('vm1');
    assert.deepEqual([report.outcome, report.errors], ['migrated', []]);
    assert.equal(report.kinds['cumulative-security']?.after, 100);
  });
});
