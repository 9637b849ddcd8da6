/**
 * A world and a VM, and two devices between them of which packets cross one at a time.
 *
 *     world ─── old ─── vm         packets are made by hand, with any addresses and flags;
 *        └───── new ─────┘         both ends count what arrives and answer nothing
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';
import { Namespaces } from '../../support/namespaces.ts';

export type Device = 'old' | 'new';
export type End = 'world' | 'vm';

export const VM = '10.1.1.1';
export const VM_2 = '10.1.1.2';
export const VM6 = '2001:db8:1::1';
export const CLIENT = '203.0.113.9';
export const CLIENT_2 = '203.0.113.10';
export const CLIENT6 = '2001:db8:9::9';

/** Packets to make. Ports and counts have defaults; each packet of a count has the next source port. */
export interface Packets {
  readonly from: string;
  readonly to: string;
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | 'sctp';
  /** Names as in `tcpdump`: S, A, R, F. */
  readonly flags?: string;
  readonly sport?: number;
  readonly dport?: number;
  readonly count?: number;
  /** Bytes of the whole packet. */
  readonly length?: number;
  readonly dscp?: number;
}

const PROGRAM = `
import json, socket, struct, sys, threading, time
NUMBER = {'icmp': 1, 'tcp': 6, 'udp': 17, 'sctp': 132}
FLAGS = {'F': 1, 'S': 2, 'R': 4, 'P': 8, 'A': 16}
SOCKETS = {v: socket.socket(v, socket.SOCK_RAW, socket.IPPROTO_RAW) for v in (socket.AF_INET, socket.AF_INET6)}
def checksum(data):
    if len(data) % 2: data += b'\\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
def packet(p, sport):
    six = ':' in p['to']
    version = socket.AF_INET6 if six else socket.AF_INET
    source, target = socket.inet_pton(version, p['from']), socket.inet_pton(version, p['to'])
    name = p.get('protocol', 'udp')
    number = 58 if name == 'icmp' and six else NUMBER[name]
    dport, head = p.get('dport', 80), 40 if six else 20
    room = lambda own: b'x' * max(0, p.get('length', 0) - head - own)
    if name == 'tcp':
        flags = sum(FLAGS[c] for c in p.get('flags', 'S'))
        ack = 2 if 'A' in p.get('flags', 'S') else 0
        seq = p.get('seq', 1)
        body, at = struct.pack('!HHIIBBHHH', sport, dport, seq, ack, 80, flags, 9000, 0, 0) + room(20), 16
    elif name == 'udp':
        data = room(8)
        body, at = struct.pack('!HHHH', sport, dport, 8 + len(data), 0) + data, 6
    elif name == 'sctp':
        body, at = struct.pack('!HHIIBBHIIHHI', sport, dport, 0, 0, 1, 0, 20, 1, 9000, 1, 1, 1), None
    else:
        body, at = struct.pack('!BBHHH', 128 if six else 8, 0, 0, sport, 1) + room(8), 2
    pseudo = source + target + struct.pack('!II', len(body), number) if name != 'icmp' or six else b''
    if at is not None: body = body[:at] + struct.pack('!H', checksum(pseudo + body)) + body[at + 2:]
    tos = p.get('dscp', 0) << 2
    if six: header = struct.pack('!IHBB', 6 << 28 | tos << 20, len(body), number, 64) + source + target
    else: header = struct.pack('!BBHHHBBH', 69, tos, 20 + len(body), 0, 0, 64, number, 0) + source + target
    return version, header + body, (p['to'], 0)
def send(p, sport):
    version, data, to = packet(p, sport)
    SOCKETS[version].sendto(data, to)
streams = {}
def stream(name, kinds):
    state = streams[name] = {'run': True, 'sent': [0] * len(kinds)}
    def run():
        at = 0
        while state['run']:
            for index, p in enumerate(kinds):
                send(p, 1024 + at % 60000)
                state['sent'][index] += 1
            at += 1
            if at % 20 == 0: time.sleep(0.004)
    state['thread'] = threading.Thread(target=run)
    state['thread'].start()
print('ready', flush=True)
for line in sys.stdin:
    order = json.loads(line)
    answer = None
    if 'stream' in order: stream(order['stream'], order['kinds'])
    elif 'stop' in order:
        state = streams.pop(order['stop'])
        state['run'] = False
        state['thread'].join()
        answer = state['sent']
    else:
        for i in range(order.get('count', 1)): send(order, order.get('sport', 1024) + i)
    print(json.dumps(answer), flush=True)
for state in streams.values(): state['run'] = False
`;

