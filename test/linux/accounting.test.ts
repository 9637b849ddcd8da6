/**
 * What sessions have counted goes with them: the kernel takes no counters, so the plane adds what they had
 * brought along, for as long as the entry lives. What arrives where something is already is combined with it.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLinuxDevice } from '../support/plane-device.ts';
import type { LinuxDevice } from '../support/plane-device.ts';
import { describeOnKernel, Namespaces } from '../support/namespaces.ts';
import type { Plain } from '../support/plain-data.ts';
import { withTemporaryDirectory } from '../support/temporary-directory.ts';

const VM = { id: 'vm1', address: ['10.1.1.1'] };
const PORT = 4000;
const ROW: Plain = {
  protocol: 17,
  'source-address': '10.1.1.1',
  'destination-address': '10.1.1.254',
  'source-port': PORT,
  'destination-port': 9,
  zone: 0,
  lifetime: 100,
};
const COUNTED: Plain = {
  'original-packets': 100,
  'original-bytes': 5000,
  'reply-packets': 7,
  'reply-bytes': 900,
};
const standby = (...rows: readonly Plain[]): Plain => ({
  ...VM,
  mode: 'standby',
  sessions: { session: rows },
});
const learning = (...rows: readonly Plain[]): Plain => ({ ...VM, sessions: { session: rows } });

/** A firewall 'a' and the VM behind it, 'b'. */
async function world(...more: readonly string[]): Promise<Namespaces> {
  const namespaces = await Namespaces.create('a', 'b', ...more);
  await namespaces.link(['a', 'a0', '10.1.1.254/24'], ['b', 'b0', '10.1.1.1/24']);
  const chain = 'chain c { type filter hook input priority 0;\nct state new accept\n}';
  await namespaces.run('a', 'nft -f -', `table inet t {\n${chain}\n}\n`);
  return namespaces;
}

/** One datagram of the session: 29 bytes with its headers. */
async function send(namespaces: Namespaces): Promise<void> {
  const code = `const s=require('node:dgram').createSocket('udp4');s.bind(${PORT},()=>s.send('x',9,'10.1.1.254',()=>s.close()))`;
  await namespaces.run('b', `${process.execPath} -e "${code}"`);
}

async function counts(device: LinuxDevice): Promise<readonly unknown[] | undefined> {
  const rows = await device.rows('session/session');
  const row = rows.find((each) => each['source-port'] === PORT);
  return row && Object.keys(COUNTED).map((name) => row[name]);
}

