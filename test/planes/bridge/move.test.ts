/** A VM moves from a port of one bridge of the kernel to a port of another; real frames show what has come along. */
import assert from 'node:assert/strict';
import { advertisement, arp, datagram } from '../../support/frames.ts';
import type { Datagram } from '../../support/frames.ts';
import { MovingDevices } from '../../support/moving-devices.ts';
import { describeOnKernel } from '../../support/namespaces.ts';
import { until } from '../../support/until.ts';
import { BRIDGE_TOOLS, TwoBridges, VM4, VM6, VM_MAC, VM_PORT } from './two-bridges.ts';

const OTHER_MAC = '02:00:00:00:00:66';
const SENDER = '10.1.1.9';
const VM =
  `<vm><id>vm1</id><address>${VM4}</address><address>${VM6}</address>` +
  `<mac-address>${VM_MAC}</mac-address></vm>`;

const from = (source: string, text: string, more: Partial<Datagram> = {}): Buffer => {
  const destination = source.includes(':') ? 'ff02::1' : '255.255.255.255';
  return datagram({ from: VM_MAC, source, destination, text, ...more });
};

/** What the VM may send. */
const HONEST: Readonly<Record<string, Buffer>> = {
  'honest IPv4': from(VM4, 'honest IPv4'),
  'honest IPv6': from(VM6, 'honest IPv6'),
  'honest ARP': arp(VM_MAC, VM4, 'honest ARP'),
  'honest advertisement': advertisement(VM_MAC, VM6, VM6, 'honest advertisement'),
};

/** What a host may send that has no address yet. */
const DISCOVER: Readonly<Record<string, Buffer>> = {
  'DHCP discover': from('0.0.0.0', 'DHCP discover', { sourcePort: 68, destinationPort: 67 }),
};

/** What only a VM sends that pretends to be another. */
const SPOOFED: Readonly<Record<string, Buffer>> = {
  'foreign IPv4': from('10.1.1.66', 'foreign IPv4'),
  'foreign IPv6': from('2001:db8:1::66', 'foreign IPv6'),
  'foreign MAC': from(VM4, 'foreign MAC', { from: OTHER_MAC }),
  'foreign ARP': arp(VM_MAC, '10.1.1.66', 'foreign ARP'),
  'foreign advertisement': advertisement(VM_MAC, VM6, '2001:db8:1::66', 'foreign advertisement'),
  'DHCP offer': from(VM4, 'DHCP offer', { sourcePort: 67, destinationPort: 68 }),
  'behind a tag': from('10.1.1.66', 'behind a tag', { vlan: 7 }),
};

const ALL = { ...SPOOFED, ...HONEST, ...DISCOVER };

describeOnKernel(
  'bridge plane: a VM moves',
  () => {
    it('and a spoofed source is still dropped, the VM is not; its leases go on', async () => {
      await using bridges = await TwoBridges.create();
      await using devices = await MovingDevices.start({
        old: bridges.plane('old', ['dhcp-binding']),
        new: bridges.plane('new', ['dhcp-binding']),
      });
      await devices.old.configure(VM);
      await lease(bridges);
      const passed = [...Object.keys(HONEST), ...Object.keys(DISCOVER)];
      assert.deepEqual(await passing(bridges, 'old'), passed);

      const report = await devices.move('vm1');
      assert.deepEqual(report.errors, []);
      assert.equal(report.outcome, 'migrated');
      assert.deepEqual(report.kinds['dhcp-binding'], {
        before: 2,
        after: 2,
        lost: 0,
        extra: 0,
      });
      assert.deepEqual(await passing(bridges, 'new'), passed);

      const table = await bridges.namespaces.run(
        'new',
        'nft -j list set bridge sami-br0 bindings4',
      );
      const [, expires = '0'] = /"expires": (\d+)/.exec(table) ?? [];
      assert.ok(Number(expires) > 3000 && Number(expires) <= 3600, table);
      // The VM has left: its bindings went with it.
      const left = await bridges.namespaces.run('old', 'nft list table bridge sami-br0');
      assert.ok(!left.includes(VM4) && !left.includes(VM_MAC), left);
    }).timeout(30_000);

    it('control: without the move the spoofer passes where the VM is unknown', async () => {
      await using bridges = await TwoBridges.create();
      await using devices = await MovingDevices.start({
        old: bridges.plane('old', ['dhcp-binding']),
        new: bridges.plane('new', ['dhcp-binding']),
      });
      await devices.old.configure(VM);
      assert.deepEqual(await passing(bridges, 'new'), Object.keys(ALL));
    }).timeout(30_000);

    it('control: and where it is known, but not its bindings, it is cut off', async () => {
      await using bridges = await TwoBridges.create();
      await using devices = await MovingDevices.start({
        old: bridges.plane('old', ['dhcp-binding']),
        new: bridges.plane('new', ['dhcp-binding']),
      });
      await devices.new.configure(VM);
      assert.deepEqual(await passing(bridges, 'new'), Object.keys(DISCOVER));
    }).timeout(30_000);

    it('and its groups reach it on its new port, and no other, without a new report', async () => {
      await using bridges = await TwoBridges.create();
      await using devices = await MovingDevices.start({
        old: bridges.plane('old', ['multicast-membership']),
        new: bridges.plane('new', ['multicast-membership']),
      });
      await devices.old.configure(VM);
      await join(bridges);
      assert.deepEqual(await reached(bridges, 'old'), { vm: GROUPS, next: [] });

      const report = await devices.move('vm1');
      assert.deepEqual(report.errors, []);
      assert.equal(report.outcome, 'migrated');
      assert.equal(report.kinds['multicast-membership']?.lost, 0);
      assert.equal(report.kinds['multicast-membership'].extra, 0);
      assert.deepEqual(await reached(bridges, 'new'), { vm: GROUPS, next: [] });
      assert.notDeepEqual(bridges.wire.sent('oldvm'), [], 'control: there its reports were seen');
      assert.deepEqual(bridges.wire.sent('newvm'), [], 'the VM has said nothing');

      const entries = await bridges.memberships('new');
      assert.match(entries, /port tap77 grp 239\.1\.1\.1 temp /);
      assert.match(
        entries,
        /port tap77 grp 232\.1\.1\.1 temp filter_mode include source_list 10\.9\.9\.9/,
      );
    }).timeout(30_000);

    it('control: without the move they reach nobody on the new bridge', async () => {
      await using bridges = await TwoBridges.create();
      await join(bridges);
      assert.deepEqual(await reached(bridges, 'new'), { vm: [], next: [] });
    }).timeout(30_000);
  },
  BRIDGE_TOOLS,
);

