/** What whoever watches a VM on a device of tables is told, and what a freeze waits for. */
import assert from 'node:assert/strict';
import type { TableChange } from '../../../../server/plane/plane.ts';
import { createDeferred } from '../../../../src/util/index.ts';
import { toPlain } from '../../../support/plain-data.ts';
import type { Plain } from '../../../support/plain-data.ts';
import { FakeDriver } from './fake-driver.ts';
import { TableDevice } from './table-device.ts';

const HALF_OPEN = 'cumulative-security/half-open';
const BLOCKED = 'cumulative-security/blocked-client';
const VM = { id: 'vm1', address: ['10.0.0.5'] };
const KEY = { address: '10.0.0.5' };
const blocked = (client: string): Plain => ({
  'client-address': client,
  'server-address': '10.0.0.5',
});

function start(driver = new FakeDriver(['cumulative-security', 'vlan'])): Promise<TableDevice> {
  return TableDevice.start(driver, VM);
}

/** Such as `set half-open 30`. */
function brief(told: readonly TableChange[]): readonly string[] {
  return told.map((change) => {
    if (change.kind === 'lost') return 'lost';
    const row = toPlain(change.row);
    return `${change.kind} ${change.list.name} ${String(row['count'] ?? row['client-address'])}`;
  });
}

