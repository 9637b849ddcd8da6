/** Configured NAT mappings in the maps of nftables: when they are there, who hears of them, what is refused. */
import assert from 'node:assert/strict';
import { RpcErrorException } from '../../src/error/index.ts';
import { startLinuxDevice } from '../support/plane-device.ts';
import type { LinuxDevice } from '../support/plane-device.ts';
import { describeOnKernel, Namespaces } from '../support/namespaces.ts';
import type { Plain } from '../support/plain-data.ts';
import { until } from '../support/until.ts';

const VM = { id: 'vm1', address: ['10.1.1.1', '2001:db8:1::1'] };
const PORTS: Plain = {
  'transport-protocol': 6,
  'internal-src-address': '10.1.1.1',
  'internal-src-port': 5000,
  'external-src-address': '192.0.2.80',
  'external-src-port': 80,
  type: 'static',
};
const PROTOCOL6: Plain = {
  'transport-protocol': 17,
  'internal-src-address': '2001:db8:1::1',
  'internal-src-port': 0,
  'external-src-address': '2001:db8:80::80',
  'external-src-port': 0,
  type: 'static',
};
const ASKED: Plain = {
  ...PORTS,
  'external-src-port': 81,
  type: 'dynamic-explicit',
  lifetime: 3000,
};
const WHOLE: Plain = {
  ...PORTS,
  'transport-protocol': 0,
  'internal-src-port': 0,
  'external-src-address': '192.0.2.81',
  'external-src-port': 0,
};
const ALL = [PORTS, PROTOCOL6, ASKED, WHOLE];

const vm = (mode: string, rows: readonly Plain[], more: Plain = {}): Plain => ({
  ...VM,
  mode,
  ...more,
  nat: { 'mapping-entry': rows },
});

/** Mappings that a device tells, by their outsides, without what runs down. */
async function outsides(device: LinuxDevice, id = 'vm1'): Promise<readonly string[]> {
  return (await device.rows('nat/mapping-entry', id)).map(outside).sort();
}

function outside(row: Plain): string {
  return [row['type'], row['external-src-address'], row['external-src-port']].map(String).join(' ');
}

const EVERY = ALL.map(outside).sort();

