/** Does this packet pass? The other kinds of state, each with the same packet without the entry. */
import assert from 'node:assert/strict';
import { handshake, tcp, udp, echo } from '../../support/packets.ts';
import type { Flow } from '../../support/packets.ts';
import { SimulatedDevice } from '../../support/simulated-device.ts';
import type { Packet } from '../../../server/plane/simulated/index.ts';

const VM = { id: 'vm1', address: ['10.0.0.5', '2001:db8::5'], 'mac-address': '02:00:00:00:00:05' };
const IN: Flow = { client: '198.51.100.7', server: '10.0.0.5', clientPort: 40_000, serverPort: 80 };
const OUT: Flow = {
  client: '10.0.0.5',
  server: '198.51.100.7',
  clientPort: 40_000,
  serverPort: 80,
};
const IN6: Flow = {
  client: '2001:db8:1::7',
  server: '2001:db8::5',
  clientPort: 40_000,
  serverPort: 80,
};
const OPEN = { policy: { defaultAction: 'accept' } } as const;

type Content = Readonly<Record<string, unknown>>;

describe('access control (K4, K5)', () => {
  const matches: readonly { name: string; matches: Content; packet: Packet; other?: Packet }[] = [
    {
      name: 'source network',
      matches: { ipv4: { 'source-ipv4-network': '10.0.0.5/32' } },
      packet: udp(OUT, 'there'),
      other: udp(IN, 'there'),
    },
    {
      name: 'destination network',
      matches: { ipv4: { 'destination-ipv4-network': '10.0.0.5/32' } },
      packet: udp(IN, 'there'),
      other: udp(OUT, 'there'),
    },
    {
      name: 'IPv6 network',
      matches: {
        ipv6: {
          'destination-ipv6-network': '2001:db8::5/128',
          'source-ipv6-network': '2001:db8:1::/48',
        },
      },
      packet: udp(IN6, 'there'),
      other: udp({ ...IN6, client: '2001:db8:2::7' }, 'there'),
    },
    {
      name: 'TCP port',
      matches: {
        ipv4: { 'destination-ipv4-network': '10.0.0.5/32' },
        tcp: { 'destination-port': { port: 80 } },
      },
      packet: tcp(IN, 'there', 'syn'),
      other: tcp({ ...IN, serverPort: 81 }, 'there', 'syn'),
    },
    {
      name: 'port range',
      matches: {
        ipv4: { 'destination-ipv4-network': '10.0.0.5/32' },
        udp: { 'source-port': { 'lower-port': 39_999, 'upper-port': 40_000 } },
      },
      packet: udp(IN, 'there'),
      other: udp({ ...IN, clientPort: 40_001 }, 'there'),
    },
    {
      name: 'port operator',
      matches: {
        ipv4: { 'destination-ipv4-network': '10.0.0.5/32' },
        udp: { 'destination-port': { operator: 'gte', port: 80 } },
      },
      packet: udp(IN, 'there'),
      other: udp({ ...IN, serverPort: 79 }, 'there'),
    },
    {
      name: 'ICMP type',
      matches: { ipv4: { 'destination-ipv4-network': '10.0.0.5/32' }, icmp: { type: 8 } },
      packet: echo(IN, 'there'),
      other: udp(IN, 'there'),
    },
    {
      name: 'link-layer address',
      matches: { eth: { 'source-mac-address': '02:00:00:00:00:05' } },
      packet: { ...udp(OUT, 'there'), sourceMac: '02:00:00:00:00:05' },
      other: { ...udp(OUT, 'there'), sourceMac: '02:00:00:00:00:06' },
    },
    {
      name: 'VLAN',
      matches: { eth: { 'source-mac-address': '02:00:00:00:00:05', 'vlan-id': 7 } },
      packet: { ...udp(OUT, 'there'), sourceMac: '02:00:00:00:00:05', vlanId: 7 },
      other: { ...udp(OUT, 'there'), sourceMac: '02:00:00:00:00:05', vlanId: 8 },
    },
    {
      name: 'interface',
      matches: { ipv4: { 'source-ipv4-network': '10.0.0.5/32' }, 'ingress-interface': 'port1' },
      packet: { ...udp(OUT, 'there'), interface: 'port1' },
      other: { ...udp(OUT, 'there'), interface: 'port2' },
    },
  ];

  const places: readonly { name: string; content: (ace: Content) => Content }[] = [
    {
      name: 'static',
      content: (ace) => ({ 'acl-static': { acl: [{ name: '101', aces: { ace: [ace] } }] } }),
    },
    { name: 'dynamic', content: (ace) => ({ 'acl-dynamic': { ace: [ace] } }) },
  ];

  for (const place of places) {
    for (const { name, matches: conditions, packet, other } of matches) {
      it(`permits by ${name} in a ${place.name} list, and not without it`, async () => {
        const bare = await SimulatedDevice.start({}, [VM]);
        assert.equal(bare.send(packet), 'drop acl');
        const device = await SimulatedDevice.start();
        const ace = { name: 'permit', matches: conditions, actions: { forwarding: 'accept' } };
        await device.commit({ ...VM, ...place.content(ace) });
        if (other) assert.equal(device.send(other), 'drop acl');
        assert.equal(device.send(packet), 'pass');
      });
    }
  }

  it('lets the first entry of a static list decide', async () => {
    const ace = (name: string, forwarding: string): Content => ({
      name,
      matches: { ipv4: { 'destination-ipv4-network': '10.0.0.5/32' } },
      actions: { forwarding },
    });
    const device = await SimulatedDevice.start();
    await device.commit({
      ...VM,
      'acl-static': { acl: [{ name: 'a', aces: { ace: [ace('z', 'accept'), ace('a', 'drop')] } }] },
    });
    assert.equal(device.send(udp(IN, 'there')), 'pass');
    await device.commit({
      ...VM,
      'acl-static': { acl: [{ name: 'a', aces: { ace: [ace('a', 'drop'), ace('z', 'accept')] } }] },
    });
    assert.equal(device.send(udp({ ...IN, clientPort: 2 }, 'there')), 'drop acl');
  });

  it('asks dynamic rules before static lists, by precedence, and counts what they decide', async () => {
    const ace = (name: string, precedence: number, forwarding: string): Content => ({
      name,
      precedence,
      matches: { ipv4: { 'destination-ipv4-network': '10.0.0.5/32' } },
      actions: { forwarding },
    });
    const device = await SimulatedDevice.start();
    await device.commit({
      ...VM,
      'acl-static': {
        acl: [
          {
            name: 's',
            aces: {
              ace: [
                {
                  name: 'x',
                  matches: { ipv4: { 'destination-ipv4-network': '10.0.0.5/32' } },
                  actions: { forwarding: 'drop' },
                },
              ],
            },
          },
        ],
      },
      'acl-dynamic': { ace: [ace('later', 5, 'drop'), ace('first', 1, 'accept')] },
    });
    assert.equal(device.send({ ...udp(IN, 'there'), length: 70 }), 'pass');
    const rows = await device.rows('vm1', 'acl-dynamic/ace');
    const first = rows.find(({ name }) => name === 'first');
    assert.deepEqual([first?.['matched-packets'], first?.['matched-octets']], [1, 70]);
  });

  it('lets a rule go when its time has passed: the host has to authenticate again', async () => {
    const device = await SimulatedDevice.start();
    const ace = {
      name: 'auth',
      matches: { ipv4: { 'source-ipv4-network': '10.0.0.5/32' } },
      actions: { forwarding: 'accept' },
      authentication: { method: 'dot1x', identity: 'alice' },
      lifetime: 60,
    };
    await device.commit({ ...VM, 'acl-dynamic': { ace: [ace] } });
    assert.equal(device.send(udp(OUT, 'there')), 'pass');
    device.clock.advance(61_000);
    assert.equal(device.send(udp({ ...OUT, clientPort: 2 }, 'there')), 'drop acl');
  });
});