/** Lets a poll that is due, and what follows from it, come to its end. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function poll(device: TableDevice): Promise<void> {
  device.clock.advance(500);
  await settled();
}

describe('watching a VM on a device of tables', () => {
  it('tells of what comes, changes and goes, from poll to poll', async () => {
    await using device = await start();
    device.traffic(HALF_OPEN, KEY, { count: 1 });
    const { told } = await device.watch();
    device.traffic(HALF_OPEN, KEY, { count: 2 });
    device.traffic(BLOCKED, blocked('192.0.2.1'), {});
    assert.deepEqual(brief(told), []);
    await poll(device);
    assert.deepEqual(brief(told), ['set half-open 2', 'set blocked-client 192.0.2.1']);
    device.traffic(BLOCKED, blocked('192.0.2.1'), undefined);
    await poll(device);
    assert.deepEqual(brief(told).slice(2), ['remove blocked-client 192.0.2.1']);
  });

  it('tells nothing of volatile values alone', async () => {
    await using device = await start();
    device.traffic(BLOCKED, blocked('192.0.2.1'), { 'remaining-time': 60 });
    const { told } = await device.watch();
    device.traffic(BLOCKED, blocked('192.0.2.1'), { 'remaining-time': 50 });
    await poll(device);
    assert.deepEqual(brief(told), []);
    device.traffic(BLOCKED, blocked('192.0.2.1'), { 'times-blocked': 2 });
    await poll(device);
    assert.deepEqual(brief(told), ['set blocked-client 192.0.2.1']);
  });

  it('keeps count and digest as it goes, without reading', async () => {
    await using device = await start();
    await device.watch();
    device.traffic(HALF_OPEN, KEY, { count: 2 });
    await poll(device);
    const { reads } = device.driver;
    const state = await device.state('cumulative-security');
    assert.equal(state.entries, 1);
    assert.equal(device.driver.reads, reads);
    await using fresh = await TableDevice.start(device.driver, VM);
    assert.deepEqual(await fresh.state('cumulative-security'), state);
  });

  it('looks at once when the device says that something changed, as often as that may be', async () => {
    await using device = await start();
    const { told } = await device.watch();
    device.traffic(HALF_OPEN, KEY, { count: 2 });
    const { reads } = device.driver;
    for (let time = 0; time < 50; time += 1) device.driver.changed();
    await settled();
    assert.deepEqual(brief(told), ['set half-open 2']);
    const looks = (device.driver.reads - reads) / 3;
    assert.ok(looks >= 1 && looks <= 2, `${String(looks)} looks at the tables`);
  });

  it('tells of entries that a commit adds', async () => {
    await using device = await start();
    device.traffic(HALF_OPEN, KEY, { count: 2 });
    const { told } = await device.watch();
    const halfOpen = [{ ...KEY, count: 3 }];
    await device.commit({ ...VM, 'cumulative-security': { 'half-open': halfOpen } });
    assert.deepEqual(brief(told), ['set half-open 5']);
  });

  it('ends with the last watcher: nothing is read any more, nothing waits', async () => {
    await using device = await start();
    const first = await device.watch();
    const second = await device.watch();
    await first.watch.close();
    device.traffic(HALF_OPEN, KEY, { count: 2 });
    await poll(device);
    assert.deepEqual([brief(first.told), brief(second.told)], [[], ['set half-open 2']]);
    await second.watch.close();
    const { reads } = device.driver;
    await poll(device);
    assert.equal(device.driver.reads, reads);
    assert.equal(device.clock.armed, 0);
  });

  it('ends with the VM', async () => {
    await using device = await start();
    await device.watch();
    await device.commit('vm1');
    assert.equal(device.clock.armed, 0);
  });

  it('says that changes were lost when the device could not be read, once it can be again', async () => {
    await using device = await start();
    const { told } = await device.watch();
    device.driver.failRead = new Error('no answer');
    device.traffic(HALF_OPEN, KEY, { count: 2 });
    await poll(device);
    await poll(device);
    assert.deepEqual(brief(told), []);
    device.driver.failRead = undefined;
    await poll(device);
    assert.deepEqual(brief(told), ['lost']);
    assert.equal((await device.state('cumulative-security')).entries, 1);
    assert.deepEqual(device.logger.events('error'), ['plane-read-failed']);
    device.traffic(HALF_OPEN, KEY, { count: 3 });
    await poll(device);
    assert.deepEqual(brief(told), ['lost', 'set half-open 3']);
  });

  it('cannot begin while the device cannot be read, and leaves nothing behind', async () => {
    await using device = await start();
    device.driver.failRead = new Error('no answer');
    await assert.rejects(device.watch(), /no answer/);
    assert.equal(device.clock.armed, 0);
  });
});

describe('freezing a VM on a device of tables', () => {
  it('is answered when every change before it has been told', async () => {
    await using device = await start();
    const { told } = await device.watch();
    device.traffic(HALF_OPEN, KEY, { count: 30 });
    await device.commit({ ...VM, mode: 'frozen' });
    assert.deepEqual(brief(told), ['set half-open 30']);
  });

  it('makes the tables stand still, whatever the device does meanwhile', async () => {
    await using device = await start();
    device.traffic(HALF_OPEN, KEY, { count: 30 });
    const { told } = await device.watch();
    await device.commit({ ...VM, mode: 'frozen' });
    const state = await device.state('cumulative-security');
    device.traffic(HALF_OPEN, KEY, undefined);
    await poll(device);
    assert.deepEqual(await device.state('cumulative-security'), state);
    assert.deepEqual(
      (await device.rows(HALF_OPEN)).map((row) => row['count']),
      [30],
    );
    await device.commit({ ...VM, mode: 'frozen', 'in-flight': { action: 'drop' } });
    assert.deepEqual(await device.state('cumulative-security'), state);
    assert.deepEqual(brief(told), []);
    await device.commit(VM);
    await settled();
    assert.deepEqual(brief(told), ['remove half-open 30'], 'when it thaws what changed is told');
  });

  it('does not happen when what was there before cannot be read', async () => {
    await using device = await start();
    await device.watch();
    const prepared = await device.prepare({ ...VM, mode: 'frozen' });
    device.driver.failRead = new Error('no answer');
    await assert.rejects(prepared.apply(), /no answer/);
    const [back] = device.driver.edits.at(-1) ?? [];
    assert.deepEqual([back?.modeBefore, back?.mode], ['frozen', 'learning']);
    device.driver.failRead = undefined;
    device.traffic(HALF_OPEN, KEY, { count: 3 });
    assert.equal((await device.rows(HALF_OPEN)).length, 1, 'the VM goes on');
  });

  it('waits for a look at the tables that is under way, which tells nothing afterwards', async () => {
    await using device = await start();
    const { told } = await device.watch();
    const gate = createDeferred();
    device.driver.gate = gate.promise;
    device.traffic(HALF_OPEN, KEY, { count: 1 });
    device.clock.advance(500);
    device.traffic(HALF_OPEN, KEY, { count: 2 });
    const frozen = device.commit({ ...VM, mode: 'frozen' });
    await new Promise((resolve) => setImmediate(resolve));
    gate.resolve();
    await frozen;
    assert.deepEqual(brief(told).at(-1), 'set half-open 2');
    const { length } = told;
    await settled();
    assert.equal(told.length, length);
  });
});

describe('a driver that watches by itself', () => {
  const watching = (): Promise<TableDevice> =>
    start(new FakeDriver(['cumulative-security']).watchesItself());

  it('is not polled, and what it tells is told on', async () => {
    await using device = await watching();
    const { told } = await device.watch();
    const { reads } = device.driver;
    device.traffic(HALF_OPEN, KEY, { count: 1 });
    device.traffic(BLOCKED, blocked('192.0.2.1'), { 'remaining-time': 9 });
    device.traffic(BLOCKED, blocked('192.0.2.1'), { 'remaining-time': 8 });
    device.traffic(HALF_OPEN, KEY, undefined);
    assert.deepEqual(brief(told), [
      ...['set half-open 1', 'set blocked-client 192.0.2.1', 'remove half-open 1'],
    ]);
    assert.equal((await device.state('cumulative-security')).entries, 1);
    assert.equal(device.driver.reads, reads);
    assert.equal(device.clock.armed, 0);
  });

  it('is read anew when it lost changes, and then they are told to be lost', async () => {
    await using device = await watching();
    const { told } = await device.watch();
    device.driver.failRead = new Error('not yet');
    device.driver.tell({ kind: 'lost' });
    await settled();
    assert.deepEqual(brief(told), []);
    device.driver.failRead = undefined;
    device.traffic(HALF_OPEN, KEY, { count: 4 });
    await poll(device);
    assert.ok(brief(told).includes('lost'));
    assert.equal((await device.state('cumulative-security')).entries, 1);
    assert.equal(device.clock.armed, 0);
  });

  it('is not read for a freeze, and let go with the last watcher', async () => {
    await using device = await watching();
    const { watch } = await device.watch();
    device.traffic(HALF_OPEN, KEY, { count: 4 });
    const prepared = await device.prepare({ ...VM, mode: 'frozen' });
    const { reads } = device.driver;
    await prepared.apply();
    assert.equal(device.driver.reads, reads);
    assert.equal((await device.state('cumulative-security')).entries, 1);
    assert.equal(device.driver.watchers, 0);
    await watch.close();
  });
});
