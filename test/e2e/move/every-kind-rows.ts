/**
 * What a move has to keep, kind by kind: how the old device comes to know it, mostly by packets, and what
 * the new one is asked with packets afterwards. `kept` is the answer after a move; `control` that of a
 * device that has been given the VM alone.
 */
import type { Packet, PolicyOptions } from '../../../server/plane/simulated/index.ts';
import { echo, handshake, sctp, tcp, udp } from '../../support/packets.ts';
import type { Flow } from '../../support/packets.ts';
import type { Bench } from './every-kind-device.ts';
import { ProxiedFlow } from './every-kind-proxied-flow.ts';

export const VM_ADDRESS = '10.0.0.5';
export const VM_MAC = '02:00:00:00:00:05';

/** What the VM is on every device; kinds of state are added to it. */
export const VM_FACTS =
  `<id>vm</id><address>${VM_ADDRESS}</address><address>2001:db8::5</address>` +
  `<mac-address>${VM_MAC}</mac-address><vlan-id>7</vlan-id>`;

export interface KindRow {
  readonly kind: string;
  /** The claim, read after 'KIND: '. */
  readonly claim: string;
  readonly policy?: PolicyOptions;
  /** Of the old device, where it differs. */
  readonly oldPolicy?: PolicyOptions;
  /** Kinds that the devices serve; all when absent. */
  readonly kinds?: readonly string[];
  /** Inside the VM's entry on the old device from the start. */
  readonly config?: string;
  /** Another VM on both devices. */
  readonly neighbour?: string;
  /** Traffic on the old device before the move. */
  readonly fill?: (old: Bench) => void;
  /** More traffic there while the move copies, before the VM stops. */
  readonly meanwhile?: (old: Bench) => void;
  readonly ask: (device: Bench) => unknown;
  readonly kept: unknown;
  readonly control: unknown;
}

const IN: Flow = {
  client: '198.51.100.7',
  server: VM_ADDRESS,
  clientPort: 40_000,
  serverPort: 80,
};
const OUT: Flow = {
  client: VM_ADDRESS,
  server: '198.51.100.7',
  clientPort: 41_000,
  serverPort: 80,
};
const IN6: Flow = { ...IN, client: '2001:db8:1::7', server: '2001:db8::5' };
const OPEN: PolicyOptions = { defaultAction: 'accept' };
/** Accepts from the VM's own rules only. */
const CLOSED: PolicyOptions = { defaultAction: 'drop' };

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Connection requests of the VM, each for a connection of its own. */
function requests(count: number, from = 2_000): readonly Packet[] {
  return times(count, (index) => tcp({ ...OUT, clientPort: from + index }, 'there', 'syn'));
}

/** A segment of the flow from client to server or back, with its numbers. */
function segment(
  way: 'there' | 'back',
  sequence: number,
  acknowledgement: number,
  { payload = 0, window = 20 } = {},
): Packet {
  return { ...tcp(IN, way, 'ack'), tcp: { sequence, acknowledgement, window, payload } };
}

/** Client's numbers begin at 0 and the VM's at 1000; each allows the other 20 bytes at a time. */
function openWithNumbers(device: Bench): void {
  device.send(
    { ...tcp(IN, 'there', 'syn'), tcp: { sequence: 0, window: 20 } },
    { ...tcp(IN, 'back', 'syn', 'ack'), tcp: { sequence: 1000, acknowledgement: 1, window: 20 } },
    segment('there', 1, 1001),
  );
}

/** The client sends up to number `to`, ten bytes in a segment, each acknowledged. */
function sendUpTo(device: Bench, from: number, to: number): void {
  for (let sequence = from; sequence < to; sequence += 10) {
    const payload = Math.min(10, to - sequence);
    device.send(
      segment('there', sequence, 1001, { payload }),
      segment('back', 1001, sequence + payload),
    );
  }
}

const WINDOW_ROW = {
  kind: 'session',
  fill: (old: Bench) => {
    openWithNumbers(old);
    sendUpTo(old, 1, 99);
  },
  meanwhile: (old: Bench) => {
    sendUpTo(old, 99, 110);
    sendUpTo(old, 110, 200);
  },
  ask: (device: Bench) =>
    device.send(
      segment('there', 200, 1001, { payload: 10 }),
      segment('back', 1001, 210, { payload: 10 }),
      segment('there', 210, 1011, { payload: 20 }),
      // What nobody sends who has the window of 20 in mind.
      segment('there', 9_000, 1011, { payload: 10 }),
    ),
} as const;