describe('address translation (K10)', () => {
  const POOL = { nat: [{ internal: ['10.0.0.0/24'], external: ['203.0.113.1'] }] };
  const mapping = (more: Content = {}): Content => ({
    'transport-protocol': 17,
    'internal-src-address': '10.0.0.5',
    'internal-src-port': 40_000,
    'external-src-address': '203.0.113.1',
    'external-src-port': 50_000,
    type: 'dynamic-implicit',
    lifetime: 100,
    ...more,
  });

  it('translates a packet from outside by the mapping, and drops it without (004, figure 9)', async () => {
    const inbound = udp(
      { client: '198.51.100.7', server: '203.0.113.1', clientPort: 9, serverPort: 50_000 },
      'there',
    );
    const bare = await SimulatedDevice.start(OPEN, [VM]);
    assert.equal(bare.send(inbound), 'drop address-unknown');
    const device = await SimulatedDevice.start(OPEN);
    await device.commit({ ...VM, nat: { 'mapping-entry': [mapping()] } });
    const verdict = device.plane.forward(inbound);
    assert.ok(verdict.action === 'pass');
    assert.deepEqual(
      [verdict.packet.destinationAddress, verdict.packet.destinationPort],
      ['10.0.0.5', 40_000],
    );
    const answer = device.plane.forward(
      udp(
        { client: '198.51.100.7', server: '10.0.0.5', clientPort: 9, serverPort: 40_000 },
        'back',
      ),
    );
    assert.ok(answer.action === 'pass');
    assert.deepEqual(
      [answer.packet.sourceAddress, answer.packet.sourcePort],
      ['203.0.113.1', 50_000],
    );
  });

  it('gives a VM the same external port on the new device as it had on the old one', async () => {
    const fresh = await SimulatedDevice.start({ policy: { ...OPEN.policy, ...POOL } }, [VM]);
    const first = fresh.plane.forward(udp(OUT, 'there'));
    assert.ok(first.action === 'pass');
    assert.equal(first.packet.sourcePort, 40_000);
    const device = await SimulatedDevice.start({ policy: { ...OPEN.policy, ...POOL } });
    await device.commit({ ...VM, nat: { 'mapping-entry': [mapping()] } });
    const verdict = device.plane.forward(udp(OUT, 'there'));
    assert.ok(verdict.action === 'pass');
    assert.deepEqual(
      [verdict.packet.sourceAddress, verdict.packet.sourcePort],
      ['203.0.113.1', 50_000],
    );
  });

  it('makes mappings from a pool, and translates answers and errors back', async () => {
    const device = await SimulatedDevice.start({ policy: { ...OPEN.policy, ...POOL } }, [VM]);
    const sent = device.plane.forward(udp(OUT, 'there'));
    assert.ok(sent.action === 'pass');
    assert.equal((await device.row('vm1', 'nat/mapping-entry'))['type'], 'dynamic-implicit');
    const outside: Flow = {
      ...OUT,
      client: '203.0.113.1',
      clientPort: sent.packet.sourcePort ?? 0,
    };
    const answer = device.plane.forward(udp(outside, 'back'));
    assert.ok(answer.action === 'pass');
    assert.deepEqual(
      [answer.packet.destinationAddress, answer.packet.destinationPort],
      ['10.0.0.5', 40_000],
    );
    const error = device.plane.forward({
      protocol: 1,
      sourceAddress: '192.0.2.1',
      destinationAddress: '203.0.113.1',
      icmp: { type: 3, code: 3, about: sent.packet },
    });
    assert.ok(error.action === 'pass');
    assert.equal(error.packet.destinationAddress, '10.0.0.5');
    assert.equal(error.packet.icmp?.about?.sourceAddress, '10.0.0.5');
  });

  it('translates the identifier of ICMP queries', async () => {
    const device = await SimulatedDevice.start(
      {
        policy: {
          ...OPEN.policy,
          nat: [
            {
              internal: ['10.0.0.0/24'],
              external: ['203.0.113.1'],
              ports: { first: 7_000, last: 7_001 },
            },
          ],
        },
      },
      [VM],
    );
    const sent = device.plane.forward(echo(OUT, 'there'));
    assert.ok(sent.action === 'pass');
    assert.equal(sent.packet.icmp?.identifier, 7_000);
    const answer = device.plane.forward(
      echo({ ...OUT, client: '203.0.113.1', clientPort: 7_000 }, 'back'),
    );
    assert.ok(answer.action === 'pass');
    assert.deepEqual(
      [answer.packet.destinationAddress, answer.packet.icmp?.identifier],
      ['10.0.0.5', 40_000],
    );
  });

  it('drops what the pool has no room for', async () => {
    const device = await SimulatedDevice.start(
      {
        policy: {
          ...OPEN.policy,
          nat: [
            {
              internal: ['10.0.0.0/24'],
              external: ['203.0.113.1'],
              ports: { first: 7_000, last: 7_000 },
            },
          ],
        },
      },
      [VM],
    );
    assert.equal(device.send(udp(OUT, 'there')), 'pass');
    assert.equal(device.send(udp({ ...OUT, clientPort: 2 }, 'there')), 'drop no-mapping');
  });

  it('finds a translated session that was moved, in both directions', async () => {
    const session = {
      protocol: 6,
      'source-address': '10.0.0.5',
      'destination-address': '198.51.100.7',
      'source-port': 40_000,
      'destination-port': 80,
      zone: 0,
      state: 'established',
      lifetime: 100,
      'reply-source-address': '198.51.100.7',
      'reply-destination-address': '203.0.113.1',
      'reply-source-port': 80,
      'reply-destination-port': 50_000,
    };
    const answer = tcp({ ...OUT, client: '203.0.113.1', clientPort: 50_000 }, 'back', 'ack');
    const bare = await SimulatedDevice.start({}, [VM]);
    assert.equal(bare.send(answer), 'drop address-unknown');
    const device = await SimulatedDevice.start();
    await device.commit({ ...VM, sessions: { session: [session] } });
    const back = device.plane.forward(answer);
    assert.ok(back.action === 'pass');
    assert.deepEqual(
      [back.packet.destinationAddress, back.packet.destinationPort],
      ['10.0.0.5', 40_000],
    );
    const there = device.plane.forward(tcp(OUT, 'there', 'ack'));
    assert.ok(there.action === 'pass');
    assert.deepEqual(
      [there.packet.sourceAddress, there.packet.sourcePort],
      ['203.0.113.1', 50_000],
    );
  });
});

