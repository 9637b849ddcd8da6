/**
 * A commit that merges entries into a VM in operation and is taken back: what is left is what a device has
 * that never got them, with the same traffic (`sami:combine`).
 */
import assert from 'node:assert/strict';
import type { Packet } from '../../../server/plane/simulated/index.ts';
import { echo, tcp, udp } from '../../support/packets.ts';
import type { Flow } from '../../support/packets.ts';
import type { Plain } from '../../support/plain-data.ts';
import { RandomSource } from '../../support/random-source.ts';
import { SimulatedDevice } from '../../support/simulated-device.ts';

const RUNS = 40;
const VM = { id: 'vm1', address: ['10.0.0.5'], 'mac-address': '02:00:00:00:00:05', port: 'eth5' };
const OPTIONS = {
  policy: { defaultAction: 'accept', accounting: true, halfOpenThreshold: 1_000 },
} as const;
const LISTS = [
  'session/session',
  'cumulative-accounting/account',
  'cumulative-security/half-open',
  'acl-dynamic/ace',
  'multicast-membership/membership',
  'sticky/sticky-connection',
];
/** Time goes on, whatever is taken back. */
const TIMES: ReadonlySet<string> = new Set(['lifetime', 'idle-time', 'remaining-time']);

const STICKY_GROUP = {
  name: 'web',
  type: 'client-address',
  'virtual-address': '192.0.2.80',
  'server-farm': 'farm',
  'real-server': [{ 'server-farm': 'farm', address: '10.0.0.5', port: 0 }],
};

/** A rule of the device's own, on both devices from the start. */
function rule(matched: number): Plain {
  return {
    name: 'guest',
    matches: { ipv4: { 'destination-ipv4-network': '10.0.0.5/32' } },
    actions: { forwarding: 'accept' },
    'matched-packets': matched,
    'matched-octets': matched * 64,
  };
}

function flow(random: RandomSource): Flow {
  return {
    client: `198.51.100.${String(random.below(4) + 1)}`,
    server: '10.0.0.5',
    clientPort: 1_000 + random.below(6),
    serverPort: 80,
  };
}

/** What makes each entry that {@link traffic} can change: one that only arrived goes as a whole. */
function firstTraffic(): readonly Packet[] {
  const one: Flow = { client: '198.51.100.1', server: '10.0.0.5', clientPort: 1, serverPort: 80 };
  const out = { ...one, client: one.server, server: one.client };
  const clients = [1, 2, 3, 4].map((host) =>
    tcp({ ...one, client: `198.51.100.${String(host)}`, server: '192.0.2.80' }, 'there', 'syn'),
  );
  const reports = [0, 1, 2].map((group): Packet => {
    const membership = { type: 'report', group: `239.0.0.${String(group)}` } as const;
    return { ...udp(out, 'there'), interface: 'eth5', protocol: 2, membership };
  });
  return [udp(one, 'there'), udp(out, 'there'), tcp(out, 'there', 'syn'), ...clients, ...reports];
}

/** Packets to and from the VM, none of a session in {@link arriving}. */
function traffic(random: RandomSource): readonly Packet[] {
  return Array.from({ length: random.below(25) }, (): Packet => {
    const one = flow(random);
    const out = { ...one, client: one.server, server: one.client };
    switch (random.below(6)) {
      case 0:
        return udp(one, 'there');
      case 1:
        return { ...echo(one, 'there'), length: random.below(1_000) + 20 };
      case 2:
        return tcp(out, 'there', 'syn');
      case 3:
        return tcp(out, 'back', 'rst', 'ack');
      case 4:
        return tcp({ ...one, server: '192.0.2.80' }, 'there', 'syn');
      default: {
        const membership = { type: 'report', group: `239.0.0.${String(random.below(3))}` } as const;
        return { ...udp(out, 'there'), interface: 'eth5', protocol: 2, membership };
      }
    }
  });
}