const SESSIONS: readonly KindRow[] = [
  {
    ...WINDOW_ROW,
    claim: 'no in-window segment is dropped though the numbers went on while it was copied (M1)',
    policy: { ...OPEN, windowTracking: 'relearn' },
    kept: ['pass', 'pass', 'pass', 'drop out-of-window'],
    control: times(4, () => 'drop no-session'),
  },
  {
    kind: 'session',
    claim: 'live flows of every transport go on, whoever sends next',
    oldPolicy: OPEN,
    policy: CLOSED,
    fill: (old) => {
      old.send(...handshake(IN), ...handshake(IN6));
      old.send(udp(IN, 'there'), udp(IN, 'back'), echo(IN, 'there'));
      for (const chunk of ['init', 'cookie-echo'] as const) {
        const answer = chunk === 'init' ? 'init-ack' : 'cookie-ack';
        old.send(sctp(IN, 'there', chunk), sctp(IN, 'back', answer));
      }
    },
    ask: (device) =>
      device.send(
        tcp(IN, 'back', 'ack'),
        tcp(IN6, 'there', 'ack'),
        udp(IN, 'back'),
        echo(IN, 'back'),
        sctp(IN, 'back', 'data'),
      ),
    kept: times(5, () => 'pass'),
    control: [
      'drop no-session',
      'drop no-session',
      'drop acl',
      'drop no-session',
      'drop no-session',
    ],
  },
];

const COUNTERS: readonly KindRow[] = [
  {
    kind: 'cumulative-security',
    claim: '30 of 50 half-open connections leave 20',
    policy: { ...OPEN, halfOpenThreshold: 50 },
    fill: (old) => old.send(...requests(30)),
    ask: (device) => device.passing(requests(100, 5_000)),
    kept: 20,
    control: 50,
  },
  {
    kind: 'cumulative-security',
    claim: 'a client stays blocked for its remaining time, and no longer',
    policy: { ...OPEN, synRate: { limit: 3, intervalSeconds: 60, blockSeconds: 300 } },
    fill: (old) => {
      old.send(...times(4, (index) => tcp({ ...IN, clientPort: 3_000 + index }, 'there', 'syn')));
      old.clock.advance(200_000);
    },
    ask: (device) => {
      const blocked = device.send(udp(IN, 'there'));
      device.clock.advance(90_000);
      const later = device.send(udp(IN, 'there'));
      device.clock.advance(15_000);
      return [...blocked, ...later, ...device.send(udp(IN, 'there'))];
    },
    kept: ['drop blocked', 'drop blocked', 'pass'],
    control: ['pass', 'pass', 'pass'],
  },
  {
    kind: 'cumulative-accounting',
    claim: 'a quota half used is half used',
    policy: OPEN,
    config:
      '<cumulative-accounting xmlns="urn:sami:yang:sami-cumulative"><account>' +
      `<address>${VM_ADDRESS}</address><direction>to-vm</direction>` +
      '<traffic-class>default</traffic-class><octet-limit>1000</octet-limit></account>' +
      '</cumulative-accounting>',
    fill: (old) => old.send(...times(5, () => ({ ...udp(IN, 'there'), length: 100 }))),
    ask: (device) => device.passing(times(20, () => ({ ...udp(IN, 'there'), length: 100 }))),
    kept: 5,
    control: 20,
  },
];

/** Rules for what comes to the VM's ports 80 and 81, in one of the two kinds of lists. */
function rules(place: 'static' | 'dynamic'): string {
  const rule = (name: string, port: number, forwarding: string): string =>
    `<ace><name>${name}</name><matches><ipv4><destination-ipv4-network>${VM_ADDRESS}/32` +
    `</destination-ipv4-network></ipv4><tcp><destination-port><port>${String(port)}</port>` +
    `</destination-port></tcp></matches><actions><forwarding>${forwarding}</forwarding></actions></ace>`;
  const namespace = 'xmlns="urn:sami:yang:sami-acl"';
  const both = rule('deny', 81, 'drop') + rule('permit', 80, 'accept');
  return place === 'dynamic'
    ? `<acl-dynamic ${namespace}>${both}</acl-dynamic>`
    : `<acl-static ${namespace}><acl><name>web</name><aces>${both}</aces></acl></acl-static>`;
}

