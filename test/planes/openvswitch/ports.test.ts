/** What the plane makes of ports of Open vSwitch, and what it refuses. */
import assert from 'node:assert/strict';
import type { TrafficControl } from '../../../server/plane/openvswitch/traffic-control.ts';
import { RpcErrorException, pathText } from '../../../src/error/index.ts';
import { SystemClock } from '../../../src/node/system-clock.ts';
import { describeOnKernel } from '../../support/namespaces.ts';
import type { Plain } from '../../support/plain-data.ts';
import { PlaneDevice } from '../../support/plane-device.ts';
import { deviceSchema, makeVm } from '../../support/simulated-device.ts';
import { until } from '../../support/until.ts';
import { OVS_TOOLS, TwoSwitches, VM_MAC } from './two-switches.ts';

const VM = { id: 'vm1', address: ['10.1.1.1'], 'mac-address': VM_MAC, 'vlan-id': [10, 20, 30] };

const vlans = (...vlan: readonly Plain[]): Plain => ({ vlans: { vlan } });
const untagged = (id: number): Plain => ({ 'vlan-id': id, tagging: 'untagged' });
const tagged = (id: number): Plain => ({ 'vlan-id': id, tagging: 'tagged' });
const profile = (more: Plain): Plain => ({ name: 'gold', 'mac-address': VM_MAC, ...more });
const profiles = (...rows: readonly Plain[]): Plain => ({ profiles: { profile: rows } });

/** As far as this kernel is concerned; the tables of the switch are the same on any. */
const ABLE: TrafficControl = { upload: true, download: true };

async function start(
  switches: TwoSwitches,
  vms: readonly Plain[] = [],
  control?: TrafficControl,
): Promise<PlaneDevice> {
  const surroundings = { context: deviceSchema(), clock: new SystemClock() };
  const [plane] = switches.plane('new', control)(surroundings);
  assert.ok(plane);
  return PlaneDevice.start(plane, vms);
}

const PORT = 'tag vlan_mode trunks qos external_ids';

function portOf(switches: TwoSwitches, columns = PORT): Promise<string> {
  return switches.vsctl('new', `get port p7 ${columns}`);
}

interface Membership {
  readonly what: string;
  readonly rows: readonly Plain[];
  readonly expected: string;
}

const MEMBERSHIPS: readonly Membership[] = [
  { what: 'one without a tag', rows: [untagged(10)], expected: '10\naccess\n[]\n' },
  {
    what: 'one without a tag and others with',
    rows: [untagged(10), tagged(20), tagged(30)],
    expected: '10\nnative-untagged\n[20, 30]\n',
  },
  { what: 'only some with a tag', rows: [tagged(20)], expected: '[]\ntrunk\n[20]\n' },
  { what: 'none of our business', rows: [], expected: '77\naccess\n[]\n' },
];

