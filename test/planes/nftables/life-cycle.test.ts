/** What modes, restarts and limits mean for the tables in the kernel. */
import assert from 'node:assert/strict';
import { RpcErrorException } from '../../../src/error/index.ts';
import { describeOnKernel } from '../../support/namespaces.ts';
import type { PlaneDevice } from '../../support/plane-device.ts';
import type { Plain } from '../../support/plain-data.ts';
import { until } from '../../support/until.ts';
import { CLIENT, Crossing, VM, VM_2 } from './crossing.ts';
import { lifetimes, remaining, startPlane } from './devices.ts';

const VM_1 = { id: 'vm1', address: [VM] };
const OTHER = { id: 'vm2', address: [VM_2] };
const OPTIONS = { established: 'check', synRate: { count: 40, seconds: 600 } } as const;

const onPort = (port: number): Plain => ({
  ipv4: { 'destination-ipv4-network': `${VM}/32` },
  udp: { 'destination-port': { port } },
});
const ace = (name: string, port: number, forwarding: string, more: Plain = {}): Plain => ({
  name,
  matches: onPort(port),
  actions: { forwarding },
  ...more,
});
const dynamic = (...rows: readonly Plain[]): Plain => ({ 'acl-dynamic': { ace: rows } });
const security = (content: Plain): Plain => ({ 'cumulative-security': content });
const blocked = (seconds: number, more: Plain = {}): Plain => ({
  'client-address': CLIENT,
  'server-address': VM,
  reason: 'syn-rate',
  'times-blocked': 3,
  'remaining-time': seconds,
  ...more,
});