function askPorts(device: Bench): readonly string[] {
  return device.send(tcp(IN, 'there', 'syn'), tcp({ ...IN, serverPort: 81 }, 'there', 'syn'));
}

const ACCESS: readonly KindRow[] = (['static', 'dynamic'] as const).flatMap((place) => [
  {
    kind: `acl-${place}`,
    claim: 'permitted stays permitted on a device that permits nothing by itself',
    policy: CLOSED,
    config: rules(place),
    ask: askPorts,
    kept: ['pass', 'drop acl'],
    control: ['drop acl', 'drop acl'],
  },
  {
    kind: `acl-${place}`,
    claim: 'denied stays denied on a device that permits everything by itself',
    policy: OPEN,
    config: rules(place),
    ask: askPorts,
    kept: ['pass', 'drop acl'],
    control: ['pass', 'pass'],
  },
]);

const UPLINK = { interface: 'uplink', sourceMac: '02:00:00:00:00:99' } as const;
const FROM_VM = { interface: 'vm', sourceMac: VM_MAC } as const;

/** Copies that leave the device, as `port tag`. */
function copies(device: Bench, packet: Packet): readonly string[] {
  return device
    .out(packet)
    .map(({ outInterface, vlanId }) => `${outInterface ?? '?'} ${String(vlanId ?? 'untagged')}`);
}

function broadcast(vlanId: number): Packet {
  const to = { ...udp(IN, 'there'), destinationAddress: '255.255.255.255' };
  return { ...to, ...UPLINK, destinationMac: 'ff:ff:ff:ff:ff:ff', vlanId };
}

function toGroup(group: string, sourceAddress = '192.0.2.1'): Packet {
  return { protocol: 17, sourceAddress, destinationAddress: group, vlanId: 7, ...UPLINK };
}

function ofVm(more: Partial<Packet>): Packet {
  return { ...udp(OUT, 'there'), ...FROM_VM, interface: 'old-port', vlanId: 7, ...more };
}

/** The VM is on port `old-port` of the old device and on `vm` of the new one. */
const OLD_PORT = '<port>old-port</port>';

const SWITCH: readonly KindRow[] = [
  {
    kind: 'vlan',
    claim:
      'broadcast of the VLAN reaches the new port, as it is configured, and that of others does not',
    config:
      `${OLD_PORT}<vlans xmlns="urn:sami:yang:sami-profile"><vlan><vlan-id>7</vlan-id>` +
      '<tagging>untagged</tagging></vlan></vlans>',
    ask: (device) => [copies(device, broadcast(7)), copies(device, broadcast(8))],
    kept: [['vm untagged'], []],
    control: [[], []],
  },
  {
    kind: 'vlan',
    claim: 'a tagged member gets the tag',
    config:
      `${OLD_PORT}<vlans xmlns="urn:sami:yang:sami-profile"><vlan><vlan-id>7</vlan-id>` +
      '<tagging>tagged</tagging></vlan></vlans>',
    ask: (device) => [
      copies(device, broadcast(7)),
      device.send({ ...udp(OUT, 'there'), ...FROM_VM, vlanId: 8 }),
    ],
    kept: [['vm 7'], ['drop vlan']],
    control: [[], ['drop acl']],
  },
  {
    kind: 'dhcp-binding',
    claim: 'the VM may send by its lease, and a spoofed source is still dropped',
    policy: { ...OPEN, dhcpSnooping: true },
    config: OLD_PORT,
    fill: (old) => {
      const ack: Packet = {
        ...udp({ ...IN, client: '192.0.2.2', clientPort: 67, serverPort: 68 }, 'there'),
        ...UPLINK,
        vlanId: 7,
        dhcp: {
          type: 'ack',
          clientMac: VM_MAC,
          address: VM_ADDRESS,
          leaseTime: 3600,
          serverAddress: '192.0.2.2',
        },
      };
      old.send(ack);
      old.clock.advance(1_000_000);
    },
    ask: (device) => {
      const frame = ofVm({ interface: 'vm' });
      const verdicts = device.send(
        frame,
        { ...frame, sourceAddress: '10.0.0.66' },
        { ...frame, sourceMac: '02:00:00:00:00:66' },
      );
      // The lease had 2600 seconds to go.
      device.clock.advance(2_700_000);
      return [...verdicts, ...device.send(frame)];
    },
    kept: ['pass', 'drop spoofed', 'drop spoofed', 'drop spoofed'],
    control: ['drop spoofed', 'drop spoofed', 'drop spoofed', 'drop spoofed'],
  },
  {
    kind: 'multicast-membership',
    claim:
      'groups reach the new port without a new join, from the sources asked for, for the time left',
    policy: OPEN,
    config: OLD_PORT,
    fill: (old) => {
      const report = (group: string, more: object = {}): Packet =>
        ofVm({ protocol: 2, membership: { type: 'report', group, ...more } });
      old.send(
        report('239.1.1.1'),
        report('239.2.2.2', { version: 3, filterMode: 'include', sources: ['192.0.2.1'] }),
        report('ff15::1'),
        report('239.3.3.3'),
        ofVm({ protocol: 2, membership: { type: 'leave', group: '239.3.3.3' } }),
      );
      old.clock.advance(100_000);
    },
    ask: (device) => {
      const groups = [
        toGroup('239.1.1.1'),
        toGroup('239.2.2.2'),
        toGroup('239.2.2.2', '192.0.2.9'),
        toGroup('ff15::1', '2001:db8::9'),
        toGroup('239.3.3.3'),
        { ...toGroup('239.1.1.1'), vlanId: 8 },
      ];
      const verdicts = device.send(...groups);
      device.clock.advance(170_000);
      return [...verdicts, ...device.send(toGroup('239.1.1.1'))];
    },
    kept: [
      ...['deliver vm', 'deliver vm', 'drop no-receiver', 'deliver vm'],
      ...['drop no-receiver', 'drop no-receiver', 'drop no-receiver'],
    ],
    control: times(7, () => 'drop no-receiver'),
  },
];