interface Refusal {
  readonly what: string;
  readonly vm: Plain;
  readonly tag: string;
  readonly path: RegExp;
  readonly message: RegExp;
  readonly control?: TrafficControl;
  readonly appTag?: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    what: 'a limit on upload where the kernel cannot police',
    vm: { ...VM, ...profiles(profile({ upload: { rate: 1000n } })) },
    control: { upload: false, download: true },
    tag: 'operation-not-supported',
    path: /profile\[.*\]\/.*upload\/.*rate$/,
    message: /cls_basic and act_police/,
  },
  {
    what: 'a limit on download where the kernel cannot shape',
    vm: { ...VM, ...profiles(profile({ download: { rate: 1000n } })) },
    control: { upload: true, download: false },
    tag: 'operation-not-supported',
    path: /download\/.*rate$/,
    message: /sch_htb/,
  },
  {
    what: 'a guaranteed rate',
    vm: { ...VM, ...profiles(profile({ download: { rate: 1000n, 'guaranteed-rate': 10n } })) },
    tag: 'operation-not-supported',
    path: /download\/.*guaranteed-rate$/,
    message: /one queue/,
  },
  {
    what: 'a rate beyond what the database has room for',
    vm: { ...VM, ...profiles(profile({ upload: { rate: 1n << 50n } })) },
    tag: 'operation-not-supported',
    path: /upload\/.*rate$/,
    message: /the most that can be set is 536870911875/,
  },
  ...['priority', 'dscp'].map((leaf) => ({
    what: `marking by ${leaf}`,
    vm: { ...VM, ...profiles(profile({ [leaf]: 3 })) },
    tag: 'operation-not-supported',
    path: new RegExp(`${leaf}$`),
    message: /not what comes from it/,
  })),
  {
    what: 'a second limit in the same direction',
    vm: {
      ...VM,
      ...profiles(
        profile({ download: { rate: 1000n } }),
        profile({ name: 'silver', download: { rate: 1000n } }),
      ),
    },
    tag: 'operation-not-supported',
    path: /silver.*download$/,
    message: /one limit in each direction/,
  },
  {
    what: 'a limit in one VLAN of several',
    vm: {
      ...VM,
      ...vlans(untagged(10), tagged(20)),
      ...profiles(profile({ 'vlan-id': 10, download: { rate: 1000n } })),
    },
    tag: 'operation-not-supported',
    path: /vlan-id$/,
    message: /limits are those of the whole port/,
  },
  {
    what: 'a port that it does not have',
    vm: { ...VM, port: 'p99', ...vlans(untagged(10)) },
    tag: 'invalid-value',
    appTag: 'port-unknown',
    path: /port$/,
    message: /bridge br0 has no port "p99"/,
  },
  {
    what: 'VLANs of a VM that is on no port',
    vm: { ...VM, id: 'vm9', 'mac-address': '02:00:00:00:00:99', ...vlans(untagged(10)) },
    tag: 'invalid-value',
    appTag: 'port-unknown',
    path: /port$/,
    message: /no port of bridge br0 is known as that of VM "vm9"/,
  },
  {
    what: 'a port that another VM has',
    vm: { id: 'vm2', address: ['10.1.1.2'], port: 'p7', 'vlan-id': [10], ...vlans(untagged(10)) },
    tag: 'in-use',
    appTag: 'port-in-use',
    path: /port$/,
    message: /port p7 of bridge br0 is that of VM "vm1"/,
  },
  {
    what: "a VLAN that is not the VM's",
    vm: { ...VM, ...vlans(untagged(40)) },
    tag: 'invalid-value',
    appTag: 'vlan-not-owned',
    path: /vlan\[/,
    message: /./,
  },
];

