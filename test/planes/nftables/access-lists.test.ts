/** Access control entries (RFC 8519) as the kernel carries them out, packet by packet. */
import assert from 'node:assert/strict';
import { RpcErrorException, pathText } from '../../../src/error/index.ts';
import { describeOnKernel } from '../../support/namespaces.ts';
import type { PlaneDevice } from '../../support/plane-device.ts';
import type { Plain } from '../../support/plain-data.ts';
import { CLIENT, CLIENT6, Crossing, VM, VM6 } from './crossing.ts';
import type { Packets } from './crossing.ts';
import { startPlane } from './devices.ts';

const MAC = '02:00:00:00:00:01';
const IDENTITY = { id: 'vm1', address: [VM, VM6], 'mac-address': MAC };

const ipv4 = (more: Plain = {}): Plain => ({
  ipv4: { 'destination-ipv4-network': `${VM}/32`, ...more },
});
const ipv6 = (more: Plain = {}): Plain => ({
  ipv6: { 'destination-ipv6-network': `${VM6}/128`, ...more },
});
const ace = (name: string, matches: Plain, forwarding: string, more: Plain = {}): Plain => ({
  name,
  matches,
  actions: { forwarding },
  ...more,
});
const lists = (...acl: readonly [string, ...Plain[]][]): Plain => ({
  'acl-static': { acl: acl.map(([name, ...aces]) => ({ name, aces: { ace: aces } })) },
});

/** Each row is an entry that drops; packets of `hits` must not arrive, those of `misses` must. */
interface Row {
  readonly name: string;
  readonly matches: Plain;
  readonly hits: readonly Partial<Packets>[];
  readonly misses: readonly Partial<Packets>[];
  readonly v6?: boolean;
}

const tcp = (more: Partial<Packets> = {}): Partial<Packets> => ({ protocol: 'tcp', ...more });

const ROWS: readonly Row[] = [
  { name: 'an address alone', matches: {}, hits: [{}, tcp(), { protocol: 'icmp' }], misses: [] },
  { name: 'protocol by number', matches: { ipv4: { protocol: 17 } }, hits: [{}], misses: [tcp()] },
  {
    name: 'a code point',
    matches: { ipv4: { dscp: 46 } },
    hits: [{ dscp: 46 }],
    misses: [{ dscp: 45 }],
  },
  { name: 'TCP with any port', matches: { tcp: {} }, hits: [tcp()], misses: [{}] },
  {
    name: 'one port',
    matches: { tcp: { 'destination-port': { port: 80 } } },
    hits: [tcp()],
    misses: [tcp({ dport: 81 }), {}],
  },
  {
    name: 'a range of ports',
    matches: { udp: { 'destination-port': { 'lower-port': 80, 'upper-port': 90 } } },
    hits: [{ dport: 80 }, { dport: 90 }],
    misses: [{ dport: 79 }, { dport: 91 }],
  },
  {
    name: 'ports up to one',
    matches: { udp: { 'source-port': { operator: 'lte', port: 2000 } } },
    hits: [{ sport: 2000 }],
    misses: [{ sport: 2001 }],
  },
  {
    name: 'ports from one',
    matches: { udp: { 'source-port': { operator: 'gte', port: 2000 } } },
    hits: [{ sport: 2000 }],
    misses: [{ sport: 1999 }],
  },
  {
    name: 'all ports but one',
    matches: { udp: { 'destination-port': { operator: 'neq', port: 80 } } },
    hits: [{ dport: 81 }],
    misses: [{ dport: 80 }],
  },
  {
    name: 'TCP flags that must all be set',
    matches: { tcp: { flags: 'ack fin' } },
    hits: [tcp({ flags: 'FA' }), tcp({ flags: 'FAP' })],
    misses: [tcp({ flags: 'A' }), tcp({ flags: 'S' })],
  },
  {
    name: 'SCTP',
    matches: { sctp: { 'destination-port': { port: 80 } } },
    hits: [{ protocol: 'sctp' }],
    misses: [{}],
  },
  {
    name: 'ICMP of a type',
    matches: { icmp: { type: 8, code: 0 } },
    hits: [{ protocol: 'icmp' }],
    misses: [{}],
  },
  {
    name: 'ICMP of another type',
    matches: { icmp: { type: 13 } },
    hits: [],
    misses: [{ protocol: 'icmp' }],
  },
  { name: 'an interface', matches: { 'ingress-interface': 'out' }, hits: [{}], misses: [] },
  { name: 'another interface', matches: { 'egress-interface': 'out' }, hits: [], misses: [{}] },
  { name: 'an ethertype', matches: { eth: { ethertype: 2048 } }, hits: [{}], misses: [] },
  {
    name: 'ICMPv6',
    v6: true,
    matches: { icmp: { type: 128 } },
    hits: [{ protocol: 'icmp' }],
    misses: [{}],
  },
  {
    name: 'IPv6 and a port',
    v6: true,
    matches: { tcp: { 'destination-port': { port: 80 } } },
    hits: [tcp()],
    misses: [tcp({ dport: 81 }), {}],
  },
  {
    name: 'an IPv6 code point',
    v6: true,
    matches: { ipv6: { dscp: 46 } },
    hits: [{ dscp: 46 }],
    misses: [{}],
  },
];

