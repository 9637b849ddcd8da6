/** The tables of a bridge of the kernel as the plane reads and changes them. */
import assert from 'node:assert/strict';
import { BridgeDriver } from '../../../server/plane/bridge/index.ts';
import type { BridgeOptions } from '../../../server/plane/bridge/index.ts';
import { Catalog } from '../../../server/plane/kit/catalog.ts';
import { TablePlane } from '../../../server/plane/kit/table-plane.ts';
import { RpcErrorException, pathText } from '../../../src/error/index.ts';
import { entriesOf } from '../../../src/sami/index.ts';
import { SystemClock } from '../../../src/node/system-clock.ts';
import { datagram } from '../../support/frames.ts';
import { describeOnKernel } from '../../support/namespaces.ts';
import type { Plain } from '../../support/plain-data.ts';
import { PlaneDevice } from '../../support/plane-device.ts';
import { deviceSchema, makeVm } from '../../support/simulated-device.ts';
import { until } from '../../support/until.ts';
import { BRIDGE_TOOLS, TwoBridges, VM4, VM6, VM_MAC, VM_PORT } from './two-bridges.ts';

const VM = { id: 'vm1', address: [VM4, VM6], 'mac-address': VM_MAC };
const BINDINGS = 'dhcp-binding/binding';
const MEMBERSHIPS = 'multicast-membership/membership';

function driverOf(bridges: TwoBridges, options: Partial<BridgeOptions> = {}): BridgeDriver {
  const netns = bridges.namespaces.name('new');
  return new BridgeDriver({ clock: new SystemClock(), netns, device: 'br0', ...options });
}

function start(
  bridges: TwoBridges,
  vms: readonly Plain[] = [],
  options: Partial<BridgeOptions> = {},
): Promise<PlaneDevice> {
  const driver = driverOf(bridges, options);
  const context = deviceSchema();
  return PlaneDevice.start(new TablePlane(driver, { context, clock: new SystemClock() }), vms);
}

const binding = (address: string, more: Plain = {}): Plain => ({
  'vlan-id': 0,
  'mac-address': VM_MAC,
  address,
  ...more,
});

const membership = (group: string, more: Plain = {}): Plain => ({
  'vlan-id': 0,
  group,
  'host-mac-address': VM_MAC,
  ...more,
});

const bindings = (...rows: readonly Plain[]): Plain => ({ 'dhcp-bindings': { binding: rows } });
const memberships = (...rows: readonly Plain[]): Plain => ({
  'multicast-memberships': { membership: rows },
});

/** Without what only this device knows. */
function portable(rows: readonly Plain[]): readonly Plain[] {
  const local = new Set(['interface', 'lifetime']);
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !local.has(name))),
  );
}

function byGroup(rows: readonly Plain[]): readonly Plain[] {
  return rows.toSorted((a, b) => String(a['group']).localeCompare(String(b['group'])));
}