const proxied = new ProxiedFlow(IN);

const PROXY: readonly KindRow[] = [
  {
    kind: 'proxied-connection',
    claim:
      'both legs go on with the right numbers, though they went from 99 to 110 while they were copied',
    policy: { ...OPEN, proxy: true },
    fill: (old) => {
      proxied.open(old);
      proxied.sendUpTo(old, 99);
    },
    meanwhile: (old) => {
      proxied.sendUpTo(old, 110);
    },
    ask: (device) => proxied.ask(device),
    kept: {
      toServer: 'in sequence',
      toClient: 'in sequence',
      stale: 'answer out-of-window 110',
    },
    control: { toServer: 'drop no-session', toClient: 'drop no-session', stale: 'drop no-session' },
  },
];

const POOL: PolicyOptions = {
  ...OPEN,
  nat: [
    { internal: ['10.0.0.0/24'], external: ['203.0.113.1'], ports: { first: 7000, last: 7100 } },
  ],
};

const TRANSLATION: readonly KindRow[] = [
  {
    kind: 'nat',
    claim: 'mappings stay, inbound and outbound flows go on',
    policy: { ...POOL, nat: POOL.nat ?? [] },
    fill: (old) => {
      // Others take ports 7000 and 7001, so that the third is none that a device gives out by itself.
      old.send(...times(3, (index) => udp({ ...OUT, clientPort: 100 + index }, 'there')));
    },
    ask: (device) => {
      const outside = { ...OUT, client: '203.0.113.1', clientPort: 7002 };
      return [
        device.course(udp({ ...OUT, clientPort: 102 }, 'there')),
        device.course(udp(outside, 'back')),
        // Somebody else, to the mapped address: mappings do not depend on the other end.
        device.course(udp({ ...outside, server: '198.51.100.9' }, 'back')),
      ];
    },
    kept: [
      '203.0.113.1 7002 > 198.51.100.7 80',
      '198.51.100.7 80 > 10.0.0.5 102',
      '198.51.100.9 80 > 10.0.0.5 102',
    ],
    control: ['203.0.113.1 7000 > 198.51.100.7 80', 'drop address-unknown', 'drop address-unknown'],
  },
];

const VIRTUAL: Flow = { ...IN, server: '192.0.2.80' };