/** Rows have a client each, so that all can be in force at the same time. */
const clientOf = (row: Row): string =>
  row.v6 === true ? `2001:db8:9::1:${ROWS.indexOf(row)}` : `203.0.113.${100 + ROWS.indexOf(row)}`;

function entryOf(row: Row): Plain {
  const client = clientOf(row);
  const { ipv4: v4, ipv6: v6, ...rest } = row.matches as Record<string, Plain>;
  const network =
    row.v6 === true
      ? ipv6({ 'source-ipv6-network': `${client}/128`, ...v6 })
      : ipv4({ 'source-ipv4-network': `${client}/32`, ...v4 });
  return ace(row.name, { ...rest, ...network }, 'drop');
}

describeOnKernel('nftables: access control entries (RFC 8519)', function () {
  this.timeout(30_000);
  let crossing: Crossing;
  let device: PlaneDevice;

  const packet = (row: Row, more: Partial<Packets>): Packets => ({
    from: clientOf(row),
    to: row.v6 === true ? VM6 : VM,
    ...more,
  });
  const passes = async (dport: number, more: Partial<Packets> = {}): Promise<boolean> =>
    (await crossing.send('world', { from: CLIENT, to: VM, dport, ...more })) === 1;

  before(async () => {
    crossing = await Crossing.create();
    device = await startPlane(crossing, 'old', { established: 'check' });
  });

  after(async () => {
    await device[Symbol.asyncDispose]();
    await crossing[Symbol.asyncDispose]();
  });

  describe('match what they say', () => {
    before(() => device.commit({ ...IDENTITY, ...lists(['rows', ...ROWS.map(entryOf)]) }));
    after(() => device.commit(undefined, 'vm1'));

    for (const row of ROWS) {
      it(row.name, async () => {
        for (const hit of row.hits)
          assert.equal(await crossing.send('world', packet(row, hit)), 0, JSON.stringify(hit));
        for (const miss of row.misses)
          assert.equal(await crossing.send('world', packet(row, miss)), 1, JSON.stringify(miss));
      });
    }

    it('and pass when the lists are gone (control)', async () => {
      await device.commit(IDENTITY);
      for (const row of ROWS) {
        for (const hit of row.hits) assert.equal(await crossing.send('world', packet(row, hit)), 1);
      }
    });
  });

  describe('are tried in order', () => {
    const on = (port: number): Plain => ({ ...ipv4(), udp: { 'destination-port': { port } } });
    afterEach(() => device.commit(undefined, 'vm1'));

    it('of lists by name, of entries as the user ordered them', async () => {
      await device.commit({
        ...IDENTITY,
        ...lists(
          ['b', ace('x', on(80), 'accept'), ace('y', on(81), 'drop')],
          ['a', ace('z', on(80), 'drop'), ace('a', on(80), 'accept')],
          ['c', ace('y', on(81), 'accept')],
        ),
      });
      assert.deepEqual([await passes(80), await passes(81)], [false, false]);
    });

    it('dynamic before static, by precedence, and of equal ones those that drop first', async () => {
      await device.commit({
        ...IDENTITY,
        ...lists(['a', ace('x', on(80), 'drop')]),
        'acl-dynamic': {
          ace: [
            ace('a', on(80), 'accept', { precedence: 1 }),
            ace('b', on(81), 'accept', { precedence: 5 }),
            ace('c', on(81), 'drop', { precedence: 5 }),
            ace('d', on(82), 'drop', { precedence: 7 }),
            ace('e', on(82), 'reject', { precedence: 8 }),
            ace('f', on(82), 'accept', { precedence: 6 }),
          ],
        },
      });
      assert.deepEqual([await passes(80), await passes(81), await passes(82)], [true, false, true]);
      const rows = await device.rows('acl-dynamic/ace');
      const decided = rows.map((row) => `${String(row['name'])}${String(row['matched-packets'])}`);
      assert.deepEqual(decided.sort(), ['a1', 'b0', 'c1', 'd0', 'e0', 'f1']);
    });

    it('and one that is added in front takes its place', async () => {
      const first = {
        ...IDENTITY,
        'acl-dynamic': { ace: [ace('m', on(80), 'accept', { precedence: 5 })] },
      };
      await device.commit(first);
      assert.equal(await passes(80), true);
      const more = [...first['acl-dynamic'].ace, ace('n', on(80), 'drop', { precedence: 4 })];
      await device.commit({ ...first, 'acl-dynamic': { ace: more } });
      assert.equal(await passes(80), false);
      await device.commit(first);
      assert.equal(await passes(80), true);
    });
  });

  describe('are refused with the path of the leaf where the family has no rule for them', () => {
    const cases: readonly (readonly [string, Plain, string])[] = [
      ['a VLAN', { ...ipv4(), eth: { 'vlan-id': 5 } }, 'matches/eth/vlan-id'],
      [
        'a destination link-layer address',
        { eth: { 'destination-mac-address': MAC } },
        'matches/eth/destination-mac-address',
      ],
      [
        'an ethertype that is not routed',
        { ...ipv4(), eth: { ethertype: 2054 } },
        'matches/eth/ethertype',
      ],
      ['a contradiction', { ...ipv4({ protocol: 17 }), tcp: {} }, 'matches/ipv4/protocol'],
      [
        'what is no interface',
        { ...ipv4(), 'ingress-interface': 'a b"' },
        'matches/ingress-interface',
      ],
    ];
    for (const [name, matches, path] of cases) {
      for (const kind of ['acl-static', 'acl-dynamic']) {
        it(`${name} in ${kind}`, async () => {
          const entry = ace('bad', matches, 'drop');
          const content =
            kind === 'acl-static' ? lists(['a', entry]) : { [kind]: { ace: [entry] } };
          await assert.rejects(device.commit({ ...IDENTITY, ...content }), (error) => {
            assert.ok(error instanceof RpcErrorException);
            const [first] = error.errors;
            assert.equal(first?.tag, 'operation-not-supported');
            const at = pathText(first)?.replaceAll('sami-acl:', '');
            assert.ok(at?.endsWith(path), at);
            return true;
          });
        });
      }
    }
  });

  it('have the VM of their client: a source link-layer address is one', async () => {
    const text = await crossing.namespaces.run('world', 'cat /sys/class/net/w1/address');
    const vm = { ...IDENTITY, 'mac-address': text.trim() };
    const matches = {
      eth: { 'source-mac-address': text.trim() },
      udp: { 'destination-port': { port: 80 } },
    };
    const target = '10.1.1.200';
    await device.commit({ ...vm, ...lists(['a', ace('x', matches, 'drop')]) });
    assert.equal(await crossing.send('world', { from: CLIENT, to: target }), 0);
    assert.equal(await crossing.send('world', { from: CLIENT, to: target, dport: 81 }), 1);
    await device.commit(undefined, 'vm1');
    assert.equal(await crossing.send('world', { from: CLIENT, to: target }), 1);
  });

  it('tell the sender when they reject', async () => {
    const rejecting = lists(['a', ace('x', ipv4(), 'reject'), ace('y', ipv6(), 'reject')]);
    await device.commit({ ...IDENTITY, ...rejecting });
    // Errors are of protocol ICMP, from the device; the probe counts them at the world's side.
    const errors = async (): Promise<string> =>
      crossing.namespaces.run('world', 'nft list table inet probe');
    await crossing.send('world', { from: CLIENT, to: VM });
    await crossing.send('world', { from: CLIENT6, to: VM6 });
    const text = await errors();
    assert.match(text, new RegExp(`10\\.20\\.1\\.1 \\. ${CLIENT.replaceAll('.', '\\.')} \\. icmp`));
    assert.match(text, /fd20:1::1 \. 2001:db8:9::9 \. (ipv6-icmp|icmpv6)/);
    await device.commit(undefined, 'vm1');
  });
});