describeOnKernel('Linux data plane: configured NAT mappings', () => {
  let namespaces: Namespaces;
  const ruleset = (): Promise<string> => namespaces.run('a', 'nft list ruleset');

  beforeEach(async () => {
    namespaces = await Namespaces.create('a');
  });

  afterEach(async () => {
    await namespaces[Symbol.asyncDispose]();
  });

  it('translate nothing while the VM is in standby, and all from when it leaves it', async () => {
    await using device = await startLinuxDevice(namespaces.name('a'));
    await device.commit(vm('standby', ALL));
    assert.deepEqual(await outsides(device), EVERY);
    assert.doesNotMatch(await ruleset(), /sami-nat/);
    const loaded = await device.tables();
    await device.commit(vm('learning', ALL));
    assert.match(await ruleset(), /6 \. 192\.0\.2\.80 \. 80|tcp \. 192\.0\.2\.80 \. 80/);
    assert.deepEqual(await outsides(device), EVERY);
    await device.plane.settle([device.vm()]);
    assert.deepEqual(await device.tables(), loaded, 'the kernel says the same');
    const [asked] = (await device.rows('nat/mapping-entry')).filter((row) => row['lifetime']);
    assert.ok(Number(asked?.['lifetime']) > 2900 && Number(asked?.['lifetime']) <= 3000);
    await device.commit(vm('frozen', []));
    assert.deepEqual(await outsides(device), EVERY);
    await device.commit(undefined, 'vm1');
    assert.doesNotMatch(await ruleset(), /sami-nat/, 'nothing is left behind');
  });

  it('go with a roll-back, and what was there before comes back', async () => {
    await using device = await startLinuxDevice(namespaces.name('a'), [VM]);
    await device.commit(vm('learning', [PORTS]));
    await device.plane.settle([device.vm()]);
    const before = await ruleset();
    await device.commit(vm('learning', []));
    assert.equal(await ruleset(), before, 'settled mappings are the plane’s own');
    await device.commit(vm('learning', [{ ...PORTS, type: 'dynamic-explicit' }, WHOLE]));
    assert.deepEqual(
      await outsides(device),
      [outside({ ...PORTS, type: 'dynamic-explicit' }), outside(WHOLE)].sort(),
    );
    await device.commit(vm('learning', []));
    assert.deepEqual(await outsides(device), [outside(PORTS)]);
  });

  it('leave the maps when the VM goes back to standby', async () => {
    await using device = await startLinuxDevice(namespaces.name('a'));
    await device.commit(vm('standby', ALL));
    await device.commit(vm('learning', ALL));
    await device.commit(vm('standby', ALL));
    assert.doesNotMatch(await ruleset(), /sami-nat/);
    assert.deepEqual(await outsides(device), EVERY);
  });

  it('outlive the server, except those of a VM in standby', async () => {
    const other = { id: 'vm2', address: ['10.1.1.2'] };
    const first = await startLinuxDevice(namespaces.name('a'), [VM, other]);
    await first.commit(vm('learning', ALL));
    const theirs = { ...PORTS, 'internal-src-address': '10.1.1.2', 'external-src-port': 90 };
    await first.commit({ ...other, nat: { 'mapping-entry': [theirs] } });
    await first.plane.settle([first.vm(), first.vm('vm2')]);
    await first.plane.close();
    assert.match(await ruleset(), /sami-nat/);
    await using second = await startLinuxDevice(namespaces.name('a'), [
      VM,
      { ...other, mode: 'standby' },
    ]);
    assert.deepEqual(await outsides(second), EVERY);
    assert.deepEqual(await outsides(second, 'vm2'), []);
    const uses = await second.plane.use();
    assert.deepEqual(
      uses.map(({ kind, used }) => [kind, used]),
      [
        ['session', 0n],
        ['nat', BigInt(ALL.length)],
      ],
    );
  });

  it('are reported when they change, also by hand; a freeze ends that', async function () {
    this.timeout(10_000);
    await using device = await startLinuxDevice(namespaces.name('a'), [VM]);
    const { reported, watch } = await device.watch();
    await device.commit(vm('learning', [PORTS, WHOLE]));
    const told = (): readonly string[] =>
      reported.map(({ kind, row }) => `${kind} ${String(row?.['external-src-port'])}`);
    assert.deepEqual([...told()].sort(), ['set 0', 'set 80']);
    await device.plane.settle([device.vm()]);
    await namespaces.run(
      'a',
      'nft add element ip sami-nat dnat-ports "{ 17 . 192.0.2.80 . 53 : 10.1.1.1 . 53 }"',
    );
    await namespaces.run('a', 'nft delete element ip sami-nat dnat-hosts "{ 192.0.2.81 }"');
    await until(() => reported.length >= 4);
    assert.deepEqual([...told().slice(2)].sort(), ['remove 0', 'set 53']);
    await namespaces.run('a', 'nft add element ip sami-nat dnat-hosts "{ 192.0.2.81 : 10.1.1.1 }"');
    await device.commit(vm('frozen', []));
    assert.deepEqual(told().slice(4), ['set 0'], 'what came before the freeze is told');
    const frozen = await device.tables();
    await namespaces.run('a', 'nft delete element ip sami-nat dnat-hosts "{ 192.0.2.81 }"');
    assert.deepEqual(await device.tables(), frozen, 'the tables of a frozen VM do not change');
    await watch.close();
  });

  it('are one mapping with the sessions that use them', async () => {
    await using device = await startLinuxDevice(namespaces.name('a'), [VM]);
    await device.commit(vm('learning', [PORTS]));
    await device.plane.settle([device.vm()]);
    await namespaces.run(
      'a',
      'conntrack -I -s 203.0.113.9 -d 192.0.2.80 -p tcp --sport 9 --dport 80 ' +
        '--dst-nat 10.1.1.1:5000 --state ESTABLISHED -u SEEN_REPLY -t 600',
    );
    assert.deepEqual(await outsides(device), [outside(PORTS)]);
    const [, counted] = await device.tables();
    const { watch } = await device.watch();
    assert.equal(counted?.entries, 1);
    assert.deepEqual((await device.tables())[1], counted);
    await watch.close();
  });

  it('of which more than fit are refused, with both numbers', async () => {
    const limits = { nat: 3 };
    await using device = await startLinuxDevice(namespaces.name('a'), [], { limits });
    const refused = async (config: Plain): Promise<readonly unknown[]> => {
      const error: unknown = await device.commit(config).catch((reason: unknown) => reason);
      assert.ok(error instanceof RpcErrorException, String(error));
      const [first] = error.errors;
      return [first?.tag, first?.appTag, first?.message];
    };
    const message = 'table "nat" holds at most 3 entries: 4 are needed, 3 are free';
    const expected = ['resource-denied', 'table-too-small', message];
    assert.deepEqual(await refused(vm('standby', ALL)), expected);
    const reservation = [{ kind: 'nat', entries: 4n }];
    assert.deepEqual(await refused(vm('standby', [], { reservation })), expected);
    await device.commit(vm('standby', ALL.slice(1)));
    const other = { ...PORTS, 'internal-src-address': '10.1.1.2' };
    assert.deepEqual(
      (await refused({ id: 'vm2', address: ['10.1.1.2'], nat: { 'mapping-entry': [other] } }))[2],
      'table "nat" holds at most 3 entries: 1 are needed, 0 are free',
    );
  });
});