describeOnKernel('Linux data plane: accounting', () => {
  it('adds up after a move, after a chain of moves, and after a restart', () =>
    withTemporaryDirectory(async (directory) => {
      await using namespaces = await world('c');
      const counterFile = join(directory, 'counters');
      const device = await startLinuxDevice(namespaces.name('a'), [], { counterFile });
      await device.commit(standby({ ...ROW, ...COUNTED }));
      assert.deepEqual(await counts(device), [100, 5000, 7, 900]);
      await device.commit(learning({ ...ROW, ...COUNTED }));
      await send(namespaces);
      await device.plane.settle([device.vm()]);
      assert.deepEqual(await counts(device), [101, 5029, 7, 900]);
      const kernel = await namespaces.run('a', 'conntrack -L 2>/dev/null');
      assert.match(kernel, /packets=1 bytes=29/, 'the kernel alone knows of one packet');

      await using next = await startLinuxDevice(namespaces.name('c'));
      const rows = await device.rows('session/session');
      await next.commit(standby(...rows));
      assert.deepEqual(await counts(next), [101, 5029, 7, 900]);

      await device.plane.close();
      await using again = await startLinuxDevice(namespaces.name('a'), [VM], { counterFile });
      await send(namespaces);
      assert.deepEqual(await counts(again), [102, 5058, 7, 900]);
      await again.plane.close();
      await using forgetful = await startLinuxDevice(namespaces.name('a'), [VM]);
      assert.deepEqual(await counts(forgetful), [2, 58, 0, 0], 'control: without the file');
    }));

  it('loses nothing when a row is changed by a report that has no counters', async () => {
    await using namespaces = await world();
    await using device = await startLinuxDevice(namespaces.name('a'));
    await device.commit(standby({ ...ROW, ...COUNTED }));
    await device.commit(standby({ ...ROW, mark: 7 }));
    assert.deepEqual(await counts(device), [100, 5000, 7, 900]);
    await device.commit(standby({ ...ROW, status: undefined, mark: 8 }));
    await device.commit(standby({ ...ROW, ...COUNTED, 'original-packets': 120 }));
    assert.deepEqual(await counts(device), [120, 5000, 7, 900]);
  });

  it('ends with the entry: one of the same ports that comes later begins at zero', () =>
    withTemporaryDirectory(async (directory) => {
      await using namespaces = await world();
      const counterFile = join(directory, 'counters');
      await using device = await startLinuxDevice(namespaces.name('a'), [], { counterFile });
      await device.commit(standby({ ...ROW, ...COUNTED }));
      await device.commit(learning({ ...ROW, ...COUNTED }));
      await device.plane.settle([device.vm()]);
      assert.deepEqual(await counts(device), [100, 5000, 7, 900]);
      await namespaces.run('a', 'conntrack -F 2>/dev/null');
      await send(namespaces);
      assert.deepEqual(await counts(device), [1, 29, 0, 0]);
      await device.plane.close();
      assert.equal((await readFile(counterFile, 'utf8')).split('\n').length, 2, 'only its head');
    }));

  it('reports what has been counted in the end once more at a freeze', async () => {
    await using namespaces = await world();
    const reported = async (finalCounters: number): Promise<readonly unknown[]> => {
      await using device = await startLinuxDevice(namespaces.name('a'), [VM], { finalCounters });
      await namespaces.run('a', 'conntrack -F 2>/dev/null');
      await send(namespaces);
      const { reported: changes, watch } = await device.watch();
      await send(namespaces);
      await device.commit({ ...VM, mode: 'frozen' });
      await watch.close();
      return changes.map(({ row }) => row?.['original-packets']);
    };
    assert.deepEqual(await reported(10), [2]);
    assert.deepEqual(await reported(0), [], 'control: nothing else tells of the second packet');
  });
});

describeOnKernel('Linux data plane: combining', () => {
  const MEETING = { ...ROW, ...COUNTED, mark: 7, lifetime: 5000 };

  it('counters of a session that is there already add, and go again with a roll-back', async () => {
    await using namespaces = await world();
    await using device = await startLinuxDevice(namespaces.name('a'), [VM]);
    await send(namespaces);
    assert.deepEqual(await counts(device), [1, 29, 0, 0]);
    const other = { ...ROW, ...COUNTED, 'source-port': 1 };
    await device.commit(learning(MEETING, other));
    assert.deepEqual(await counts(device), [101, 5029, 7, 900]);
    const [row] = (await device.rows('session/session')).filter((it) => it['mark'] === 7);
    assert.ok(Number(row?.['lifetime']) > 4900, 'the longer lifetime counts');
    await send(namespaces);
    await device.commit({ ...VM });
    assert.deepEqual(await counts(device), [2, 58, 0, 0], 'what came since stays');
    const rows = await device.rows('session/session');
    assert.deepEqual(
      rows.map((it) => [it['source-port'], it['mark']]),
      [[PORT, undefined]],
    );
  });

  it('and stay once the change has settled', async () => {
    await using namespaces = await world();
    await using device = await startLinuxDevice(namespaces.name('a'), [VM]);
    await send(namespaces);
    await device.commit(learning(MEETING));
    await device.plane.settle([device.vm()]);
    await device.commit({ ...VM });
    assert.deepEqual(await counts(device), [101, 5029, 7, 900]);
  });

  it('a standby that is given up leaves what was there before it', async () => {
    await using namespaces = await world();
    await using device = await startLinuxDevice(namespaces.name('a'));
    await send(namespaces);
    await device.commit(standby(MEETING));
    assert.deepEqual(await counts(device), [101, 5029, 7, 900]);
    await device.commit(learning(MEETING));
    await device.commit(standby(MEETING));
    await device.commit(undefined, 'vm1');
    await device.commit({ ...VM });
    assert.deepEqual(await counts(device), [1, 29, 0, 0]);
  });
});