/** A group of the VM and, as the device likes, a server of a neighbour. */
function group(address: string, farm: string, more = ''): string {
  return (
    '<sticky-groups xmlns="urn:sami:yang:sami-sticky"><group><name>web</name>' +
    '<type>client-address</type><virtual-address>192.0.2.80</virtual-address>' +
    `<server-farm>main</server-farm>${more}<real-server><server-farm>${farm}</server-farm>` +
    `<address>${address}</address><port>0</port></real-server></group></sticky-groups>`
  );
}

const NEIGHBOUR = `<vm><id>neighbour</id><address>10.0.0.6</address>${group('10.0.0.6', 'main')}</vm>`;

/** Content rules that send these requests to the VM, and only on the old device. */
function contentRow(
  claim: string,
  rule: Omit<NonNullable<PolicyOptions['contentRules']>[number], 'virtualAddress' | 'serverFarm'>,
  request: NonNullable<Packet['request']>,
): KindRow {
  const rules = [{ ...rule, virtualAddress: '192.0.2.80', serverFarm: 'special' }];
  return {
    kind: 'balancer-connection',
    claim,
    policy: OPEN,
    oldPolicy: { ...OPEN, contentRules: rules },
    config: group(VM_ADDRESS, 'special'),
    neighbour: NEIGHBOUR,
    fill: (old) => {
      old.send(
        { ...tcp(VIRTUAL, 'there', 'syn'), request },
        tcp(IN, 'back', 'syn', 'ack'),
        tcp(VIRTUAL, 'there', 'ack'),
      );
    },
    ask: (device) => [
      device.course(tcp(VIRTUAL, 'there', 'ack', 'psh')),
      device.course(tcp(IN, 'back', 'ack')),
    ],
    kept: ['198.51.100.7 40000 > 10.0.0.5 80', '192.0.2.80 80 > 198.51.100.7 40000'],
    control: ['drop no-session', 'drop no-session'],
  };
}

const FTP: Flow = { ...VIRTUAL, serverPort: 21 };