/** What the operator's own snooping of DHCP would do. */
async function lease(bridges: TwoBridges): Promise<void> {
  const element = (address: string): string => `"${VM_PORT.old}" . ${VM_MAC} . ${address}`;
  await bridges.namespaces.run(
    'old',
    'nft -f -',
    `add element bridge sami-br0 bindings4 { ${element(VM4)} timeout 3600s }\n` +
      `add element bridge sami-br0 bindings6 { ${element(VM6)} timeout 7200s comment "server=2001:db8:1::53" }\n`,
  );
  // Neighbour discovery follows as soon as the plane has heard of it.
  await until(async () =>
    (await bridges.namespaces.run('old', 'nft list set bridge sami-br0 targets6')).includes(
      '0x20010db8',
    ),
  );
}

/** Names of the frames from the VM's port that get through the bridge. */
async function passing(bridges: TwoBridges, side: 'old' | 'new'): Promise<readonly string[]> {
  const { wire } = bridges;
  for (const frame of Object.values(ALL)) wire.send(`${side}vm`, frame);
  await wire.arrives(`${side}up`, Object.keys(ALL).at(-1) ?? '');
  return Object.keys(ALL).filter((text) => wire.heard(`${side}up`, text).length > 0);
}

const TRAFFIC: readonly (readonly [source: string, group: string, text: string])[] = [
  [SENDER, '239.1.1.1', 'group of IGMP'],
  ['2001:db8:1::9', 'ff05::1:5', 'group of MLD'],
  ['10.9.9.9', '232.1.1.1', 'source that was asked for'],
  ['10.9.9.8', '232.1.1.1', 'another source'],
  [SENDER, '239.1.1.7', 'other group of IGMP'],
];
const GROUPS = ['group of IGMP', 'group of MLD', 'source that was asked for'];

async function join(bridges: TwoBridges): Promise<void> {
  const { wire } = bridges;
  wire.join('oldvm', '239.1.1.1');
  wire.join('oldvm', 'ff05::1:5');
  wire.join('oldvm', '232.1.1.1', '10.9.9.9');
  const groups = ['239.1.1.1', 'ff05::1:5', '232.1.1.1'];
  await until(async () => {
    const entries = await bridges.memberships('old');
    return groups.every((group) => entries.includes(`grp ${group} `));
  });
}

/** Texts of what is sent to groups and comes out at the ports of the VM and of its neighbour. */
async function reached(
  { wire }: TwoBridges,
  side: 'old' | 'new',
): Promise<Readonly<Record<'vm' | 'next', readonly string[]>>> {
  for (const [source, destination, text] of TRAFFIC) {
    wire.send(`${side}up`, datagram({ from: OTHER_MAC, source, destination, text: `<${text}>` }));
  }
  wire.send(`${side}up`, from(SENDER, 'to all', { from: OTHER_MAC }));
  const at = async (name: string): Promise<readonly string[]> => {
    await wire.arrives(name, 'to all');
    return TRAFFIC.map(([, , text]) => text).filter(
      (text) => wire.heard(name, `<${text}>`).length > 0,
    );
  };
  return { vm: await at(`${side}vm`), next: await at(`${side}next`) };
}
