/** Access lists on frames that a bridge forwards: link-layer addresses, VLANs, and what is no IP. */
import assert from 'node:assert/strict';
import { Namespaces, describeOnKernel } from '../../support/namespaces.ts';
import type { PlaneDevice } from '../../support/plane-device.ts';
import type { Plain } from '../../support/plain-data.ts';
import { startPlaneIn } from './devices.ts';

const VM = '10.1.1.1';
const VM_MAC = '02:00:00:00:00:01';
const HOST_MAC = '02:00:00:00:00:02';

/** Sends frames and says which arrive at the other end; frames are UDP to a port, with or without a tag. */
const PROGRAM = `
import json, socket, struct, sys
def checksum(data):
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
mac = lambda text: bytes(int(part, 16) for part in text.split(':'))
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); out.bind(('host', 0))
into = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); into.bind(('guest', 0))
into.settimeout(5)
def frame(target, dport, vlan):
    udp = struct.pack('!HHHH', 1024, dport, 8, 0)
    header = struct.pack('!BBHHHBBH4s4s', 69, 0, 28, 0, 0, 64, 17, 0, bytes([10, 1, 1, 2]), bytes([10, 1, 1, 1]))
    header = header[:10] + struct.pack('!H', checksum(header)) + header[12:]
    tag = struct.pack('!HH', 0x8100, vlan) if vlan else b''
    return mac(target) + mac('${HOST_MAC}') + tag + struct.pack('!H', 0x0800) + header + udp
for line in sys.stdin:
    order = json.loads(line)
    for dport, vlan in order['frames']: out.send(frame(order['to'], dport, vlan))
    # A frame of another protocol comes last and always passes.
    out.send(mac(order['to']) + mac('${HOST_MAC}') + struct.pack('!H', 0x88b5) + b'end')
    arrived = []
    while True:
        data, address = into.recvfrom(2048)
        if address[2] == 4: continue
        if data[12:14] == b'\\x88\\xb5': break
        if data[12:14] == b'\\x08\\x00' and data[23] == 17: arrived.append(struct.unpack('!H', data[36:38])[0])
        if data[12:14] == b'\\x81\\x00' and data[27] == 17: arrived.append(struct.unpack('!H', data[40:42])[0])
    print(json.dumps(arrived), flush=True)
`;

const ace = (name: string, matches: Plain, forwarding = 'drop'): Plain => ({
  name,
  matches,
  actions: { forwarding },
});
const ip = { ipv4: { 'destination-ipv4-network': `${VM}/32` } };
const udp = (port: number): Plain => ({ udp: { 'destination-port': { port } } });

describeOnKernel('nftables: access lists on a bridge', function () {
  this.timeout(30_000);
  let namespaces: Namespaces;
  let device: PlaneDevice;

  /** Ports of the frames that arrive at the VM. */
  const send = async (
    frames: readonly (readonly [number, number])[],
  ): Promise<readonly number[]> => {
    const order = JSON.stringify({ to: VM_MAC, frames });
    const quoted = `python3 -c '${PROGRAM.replaceAll("'", `'"'"'`)}'`;
    return JSON.parse(await namespaces.run('ends', quoted, `${order}\n`)) as number[];
  };

  before(async () => {
    namespaces = await Namespaces.create('bridge', 'ends');
    await namespaces.link(['bridge', 'p1'], ['ends', 'host']);
    await namespaces.link(['bridge', 'p2'], ['ends', 'guest']);
    await namespaces.ip('bridge', 'link', 'add', 'br0', 'type', 'bridge');
    for (const port of ['p1', 'p2'])
      await namespaces.ip('bridge', 'link', 'set', port, 'master', 'br0');
    await namespaces.ip('bridge', 'link', 'set', 'br0', 'up');
    device = await startPlaneIn(namespaces.name('bridge'), { family: 'bridge' });
  });

  after(async () => {
    await device[Symbol.asyncDispose]();
    await namespaces[Symbol.asyncDispose]();
  });

  it('match VLANs and link-layer addresses', async () => {
    const frames = [
      [80, 0],
      [81, 5],
      [82, 6],
      [83, 0],
      [84, 5],
    ] as const;
    assert.deepEqual(await send(frames), [80, 81, 82, 83, 84]);
    const acl = [
      ace('vlan', { ...ip, ...udp(81), eth: { 'vlan-id': 5 } }),
      ace('other-vlan', { ...ip, ...udp(82), eth: { 'vlan-id': 5 } }),
      ace('mac', { eth: { 'destination-mac-address': VM_MAC, ethertype: 2048 }, ...udp(83) }),
      ace('source', { ...ip, eth: { 'source-mac-address': HOST_MAC }, ...udp(84) }),
    ];
    const identity = { id: 'vm1', address: [VM], 'mac-address': VM_MAC, 'vlan-id': [5] };
    await device.commit({
      ...identity,
      'acl-static': { acl: [{ name: 'a', aces: { ace: acl } }] },
    });
    assert.deepEqual(await send(frames), [80, 82]);
    await device.commit(undefined, 'vm1');
    assert.deepEqual(await send(frames), [80, 81, 82, 83, 84]);
  });

  it('serve no kinds that need connection tracking, and do not reject', async () => {
    assert.deepEqual([...device.plane.kinds].sort(), [
      'acl-dynamic',
      'acl-static',
      'cumulative-accounting',
    ]);
    const rejecting = { acl: [{ name: 'a', aces: { ace: [ace('x', ip, 'reject')] } }] };
    const commit = device.commit({ id: 'vm1', address: [VM], 'acl-static': rejecting });
    await assert.rejects(commit, /cannot tell the sender/);
  });
});