describeOnKernel('nftables: life of the tables', function () {
  this.timeout(30_000);
  let crossing: Crossing;
  let device: PlaneDevice;

  const udp = (dport: number, to = VM, count = 1): Promise<number> =>
    crossing.send('world', { from: CLIENT, to, dport, count });
  const restart = async (vms: readonly Plain[]): Promise<void> => {
    await device[Symbol.asyncDispose]();
    device = await startPlane(crossing, 'old', OPTIONS, vms);
  };

  before(async () => {
    crossing = await Crossing.create();
  });
  beforeEach(async () => {
    device = await startPlane(crossing, 'old', OPTIONS);
  });
  afterEach(async () => {
    await device[Symbol.asyncDispose]();
    await crossing.clear('old');
  });
  after(async () => {
    await crossing[Symbol.asyncDispose]();
  });

  it('entries in standby do not age, and run down from their times when the VM has come', async () => {
    const rows = {
      ...dynamic(ace('a', 80, 'drop', { lifetime: 100, 'idle-timeout': 90, 'idle-time': 30 })),
      ...security({ 'blocked-client': [blocked(70)] }),
    };
    await device.commit({ ...VM_1, mode: 'standby', ...rows });
    const sets = ['ace', 'ace-idle', 'blocked4'];
    const times = (): Promise<readonly unknown[]> =>
      Promise.all(sets.map((set) => lifetimes(crossing, 'old', set)));
    assert.deepEqual(await times(), [[undefined], [undefined], [undefined]]);
    assert.equal((await device.rows('acl-dynamic/ace'))[0]?.['lifetime'], 100);

    await device.commit({ ...VM_1, mode: 'learning', ...rows });
    const running = (await times()).flat() as number[];
    for (const [index, from] of [100, 60, 70].entries()) {
      const left = running[index] ?? 0;
      assert.ok(left <= from && left > from - 15, `${sets[index]}: ${left} of ${from}`);
    }
  });

  it('a packet that a rule decides on renews its idle time', async () => {
    const row = ace('a', 80, 'drop', { 'idle-timeout': 500, 'idle-time': 400 });
    await device.commit({ ...VM_1, ...dynamic(row) });
    const [before = 0] = await lifetimes(crossing, 'old', 'ace-idle');
    assert.ok(before <= 100);
    assert.equal(await udp(81), 1);
    assert.ok(((await lifetimes(crossing, 'old', 'ace-idle'))[0] ?? 0) <= 100);
    assert.equal(await udp(80), 0);
    assert.ok(((await lifetimes(crossing, 'old', 'ace-idle'))[0] ?? 0) > 400);
    const [entry] = await device.rows('acl-dynamic/ace');
    assert.deepEqual([entry?.['matched-packets'], entry?.['matched-octets']], [1, 28]);
  });

  it('an entry that has run out is gone, and its rule matches no more', async () => {
    const rows = [ace('a', 80, 'drop', { lifetime: 1 }), ace('b', 81, 'drop', { lifetime: 500 })];
    await device.commit({ ...VM_1, ...dynamic(...rows) });
    await until(async () => (await device.rows('acl-dynamic/ace')).length === 1);
    assert.deepEqual([await udp(80), await udp(81)], [1, 0]);
    // What is left of it goes with the next change.
    await device.commit({ ...VM_1, ...dynamic(...rows, ace('c', 82, 'drop')) });
    assert.equal(await udp(82), 0);
  });

  it('packets of a frozen VM are dropped and counted nowhere, those of others go on', async () => {
    const frozen = { ...VM_1, mode: 'frozen' };
    await device.commit(VM_1);
    await device.commit(OTHER);
    assert.equal(await udp(80), 1);
    await device.commit(frozen);
    const before = await crossing.namespaces.run('old', 'nft list ruleset');
    assert.equal(await udp(80, VM, 20), 0);
    assert.equal(
      await crossing.send('world', { from: CLIENT, to: VM, protocol: 'tcp', count: 60 }),
      0,
    );
    assert.equal(
      await crossing.send('vm', { from: VM, to: CLIENT, protocol: 'tcp', count: 60 }),
      0,
    );
    assert.equal(await crossing.namespaces.run('old', 'nft list ruleset'), before);
    assert.equal(await udp(80, VM_2), 1);
    await device.commit(VM_1);
    assert.equal(await udp(80), 1);
  });

  it('what the kernel learns is reported', async () => {
    await device.commit(VM_1);
    const { reported, watch } = await device.watch();
    await crossing.send('world', { from: CLIENT, to: VM, protocol: 'tcp', count: 50 });
    await until(() => reported.some(({ list }) => list === 'blocked-client'));
    await watch.close();
    const change = reported.find(({ list }) => list === 'blocked-client');
    assert.equal(change?.row?.['reason'], 'syn-rate');
  });

  it('after a restart dynamic entries are there, static ones as configured, other tables untouched', async () => {
    const lists = (forwarding: string): Plain => ({
      'acl-static': { acl: [{ name: 'a', aces: { ace: [ace('x', 80, forwarding)] } }] },
    });
    const user = ace('user', 81, 'drop', {
      lifetime: 500,
      precedence: 7,
      authentication: { method: 'web', identity: 'é"\\ bob', server: 'x'.repeat(300) },
    });
    await crossing.namespaces.run('old', 'nft add table inet other');
    await device.commit({
      ...VM_1,
      ...lists('drop'),
      ...dynamic(user),
      ...security({ 'blocked-client': [blocked(300)] }),
    });
    const content = async (): Promise<unknown> => {
      const tables = [
        'acl-dynamic/ace',
        'cumulative-security/blocked-client',
        'cumulative-accounting/account',
      ];
      const rows = await Promise.all(tables.map((table) => device.rows(table)));
      const times = { lifetime: undefined, 'remaining-time': undefined };
      return rows.map((list) => list.map((row) => ({ ...row, ...times })));
    };
    const before = await content();
    await device.plane.close();
    assert.equal(
      await crossing.send('world', { from: '203.0.113.200', to: VM }),
      0,
      'closed, and in force',
    );
    await restart([{ ...VM_1, ...lists('accept') }]);
    assert.deepEqual(await content(), before);
    assert.equal(await crossing.send('world', { from: '203.0.113.200', to: VM }), 1);
    assert.equal(await crossing.send('world', { from: '203.0.113.200', to: VM, dport: 81 }), 0);
    assert.match(await crossing.namespaces.run('old', 'nft list tables'), /inet other/);
    await restart([VM_1]);
    assert.doesNotMatch(await crossing.namespaces.run('old', 'nft list ruleset'), /a\/x/);
    await device.commit(undefined, 'vm1');
    assert.doesNotMatch(
      await crossing.namespaces.run('old', 'nft list ruleset'),
      /comment|10\.1\.1\.1/,
    );
  });

  it('a VM in standby has nothing after a restart', async () => {
    const standby = { ...VM_1, mode: 'standby' };
    await device.commit({
      ...standby,
      ...dynamic(ace('a', 80, 'drop')),
      ...security({ 'blocked-client': [blocked(70)] }),
    });
    await restart([standby]);
    assert.deepEqual(await device.rows('acl-dynamic/ace'), []);
    assert.deepEqual(await lifetimes(crossing, 'old', 'blocked4'), []);
    assert.deepEqual(await lifetimes(crossing, 'old', 'ace'), []);
  });

  it('entries that meet others combine, and a rollback subtracts exactly what they added', async () => {
    const halfOpen = { address: VM, count: 12, threshold: 50, refused: 4 };
    await device.commit({
      ...VM_1,
      ...security({ 'half-open': [halfOpen], 'blocked-client': [blocked(400)] }),
    });
    await device.plane.settle([device.vm()]);
    await device.commit(VM_1);
    const more = security({
      'half-open': [{ address: VM, count: 30, threshold: 50, refused: 1 }],
      'blocked-client': [blocked(600, { 'times-blocked': 2 })],
    });
    await device.commit({ ...VM_1, ...more });
    const state = async (): Promise<unknown> => {
      const [open] = await device.rows('cumulative-security/half-open');
      const [client] = await device.rows('cumulative-security/blocked-client');
      return [open?.['count'], open?.['refused'], client?.['times-blocked']];
    };
    assert.deepEqual(await state(), [42, 5, 5]);
    assert.ok(((await remaining(crossing, 'old', 'blocked4', [CLIENT, VM])) ?? 0) > 500);
    const syns = (count: number, sport: number): Promise<number> =>
      crossing.send('vm', { from: VM, to: CLIENT, protocol: 'tcp', count, sport });
    assert.equal(await syns(6, 1000), 6);
    await device.commit(VM_1);
    assert.deepEqual(await state(), [18, 4, 3]);
    assert.equal(await syns(40, 2000), 32);
  });

  it('limits are reported, and what does not fit is refused with both numbers', async () => {
    const limited = await startPlane(crossing, 'new', { ...OPTIONS, limits: { 'acl-dynamic': 2 } });
    const support = await limited.plane.support();
    assert.equal(support.find(({ kind }) => kind === 'acl-dynamic')?.limit, 2n);
    assert.equal(support.find(({ kind }) => kind === 'cumulative-security')?.limit, 65_536n);
    const rows = [80, 81, 82].map((port) => ace(`p${port}`, port, 'drop'));
    await assert.rejects(limited.commit({ ...VM_1, ...dynamic(...rows) }), (error) => {
      assert.ok(error instanceof RpcErrorException);
      assert.equal(error.errors[0]?.appTag, 'table-too-small');
      assert.match(error.errors[0].message ?? '', /"acl-dynamic" .*: 3 are needed, 2 are free$/);
      return true;
    });
    await limited[Symbol.asyncDispose]();
    await using larger = await startPlane(crossing, 'new', OPTIONS);
    await larger.commit({ ...VM_1, ...dynamic(...rows) });
    assert.equal((await larger.rows('acl-dynamic/ace')).length, 3);
    const elsewhere = startPlane(crossing, 'new', { ...OPTIONS, priority: 10 });
    await assert.rejects(elsewhere, /made with other options.*nft delete table inet sami-policy/s);
    await crossing.namespaces.run('new', 'nft flush ruleset');
  });

  it('connections of a VM in all are limited by "ct count", which counts them anew', async () => {
    await using limited = await startPlane(crossing, 'new', { connectionLimit: 3 });
    await limited.commit(VM_1);
    await crossing.route('new');
    const begun = await crossing.send('vm', { from: VM, to: CLIENT, protocol: 'tcp', count: 10 });
    const other = await crossing.send('vm', { from: VM_2, to: CLIENT, protocol: 'tcp', count: 10 });
    await crossing.route('old');
    assert.deepEqual([begun, other], [3, 10]);
  });

  it('a request to forward packets of a frozen VM is refused where nobody would do it', async () => {
    const forwarding = {
      ...VM_1,
      mode: 'frozen',
      'in-flight': { action: 'forward', 'next-hop': '192.0.2.1' },
    };
    await device.commit(VM_1);
    await assert.rejects(device.commit(forwarding), /in-flight=elsewhere/);
    const other = await startPlane(crossing, 'new', { inFlight: 'elsewhere' });
    await other.commit(forwarding);
    await other[Symbol.asyncDispose]();
  });
});
