/** Changes are reported in order, a freeze ends them, and the nftables table follows the modes. */
import assert from 'node:assert/strict';
import { startLinuxDevice } from '../support/plane-device.ts';
import type { LinuxDevice } from '../support/plane-device.ts';
import type { Reported } from '../support/plane-device.ts';
import { describeOnKernel, Namespaces } from '../support/namespaces.ts';
import type { Plain } from '../support/plain-data.ts';
import { until } from '../support/until.ts';

const VM = { id: 'vm1', address: ['10.1.1.1'] };
const OTHER = { id: 'vm2', address: ['10.1.1.2'] };

const tuple = (vm: string, port: number): string =>
  `-s 203.0.113.9 -d ${vm} -r ${vm} -q 203.0.113.9 -p tcp --sport ${port} --dport 443 --reply-port-src 443 --reply-port-dst ${port}`;
const add = (port: number, vm = '10.1.1.1'): string =>
  `-A -t 4000 -u SEEN_REPLY,ASSURED ${tuple(vm, port)} --state ESTABLISHED\n`;

const LOAD = 'cat | conntrack -R -';

function session(port: number, more: Plain = {}): Plain {
  return {
    protocol: 6,
    'source-address': '203.0.113.9',
    'destination-address': '10.1.1.1',
    'source-port': port,
    'destination-port': 443,
    zone: 0,
    state: 'established',
    status: 'seen-reply assured',
    ...more,
  };
}

function told(reported: readonly Reported[]): readonly string[] {
  return reported.map(({ kind, row }) => `${kind} ${String(row?.['source-port'])}`);
}

describeOnKernel('Linux data plane: watching', () => {
  it('reports what was there before a freeze, all of it and nothing of others', async () => {
    await using namespaces = await Namespaces.create('a');
    await namespaces.run('a', LOAD, add(1));
    await using device = await startLinuxDevice(namespaces.name('a'), [VM, OTHER]);
    // The first entry is older than the server: the kernel does not report that it ends.
    const { reported, watch } = await device.watch();
    const lines = Array.from({ length: 3000 }, (_, index) => add(1000 + index));
    await namespaces.run('a', LOAD, lines.join('') + add(2, '10.1.1.2'));
    await namespaces.run('a', `conntrack -D ${tuple('10.1.1.1', 1)}`);
    await device.commit({ ...VM, mode: 'frozen' });
    const expected = [...lines.map((_, index) => `set ${1000 + index}`), 'remove 1'];
    assert.deepEqual(told(reported), expected);
    assert.deepEqual(reported[0]?.row && withoutLifetime(reported[0].row), session(1000));

    const frozen = await device.tables();
    assert.equal(frozen[0]?.entries, 3000);
    await namespaces.run('a', LOAD, add(5000));
    assert.deepEqual(await device.tables(), frozen, 'the tables of a frozen VM do not change');
    await device.commit({ ...VM, mode: 'learning' });
    await device.commit({ ...VM, mode: 'frozen' });
    assert.deepEqual(told(reported).slice(3001), ['set 5000'], 'what happened meanwhile follows');
    await watch.close();
    await device.commit({ ...VM, mode: 'learning' });
    const [state] = await device.tables();
    assert.equal(state?.entries, 3001);
  });

  it('has the same count and digest from events as from reading the table', async () => {
    await using namespaces = await Namespaces.create('a');
    await using device = await startLinuxDevice(namespaces.name('a'), [VM]);
    const { watch } = await device.watch();
    await namespaces.run('a', LOAD, add(1) + add(2) + add(3));
    await namespaces.run('a', `conntrack -D ${tuple('10.1.1.1', 2)}`);
    await device.commit({ ...VM, mode: 'frozen' });
    const watched = await device.tables();
    await watch.close();
    assert.deepEqual(await device.tables(), watched);
  });

  it('says that changes were lost when the kernel dropped them', async function () {
    this.timeout(20_000);
    await using namespaces = await Namespaces.create('a');
    // The smallest buffer that the kernel allows, and a flood while nobody can read.
    await using device = await startLinuxDevice(namespaces.name('a'), [VM], {
      eventBufferBytes: 1,
    });
    const { reported, watch } = await device.watch();
    const lines = Array.from({ length: 20_000 }, (_, index) => add(1024 + index));
    await namespaces.run('a', LOAD, lines.join(''));
    await device.commit({ ...VM, mode: 'frozen' });
    assert.ok(reported.some(({ kind }) => kind === 'lost'));
    const [state] = await device.tables();
    assert.equal(state?.entries, 20_000, 'the tables are complete all the same');
    await watch.close();
  });
});

