/** A VM moves from a port of one Open vSwitch to a port of another; real frames show which VLANs and limits it has. */
import assert from 'node:assert/strict';
import { datagram } from '../../support/frames.ts';
import { MovingDevices } from '../../support/moving-devices.ts';
import { describeOnKernel } from '../../support/namespaces.ts';
import { OVS_TOOLS, TwoSwitches, VM_MAC, VM_PORT } from './two-switches.ts';
import type { Side } from './two-switches.ts';

const VM4 = '10.1.1.1';
const NEIGHBOUR = '02:00:00:00:00:09';

/** Untagged in VLAN 10, and what it downloads limited to 2 kB/s after 20 kB. */
const VM = `
  <vm><id>vm1</id><address>${VM4}</address><mac-address>${VM_MAC}</mac-address><vlan-id>10</vlan-id>
    <vlans xmlns="urn:sami:yang:sami-profile">
      <vlan><vlan-id>10</vlan-id><name>blue</name></vlan>
    </vlans>
    <profiles xmlns="urn:sami:yang:sami-profile">
      <profile>
        <name>gold</name><mac-address>${VM_MAC}</mac-address>
        <download><rate>2000</rate><burst>20000</burst></download>
      </profile>
    </profiles>
  </vm>`;

/** As a neighbour broadcasts it. */
const broadcast = (text: string): Buffer =>
  datagram({ from: NEIGHBOUR, source: '10.1.1.9', destination: '255.255.255.255', text });

describeOnKernel(
  'openvswitch plane: a VM moves',
  () => {
    it('and broadcast of its VLAN reaches its new port, within the limit of its profile', async () => {
      await using switches = await TwoSwitches.create();
      await using devices = await start(switches);
      const untouched = await portOf(switches, 'old');
      await devices.old.configure(VM);
      assert.deepEqual(await reaching(switches, 'old'), ['10 untagged']);
      const limit = await limitOf(switches, 'old');
      assert.match(limit, /ceil 16Kbit .*cburst 20000b/);
      assert.match(await portOf(switches, 'old'), /^10\naccess\n.*sami-vlan-10=blue/s);

      const report = await devices.move('vm1');
      assert.deepEqual(report.errors, []);
      assert.equal(report.outcome, 'migrated');
      assert.deepEqual(await reaching(switches, 'new'), ['10 untagged']);
      assert.equal(await limitOf(switches, 'new'), limit);
      const frames = await download(switches, 'new');
      assert.ok(frames > 0 && frames < 60, `${frames} of 100 frames came through`);
      assert.equal(await portOf(switches, 'old'), untouched, 'the old port is as it was');
    }).timeout(30_000);

    it('control: without the move the new port is in all VLANs, and nothing is limited', async () => {
      await using switches = await TwoSwitches.create();
      await using devices = await start(switches);
      await devices.old.configure(VM);
      assert.deepEqual(await reaching(switches, 'new'), ['10 tagged', '20 tagged']);
      assert.equal(await limitOf(switches, 'new'), '');
      await download(switches, 'new');
      await switches.wire.arrives('newvm', '<load 99>');
      assert.equal(switches.wire.heard('newvm', '<load ').length, 100);
    }).timeout(30_000);
  },
  OVS_TOOLS,
);

function start(switches: TwoSwitches): Promise<MovingDevices> {
  return MovingDevices.start({ old: switches.plane('old'), new: switches.plane('new') });
}

/** Which broadcasts come out at the VM's port, and how. */
async function reaching({ wire }: TwoSwitches, side: Side): Promise<readonly string[]> {
  wire.send(`${side}20`, broadcast('<in VLAN 20>'));
  // Its twin has it, so whoever gets it has it.
  await wire.arrives(`${side}21`, '<in VLAN 20>');
  wire.send(`${side}10`, broadcast('<in VLAN 10>'));
  await wire.arrives(`${side}vm`, '<in VLAN 10>');
  return [10, 20].flatMap((vlan) =>
    wire
      .heard(`${side}vm`, `<in VLAN ${vlan}>`)
      .map((frame) => (frame.readUInt16BE(12) === 0x8100 ? `${vlan} tagged` : `${vlan} untagged`)),
  );
}

/** How many of 100 frames of 1 kB the VM's port has let out when another port has let out all. */
async function download({ wire }: TwoSwitches, side: Side): Promise<number> {
  for (let number = 0; number < 100; number += 1) {
    const text = `<load ${number}>`;
    wire.send(`${side}10`, broadcast(text.padEnd(1000)));
    await wire.arrives(`${side}11`, text);
  }
  return wire.heard(`${side}vm`, '<load ').length;
}

/** What the kernel limits the queue of the VM's port to. */
async function limitOf({ namespaces }: TwoSwitches, side: Side): Promise<string> {
  const classes = await namespaces.run(side, `tc class show dev ${VM_PORT[side]}`);
  return classes.split('\n').find((line) => line.includes('parent')) ?? '';
}

/** Tag, mode and the rest, a line each. */
function portOf(switches: TwoSwitches, side: Side): Promise<string> {
  const columns = 'tag vlan_mode trunks qos external_ids';
  return switches.vsctl(side, `get port ${VM_PORT[side]} ${columns}`);
}