describe('cumulative data for security (K2)', () => {
  async function begin(device: SimulatedDevice, count: number): Promise<number> {
    let passed = 0;
    for (let port = 1; port <= count; port += 1) {
      if (device.send(tcp({ ...OUT, clientPort: 2_000 + port }, 'there', 'syn')) === 'pass')
        passed += 1;
    }
    return Promise.resolve(passed);
  }

  it('leaves 20 of 50 half-open connections when 30 were used on the old device (004, 3.2.1.2.3)', async () => {
    const policy = { ...OPEN.policy, halfOpenThreshold: 50 };
    const bare = await SimulatedDevice.start({ policy }, [VM]);
    assert.equal(await begin(bare, 100), 50);
    const device = await SimulatedDevice.start({ policy });
    await device.commit({
      ...VM,
      'cumulative-security': { 'half-open': [{ address: '10.0.0.5', count: 30 }] },
    });
    assert.equal(await begin(device, 100), 20);
    assert.equal(
      device.send(tcp({ ...OUT, clientPort: 9 }, 'there', 'syn')),
      'drop half-open-limit',
    );
  });

  it('frees one when a connection is established, fails or times out', async () => {
    const device = await SimulatedDevice.start(
      { policy: { ...OPEN.policy, halfOpenThreshold: 3 } },
      [VM],
    );
    const count = async (): Promise<unknown> =>
      (await device.row('vm1', 'cumulative-security/half-open'))['count'];
    assert.equal(await begin(device, 3), 3);
    const first = { ...OUT, clientPort: 2_001 };
    device.send(tcp(first, 'back', 'syn', 'ack'));
    assert.equal(await count(), 3);
    device.send(tcp(first, 'there', 'ack'));
    assert.equal(await count(), 2);
    device.send(tcp({ ...OUT, clientPort: 2_002 }, 'back', 'rst', 'ack'));
    assert.equal(await count(), 1);
    device.clock.advance(130_000);
    assert.equal(await count(), 0);
  });

  it('blocks a client that asks faster than allowed, and goes on counting where the old device stopped', async () => {
    const policy = {
      ...OPEN.policy,
      synRate: { limit: 10, intervalSeconds: 60, blockSeconds: 300 },
    };
    const attempts = (device: SimulatedDevice): number => {
      let passed = 0;
      while (
        passed < 100 &&
        device.send(tcp({ ...IN, clientPort: 3_000 + passed }, 'there', 'syn')) === 'pass'
      )
        passed += 1;
      return passed;
    };
    const bare = await SimulatedDevice.start({ policy }, [VM]);
    assert.equal(attempts(bare), 10);
    const device = await SimulatedDevice.start({ policy });
    await device.commit({
      ...VM,
      'cumulative-security': {
        'syn-rate': [
          {
            'client-address': IN.client,
            'server-address': IN.server,
            count: 8,
            'remaining-time': 60,
          },
        ],
      },
    });
    assert.equal(attempts(device), 2);
    assert.equal(device.send(udp(IN, 'there')), 'drop blocked');
    assert.equal(device.send(udp({ ...IN, client: '198.51.100.8' }, 'there')), 'pass');
    const row = await device.row('vm1', 'cumulative-security/blocked-client');
    assert.deepEqual(
      [row['reason'], row['times-blocked'], row['remaining-time']],
      ['syn-rate', 1, 300],
    );
    device.clock.advance(301_000);
    assert.equal(device.send(udp(IN, 'there')), 'pass');
    assert.deepEqual(await device.rows('vm1', 'cumulative-security/blocked-client'), []);
  });

  it('keeps a client blocked that was on the list of the old device', async () => {
    const packet = udp(IN, 'there');
    const bare = await SimulatedDevice.start(OPEN, [VM]);
    assert.equal(bare.send(packet), 'pass');
    const device = await SimulatedDevice.start(OPEN);
    await device.commit({
      ...VM,
      'cumulative-security': {
        'blocked-client': [
          { 'client-address': IN.client, 'server-address': IN.server, 'remaining-time': 30 },
        ],
      },
    });
    assert.equal(device.send(packet), 'drop blocked');
    device.clock.advance(31_000);
    assert.equal(device.send(packet), 'pass');
  });

  it('starts a new interval with a count of its own', async () => {
    const device = await SimulatedDevice.start(
      { policy: { ...OPEN.policy, synRate: { limit: 2, intervalSeconds: 10, blockSeconds: 5 } } },
      [VM],
    );
    const ask = (clientPort: number): string =>
      device.send(tcp({ ...IN, clientPort }, 'there', 'syn'));
    assert.deepEqual([ask(1), ask(2)], ['pass', 'pass']);
    device.clock.advance(11_000);
    assert.deepEqual([ask(3), ask(4), ask(5)], ['pass', 'pass', 'drop blocked']);
  });
});