/** Counts by source, destination, protocol and port, then drops, so that nobody answers. */
const PROBE = `
table inet probe {
  set seen4 { type ipv4_addr . ipv4_addr . inet_proto . inet_service; flags dynamic; size 65535; counter; }
  set seen6 { type ipv6_addr . ipv6_addr . inet_proto . inet_service; flags dynamic; size 65535; counter; }
  chain prerouting {
    type filter hook prerouting priority -500; policy accept;
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, nd-router-solicit } accept
    iifname "lo" accept
    add @seen4 { ip saddr . ip daddr . meta l4proto . th dport counter } drop
    add @seen6 { ip6 saddr . ip6 daddr . meta l4proto . th dport counter } drop
    drop
  }
}
`;

const MARKER_PORT = 9;
const MARKER_WORLD = '198.18.0.1';
/** Where markers go: a device that drops what is for no VM has to know it as one. */
export const MARKER_VM = '198.18.0.2';
const MARKER_VM6 = '2001:db8:1::ff';

export class Crossing implements AsyncDisposable {
  readonly namespaces: Namespaces;
  readonly #ends = new Map<End, { child: ChildProcess; answers: AsyncIterator<string> }>();

  /** What had arrived when packets were last waited for. */
  readonly #last = new Map<End, Arrived>();
  readonly #marks = new Map<string, number>();

  private constructor(namespaces: Namespaces) {
    this.namespaces = namespaces;
  }

  static async create(): Promise<Crossing> {
    const namespaces = await Namespaces.create('world', 'old', 'new', 'vm');
    try {
      const crossing = new Crossing(namespaces);
      await crossing.#build();
      return crossing;
    } catch (error) {
      await namespaces[Symbol.asyncDispose]();
      throw error;
    }
  }

  netns(device: Device): string {
    return this.namespaces.name(device);
  }

  /** Takes away what a plane has left in the kernel. */
  async clear(device: Device): Promise<void> {
    const tables = ['sami-policy', 'sami-policy-counts'];
    const texts = tables.map((table) => `nft delete table inet ${table}`);
    await this.namespaces.run(device, texts.join('; '));
  }

  /** Leads packets of both ends over one device. */
  async route(device: Device): Promise<void> {
    const net = device === 'old' ? 1 : 2;
    const batch = (short: End, side: number): Promise<string> =>
      this.namespaces.run(
        short,
        `ip route replace default via 10.${side}.${net}.1 && ip -6 route replace default via fd${side}:${net}::1`,
      );
    await Promise.all([batch('world', 20), batch('vm', 30)]);
  }

  /** Sends packets; how many of them arrived at the other end. */
  async send(end: End, packets: Packets): Promise<number> {
    const before = this.#last.get(end) ?? (await this.#arrived(end));
    await this.#order(end, packets);
    const after = await this.drain(end);
    return count(after, packets) - count(before, packets);
  }

  /** Begins to send packets of each kind in turn, until {@link stopStream}. */
  async stream(end: End, name: string, kinds: readonly Packets[]): Promise<void> {
    await this.#order(end, { stream: name, kinds });
  }

