/** The switch (K6, K7, K8, K13): what it learns from frames, what it forgets, and what it lets pass. */
import assert from 'node:assert/strict';
import type {
  DhcpMessage,
  MembershipMessage,
  Packet,
} from '../../../server/plane/simulated/index.ts';
import type { Plain } from '../../support/plain-data.ts';
import { udp } from '../../support/packets.ts';
import type { Flow } from '../../support/packets.ts';
import { SimulatedDevice } from '../../support/simulated-device.ts';

const MAC = '02:00:00:00:00:05';
const VM: Plain = {
  id: 'vm1',
  address: ['10.0.0.5', '2001:db8::5'],
  'mac-address': MAC,
  'vlan-id': [7, 8],
  port: 'eth5',
};
const OTHER: Plain = {
  id: 'vm2',
  address: ['10.0.0.6'],
  'mac-address': '02:00:00:00:00:06',
  'vlan-id': [7],
};
const OUT: Flow = { client: '10.0.0.5', server: '198.51.100.7', clientPort: 9, serverPort: 80 };
const FROM_VM: Partial<Packet> = { interface: 'eth5', sourceMac: MAC };
const SNOOPING = { policy: { defaultAction: 'accept', dhcpSnooping: true } } as const;
const OPEN = { policy: { defaultAction: 'accept' } } as const;

describe('VLANs of a port (K6)', () => {
  const vlans = (...list: readonly Plain[]): Plain => ({ ...VM, vlans: { vlan: list } });
  const seven = { 'vlan-id': 7, tagging: 'untagged' };
  const eight = { 'vlan-id': 8, tagging: 'tagged' };
  const broadcast = (more: Partial<Packet>): Packet => ({
    ...udp(OUT, 'back'),
    destinationMac: 'ff:ff:ff:ff:ff:ff',
    interface: 'uplink',
    ...more,
  });

  const rows: readonly { name: string; vm: Plain; packet: Packet; expected: string }[] = [
    {
      name: 'a broadcast without a tag reaches a port without VLANs',
      vm: VM,
      packet: broadcast({}),
      expected: 'deliver eth5',
    },
    {
      name: 'and one with a tag does not',
      vm: VM,
      packet: broadcast({ vlanId: 7 }),
      expected: 'drop no-receiver',
    },
    {
      name: 'a broadcast of a VLAN reaches its members',
      vm: vlans(seven),
      packet: broadcast({ vlanId: 7 }),
      expected: 'deliver eth5',
    },
    {
      name: 'and not others',
      vm: vlans(seven),
      packet: broadcast({ vlanId: 8 }),
      expected: 'drop no-receiver',
    },
    {
      name: 'nor its sender',
      vm: vlans(seven),
      packet: broadcast({ ...FROM_VM }),
      expected: 'drop no-receiver',
    },
    {
      name: 'a frame with the tag of a VLAN that the port is not in is dropped',
      vm: vlans(seven),
      packet: { ...udp(OUT, 'there'), ...FROM_VM, vlanId: 9 },
      expected: 'drop vlan',
    },
    {
      name: 'and so is one without a tag where all VLANs are tagged',
      vm: vlans(eight),
      packet: { ...udp(OUT, 'there'), ...FROM_VM },
      expected: 'drop vlan',
    },
    {
      name: 'a frame to the VM in a VLAN that its port is not in is dropped',
      vm: vlans(seven),
      packet: { ...udp(OUT, 'back'), vlanId: 8 },
      expected: 'drop vlan',
    },
  ];
  for (const { name, vm, packet, expected } of rows) {
    it(name, async () => {
      const device = await SimulatedDevice.start(OPEN, [vm]);
      assert.equal(device.send(packet), expected);
    });
  }

  it('tags and untags as the port is configured', async () => {
    const device = await SimulatedDevice.start(OPEN, [vlans(seven, eight)]);
    const tags = [7, 8].map((vlanId) => {
      const verdict = device.plane.forward(broadcast({ vlanId }));
      return verdict.action === 'deliver' ? verdict.copies.map((copy) => copy.vlanId) : [];
    });
    assert.deepEqual(tags, [[undefined], [8]]);
    const sent = device.plane.forward({ ...udp(OUT, 'there'), ...FROM_VM });
    assert.equal(sent.action === 'pass' && sent.packet.vlanId, 7);
  });
});

