/**
 * For every list of every kind in our modules: entries of a VM, and entries that are not the VM's (X3). A list
 * that has no row here fails the tests that go over all.
 */
import type { Plain } from './plain-data.ts';

/** The VM that the entries are filed under. */
export const OWNER = {
  id: 'vm1',
  address: ['10.0.0.5', '2001:db8::5'],
  'mac-address': '02:00:00:00:00:05',
  'vlan-id': [7],
} as const;

const V4 = '10.0.0.5';
const V6 = '2001:db8::5';
const MAC = '02:00:00:00:00:05';
const OTHER_V4 = '192.0.2.66';
const OTHER_V6 = '2001:db8::66';
const OTHER_MAC = '02:00:00:00:00:66';
const OTHER_VLAN = 66;
const PEER = '198.51.100.1';

export interface OwnedEntries {
  /** `kind/list`; for a nested list with a rule of its own the list of the kind that it is in. */
  readonly list: string;
  readonly own: readonly (readonly [what: string, entry: Plain])[];
  readonly foreign: readonly (readonly [what: string, tag: Tag, entry: Plain])[];
  /** Something of the VM that entries may refer to. */
  readonly vm?: Plain;
}

type Tag = 'address-not-owned' | 'vlan-not-owned';

const ADDRESS = 'address-not-owned';
const VLAN = 'vlan-not-owned';

const session = (from: string, to: string, more: Plain = {}): Plain => ({
  protocol: 6,
  'source-address': from,
  'destination-address': to,
  'source-port': 40_000,
  'destination-port': 443,
  zone: 0,
  ...more,
});

const reply = (from: string, to: string): Plain => ({
  'reply-source-address': from,
  'reply-destination-address': to,
  'reply-source-port': 443,
  'reply-destination-port': 40_000,
});

const mapping = (internal: string): Plain => ({
  'transport-protocol': 6,
  'internal-src-address': internal,
  type: 'dynamic-explicit',
  'internal-src-port': 40_000,
  'external-src-address': '203.0.113.1',
  'external-src-port': 50_000,
});

const ace = (matches: Plain): Plain => ({
  name: 'rule',
  matches,
  actions: { forwarding: 'accept' },
});
const acl = (...matches: readonly Plain[]): Plain => ({
  name: 'acl',
  aces: { ace: matches.map((each, index) => ({ ...ace(each), name: `rule${String(index)}` })) },
});
const ipv4 = (leaf: string, network: string): Plain => ({ ipv4: { [leaf]: network } });
const ipv6 = (leaf: string, network: string): Plain => ({ ipv6: { [leaf]: network } });
const eth = (leaf: string, address: string): Plain => ({ eth: { [leaf]: address } });
const ACES: readonly (readonly [string, Plain])[] = [
  ['by source, IPv4', ipv4('source-ipv4-network', `${V4}/32`)],
  ['by destination, IPv6', ipv6('destination-ipv6-network', `${V6}/128`)],
  ['by link-layer address', eth('source-mac-address', MAC)],
];
const FOREIGN_ACES: readonly (readonly [string, Plain])[] = [
  ['of another address', ipv4('source-ipv4-network', `${OTHER_V4}/32`)],
  ['of another IPv6 address', ipv6('destination-ipv6-network', `${OTHER_V6}/128`)],
  ['of a network around the VM', ipv4('destination-ipv4-network', '10.0.0.0/24')],
  ['of another link-layer address', eth('destination-mac-address', OTHER_MAC)],
  ['of everybody', {}],
];

const pair = (client: string, server: string, more: Plain = {}): Plain => ({
  'client-address': client,
  'server-address': server,
  ...more,
});

const leg = (address: string, port: number): Plain => ({
  'local-address': PEER,
  'local-port': 1,
  'remote-address': address,
  'remote-port': port,
  state: 'established',
  'send-next': 1,
  'send-unacknowledged': 1,
  'receive-next': 1,
});

const proxied = (client: string, server: string): Plain => ({
  ...pair(client, server, { 'client-port': 1000, 'server-port': 80 }),
  'client-leg': leg(client, 1000),
  'server-leg': leg(server, 80),
});

const balanced = (virtual: string, real: string): Plain => ({
  protocol: 6,
  'client-address': PEER,
  'client-port': 1000,
  'virtual-address': virtual,
  'virtual-port': 80,
  'real-server-address': real,
});

const group = (virtual: string, real: string): Plain => ({
  name: 'web',
  type: 'client-address',
  'virtual-address': virtual,
  'server-farm': 'farm',
  'real-server': [{ 'server-farm': 'farm', address: real, port: 80, name: 's1' }],
});

const binding = (address: string, mac: string, vlan: number): Plain => ({
  'vlan-id': vlan,
  'mac-address': mac,
  address,
});

const membership = (mac: string, vlan: number, more: Plain = {}): Plain => ({
  'vlan-id': vlan,
  group: '239.1.1.1',
  'host-mac-address': mac,
  ...more,
});

