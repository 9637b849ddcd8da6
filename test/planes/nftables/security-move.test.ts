/** Security counters (K2) in the kernel: what was used on the old device is used on the new one. */
import assert from 'node:assert/strict';
import { describeOnKernel } from '../../support/namespaces.ts';
import type { MovingDevices } from '../../support/moving-devices.ts';
import { until } from '../../support/until.ts';
import { CLIENT, CLIENT6, CLIENT_2, Crossing, VM, VM6 } from './crossing.ts';
import type { Packets } from './crossing.ts';
import { remaining, startDevices } from './devices.ts';

const LIMITS = {
  halfOpenThreshold: 50,
  synRate: { count: 40, seconds: 600 },
  blockTime: 900,
} as const;
const VM_XML = `<vm><id>vm1</id><address>${VM}</address><address>${VM6}</address></vm>`;
/** Whom no other test sends requests to, so that only half-open connections are limited. */
const SERVER = '203.0.113.77';
const SERVER6 = '2001:db8:9::77';
const BLOCKED = CLIENT_2;
/** What is left of the block time when the VM moves (s). */
const LEFT = 300;

const syn = (from: string, to: string, count: number, sport = 1024): Packets => ({
  from,
  to,
  protocol: 'tcp',
  count,
  sport,
});
const datagrams = (from: string): Packets => ({ from, to: VM, count: 5 });

/** The VM begins 30 connections, one client is counted, another one blocked. */
async function useOld(crossing: Crossing): Promise<void> {
  assert.equal(await crossing.send('vm', syn(VM, CLIENT, 30)), 30);
  assert.equal(await crossing.send('vm', syn(VM6, CLIENT6, 30)), 30);
  assert.equal(await crossing.send('world', syn(CLIENT, VM, 25)), 25);
  assert.equal(await crossing.send('world', syn(CLIENT6, VM6, 25)), 25);
  assert.equal(await crossing.send('world', syn(BLOCKED, VM, 60)), 40);
  assert.equal(await crossing.send('world', datagrams(BLOCKED)), 0);
}

/** As if most of the block time had passed. */
async function shortenBlock(crossing: Crossing): Promise<void> {
  const element = `element inet sami-policy blocked4 { ${BLOCKED} . ${VM}`;
  const times = `timeout ${LIMITS.blockTime}s expires ${LEFT}s`;
  const script = `delete ${element} }\nadd ${element} ${times} }\n`;
  await crossing.namespaces.run('old', 'nft -f -', script);
}

describeOnKernel('nftables: security counters of a VM that has moved', function () {
  this.timeout(30_000);
  let crossing: Crossing;
  let devices: MovingDevices;
  let timeLeft: number;

  before(async () => {
    crossing = await Crossing.create();
    devices = await startDevices(crossing, LIMITS);
    await devices.old.configure(VM_XML);
    await useOld(crossing);
    await shortenBlock(crossing);
    timeLeft = (await remaining(crossing, 'old', 'blocked4', [BLOCKED, VM])) ?? 0;
    const { outcome, kinds, errors } = await devices.move('vm1');
    assert.deepEqual([outcome, errors], ['migrated', []]);
    assert.deepEqual(
      [kinds['cumulative-security']?.lost, kinds['cumulative-security']?.extra],
      [0, 0],
    );
    await crossing.route('new');
  });

  after(async () => {
    await devices[Symbol.asyncDispose]();
    await crossing[Symbol.asyncDispose]();
  });

  for (const [vm, server] of [
    [VM, SERVER],
    [VM6, SERVER6],
  ] as const) {
    it(`30 of 50 half-open connections used by ${vm} leave exactly 20`, async () => {
      assert.equal(await crossing.send('vm', syn(vm, server, 35, 5000)), 20);
    });
  }

  it('a connection that is established on the new device leaves the count', async () => {
    const one = { from: VM, to: CLIENT, protocol: 'tcp', sport: 1024 } as const;
    await crossing.namespaces.run('new', 'echo 1 >/proc/sys/net/netfilter/nf_conntrack_tcp_loose');
    await crossing.send('vm', { ...one, flags: 'A' });
    await crossing.send('world', {
      from: CLIENT,
      to: VM,
      protocol: 'tcp',
      sport: 80,
      dport: 1024,
      flags: 'A',
    });
    await crossing.send('vm', { ...one, flags: 'A' });
    // The kernel gives the place away when it next collects what has left.
    let attempt = 0;
    await until(async () => {
      attempt += 1;
      // To another server each time, lest the rate of requests be exceeded.
      const server = `198.51.100.${String(attempt % 256)}`;
      return (await crossing.send('vm', syn(VM, server, 1, 7000 + attempt))) === 1;
    });
    assert.equal(await crossing.send('vm', syn(VM, '198.51.101.1', 5, 9000)), 0);
  });

  for (const [client, vm] of [
    [CLIENT, VM],
    [CLIENT6, VM6],
  ] as const) {
    it(`25 of 40 requests used by ${client} leave exactly 15, then it is blocked`, async () => {
      assert.equal(await crossing.send('world', syn(client, vm, 20, 5000)), 15);
      assert.equal(await crossing.send('world', { from: client, to: vm, count: 5 }), 0);
    });
  }

  it('a client on the block list stays blocked, for the time that remained', async () => {
    assert.equal(await crossing.send('world', datagrams(BLOCKED)), 0);
    const left = (await remaining(crossing, 'new', 'blocked4', [BLOCKED, VM])) ?? 0;
    assert.ok(timeLeft > LEFT - 10 && timeLeft <= LEFT, `${timeLeft} s left on the old device`);
    assert.ok(left <= timeLeft && left > timeLeft - 30, `${left} s of ${timeLeft} s`);
  });

  it('nothing of the VM is left on the old device', async () => {
    const text = await crossing.namespaces.run('old', 'nft list ruleset');
    assert.doesNotMatch(text, /10\.1\.1\.1|2001:db8:1::1|2001_db8/);
  });
});

describeOnKernel(
  'nftables: security counters of a VM that came without them (control)',
  function () {
    this.timeout(30_000);

    it('everything may be used once more', async () => {
      await using crossing = await Crossing.create();
      await using devices = await startDevices(crossing, LIMITS);
      await devices.old.configure(VM_XML);
      await useOld(crossing);
      await devices.new.configure(VM_XML);
      await crossing.route('new');
      assert.equal(await crossing.send('world', datagrams(BLOCKED)), 5);
      assert.equal(await crossing.send('vm', syn(VM, SERVER, 35, 5000)), 35);
      assert.equal(await crossing.send('vm', syn(VM6, SERVER6, 35, 5000)), 35);
      assert.equal(await crossing.send('world', syn(CLIENT, VM, 20, 5000)), 20);
    });
  },
);