describe('DHCP snooping (K7)', () => {
  const message = (dhcp: Partial<DhcpMessage>, more: Partial<Packet> = {}): Packet => ({
    ...udp({ client: '192.0.2.2', clientPort: 67, server: '10.0.0.5', serverPort: 68 }, 'there'),
    interface: 'uplink',
    vlanId: 7,
    dhcp: { type: 'ack', clientMac: MAC, address: '10.0.0.5', leaseTime: 600, ...dhcp },
    ...more,
  });
  const frame: Packet = { ...udp(OUT, 'there'), ...FROM_VM, vlanId: 7 };

  const rows: readonly { name: string; before: readonly Packet[]; expected: string }[] = [
    { name: 'nothing was leased', before: [], expected: 'drop spoofed' },
    { name: 'the address was leased', before: [message({})], expected: 'pass' },
    {
      name: 'it was leased in another VLAN',
      before: [message({}, { vlanId: 8 })],
      expected: 'drop spoofed',
    },
    { name: 'it was only offered', before: [message({ type: 'offer' })], expected: 'drop spoofed' },
    {
      name: 'it was leased to another host',
      before: [message({ clientMac: '02:00:00:00:00:06' })],
      expected: 'drop spoofed',
    },
    {
      name: "the lease came out of a VM's port",
      before: [message({}, { interface: 'vm2' })],
      expected: 'drop spoofed',
    },
    {
      name: "the lease was for an address that is not the VM's (X3)",
      before: [message({ address: '10.0.0.66' })],
      expected: 'drop spoofed',
    },
    {
      name: 'it was given back',
      before: [message({}), message({ type: 'release' }, { ...FROM_VM })],
      expected: 'drop spoofed',
    },
  ];
  for (const { name, before, expected } of rows) {
    it(`says "${expected}" when ${name}`, async () => {
      const device = await SimulatedDevice.start(SNOOPING, [VM, OTHER]);
      for (const packet of before) device.send(packet);
      assert.equal(device.send(frame), expected);
      const off = await SimulatedDevice.start(OPEN, [VM, OTHER]);
      assert.equal(off.send(frame), 'pass', 'control: without snooping');
    });
  }

  it('lets hosts ask that have no address yet, and brings them the answer', async () => {
    const device = await SimulatedDevice.start(SNOOPING, [VM, OTHER]);
    const ask = message({ type: 'discover' }, { ...FROM_VM, sourceAddress: '0.0.0.0' });
    assert.equal(device.send(ask), 'pass');
    assert.equal(device.send(message({})), 'deliver eth5');
  });

  it('lets a lease run out in operation, and not in standby', async () => {
    const binding = { 'vlan-id': 7, 'mac-address': MAC, address: '10.0.0.5', lifetime: 100 };
    const bindings = { 'dhcp-bindings': { binding: [binding] } };
    const device = await SimulatedDevice.start(SNOOPING);
    await device.commit({ ...VM, ...bindings, mode: 'standby' });
    device.clock.advance(1_000_000);
    await device.commit({ ...VM, ...bindings });
    assert.equal(device.send(frame), 'pass');
    device.clock.advance(101_000);
    assert.equal(device.send(frame), 'drop spoofed');
  });

  it('learns nothing for which there is no room', async () => {
    const device = await SimulatedDevice.start({ ...SNOOPING, limits: { 'dhcp-binding': 0 } }, [
      VM,
    ]);
    device.send(message({}));
    assert.deepEqual(await device.rows('vm1', 'dhcp-binding/binding'), []);
  });
});