describeOnKernel(
  'openvswitch plane: ports',
  () => {
    let switches: TwoSwitches;
    before(async () => {
      switches = await TwoSwitches.create();
    });
    after(() => switches[Symbol.asyncDispose]());
    /** What an operator has set, which has to be there again in the end. */
    beforeEach(() =>
      switches.vsctl(
        'new',
        '-- set port p7 tag=77 vlan_mode=access external_ids:mine=yes -- --id=@q create qos type=linux-noop -- set port p7 qos=@q',
      ),
    );

    const tagOf = (port: string): Promise<string> => switches.vsctl('new', `get port ${port} tag`);

    for (const { what, rows, expected } of MEMBERSHIPS) {
      it(`are in the VLANs of their VM: ${what}; and as before without it`, async () => {
        const before = await portOf(switches);
        await using device = await start(switches);
        await device.commit({ ...VM, ...vlans(...rows) });
        assert.equal(await portOf(switches, 'tag vlan_mode trunks'), expected);
        await device.commit(undefined, 'vm1');
        assert.equal(await portOf(switches), before);
      }).timeout(20_000);
    }

    it('have the limits of their VM, in the units of the switch; and as before without it', async () => {
      await using device = await start(switches, [], ABLE);
      const limits = 'ingress_policing_rate ingress_policing_burst';
      const interfaceOf = (): Promise<string> =>
        switches.vsctl('new', `get interface p7 ${limits}`);
      const qosOf = (): Promise<string> =>
        switches.vsctl('new', '--bare --columns=other_config find qos type=linux-htb');
      const before = [await interfaceOf(), await portOf(switches)];
      const upload = { rate: 100_001n, burst: 20_000n };
      const download = { rate: 125_000n, burst: 50_000n };
      await device.commit({ ...VM, ...profiles(profile({ upload, download })) });
      assert.equal(await interfaceOf(), '801\n160\n');
      assert.equal(await qosOf(), 'burst=400000 max-rate=1000000\n');
      await device.commit({ ...VM, ...profiles(profile({ download: { rate: 250_000n } })) });
      assert.equal(await interfaceOf(), '0\n0\n');
      assert.equal(await qosOf(), 'max-rate=2000000\n');
      await device.commit(undefined, 'vm1');
      assert.deepEqual([await interfaceOf(), await portOf(switches)], before);
      assert.equal((await qosOf()).trim() + (await switches.vsctl('new', 'list queue')).trim(), '');
    }).timeout(20_000);

    it('are set up again on start, and put back when their VM has gone meanwhile', async () => {
      const before = await portOf(switches);
      const vm = { ...VM, ...vlans(untagged(10)) };
      {
        await using device = await start(switches);
        await device.commit(vm);
      }
      await switches.vsctl('new', 'set port p7 tag=20');
      for (const [vms, expected] of [
        [[vm], '10\n'],
        [[], '77\n'],
      ] as const) {
        const device = await start(switches, vms);
        await device.plane.close();
        assert.equal(await portOf(switches, 'tag'), expected);
      }
      assert.equal(await portOf(switches), before);
    }).timeout(20_000);

    it('of a VM in standby are set up when they appear', async () => {
      await using device = await start(switches);
      const vm = { ...VM, port: 'late', mode: 'standby', ...vlans(untagged(10)) };
      await device.commit(vm);
      await switches.vsctl('new', 'add-port br0 late -- set interface late type=internal');
      await until(async () => (await switches.vsctl('new', 'get port late tag')) === '10\n');
      await device.commit({ ...vm, mode: 'learning' });
      await switches.vsctl('new', 'del-port br0 late');
      // A port that has gone does not hold its VM back.
      await device.commit({ ...vm, mode: 'frozen' });
      await device.commit(undefined, 'vm1');
    }).timeout(20_000);

    it('may be swapped in one commit, but not be given to two VMs', async () => {
      await using device = await start(switches);
      const before = await Promise.all(['p7', 'p5'].map((port) => tagOf(port)));
      const one = { ...VM, port: 'p7', ...vlans(untagged(10)) };
      const two = { id: 'vm2', address: ['10.1.1.2'], 'vlan-id': [30], ...vlans(untagged(30)) };
      await device.commit(one);
      await device.commit({ ...two, port: 'p5' });
      const commit = (...changes: readonly (readonly [Plain, Plain])[]): Promise<void> =>
        device.plane
          .prepare(
            changes.map(([from, to]) => ({
              id: String(from['id']),
              before: makeVm(from),
              after: makeVm(to),
            })),
          )
          .then((prepared) => prepared.apply());
      const failure = await refusalOf(
        commit(
          [one, { ...one, port: 'p4' }],
          [
            { ...two, port: 'p5' },
            { ...two, port: 'p4' },
          ],
        ),
      );
      assert.equal(failure.appTag, 'port-in-use');
      await commit(
        [one, { ...one, port: 'p5' }],
        [
          { ...two, port: 'p5' },
          { ...two, port: 'p7' },
        ],
      );
      assert.deepEqual([await tagOf('p7'), await tagOf('p5')], ['30\n', '10\n']);
      await device.commit(undefined, 'vm1');
      await device.commit(undefined, 'vm2');
      assert.deepEqual(await Promise.all(['p7', 'p5'].map((port) => tagOf(port))), before);
    }).timeout(20_000);

    it('are out of reach without the database, and are reached again when it is back', async () => {
      await using device = await start(switches);
      await switches.stopDatabase('new');
      const failure = await refusalOf(device.commit({ ...VM, ...vlans(untagged(10)) }));
      assert.equal(failure.appTag, 'switch-silent');
      assert.match(failure.message ?? '', /database/);
      await switches.startDatabase('new');
      await device.commit({ ...VM, ...vlans(untagged(10)) });
      assert.equal(await portOf(switches, 'tag'), '10\n');
      await device.commit(undefined, 'vm1');
    }).timeout(20_000);

    for (const { what, vm, tag, path, message, control = ABLE, appTag } of REFUSALS) {
      it(`refuses ${what}`, async () => {
        const before = await portOf(switches, 'tag vlan_mode trunks qos');
        await using device = await start(switches, [VM], control);
        const failure = await refusalOf(device.commit(vm));
        assert.equal(failure.tag, tag);
        assert.equal(failure.appTag, appTag);
        assert.match(failure.message ?? '', message);
        assert.match(pathText(failure) ?? '', path);
        assert.equal(await portOf(switches, 'tag vlan_mode trunks qos'), before);
        await device.commit(undefined, 'vm1');
      }).timeout(20_000);
    }
  },
  OVS_TOOLS,
);

async function refusalOf(commit: Promise<void>): Promise<RpcErrorException['errors'][number]> {
  const reason = await commit.then(
    () => assert.fail('it was accepted'),
    (error: unknown) => error,
  );
  assert.ok(reason instanceof RpcErrorException, String(reason));
  const [first] = reason.errors;
  assert.ok(first);
  return first;
}