describeOnKernel(
  'bridge plane: tables',
  () => {
    it('do not age in standby, and go on from the time they have afterwards', async () => {
      await using bridges = await TwoBridges.create();
      await using device = await start(bridges);
      const rows = {
        ...bindings(
          binding(VM4, { lifetime: 1000, 'server-address': '10.1.1.2' }),
          binding(VM6, { type: 'static' }),
        ),
        ...memberships(
          membership('239.1.1.1', { lifetime: 100 }),
          membership('239.1.1.2', { type: 'static' }),
          membership('ff05::1:5', { lifetime: 100, 'last-reporter': VM6, version: 2 }),
        ),
      };
      await device.commit({ ...VM, mode: 'standby', ...rows });
      const nft = (): Promise<string> =>
        bridges.namespaces.run('new', 'nft list table bridge sami-br0');
      assert.ok(!(await nft()).includes('expires'));
      assert.ok(!(await bridges.memberships('new')).includes('tap77 grp 239.1.1.1 temp'));

      await device.commit({ ...VM, mode: 'learning', ...rows });
      assert.match(await nft(), new RegExp(`${VM4} timeout 16m40s expires 16m`));
      const entries = await bridges.memberships('new');
      assert.match(entries, /tap77 grp 239\.1\.1\.1 temp/);
      assert.match(entries, /tap77 grp 239\.1\.1\.2 permanent/);
      await device.plane.settle([device.vm()]);
      await device.commit({ ...VM, mode: 'learning' });
      assert.deepEqual(portable(await device.rows(BINDINGS)), [
        binding(VM4, { type: 'dynamic', 'server-address': '10.1.1.2' }),
        binding(VM6, { type: 'static' }),
      ]);
      const read = await device.rows(MEMBERSHIPS);
      const exclude = { 'filter-mode': 'exclude' };
      assert.deepEqual(portable(read), [
        membership('239.1.1.1', { ...exclude }),
        membership('239.1.1.2', { ...exclude, type: 'static' }),
        membership('ff05::1:5', { ...exclude, 'last-reporter': VM6, version: 2 }),
      ]);
      // The kernel itself would give them 260 s.
      const lifetimes = read.map(({ lifetime }) => lifetime);
      assert.ok(
        lifetimes.every((it) => it === undefined || (Number(it) > 50 && Number(it) <= 100)),
        String(lifetimes),
      );
    }).timeout(20_000);

    it('lose a membership when the time is over that it came with', async () => {
      await using bridges = await TwoBridges.create();
      await using device = await start(bridges);
      const rows = memberships(
        membership('239.1.1.1', { lifetime: 1 }),
        membership('239.1.1.2', { lifetime: 100 }),
      );
      await device.commit({ ...VM, ...rows });
      const { reported } = await device.watch();
      await until(() => reported.some(({ kind }) => kind === 'remove'));
      assert.deepEqual(
        reported.map(({ row }) => row?.['group']),
        ['239.1.1.1'],
      );
      assert.match(await bridges.memberships('new'), /grp 239\.1\.1\.2 temp/);
    }).timeout(20_000);

    it('keep lists of sources both ways', async () => {
      await using bridges = await TwoBridges.create();
      await using device = await start(bridges);
      const rows = [
        membership('232.1.1.1', {
          'filter-mode': 'include',
          'source-address': ['10.9.9.8', '10.9.9.9'],
          lifetime: 100,
        }),
        membership('239.1.1.1', {
          'filter-mode': 'exclude',
          'source-address': ['10.9.9.9'],
          lifetime: 100,
        }),
        membership('ff3e::1', {
          'filter-mode': 'include',
          'source-address': ['2001:db8::9'],
          lifetime: 100,
        }),
      ];
      await device.commit({ ...VM, ...memberships(...rows) });
      assert.deepEqual(byGroup(portable(await device.rows(MEMBERSHIPS))), byGroup(portable(rows)));
      const { wire } = bridges;
      for (const source of ['10.9.9.9', '10.1.1.9']) {
        const text = `from ${source}`;
        const destination = '239.1.1.1';
        wire.send('newup', datagram({ from: '02:00:00:00:00:09', source, destination, text }));
      }
      await wire.arrives('newvm', 'from 10.1.1.9');
      assert.deepEqual(wire.heard('newvm', 'from 10.9.9.9'), []);
    }).timeout(20_000);

    it('outlive a restart; those of a VM in standby are dropped', async () => {
      await using bridges = await TwoBridges.create();
      const two = { id: 'vm2', address: ['10.1.1.2'], 'mac-address': '02:00:00:00:00:02' };
      const rows = {
        ...bindings(binding(VM4, { lifetime: 1000 })),
        ...memberships(membership('239.1.1.1')),
      };
      const others = {
        ...bindings({ ...binding('10.1.1.2'), 'mac-address': two['mac-address'] }),
        ...memberships({ ...membership('239.1.1.9'), 'host-mac-address': two['mac-address'] }),
      };
      const standby = { ...two, mode: 'standby', port: 'port2' };
      {
        await using device = await start(bridges);
        await device.commit({ ...VM, ...rows });
        await device.commit({ ...standby, ...others });
        assert.equal((await device.rows(BINDINGS, 'vm2')).length, 1);
      }
      await using device = await start(bridges, [VM, standby]);
      const [kept] = await device.rows(BINDINGS);
      assert.equal(kept?.['address'], VM4);
      assert.ok(Number(kept['lifetime']) <= 1000);
      assert.equal((await device.rows(MEMBERSHIPS)).length, 1);
      const ruleset = await bridges.namespaces.run('new', 'nft list table bridge sami-br0');
      assert.ok(!ruleset.includes('10.1.1.2'), ruleset);
      assert.ok(!(await bridges.memberships('new')).includes('239.1.1.9'));
    }).timeout(20_000);

    it('go along when the VM gets another port', async () => {
      await using bridges = await TwoBridges.create();
      await using device = await start(bridges);
      const group = membership('239.1.1.1', { lifetime: 100, version: 2 });
      const rows = { ...bindings(binding(VM4)), ...memberships(group) };
      await device.commit({ ...VM, ...rows });
      await device.commit({ ...VM, ...rows, port: 'port2' });
      const [bound] = await device.rows(BINDINGS);
      assert.equal(bound?.['interface'], 'port2');
      const [joined] = await device.rows(MEMBERSHIPS);
      assert.equal(joined?.['interface'], 'port2');
      assert.equal(joined['version'], 2);
      assert.ok(Number(joined['lifetime']) <= 100);
      assert.ok(!(await bridges.memberships('new')).includes('tap77 grp 239'));
    }).timeout(20_000);

    it('are as before when the device refuses half of a change', async () => {
      await using bridges = await TwoBridges.create();
      const driver = driverOf(bridges, { bindingLimit: 1 });
      const catalog = new Catalog(deviceSchema(), driver.kinds);
      const after = makeVm({
        ...VM,
        ...bindings(binding(VM4), binding('10.1.1.2')),
        ...memberships(membership('239.1.1.1'), membership('239.1.1.2')),
      });
      const tables = catalog.tables.map((table) => ({
        table,
        set: [...(entriesOf(after, table.kind, table.list) ?? [])].map((row) => ({
          before: undefined,
          after: row,
        })),
        remove: [],
      }));
      await driver.open([]);
      const edit = {
        id: 'vm1',
        before: undefined,
        modeBefore: undefined,
        mode: 'learning',
      } as const;
      await assert.rejects(driver.apply([{ ...edit, after, tables }]), /Too many open files|full/i);
      assert.ok(!(await bridges.memberships('new')).includes('tap77 grp 239'));
      assert.equal((await driver.used()).get('dhcp-binding'), 0);
      await driver.close();
    }).timeout(20_000);

    it('of a frozen VM are closed to frames from and to it', async () => {
      await using bridges = await TwoBridges.create();
      await using device = await start(bridges);
      const { wire } = bridges;
      const rows = bindings(binding(VM4));
      const hello = (from: string, source: string, text: string): Buffer =>
        datagram({ from, source, destination: '255.255.255.255', text });
      const exchange = async (text: string): Promise<readonly boolean[]> => {
        wire.send('newvm', hello(VM_MAC, VM4, `${text} out`));
        wire.send('newup', hello('02:00:00:00:00:09', '10.1.1.9', `${text} in`));
        // What went before has been dealt with once the neighbours talk.
        wire.send('newnext', hello('02:00:00:00:00:08', '10.1.1.8', `${text} over`));
        await wire.arrives('newup', `${text} over`);
        return [wire.heard('newup', `${text} out`), wire.heard('newvm', `${text} in`)].map(
          (frames) => frames.length > 0,
        );
      };
      await device.commit({ ...VM, ...rows });
      assert.deepEqual(await exchange('learning'), [true, true]);
      await device.commit({ ...VM, ...rows, mode: 'frozen' });
      assert.deepEqual(await exchange('frozen'), [false, false]);
      await device.commit({ ...VM, ...rows });
      assert.deepEqual(await exchange('learning again'), [true, true]);
      await device.commit(undefined, 'vm1');
      const ruleset = await bridges.namespaces.run('new', 'nft list table bridge sami-br0');
      assert.ok(!ruleset.includes(VM_PORT.new), ruleset);
    }).timeout(20_000);
  },
  BRIDGE_TOOLS,
);