const BALANCER: readonly KindRow[] = [
  {
    ...contentRow(
      'packets go to the chosen server: layer 4',
      { protocol: 'http' },
      { protocol: 'http' },
    ),
    oldPolicy: OPEN,
    config: group(VM_ADDRESS, 'main'),
    neighbour: '',
    control: ['drop address-unknown', 'drop no-session'],
  },
  contentRow(
    'packets go to the chosen server: by URL',
    { protocol: 'http', url: '/shop/' },
    { protocol: 'http', url: '/shop/cart' },
  ),
  contentRow(
    'packets go to the chosen server: by cookie',
    { protocol: 'http', cookie: { name: 'tier', value: 'gold' } },
    { protocol: 'http', cookies: { tier: 'gold' } },
  ),
  contentRow(
    'packets go to the chosen server: by header field',
    { protocol: 'http', header: { name: 'host', value: 'shop.example' } },
    { protocol: 'http', headers: { host: 'shop.example' } },
  ),
  contentRow(
    'packets go to the chosen server: by domain of the recipient',
    { protocol: 'smtp', domain: 'example.net' },
    { protocol: 'smtp', domain: 'example.net' },
  ),
  {
    kind: 'balancer-connection',
    claim: 'a data connection of FTP follows its control connection',
    policy: OPEN,
    oldPolicy: {
      ...OPEN,
      contentRules: [
        { virtualAddress: '192.0.2.80', protocol: 'ftp', user: 'ann', serverFarm: 'special' },
      ],
    },
    config: group(VM_ADDRESS, 'special'),
    neighbour: NEIGHBOUR,
    fill: (old) => {
      const inside: Flow = { ...FTP, server: VM_ADDRESS };
      old.send(
        { ...tcp(FTP, 'there', 'syn'), request: { protocol: 'ftp', user: 'ann' } },
        tcp(inside, 'back', 'syn', 'ack'),
        tcp(FTP, 'there', 'ack'),
        { ...tcp(inside, 'back', 'ack'), request: { protocol: 'ftp', dataPort: 30_001 } },
      );
    },
    ask: (device) =>
      device.course(tcp({ ...FTP, clientPort: 40_001, serverPort: 30_001 }, 'there', 'syn')),
    kept: '198.51.100.7 40001 > 10.0.0.5 30001',
    control: '198.51.100.7 40001 > 10.0.0.6 30001',
  },
  {
    kind: 'sticky-group',
    claim: 'clients of the virtual address reach the VM',
    policy: OPEN,
    config: group(VM_ADDRESS, 'main', '<virtual-port>80</virtual-port>'),
    ask: (device) => [
      device.course(tcp(VIRTUAL, 'there', 'syn')),
      device.course(tcp({ ...VIRTUAL, serverPort: 81 }, 'there', 'syn')),
    ],
    kept: ['198.51.100.7 40000 > 10.0.0.5 80', 'drop address-unknown'],
    control: ['drop address-unknown', 'drop address-unknown'],
  },
  {
    kind: 'sticky',
    claim: 'returning clients reach the server that they were stuck to',
    policy: OPEN,
    config: group(VM_ADDRESS, 'main'),
    neighbour: NEIGHBOUR,
    // On the old device the VM was the only server: all clients stuck to it.
    fill: (old) => old.send(...clients().map((flow) => tcp(flow, 'there', 'syn'))),
    ask: (device) => {
      const servers = clients(50_000).map((flow) =>
        device.course(tcp(flow, 'there', 'syn')).replace(/^.* > /, ''),
      );
      return [...new Set(servers)].sort();
    },
    kept: ['10.0.0.5 80'],
    control: ['10.0.0.6 80'],
  },
  {
    kind: 'sticky',
    claim: 'what is counted of a client is counted on, also where it is given no server',
    policy: OPEN,
    config:
      '<sticky-groups xmlns="urn:sami:yang:sami-sticky"><group><name>count</name>' +
      `<type>client-address</type><virtual-address>${VM_ADDRESS}</virtual-address>` +
      '<stored-data><data>connections</data><index>0</index><period>60000</period></stored-data>' +
      '</group></sticky-groups>',
    fill: (old) =>
      old.send(...times(3, (port) => tcp({ ...IN, clientPort: port }, 'there', 'syn'))),
    ask: async (device) => {
      device.send(tcp({ ...IN, clientPort: 9 }, 'there', 'syn'));
      const [entry] = await device.rows('sticky/sticky-connection');
      return [entry?.['client'], entry?.['counter'], entry?.['rate']];
    },
    kept: [
      IN.client,
      [{ counted: 'connections', index: 0, value: 4 }],
      [{ counted: 'connections', index: 0, period: 60_000, value: 4 }],
    ],
    control: [undefined, undefined, undefined],
  },
];

function clients(clientPort = 40_000): readonly Flow[] {
  return times(20, (index) => ({
    ...VIRTUAL,
    client: `198.51.100.${String(index + 1)}`,
    clientPort,
  }));
}

const PROFILE: readonly KindRow[] = [
  {
    kind: 'profile',
    claim: 'bandwidth, priority and DSCP marks follow the VM',
    policy: OPEN,
    config:
      '<profiles xmlns="urn:sami:yang:sami-profile"><profile><name>gold</name>' +
      `<mac-address>${VM_MAC}</mac-address><upload><rate>1000</rate><burst>300</burst></upload>` +
      '<download><rate>1000</rate><burst>200</burst></download>' +
      '<priority>5</priority><dscp>46</dscp></profile></profiles>',
    ask: (device) => {
      const [first] = device.out({ ...udp(OUT, 'there'), length: 100 });
      const upload = device.send(...times(3, () => ({ ...udp(OUT, 'there'), length: 100 })));
      const download = device.send(...times(3, () => ({ ...udp(OUT, 'back'), length: 100 })));
      device.clock.advance(100);
      const later = device.send({ ...udp(OUT, 'there'), length: 100 });
      return [[first?.priority, first?.dscp], upload, download, later];
    },
    kept: [
      [5, 46],
      ['pass', 'pass', 'drop over-rate'],
      ['pass', 'pass', 'drop over-rate'],
      ['pass'],
    ],
    control: [[undefined, undefined], ['pass', 'pass', 'pass'], ['pass', 'pass', 'pass'], ['pass']],
  },
];

export const KIND_ROWS: readonly KindRow[] = [
  ...SESSIONS,
  ...COUNTERS,
  ...ACCESS,
  ...SWITCH,
  ...PROXY,
  ...TRANSLATION,
  ...BALANCER,
  ...PROFILE,
];