describe('cumulative data for accounting (K3)', () => {
  it('goes on from the counters of the old device, up to the limit', async () => {
    const account = {
      address: '10.0.0.5',
      direction: 'to-vm',
      'traffic-class': 'default',
      packets: 9,
      octets: 900,
      'octet-limit': 1_000,
    };
    const device = await SimulatedDevice.start(OPEN);
    await device.commit({ ...VM, 'cumulative-accounting': { account: [account] } });
    assert.equal(device.send({ ...udp(IN, 'there'), length: 100 }), 'pass');
    assert.equal(device.send({ ...udp(IN, 'there'), length: 100 }), 'drop over-limit');
    const row = await device.row('vm1', 'cumulative-accounting/account');
    assert.deepEqual(
      [row['packets'], row['octets'], row['dropped-packets'], row['dropped-octets']],
      [10, 1_000, 1, 100],
    );
    const bare = await SimulatedDevice.start(OPEN);
    await bare.commit({ ...VM, 'cumulative-accounting': { account: [{ ...account, octets: 0 }] } });
    for (let count = 0; count < 10; count += 1)
      assert.equal(bare.send({ ...udp(IN, 'there'), length: 100 }), 'pass');
  });

  it('holds a VM to its rate, with what is left of its burst', async () => {
    const account = {
      address: '10.0.0.5',
      direction: 'from-vm',
      'traffic-class': 'default',
      'committed-rate': 100,
      'committed-burst': 500,
      'burst-available': 250,
    };
    const device = await SimulatedDevice.start(OPEN);
    await device.commit({ ...VM, 'cumulative-accounting': { account: [account] } });
    const send = (): string => device.send({ ...udp(OUT, 'there'), length: 100 });
    assert.deepEqual([send(), send(), send()], ['pass', 'pass', 'drop over-limit']);
    device.clock.advance(1_000);
    assert.deepEqual([send(), send()], ['pass', 'drop over-limit']);
  });

  it('counts both directions and reports rates', async () => {
    const device = await SimulatedDevice.start({ policy: { ...OPEN.policy, accounting: true } }, [
      VM,
    ]);
    for (let count = 0; count < 4; count += 1) {
      device.send({ ...udp(IN, 'there'), length: 100 });
      device.send({ ...udp(IN, 'back'), length: 10 });
      device.clock.advance(500);
    }
    const rows = await device.rows('vm1', 'cumulative-accounting/account');
    assert.deepEqual(
      rows.map((row) => [row['direction'], row['packets'], row['octets'], row['packet-rate']]),
      [
        ['from-vm', 4, 40, 2],
        ['to-vm', 4, 400, 2],
      ],
    );
  });
});