describe('multicast snooping (K8)', () => {
  const GROUP = '239.1.1.1';
  const report = (more: Partial<MembershipMessage> = {}, packet: Partial<Packet> = {}): Packet => ({
    protocol: 2,
    sourceAddress: '10.0.0.5',
    destinationAddress: GROUP,
    ...FROM_VM,
    vlanId: 7,
    membership: { type: 'report', group: GROUP, ...more },
    ...packet,
  });
  const data = (more: Partial<Packet> = {}): Packet => ({
    protocol: 17,
    sourceAddress: '192.0.2.1',
    destinationAddress: GROUP,
    interface: 'uplink',
    vlanId: 7,
    ...more,
  });

  const rows: readonly {
    name: string;
    before: readonly Packet[];
    packet?: Packet;
    expected: string;
  }[] = [
    { name: 'nobody has joined', before: [], expected: 'drop no-receiver' },
    { name: 'the VM has joined', before: [report()], expected: 'deliver eth5' },
    {
      name: 'both have joined',
      before: [
        report(),
        report({}, { interface: 'vm2', sourceMac: '02:00:00:00:00:06', sourceAddress: '10.0.0.6' }),
      ],
      expected: 'deliver eth5 vm2',
    },
    {
      name: 'it has joined and left',
      before: [report(), report({ type: 'leave' })],
      expected: 'drop no-receiver',
    },
    {
      name: 'it has joined in another VLAN',
      before: [report({}, { vlanId: 8 })],
      expected: 'drop no-receiver',
    },
    {
      name: 'it has joined in a VLAN that is not its own (X3)',
      before: [report({}, { vlanId: 9 })],
      packet: data({ vlanId: 9 }),
      expected: 'drop no-receiver',
    },
    {
      name: 'it wants the group from another source',
      before: [report({ filterMode: 'include', sources: ['192.0.2.9'] })],
      expected: 'drop no-receiver',
    },
    {
      name: 'it wants the group from this source',
      before: [report({ filterMode: 'include', sources: ['192.0.2.1'] })],
      expected: 'deliver eth5',
    },
    {
      name: 'it wants the group not from this source',
      before: [report({ filterMode: 'exclude', sources: ['192.0.2.1'] })],
      expected: 'drop no-receiver',
    },
    {
      name: 'it wants the group from nobody any more',
      before: [report(), report({ filterMode: 'include', sources: [] })],
      expected: 'drop no-receiver',
    },
    {
      name: 'the group is one of the link, which nobody reports',
      before: [],
      packet: data({ destinationAddress: 'ff02::fb', vlanId: undefined }),
      expected: 'deliver eth5 vm2',
    },
  ];
  for (const { name, before, packet = data(), expected } of rows) {
    it(`says "${expected}" when ${name}`, async () => {
      const device = await SimulatedDevice.start(OPEN, [VM, OTHER]);
      for (const one of before) device.send(one);
      assert.equal(device.send(packet), expected);
    });
  }

  it('forgets a membership that is not reported any more', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    device.send(report());
    device.clock.advance(200_000);
    device.send(report());
    device.clock.advance(200_000);
    assert.equal(device.send(data()), 'deliver eth5');
    device.clock.advance(61_000);
    assert.equal(device.send(data()), 'drop no-receiver');
  });
});

describe('the profile of a VM (K13)', () => {
  const profile = (more: Plain): Plain => ({
    ...VM,
    profiles: { profile: [{ name: 'gold', 'mac-address': MAC, ...more }] },
  });
  const passed = (device: SimulatedDevice, packet: Packet, count = 10): number =>
    Array.from({ length: count }, () => device.send({ ...packet, length: 100 })).filter(
      (verdict) => verdict === 'pass',
    ).length;

  it('holds what the VM sends to rate and burst, and not what it receives', async () => {
    const device = await SimulatedDevice.start(OPEN, [
      profile({ upload: { rate: 1000n, burst: 300n } }),
    ]);
    assert.equal(passed(device, udp(OUT, 'there')), 3);
    assert.equal(passed(device, udp(OUT, 'back')), 10);
    device.clock.advance(200);
    assert.equal(passed(device, udp(OUT, 'there')), 2);
  });

  it('holds what is sent to the VM, over all its addresses', async () => {
    const device = await SimulatedDevice.start(OPEN, [profile({ download: { rate: 400n } })]);
    const six = { ...OUT, client: '2001:db8::5', server: '2001:db8:1::7' };
    assert.equal(passed(device, udp(OUT, 'back')) + passed(device, udp(six, 'back')), 4);
  });

  it('goes for its VLAN alone when it names one', async () => {
    const device = await SimulatedDevice.start(OPEN, [profile({ 'vlan-id': 7, dscp: 46 })]);
    const marks = [7, 8].map((vlanId) => {
      const verdict = device.plane.forward({ ...udp(OUT, 'there'), vlanId });
      return verdict.action === 'pass' ? verdict.packet.dscp : 'none';
    });
    assert.deepEqual(marks, [46, undefined]);
  });
});