export const OWNED_ENTRIES: readonly OwnedEntries[] = [
  {
    list: 'session/session',
    own: [
      ['from the VM', session(V4, PEER)],
      ['to the VM, IPv6', session('2001:db8::1', V6)],
      ['translated to the VM', session(PEER, '203.0.113.1', reply(V4, PEER))],
    ],
    foreign: [
      ['between others', ADDRESS, session(OTHER_V4, PEER)],
      ['between others, IPv6', ADDRESS, session('2001:db8::1', OTHER_V6)],
      ['translated to another', ADDRESS, session(PEER, '203.0.113.1', reply(OTHER_V4, PEER))],
    ],
  },
  {
    list: 'nat/mapping-entry',
    own: [['of the VM', mapping(V4)]],
    foreign: [
      ['of another address', ADDRESS, mapping(OTHER_V4)],
      ['to the VM from outside', ADDRESS, { ...mapping(OTHER_V4), 'external-src-address': V4 }],
    ],
  },
  {
    list: 'acl-static/acl',
    own: [
      ...ACES.map(([what, matches]) => [what, acl(matches)] as const),
      ['with several rules', acl(...ACES.map(([, matches]) => matches))],
    ],
    foreign: FOREIGN_ACES.map(
      ([what, matches]) =>
        [what, ADDRESS, acl(ipv4('source-ipv4-network', `${V4}/32`), matches)] as const,
    ),
  },
  {
    list: 'acl-dynamic/ace',
    own: ACES.map(([what, matches]) => [what, ace(matches)] as const),
    foreign: FOREIGN_ACES.map(([what, matches]) => [what, ADDRESS, ace(matches)] as const),
  },
  {
    list: 'cumulative-security/half-open',
    own: [['of the VM', { address: V4, count: 30 }]],
    foreign: [['of another host', ADDRESS, { address: OTHER_V4, count: 30 }]],
  },
  {
    list: 'cumulative-security/syn-rate',
    own: [
      ['from the VM', pair(V4, PEER, { count: 1 })],
      ['to the VM', pair(PEER, V6, { count: 1 })],
    ],
    foreign: [['between others', ADDRESS, pair(PEER, OTHER_V6, { count: 1 })]],
  },
  {
    list: 'cumulative-security/blocked-client',
    own: [
      ['from the VM', pair(V4, PEER)],
      ['to the VM', pair(PEER, V4)],
    ],
    foreign: [['between others', ADDRESS, pair(PEER, OTHER_V4)]],
  },
  {
    list: 'cumulative-accounting/account',
    own: [['of the VM', { address: V6, direction: 'from-vm', 'traffic-class': 'all' }]],
    foreign: [
      [
        'of another host',
        ADDRESS,
        { address: OTHER_V6, direction: 'from-vm', 'traffic-class': 'all' },
      ],
    ],
  },
  {
    list: 'sticky-group/group',
    own: [
      ['whose virtual address is the VM', group(V4, OTHER_V4)],
      ['with the VM for a real server', group(OTHER_V4, V4)],
    ],
    foreign: [['without the VM', ADDRESS, group(OTHER_V4, PEER)]],
  },
  {
    list: 'sticky/sticky-connection',
    vm: { 'sticky-groups': { group: [group(V4, OTHER_V4)] } },
    own: [
      ['to the VM', { group: 'other', client: 'c', 'real-server-address': V4 }],
      ['of a group of the VM', { group: 'web', client: 'c', 'real-server-address': OTHER_V4 }],
    ],
    foreign: [
      [
        'to another server of a group that the VM has no part in',
        ADDRESS,
        { group: 'other', client: 'c', 'real-server-address': OTHER_V4 },
      ],
    ],
  },
  {
    list: 'dhcp-binding/binding',
    own: [
      ['of the VM in its VLAN', binding(V4, MAC, 7)],
      ['of the VM without VLAN', binding(V6, MAC, 0)],
    ],
    foreign: [
      ['of another address', ADDRESS, binding(OTHER_V4, MAC, 7)],
      ['of another link-layer address', ADDRESS, binding(V4, OTHER_MAC, 7)],
      ['in another VLAN', VLAN, binding(V4, MAC, OTHER_VLAN)],
    ],
  },
  {
    list: 'multicast-membership/membership',
    own: [
      ['of the VM in its VLAN', membership(MAC, 7, { 'last-reporter': V4 })],
      ['of the VM without VLAN', membership(MAC, 0)],
    ],
    foreign: [
      ['of another link-layer address', ADDRESS, membership(OTHER_MAC, 7)],
      ['reported by another', ADDRESS, membership(MAC, 7, { 'last-reporter': OTHER_V4 })],
      ['in another VLAN', VLAN, membership(MAC, OTHER_VLAN)],
    ],
  },
  {
    list: 'proxied-connection/connection',
    own: [
      ['from the VM', proxied(V4, PEER)],
      ['to the VM', proxied(PEER, V6)],
    ],
    foreign: [['between others', ADDRESS, proxied(PEER, OTHER_V4)]],
  },
  {
    list: 'balancer-connection/connection',
    own: [
      ['to the VM', balanced(OTHER_V4, V4)],
      ['through the VM', balanced(V4, OTHER_V4)],
    ],
    foreign: [['between others', ADDRESS, balanced(OTHER_V4, PEER)]],
  },
  {
    list: 'vlan/vlan',
    own: [['that the VM is in', { 'vlan-id': 7 }]],
    foreign: [['that the VM is not in', VLAN, { 'vlan-id': OTHER_VLAN }]],
  },
  {
    list: 'profile/profile',
    own: [
      ['by link-layer address', { name: 'p', 'mac-address': MAC }],
      ['by address', { name: 'p', address: V4 }],
      ['for its VLAN', { name: 'p', 'mac-address': MAC, 'vlan-id': 7 }],
    ],
    foreign: [
      ['of another link-layer address', ADDRESS, { name: 'p', 'mac-address': OTHER_MAC }],
      ['of another address', ADDRESS, { name: 'p', address: OTHER_V4 }],
      ['of nobody', ADDRESS, { name: 'p' }],
      ['of another, under its own', ADDRESS, { name: 'p', 'mac-address': MAC, address: OTHER_V4 }],
      ['for another VLAN', VLAN, { name: 'p', 'mac-address': MAC, 'vlan-id': OTHER_VLAN }],
    ],
  },
];