describe('the sticky balancer (K12)', () => {
  const WEB: Flow = {
    client: '198.51.100.7',
    server: '192.0.2.80',
    clientPort: 40_000,
    serverPort: 80,
  };
  const group = (more: Content = {}): Content => ({
    name: 'web',
    type: 'client-address',
    'virtual-address': '192.0.2.80',
    'virtual-port': 80,
    protocol: 6,
    'server-farm': 'farm',
    timeout: 600,
    'real-server': [
      { 'server-farm': 'farm', address: '10.0.0.5', port: 8_080 },
      { 'server-farm': 'farm', address: '10.0.0.6', port: 8_080 },
    ],
    ...more,
  });
  const VMS = (more: Content = {}, group1: Content = {}): readonly Content[] => [
    { id: 'vm1', address: ['10.0.0.5'], 'sticky-groups': { group: [group(group1)] }, ...more },
    { id: 'vm2', address: ['10.0.0.6'], 'sticky-groups': { group: [group(group1)] } },
  ];

  function serverFor(device: SimulatedDevice, flow: Flow): string {
    const verdict = device.plane.forward(tcp(flow, 'there', 'syn'));
    return verdict.action === 'pass'
      ? `${verdict.packet.destinationAddress}:${String(verdict.packet.destinationPort)}`
      : verdict.action;
  }

  /** A client that this balancer would not send to VM 1 of its own accord. */
  async function clientOfOther(): Promise<Flow> {
    const bare = await SimulatedDevice.start(OPEN, VMS());
    for (let number = 1; number < 100; number += 1) {
      const flow = { ...WEB, client: `198.51.100.${String(number)}` };
      if (serverFor(bare, flow) === '10.0.0.6:8080') return flow;
    }
    throw new Error('every client goes to VM 1');
  }

  it('sends a client to the server that the moved entry names (004, figure 13)', async () => {
    const flow = await clientOfOther();
    const device = await SimulatedDevice.start(OPEN);
    const entry = {
      group: 'web',
      client: flow.client,
      'real-server-address': '10.0.0.5',
      'real-server-port': 8_080,
      lifetime: 300,
    };
    await device.commit(...VMS({ sticky: { 'sticky-connection': [entry] } }));
    assert.equal(serverFor(device, flow), '10.0.0.5:8080');
    assert.equal((await device.row('vm1', 'sticky/sticky-connection'))['active-connections'], 1);
  });

  it('keeps a client with its server, and translates the connection', async () => {
    const device = await SimulatedDevice.start(OPEN, VMS());
    const server = serverFor(device, WEB);
    for (let clientPort = 1; clientPort < 20; clientPort += 1)
      assert.equal(serverFor(device, { ...WEB, clientPort }), server);
    const [address = ''] = server.split(':');
    const answer = device.plane.forward(
      tcp({ ...WEB, server: address, serverPort: 8_080 }, 'back', 'syn', 'ack'),
    );
    assert.ok(answer.action === 'pass');
    assert.deepEqual([answer.packet.sourceAddress, answer.packet.sourcePort], ['192.0.2.80', 80]);
    assert.equal(device.send(tcp(WEB, 'there', 'ack')), 'pass');
  });

  it('forgets a client after its time, but not while it has connections', async () => {
    const device = await SimulatedDevice.start(OPEN, VMS());
    const [vm] = serverFor(device, WEB) === '10.0.0.5:8080' ? ['vm1'] : ['vm2'];
    const server = vm === 'vm1' ? '10.0.0.5' : '10.0.0.6';
    const inner = { ...WEB, server, serverPort: 8_080 };
    device.send(tcp(inner, 'back', 'syn', 'ack'));
    device.send(tcp(WEB, 'there', 'ack'));
    device.clock.advance(700_000);
    assert.equal((await device.row(vm, 'sticky/sticky-connection'))['active-connections'], 1);
    device.send(tcp(WEB, 'there', 'rst'));
    assert.equal((await device.row(vm, 'sticky/sticky-connection'))['active-connections'], 0);
    device.clock.advance(700_000);
    assert.deepEqual(await device.rows(vm, 'sticky/sticky-connection'), []);
  });

  it('serves from the backup farm when no server of the first is in service', async () => {
    const servers = [
      { 'server-farm': 'farm', address: '10.0.0.5', port: 80, state: 'out-of-service' },
      { 'server-farm': 'spare', address: '10.0.0.6', port: 81 },
    ];
    const without = await SimulatedDevice.start(OPEN, VMS({}, { 'real-server': servers }));
    assert.equal(without.send(tcp(WEB, 'there', 'syn')), 'drop no-real-server');
    const device = await SimulatedDevice.start(
      OPEN,
      VMS({}, { 'real-server': servers, 'backup-server-farm': 'spare', 'sticky-on-backup': true }),
    );
    assert.equal(serverFor(device, WEB), '10.0.0.6:81');
    assert.equal((await device.row('vm2', 'sticky/sticky-connection'))['on-backup'], true);
  });

  it('recognises clients by a cookie, and by a prefix of their address', async () => {
    const cookie = await SimulatedDevice.start(OPEN, VMS({}, { type: 'http-cookie' }));
    const open = (clientPort: number, client: string): void => {
      cookie.plane.forward({
        ...tcp({ ...WEB, clientPort, client }, 'there', 'syn'),
        application: { 'http-cookie': 'abc' },
      });
    };
    open(1, '198.51.100.1');
    open(2, '198.51.100.2');
    const rows = [
      ...(await cookie.rows('vm1', 'sticky/sticky-connection')),
      ...(await cookie.rows('vm2', 'sticky/sticky-connection')),
    ];
    assert.deepEqual(
      rows.map((row) => [row['client'], row['active-connections']]),
      [['abc', 2]],
    );
    const prefix = await SimulatedDevice.start(
      OPEN,
      VMS({}, { method: [{ type: 'client-address', 'prefix-length': 24 }] }),
    );
    const servers = new Set(
      [1, 2, 3, 4, 5, 6].map((host) =>
        serverFor(prefix, { ...WEB, client: `198.51.100.${String(host)}` }),
      ),
    );
    assert.equal(servers.size, 1);
  });
});

