/** Does this packet pass? Sessions of the simulated device (001, section 3.1). */
import assert from 'node:assert/strict';
import { echo, handshake, sctp, tcp, udp } from '../../support/packets.ts';
import type { Flow } from '../../support/packets.ts';
import { SimulatedDevice } from '../../support/simulated-device.ts';
import type { Packet } from '../../../server/plane/simulated/index.ts';

const V4: Flow = {
  client: '198.51.100.7',
  server: '10.0.0.5',
  clientPort: 40_000,
  serverPort: 443,
};
const V6: Flow = {
  client: '2001:db8:1::7',
  server: '2001:db8::5',
  clientPort: 40_000,
  serverPort: 443,
};
const VM = { id: 'vm1', address: ['10.0.0.5', '2001:db8::5'] };
const OPEN = { policy: { defaultAction: 'accept' } } as const;

function sessionOf(
  { client, server, clientPort, serverPort }: Flow,
  protocol: number,
  state?: string,
): object {
  return {
    protocol,
    'source-address': client,
    'destination-address': server,
    'source-port': clientPort,
    'destination-port': serverPort,
    zone: 0,
    state,
    lifetime: 100,
  };
}

describe('sessions of the simulated device', () => {
  const inTheMiddle: readonly { name: string; entry: object; packet: Packet }[] = [V4, V6].flatMap(
    (flow) => {
      const icmp = flow === V4 ? { protocol: 1, type: 8 } : { protocol: 58, type: 128 };
      const version = flow === V4 ? 'IPv4' : 'IPv6';
      return [
        {
          name: `TCP data, ${version}`,
          entry: sessionOf(flow, 6, 'established'),
          packet: tcp(flow, 'there', 'ack', 'psh'),
        },
        {
          name: `a TCP answer, ${version}`,
          entry: sessionOf(flow, 6, 'established'),
          packet: tcp(flow, 'back', 'ack'),
        },
        { name: `a UDP answer, ${version}`, entry: sessionOf(flow, 17), packet: udp(flow, 'back') },
        {
          name: `an echo reply, ${version}`,
          entry: { ...sessionOf(flow, icmp.protocol), 'destination-port': icmp.type * 256 },
          packet: echo(flow, 'back'),
        },
        {
          name: `SCTP data, ${version}`,
          entry: sessionOf(flow, 132, 'established'),
          packet: sctp(flow, 'there', 'data', 7),
        },
        {
          name: `another protocol, ${version}`,
          entry: { ...sessionOf(flow, 50), 'source-port': 0, 'destination-port': 0 },
          packet: { protocol: 50, sourceAddress: flow.server, destinationAddress: flow.client },
        },
      ];
    },
  );

  for (const { name, entry, packet } of inTheMiddle) {
    it(`lets ${name} pass with its entry, and drops it without`, async () => {
      const bare = await SimulatedDevice.start({}, [VM]);
      assert.match(bare.send(packet), /^drop (no-session|acl)$/);
      const device = await SimulatedDevice.start();
      await device.commit({ ...VM, sessions: { session: [entry] } });
      assert.equal(device.send(packet), 'pass');
    });
  }

  it('opens a TCP connection by its handshake, and follows it to its end', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    const states: unknown[] = [];
    const steps: readonly Packet[] = [
      ...handshake(V4),
      tcp(V4, 'there', 'fin', 'ack'),
      tcp(V4, 'back', 'ack'),
      tcp(V4, 'back', 'fin', 'ack'),
      tcp(V4, 'there', 'ack'),
    ];
    for (const packet of steps) {
      assert.equal(device.send(packet), 'pass');
      states.push((await device.row('vm1', 'session/session'))['state']);
    }
    assert.deepEqual(states, [
      'syn-sent',
      'syn-received',
      'established',
      'fin-wait-1',
      'close-wait',
      'last-ack',
      'time-wait',
    ]);
  });

  it('does not open a TCP connection by anything but SYN, unless it is loose', async () => {
    const strict = await SimulatedDevice.start(OPEN, [VM]);
    assert.equal(strict.send(tcp(V4, 'there', 'ack')), 'drop no-session');
    const loose = await SimulatedDevice.start(
      { policy: { defaultAction: 'accept', loose: true } },
      [VM],
    );
    assert.equal(loose.send(tcp(V4, 'there', 'ack')), 'pass');
  });

  it('drops packets that have no place in the connection', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    device.send(tcp(V4, 'there', 'syn'));
    assert.equal(device.send(tcp(V4, 'there', 'ack', 'psh')), 'drop invalid');
    assert.equal(device.send(tcp(V4, 'back', 'syn', 'ack')), 'pass');
  });

  it('drops what comes after RST, until a new SYN', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    for (const packet of handshake(V4)) device.send(packet);
    assert.equal(device.send(tcp(V4, 'back', 'rst')), 'pass');
    assert.equal(device.send(tcp(V4, 'there', 'ack')), 'drop invalid');
    assert.equal(device.send(tcp(V4, 'there', 'syn')), 'pass');
    assert.equal((await device.row('vm1', 'session/session'))['state'], 'syn-sent');
  });

  it('opens an SCTP association by INIT and keeps its verification tags', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    assert.equal(device.send(sctp(V4, 'there', 'data', 7)), 'drop no-session');
    for (const packet of [
      sctp(V4, 'there', 'init', 0),
      sctp(V4, 'back', 'init-ack', 5),
      sctp(V4, 'there', 'cookie-echo', 7),
      sctp(V4, 'back', 'cookie-ack', 5),
    ]) {
      assert.equal(device.send(packet), 'pass');
    }
    const row = await device.row('vm1', 'session/session');
    assert.equal(row['state'], 'established');
    assert.equal(row['original-verification-tag'], 7);
    assert.equal(device.send(sctp(V4, 'there', 'data', 7)), 'pass');
    assert.equal(device.send(sctp(V4, 'there', 'data', 8)), 'drop invalid');
  });

  it('lets an ICMP error pass when it is about a session', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    const unreachable = (about: Packet): Packet => ({
      protocol: 1,
      sourceAddress: '192.0.2.1',
      destinationAddress: about.sourceAddress,
      icmp: { type: 3, code: 4, about },
    });
    assert.equal(device.send(unreachable(udp(V4, 'back'))), 'drop no-session');
    device.send(udp(V4, 'there'));
    assert.equal(device.send(unreachable(udp(V4, 'back'))), 'pass');
  });

  it('counts packets and bytes of both directions', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    device.send({ ...udp(V4, 'there'), length: 100 });
    device.send({ ...udp(V4, 'back'), length: 1_000 });
    device.send({ ...udp(V4, 'there'), length: 50 });
    const row = await device.row('vm1', 'session/session');
    assert.deepEqual(
      ['original-packets', 'original-bytes', 'reply-packets', 'reply-bytes', 'status'].map(
        (name) => row[name],
      ),
      [2, 150, 1, 1_000, 'seen-reply assured'],
    );
  });

  it('removes a session when its lifetime has passed, and shows what is left of it before', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    device.send(udp(V4, 'there'));
    device.clock.advance(12_000);
    const row = await device.row('vm1', 'session/session');
    assert.deepEqual([row['lifetime'], row['idle-time']], [18, 12]);
    device.clock.advance(19_000);
    assert.deepEqual(await device.rows('vm1', 'session/session'), []);
    assert.equal((await device.table('vm1', 'session')).entries, 0);
  });

  it('files a session between two VMs under both', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM, { id: 'vm2', address: ['10.0.0.6'] }]);
    device.send(udp({ ...V4, client: '10.0.0.6' }, 'there'));
    assert.equal((await device.rows('vm1', 'session/session')).length, 1);
    assert.equal((await device.rows('vm2', 'session/session')).length, 1);
    device.send(udp({ ...V4, client: '10.0.0.6' }, 'back'));
    assert.deepEqual(
      await device.rows('vm1', 'session/session'),
      await device.rows('vm2', 'session/session'),
    );
  });

  it('drops what belongs to no VM', async () => {
    const device = await SimulatedDevice.start(OPEN, [VM]);
    assert.equal(device.send(udp({ ...V4, server: '10.0.0.99' }, 'there')), 'drop address-unknown');
  });
});