describeOnKernel('Linux data plane: freezing', () => {
  it('keeps packets of a frozen VM from its sessions, and lets them pass again', async () => {
    await using namespaces = await Namespaces.create('a', 'b');
    await namespaces.link(['a', 'a0', '10.1.1.254/24'], ['b', 'b0', '10.1.1.1/24']);
    await namespaces.run(
      'a',
      'nft -f -',
      'table inet t {\nchain c { type filter hook input priority 0;\nct state new accept\n}\n}\n',
    );
    await using device = await startLinuxDevice(namespaces.name('a'), [VM]);
    const send = `${process.execPath} -e "const s=require('node:dgram').createSocket('udp4');s.send('x',9,'10.1.1.254',()=>s.close())"`;
    await device.commit({ ...VM, mode: 'frozen' });
    await namespaces.run('b', send);
    assert.deepEqual(await device.rows('session/session'), []);
    await device.commit({ ...VM, mode: 'learning' });
    await namespaces.run('b', send);
    assert.equal((await device.rows('session/session')).length, 1);
  });

  it('forwards packets in flight to the next hop, untracked', async () => {
    await using namespaces = await Namespaces.create('a', 'client', 'next');
    await namespaces.link(['client', 'c0', '10.9.0.2/24'], ['a', 'a0', '10.9.0.1/24']);
    await namespaces.link(['a', 'a1', '10.8.0.1/24'], ['next', 'n0', '10.8.0.2/24', '10.1.1.1/32']);
    await namespaces.ip('client', 'route', 'add', '10.1.1.1/32', 'via', '10.9.0.1');
    await namespaces.ip('a', 'route', 'add', 'blackhole', '10.1.1.1/32');
    await using device = await startLinuxDevice(namespaces.name('a'), [VM]);
    const heard = namespaces.start('next', [
      process.execPath,
      '-e',
      "const s=require('node:dgram').createSocket('udp4');s.on('message',(m)=>{console.log(String(m));process.exit()});s.bind(9,'10.1.1.1',()=>console.log('up'))",
    ]);
    const output: string[] = [];
    const reading = (async () => {
      for await (const chunk of heard.stdout ?? []) output.push(String(chunk));
    })();
    await until(() => output.length > 0);
    await device.commit({
      ...VM,
      mode: 'frozen',
      'in-flight': { action: 'forward', 'next-hop': '10.8.0.2' },
    });
    const send = `${process.execPath} -e "const s=require('node:dgram').createSocket('udp4');s.send('hello',9,'10.1.1.1',()=>s.close())"`;
    await namespaces.run('client', send);
    await reading;
    assert.deepEqual(output.join(''), 'up\nhello\n');
    assert.deepEqual(await device.rows('session/session'), []);
  });

  it('is brought in line with the modes after a restart, and goes with the last frozen VM', async () => {
    await using namespaces = await Namespaces.create('a');
    const list = (): Promise<string> => namespaces.run('a', 'nft list ruleset');
    const killed = await startLinuxDevice(namespaces.name('a'), [VM, OTHER]);
    await killed.commit({ ...VM, mode: 'frozen' });
    // As after SIGKILL: nothing is closed, another instance starts with what was on disk.
    const frozen = await startLinuxDevice(namespaces.name('a'), [VM, { ...OTHER, mode: 'frozen' }]);
    assert.match(await list(), /elements = \{ 10\.1\.1\.2 \}/);
    await frozen.plane.close();
    assert.match(await list(), /10\.1\.1\.2/, 'a frozen VM stays frozen without the server');
    const thawed = await startLinuxDevice(namespaces.name('a'), [VM, OTHER]);
    assert.doesNotMatch(await list(), /10\.1\.1/);
    await thawed.plane.close();
    assert.doesNotMatch(await list(), /sami/);
    await killed.plane.close().catch(() => undefined);
  });
});