describe('what a sticky group counts of its clients (K12)', () => {
  it('counts each connection once, however many real servers have the group', async () => {
    const group = {
      name: 'web',
      type: 'client-address',
      'virtual-address': '192.0.2.80',
      'server-farm': 'farm',
      'stored-data': [
        { data: 'connections', index: 0 },
        { data: 'bytes-in', index: 0, total: false, period: 10_000 },
      ],
      'real-server': ['10.0.0.5', '10.0.0.6'].map((address) => ({
        'server-farm': 'farm',
        address,
        port: 0,
      })),
    };
    const vm = (id: string, address: string): Content => ({
      ...{ id, address: [address], 'sticky-groups': { group: [group] } },
    });
    const device = await SimulatedDevice.start(OPEN, [
      vm('vm1', '10.0.0.5'),
      vm('vm2', '10.0.0.6'),
    ]);
    const flow = { ...IN, server: '192.0.2.80' };
    for (const clientPort of [1, 2]) {
      device.send({ ...tcp({ ...flow, clientPort }, 'there', 'syn'), length: 100 });
    }
    const rows = [
      ...(await device.rows('vm1', 'sticky/sticky-connection')),
      ...(await device.rows('vm2', 'sticky/sticky-connection')),
    ];
    assert.deepEqual(
      rows.map((row) => [row['counter'], row['rate']]),
      [
        [
          [{ counted: 'connections', index: 0, value: 2 }],
          [{ counted: 'bytes-in', index: 0, period: 10_000, value: 200 }],
        ],
      ],
    );
    device.clock.advance(11_000);
    device.send({ ...tcp({ ...flow, clientPort: 3 }, 'there', 'syn'), length: 100 });
    const later = [
      ...(await device.rows('vm1', 'sticky/sticky-connection')),
      ...(await device.rows('vm2', 'sticky/sticky-connection')),
    ];
    assert.deepEqual(later[0]?.['rate'], [
      { counted: 'bytes-in', index: 0, period: 10_000, value: 100 },
    ]);
  });
});

describe('a connection across a move between two simulated devices', () => {
  it('dies without its entry and lives on with it', async () => {
    const [first, second, third] = await Promise.all([
      SimulatedDevice.start(OPEN, [VM]),
      SimulatedDevice.start(),
      SimulatedDevice.start({}, [VM]),
    ]);
    for (const packet of handshake(IN)) first.send(packet);
    const data = tcp(IN, 'there', 'ack', 'psh');
    const rows = await first.rows('vm1', 'session/session');
    await second.commit({ ...VM, mode: 'standby', sessions: { session: rows } });
    await first.commit({ ...VM, mode: 'frozen' });
    await second.commit({ ...VM, mode: 'learning', sessions: { session: rows } });
    assert.deepEqual(await second.table('vm1', 'session'), await first.table('vm1', 'session'));
    assert.equal(second.send(data), 'pass');
    assert.equal(third.send(data), 'drop no-session');
  });
});