/** Entries that meet some of what traffic has made, and some that meet nothing. */
function arriving(random: RandomSource): Plain {
  const some = <T>(make: (index: number) => T, most = 4): readonly T[] =>
    Array.from({ length: random.below(most) + 1 }, (_, index) => make(index));
  return {
    sessions: { session: some((index) => session(2_000 + index)) },
    'cumulative-accounting': {
      account: [
        ...['from-vm', 'to-vm'].filter(() => random.chance(0.7)).map((way) => account(way, random)),
        { ...account('to-vm', random), 'traffic-class': 'gold' },
      ],
    },
    'cumulative-security': {
      'half-open': [{ address: '10.0.0.5', count: random.below(20), refused: random.below(3) }],
    },
    'acl-dynamic': { ace: [rule(random.below(100))] },
    'multicast-memberships': {
      membership: some((index) => ({
        'vlan-id': 0,
        group: `239.0.0.${String(2 + index)}`,
        'host-mac-address': VM['mac-address'],
        lifetime: 260,
      })),
    },
    sticky: {
      'sticky-connection': some((index) => ({
        group: 'web',
        client: `198.51.100.${String(index + 1)}`,
        'server-farm': 'farm',
        'real-server-address': '10.0.0.5',
        'active-connections': random.below(5),
        lifetime: 90_000,
      })),
    },
  };
}

function account(direction: string, random: RandomSource): Plain {
  const packets = random.below(1_000);
  return {
    address: '10.0.0.5',
    direction,
    'traffic-class': 'default',
    packets,
    octets: packets * 100,
  };
}

function session(port: number): Plain {
  return {
    protocol: 6,
    'source-address': '198.51.100.9',
    'destination-address': '10.0.0.5',
    'source-port': port,
    'destination-port': 443,
    zone: 0,
    state: 'established',
    lifetime: 400_000,
    'original-packets': port,
  };
}

async function contents(device: SimulatedDevice): Promise<Plain> {
  const lists = LISTS.map(async (path) => {
    const rows = (await device.rows('vm1', path)).map(withoutTimes);
    return [path, rows] as const;
  });
  return Object.fromEntries(await Promise.all(lists));
}

function withoutTimes(row: Plain): Plain {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !TIMES.has(name)));
}

describe('entries that are merged into a VM in operation and taken back', () => {
  const configured = { ...VM, 'sticky-groups': { group: [STICKY_GROUP] } };

  it(`leave exactly what was there, and what traffic has made since (${String(RUNS)} random cases)`, async () => {
    let merged = 0;
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const random = new RandomSource(seed);
      const first = traffic(random);
      const rows = arriving(random);
      const second = traffic(random);
      const [device, control] = await Promise.all(
        [0, 1].map(async () => {
          const one = await SimulatedDevice.start(OPTIONS);
          const own = { ...configured, 'acl-dynamic': { ace: [rule(0)] } };
          await one.commit(own);
          // The rule is the device's own from here on, as if it had made it itself.
          await one.plane.settle([one.vm('vm1')]);
          await one.commit(configured);
          for (const packet of [...firstTraffic(), ...first]) one.send(packet);
          return one;
        }),
      );
      assert.ok(device && control);
      await device.commit({ ...configured, ...rows });
      assert.notDeepEqual(await contents(device), await contents(control), 'it made a difference');
      merged += 1;
      for (const packet of second) {
        assert.equal(device.send(packet), control.send(packet), `seed ${String(seed)}`);
      }
      await device.commit(configured);
      assert.deepEqual(await contents(device), await contents(control), `seed ${String(seed)}`);
      const digests = [await device.plane.tables(device.vm('vm1'))];
      assert.deepEqual(digests, [await control.plane.tables(control.vm('vm1'))]);
    }
    assert.equal(merged, RUNS);
  });

  it('stay once they have settled (control)', async () => {
    const device = await SimulatedDevice.start(OPTIONS, [configured]);
    device.send({ ...udp(flow(new RandomSource(1)), 'there'), length: 100 });
    const counts = { ...account('to-vm', new RandomSource(1)), octets: 1_000 };
    await device.commit({ ...configured, 'cumulative-accounting': { account: [counts] } });
    await device.plane.settle([device.vm('vm1')]);
    await device.commit(configured);
    const [, row] = await device.rows('vm1', 'cumulative-accounting/account');
    const [only] = row ? [row] : await device.rows('vm1', 'cumulative-accounting/account');
    assert.equal(only?.['octets'], 1_100);
  });
});