interface Refusal {
  readonly what: string;
  readonly vm: Plain;
  readonly tag: string;
  readonly path: RegExp;
  readonly message: RegExp;
  readonly appTag?: string;
  /** Settings of the bridge. */
  readonly bridge?: string;
  readonly options?: Partial<BridgeOptions>;
}

const REFUSALS: readonly Refusal[] = [
  {
    what: 'a VLAN, since this bridge filters none',
    vm: { ...VM, 'vlan-id': [7], ...bindings({ ...binding(VM4), 'vlan-id': 7 }) },
    tag: 'operation-not-supported',
    path: /binding\[.*\]\/.*vlan-id$/,
    message: /br0 does not tell VLANs apart/,
  },
  {
    what: 'a membership in a group that goes to all ports',
    vm: { ...VM, ...memberships(membership('224.0.0.5')) },
    tag: 'operation-not-supported',
    path: /group$/,
    message: /224\.0\.0\.5 go to all ports/,
  },
  {
    what: 'a filter by source that an older IGMP cannot have',
    vm: {
      ...VM,
      ...memberships(
        membership('232.1.1.1', { 'filter-mode': 'include', 'source-address': ['10.9.9.9'] }),
      ),
    },
    bridge: 'mcast_igmp_version 2',
    tag: 'operation-not-supported',
    path: /filter-mode$/,
    message: /IGMP version 2/,
  },
  {
    what: 'groups without snooping',
    vm: { ...VM, ...memberships(membership('239.1.1.1')) },
    bridge: 'mcast_snooping 0',
    tag: 'operation-not-supported',
    path: /multicast-memberships$/,
    message: /snooping is off on bridge br0/,
  },
  {
    what: 'a port that it does not have',
    vm: { ...VM, port: 'tap78' },
    tag: 'invalid-value',
    appTag: 'port-unknown',
    path: /port$/,
    message: /bridge br0 has no port "tap78"/,
  },
  {
    what: 'entries of a VM that is on no port',
    vm: { ...VM, id: 'vm9', ...bindings(binding(VM4)) },
    tag: 'invalid-value',
    appTag: 'port-unknown',
    path: /port$/,
    message: /no port of bridge br0 is known as that of VM "vm9"/,
  },
  {
    what: 'a port that another VM has',
    vm: { id: 'vm2', address: ['10.1.1.2'], port: VM_PORT.new },
    tag: 'in-use',
    appTag: 'port-in-use',
    path: /port$/,
    message: /port tap77 of bridge br0 is that of VM "vm1"/,
  },
  {
    what: "a binding of an address that is not the VM's",
    vm: { ...VM, ...bindings(binding('10.1.1.66')) },
    tag: 'invalid-value',
    appTag: 'address-not-owned',
    path: /binding\[/,
    message: /binding/,
  },
  {
    what: 'more bindings than fit',
    vm: {
      ...VM,
      address: [VM4, VM6, '10.1.1.2'],
      ...bindings(binding(VM4), binding(VM6), binding('10.1.1.2')),
    },
    options: { bindingLimit: 2 },
    tag: 'resource-denied',
    appTag: 'table-too-small',
    path: /./,
    message: /3.*2/,
  },
];

describeOnKernel(
  'bridge plane: refuses',
  () => {
    let bridges: TwoBridges;
    before(async () => {
      bridges = await TwoBridges.create();
    });
    after(() => bridges[Symbol.asyncDispose]());

    for (const { what, vm, tag, path, message, appTag, bridge, options } of REFUSALS) {
      it(what, async () => {
        const defaults = 'mcast_snooping 1 mcast_igmp_version 3';
        await bridges.namespaces.run(
          'new',
          `ip link set br0 type bridge ${defaults} && ip link set br0 type bridge ${bridge ?? defaults}`,
        );
        await using device = await start(bridges, [VM], options);
        const error = await device.commit(vm).then(
          () => assert.fail('it was accepted'),
          (reason: unknown) => reason,
        );
        assert.ok(error instanceof RpcErrorException, String(error));
        const [first] = error.errors;
        assert.equal(first?.tag, tag);
        assert.equal(first.appTag, appTag);
        assert.match(first.message ?? '', message);
        assert.match(pathText(first) ?? '', path);
        const ruleset = await bridges.namespaces.run('new', 'nft list table bridge sami-br0');
        assert.ok(!ruleset.includes('10.1.1.66') && !ruleset.includes(VM6));
      });
    }
  },
  BRIDGE_TOOLS,
);
