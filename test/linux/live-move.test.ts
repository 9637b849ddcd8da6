/** Real connections through two real firewalls: with their sessions moved they live, without they die. */
import assert from 'node:assert/strict';
import { startLinuxDevice } from '../support/plane-device.ts';
import type { Reported } from '../support/plane-device.ts';
import { FLOWS, LiveFlows, VM4, VM6 } from '../support/live-flows.ts';
import { describeOnKernel } from '../support/namespaces.ts';
import type { Plain } from '../support/plain-data.ts';

const VM = { id: 'vm1', address: [VM4, VM6] };
/** Enough that windows are scaled, and that wrong windows would stop the transfer. */
const BULK = 2 << 20;

describeOnKernel('Linux data plane: a VM with live connections moves', function () {
  it('and all its connections live on, bulk transfers too', async function () {
    this.timeout(30_000);
    await using flows = await LiveFlows.create();
    const { namespaces } = flows;
    await using old = await startLinuxDevice(namespaces.name('old'), [VM]);
    await using next = await startLinuxDevice(namespaces.name('new'));
    const { reported } = await old.watch();
    await flows.open();
    assert.deepEqual(await flows.talk(BULK), [...FLOWS].sort());

    const before = reported.length;
    const sessions = await old.rows('session/session');
    const mappings = await old.rows('nat/mapping-entry');
    assert.equal(mappings.length, 2);
    assert.equal(mappings.filter((row) => row['internal-src-port'] === 5000).length, 1);
    assert.ok(mappings.every((row) => row['external-src-address'] === '192.0.2.80'));
    const content = (rows: readonly Plain[], nat: readonly Plain[]): Plain => ({
      sessions: { session: rows },
      nat: { 'mapping-entry': nat },
    });
    await next.commit({ ...VM, mode: 'standby', ...content(sessions, mappings) });
    await old.commit({ ...VM, mode: 'frozen' });
    const delta = reported.slice(before);
    const last = replay(sessions, delta, 'session');
    await next.commit({
      ...VM,
      mode: 'learning',
      ...content(last, replay(mappings, delta, 'mapping-entry')),
    });
    assert.deepEqual(await next.tables(), await old.tables());
    await flows.route('new');
    await next.plane.settle([next.vm()]);
    await old.commit(undefined, 'vm1');
    assert.deepEqual(await flows.talk(BULK), [...FLOWS].sort());
    assert.deepEqual(await old.plane.use().then(([sessions]) => sessions?.used), 0n);
  });

  it('and without its sessions, as a control, all its connections die', async function () {
    this.timeout(30_000);
    await using flows = await LiveFlows.create();
    await flows.open();
    assert.deepEqual(await flows.talk(100), [...FLOWS].sort());
    await flows.route('new');
    assert.deepEqual(await flows.talk(100, 1500), []);
  });
});

/** Rows after the changes that were reported. */
function replay(
  rows: readonly Plain[],
  reported: readonly Reported[],
  list: string,
): readonly Plain[] {
  const byKey = new Map(rows.map((row) => [key(row), row]));
  for (const change of reported) {
    if (change.list !== list || !change.row) continue;
    if (change.kind === 'set') byKey.set(key(change.row), change.row);
    else byKey.delete(key(change.row));
  }
  return [...byKey.values()];
}

function key(row: Plain): string {
  return JSON.stringify([
    row['protocol'] ?? row['transport-protocol'],
    row['source-address'] ?? row['internal-src-address'],
    row['source-port'] ?? row['internal-src-port'],
    row['destination-address'] ?? row['external-src-address'],
    row['destination-port'] ?? row['external-src-port'],
  ]);
}