describeOnKernel('Linux data plane: standby', () => {
  const standby = (rows: readonly Plain[], more: Plain = {}): Plain => ({
    ...VM,
    mode: 'standby',
    ...more,
    sessions: { session: rows },
  });
  const lifetimes = async (device: LinuxDevice): Promise<readonly number[]> =>
    (await device.rows('session/session')).map((row) => Number(row['lifetime']));

  it('keeps entries alive for the lease, and gives them their own lifetime when settled', async () => {
    await using namespaces = await Namespaces.create('a');
    await using device = await startLinuxDevice(namespaces.name('a'));
    const rows = [session(1, { lifetime: 20 }), session(2, { lifetime: 90_000 })];
    await device.commit(standby(rows, { 'standby-lease': 600 }));
    const [short = 0, long = 0] = await lifetimes(device);
    assert.ok(short > 600, `lifetime ${short}`);
    assert.ok(long > 89_900);
    await device.commit({ ...standby(rows), mode: 'learning' });
    await device.plane.settle([device.vm()]);
    // Restoring is work in the background.
    await until(async () => {
      const [settled = 0] = await lifetimes(device);
      return settled > 0 && settled <= 20;
    });
  });

  it('loads changes of a row, also those that the kernel cannot make in place', async () => {
    await using namespaces = await Namespaces.create('a');
    await using device = await startLinuxDevice(namespaces.name('a'));
    await device.commit(standby([session(1), session(2), session(3)]));
    const changed = [
      session(1, { state: 'fin-wait-1' }),
      session(2, { status: undefined, mark: 9 }),
      session(4),
    ];
    await device.commit(standby(changed));
    const rows = await device.rows('session/session');
    assert.deepEqual(
      rows
        .map(({ 'source-port': port, state, status, mark }) => [port, state, status, mark])
        .sort(([a], [b]) => Number(a) - Number(b)),
      [
        [1, 'fin-wait-1', 'seen-reply assured', undefined],
        [2, 'established', undefined, 9],
        [4, 'established', 'seen-reply assured', undefined],
      ],
    );
    const applied = await device.tables();
    await device.plane.settle([device.vm()]);
    assert.deepEqual(await device.tables(), applied);
  });

  it('takes an entry that is there already, whatever its values', async () => {
    await using namespaces = await Namespaces.create('a');
    await namespaces.run('a', LOAD, add(1));
    await using device = await startLinuxDevice(namespaces.name('a'));
    await device.commit(standby([session(1, { state: 'close-wait', status: 'seen-reply' })]));
    const [row, ...more] = await device.rows('session/session');
    assert.equal(row?.['state'], 'close-wait');
    assert.deepEqual(more, []);
  });

  it('drops entries with the VM, on deletion and on a restart in standby', async () => {
    await using namespaces = await Namespaces.create('a');
    const first = await startLinuxDevice(namespaces.name('a'), [OTHER]);
    await namespaces.run('a', LOAD, add(7, '10.1.1.2'));
    await first.commit(standby([session(1)]));
    await first.commit(undefined, 'vm1');
    assert.equal((await namespaces.run('a', 'conntrack -C')).trim(), '1');
    await first.commit(standby([session(1)]));
    await using restarted = await startLinuxDevice(namespaces.name('a'), [
      OTHER,
      { ...VM, mode: 'standby' },
    ]);
    assert.deepEqual(await restarted.rows('session/session'), []);
    assert.equal((await restarted.rows('session/session', 'vm2')).length, 1);
    await first.plane.close();
  });

  it('goes back to exactly its own entries when the VM returns to standby', async () => {
    await using namespaces = await Namespaces.create('a');
    await using device = await startLinuxDevice(namespaces.name('a'));
    const rows = [session(1), session(2)];
    await device.commit(standby(rows));
    await device.commit({ ...standby(rows), mode: 'learning' });
    await namespaces.run('a', `${LOAD}; conntrack -D ${tuple('10.1.1.1', 1)}`, add(9));
    await device.commit(standby(rows));
    const ports = (await device.rows('session/session')).map((row) => row['source-port']);
    assert.deepEqual(ports, [1, 2]);
  });

  it('leaves a session that another VM of this device has part in', async () => {
    await using namespaces = await Namespaces.create('a');
    await using device = await startLinuxDevice(namespaces.name('a'), [VM, OTHER]);
    const line = `-A -t 4000 -u SEEN_REPLY -s 10.1.1.1 -d 10.1.1.2 -r 10.1.1.2 -q 10.1.1.1 -p udp --sport 5 --dport 6 --reply-port-src 6 --reply-port-dst 5\n`;
    await namespaces.run('a', LOAD, line + add(1));
    await device.commit(undefined, 'vm1');
    assert.equal((await device.rows('session/session', 'vm2')).length, 1);
    assert.equal((await namespaces.run('a', 'conntrack -C')).trim(), '1');
  });
});

function withoutLifetime(row: Plain): Plain {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'lifetime'));
}