  /** How many of each kind were sent. */
  async stopStream(end: End, name: string): Promise<readonly number[]> {
    return (await this.#order(end, { stop: name })) as readonly number[];
  }

  /** How many packets like these, sent by `end`, have arrived at the other end. */
  async seen(end: End, packets: Packets): Promise<number> {
    return count(await this.#arrived(end), packets);
  }

  /** Waits until what was sent before has arrived or been dropped: a packet comes after it. */
  async drain(end: End): Promise<Arrived> {
    const markers = [MARKER_WORLD, MARKER_VM] as const;
    const arrived = await this.#mark(end, end === 'world' ? markers : [MARKER_VM, MARKER_WORLD]);
    this.#last.set(end, arrived);
    return arrived;
  }

  async #mark(end: End, [from, to]: readonly [string, string]): Promise<Arrived> {
    const marker = { from, to, dport: MARKER_PORT };
    const before = this.#marks.get(from) ?? 0;
    const deadline = Date.now() + 10_000;
    await this.#order(end, marker);
    for (;;) {
      const arrived = await this.#arrived(end);
      const marks = count(arrived, marker);
      this.#marks.set(from, marks);
      if (marks > before) return arrived;
      if (Date.now() > deadline) throw new Error(`no marker from ${from} has come to ${to}`);
    }
  }

  /** What has arrived of what `end` sent. */
  async #arrived(end: End): Promise<Arrived> {
    const other = end === 'world' ? 'vm' : 'world';
    const text = await this.namespaces.run(other, 'nft -j list table inet probe');
    const { nftables } = JSON.parse(text) as { nftables: readonly { set?: { elem?: Arrived } }[] };
    return nftables.flatMap((it) => it.set?.elem ?? []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.namespaces[Symbol.asyncDispose]();
  }

  async #order(end: End, order: object): Promise<unknown> {
    const running = this.#ends.get(end);
    if (!running) throw new Error(`nothing runs in ${end}`);
    running.child.stdin?.write(`${JSON.stringify(order)}\n`);
    const answer = await running.answers.next();
    if (answer.done === true) throw new Error(`the program in ${end} has ended`);
    return JSON.parse(answer.value);
  }

  async #build(): Promise<void> {
    const { namespaces } = this;
    // Addresses are unique here; finding that out would take a second.
    const sure = 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad';
    for (const short of ['world', 'old', 'new', 'vm']) await namespaces.run(short, sure);
    for (const [device, net] of [
      ['old', 1],
      ['new', 2],
    ] as const) {
      await namespaces.link(
        [device, 'out', `10.20.${net}.1/24`, `fd20:${net}::1/64`],
        ['world', `w${net}`, `10.20.${net}.2/24`, `fd20:${net}::2/64`],
      );
      await namespaces.link(
        [device, 'in', `10.30.${net}.1/24`, `fd30:${net}::1/64`],
        ['vm', `v${net}`, `10.30.${net}.2/24`, `fd30:${net}::2/64`],
      );
      const routes = [
        `ip route add 10.1.0.0/16 via 10.30.${net}.2 && ip route add default via 10.20.${net}.2`,
        `ip route add 198.18.0.2/32 via 10.30.${net}.2`,
        `ip -6 route add 2001:db8:1::/48 via fd30:${net}::2`,
        `ip -6 route add default via fd20:${net}::2`,
      ];
      await namespaces.run(device, routes.join(' && '));
    }
    for (const end of ['world', 'vm'] as const) await this.#startEnd(end);
    // Once every neighbour is known, packets stay in order and none waits.
    for (const device of ['new', 'old'] as const) {
      await this.route(device);
      for (const end of ['world', 'vm'] as const) {
        await this.drain(end);
        await this.#mark(end, end === 'world' ? [CLIENT6, MARKER_VM6] : [MARKER_VM6, CLIENT6]);
      }
    }
  }

  async #startEnd(end: End): Promise<void> {
    await this.namespaces.run(end, 'nft -f -', PROBE);
    const child = this.namespaces.start(end, ['python3', '-c', PROGRAM]);
    if (!child.stdout) throw new Error('no pipe');
    const reader = createInterface(child.stdout);
    void once(child, 'exit').then(() => {
      reader.close();
    });
    const answers = reader[Symbol.asyncIterator]();
    await answers.next();
    this.#ends.set(end, { child, answers });
  }
}

type Arrived = readonly Seen[];

interface Seen {
  readonly elem: {
    readonly val: { readonly concat: readonly [string, string, string | number, number] };
    readonly counter: { readonly packets: number };
  };
}

function protocolNumber(name: string): number | undefined {
  return { icmp: 1, tcp: 6, udp: 17, 'ipv6-icmp': 58, sctp: 132 }[name];
}

function count(arrived: Arrived, { from, to, protocol = 'udp', dport = 80 }: Packets): number {
  const name = protocol === 'icmp' && to.includes(':') ? 'ipv6-icmp' : protocol;
  return arrived
    .filter(({ elem: { val } }) => {
      const [source, target, l4, port] = val.concat;
      const alike = l4 === name || l4 === protocolNumber(name);
      return source === from && target === to && alike && (protocol === 'icmp' || port === dport);
    })
    .reduce((sum, { elem }) => sum + elem.counter.packets, 0);
}
