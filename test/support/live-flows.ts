/**
 * Two stateful firewalls of the kernel between a client and a VM, and real connections through them.
 *
 *     client ─── old ─── vm        the routes lead over one firewall at a time
 *           └─── new ───┘
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';
import { Namespaces } from './namespaces.ts';
import { RAW_FLOWS, RAW_PROGRAM } from './raw-flows.ts';

export const VM4 = '10.1.1.1';
export const VM6 = '2001:db8:1::1';
const CLIENT4 = '203.0.113.9';
const CLIENT6 = '2001:db8:9::9';
/** What the firewalls translate to the VM's service, and what the VM is known as outside. */
const PUBLIC = '192.0.2.80';

export type Firewall = 'old' | 'new';
/** By the names that {@link LiveFlows.talk} gives; 'ftp' opens a data connection each time. */
export const FLOWS: readonly string[] = [
  ...['tcp', 'tcp6', 'udp', 'udp6', 'dnat', 'snat', 'ftp'],
  ...RAW_FLOWS,
];

/** Other new flows than TCP are let in by the old firewall only: what passes the new one has a session there. */
const rules = (atFirst: string): string => `
table inet firewall {
  ct helper ftp-standard { type "ftp" protocol tcp; l3proto ip; }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    ct state invalid counter drop
    tcp dport { 5000, 6000 } ct state new tcp flags & (syn | ack) == syn accept
    ${atFirst}
  }
  chain prerouting {
    type nat hook prerouting priority dstnat;
    ip daddr ${PUBLIC} tcp dport 80 dnat ip to ${VM4}:5000
  }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    ip saddr ${VM4} tcp dport 6000 snat ip to ${PUBLIC}:7000-7999
  }
}
`;

const AT_FIRST = `
    udp dport 5000 ct state new accept
    sctp dport 2905 ct state new accept
    icmp type echo-request ct state new accept
    icmpv6 type echo-request ct state new accept
    tcp dport 21 ct state new ct helper set "ftp-standard" accept
`;

/** Echoes everything, and keeps a connection of its own to the client, echoing there too. */
const VM_PROGRAM = `
const net = require('node:net'), dgram = require('node:dgram');
let listening = 0;
const up = () => { if (++listening === 5) console.log('listening'); };
net.createServer((c) => {
  c.on('error', () => {});
  // The helper reads nothing before the first line.
  c.write('220 Ready\\r\\n');
  c.on('data', () => {
    const data = net.createServer((d) => { d.on('error', () => {}); d.end('x'); data.close(); });
    data.listen(0, '${VM4}', () => {
      const { port } = data.address();
      c.write('227 Entering Passive Mode (${VM4.replaceAll('.', ',')},' + (port >> 8) + ',' + (port & 255) + ').\\r\\n');
    });
  });
}).listen(21, '${VM4}', up);
for (const host of ['${VM4}', '${VM6}']) {
  net.createServer((c) => { c.on('error', () => {}); c.pipe(c); }).listen(5000, host, up);
  const s = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
  s.on('message', (m, from) => s.send(m, from.port, from.address));
  s.bind(5000, host, up);
}
const call = () => {
  const c = net.connect({ port: 6000, host: '${CLIENT4}', localAddress: '${VM4}' });
  c.on('error', () => setTimeout(call, 50));
  c.on('connect', () => c.pipe(c));
};
call();
`;

/**
 * On 'talk BYTES' sends that much over every flow and says over which it came back. On 'stream' begins to send
 * over a TCP connection of its own without end, and on 'streamed BYTES' says how much has come back once it is
 * that much.
 */
const CLIENT_PROGRAM = `
const net = require('node:net'), dgram = require('node:dgram'), readline = require('node:readline');
const flows = {};
const listen = (name, c) => {
  c.on('error', () => {});
  const flow = flows[name] = { got: 0, send: (n) => c.write(Buffer.alloc(n)) };
  c.on('data', (d) => { flow.got += d.length; });
};
const datagrams = (name, host, local) => {
  const s = dgram.createSocket(local.includes(':') ? 'udp6' : 'udp4');
  s.on('error', () => {});
  const flow = flows[name] = { got: 0, datagram: true, send: () => s.send('x', 5000, host, () => {}) };
  s.on('message', () => { flow.got = Infinity; });
  s.bind(0, local);
};
// IPv6 takes a moment to find its neighbours.
const connect = (name, port, host) => new Promise((done) => {
  const c = net.connect({ port, host, localAddress: host.includes(':') ? '${CLIENT6}' : '${CLIENT4}' });
  c.once('connect', () => { listen(name, c); done(); });
  c.once('error', () => setTimeout(() => connect(name, port, host).then(done), 50));
});
const ftp = (control) => {
  const flow = flows.ftp = { got: 0, send: () => control.write('PASV\\r\\n') };
  control.on('error', () => {});
  control.on('data', (line) => {
    const [, high, low] = /,(\\d+),(\\d+)\\)/.exec(String(line)) ?? [];
    if (high === undefined) return;
    const data = net.connect({ port: high * 256 + Number(low), host: '${VM4}', localAddress: '${CLIENT4}' });
    data.on('error', () => {});
    data.on('data', () => { flow.got = Infinity; });
  });
};
let streamed = 0;
const stream = () => new Promise((done) => {
  const c = net.connect({ port: 5000, host: '${VM4}', localAddress: '${CLIENT4}' });
  const more = () => { while (c.write(Buffer.alloc(1 << 16))); };
  c.on('error', () => {});
  c.on('connect', () => { more(); done(); });
  c.on('drain', more);
  c.on('data', (d) => { streamed += d.length; });
});
const called = new Promise((done) => net.createServer((c) => { listen('snat', c); done(); }).listen(6000, '${CLIENT4}'));
(async () => {
  await connect('tcp', 5000, '${VM4}');
  await connect('tcp6', 5000, '${VM6}');
  await connect('dnat', 80, '${PUBLIC}');
  datagrams('udp', '${VM4}', '${CLIENT4}');
  datagrams('udp6', '${VM6}', '${CLIENT6}');
  await called;
  await new Promise((done) => {
    const control = net.connect({ port: 21, host: '${VM4}', localAddress: '${CLIENT4}' }, () => {
      ftp(control);
      done();
    });
  });
  console.log('ready');
  for await (const line of readline.createInterface(process.stdin)) {
    const [word] = line.split(' ');
    const [, bytes, patience] = line.split(' ').map(Number);
    if (word === 'stream') {
      await stream();
      console.log('streaming');
      continue;
    }
    if (word === 'streamed') {
      const until = Date.now() + patience;
      while (streamed < bytes && Date.now() < until) await new Promise((r) => setTimeout(r, 20));
      console.log(String(streamed));
      continue;
    }
    for (const flow of Object.values(flows)) { flow.got = 0; flow.send(bytes); }
    const end = Date.now() + patience;
    const alive = () => Object.keys(flows).filter((name) => flows[name].got >= bytes);
    while (Date.now() < end && alive().length < Object.keys(flows).length) {
      await new Promise((r) => setTimeout(r, 50));
      for (const flow of Object.values(flows)) if (flow.datagram && flow.got === 0) flow.send();
    }
    console.log(JSON.stringify(alive().sort()));
  }
})();
`;

export class LiveFlows implements AsyncDisposable {
  readonly namespaces: Namespaces;
  #client: ChildProcess | undefined;
  #answers: AsyncIterator<string> | undefined;
  #raw: ChildProcess | undefined;
  #rawAnswers: AsyncIterator<string> | undefined;

  private constructor(namespaces: Namespaces) {
    this.namespaces = namespaces;
  }

  /** The firewalls stand, nothing runs yet; packets go over the old one. */
  static async create(): Promise<LiveFlows> {
    const namespaces = await Namespaces.create('client', 'old', 'new', 'vm');
    try {
      await build(namespaces);
      const flows = new LiveFlows(namespaces);
      await flows.route('old');
      return flows;
    } catch (error) {
      await namespaces[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Leads all packets over one firewall, as when the VM has moved. */
  async route(firewall: Firewall): Promise<void> {
    const net = firewall === 'old' ? 1 : 2;
    const { namespaces } = this;
    const replace = (short: string, ...args: string[]): Promise<void> =>
      namespaces.ip(short, ...(args[0]?.includes(':') ? ['-6'] : []), 'route', 'replace', ...args);
    await replace('client', `${VM4}/32`, 'via', `10.20.${net}.1`, 'src', CLIENT4);
    await replace('client', `${PUBLIC}/32`, 'via', `10.20.${net}.1`, 'src', CLIENT4);
    await replace('client', `${VM6}/128`, 'via', `fd20:${net}::1`, 'src', CLIENT6);
    await replace('vm', `${CLIENT4}/32`, 'via', `10.30.${net}.1`, 'src', VM4);
    await replace('vm', `${CLIENT6}/128`, 'via', `fd30:${net}::1`, 'src', VM6);
  }

  /** Opens the connections. */
  async open(): Promise<void> {
    const vm = this.namespaces.start('vm', [process.execPath, '-e', VM_PROGRAM]);
    await nextLine(lines(vm));
    const raw = ['python3', '-c', RAW_PROGRAM];
    await nextLine(lines(this.namespaces.start('vm', [...raw, 'vm', VM4, VM6])));
    const client = this.namespaces.start('client', [process.execPath, '-e', CLIENT_PROGRAM]);
    this.#client = client;
    this.#answers = lines(client);
    await nextLine(this.#answers);
    const pairs = [CLIENT4, VM4, CLIENT6, VM6];
    this.#raw = this.namespaces.start('client', [...raw, 'client', ...pairs]);
    this.#rawAnswers = lines(this.#raw);
    await nextLine(this.#rawAnswers);
  }

  /** Sends `bytes` over every flow; the flows over which all came back in time, in order. */
  async talk(bytes: number, patienceMs = 5000): Promise<readonly string[]> {
    const late = patienceMs + 5000;
    this.#raw?.stdin?.write(`${patienceMs}\n`);
    const [sockets, raw] = await Promise.all([
      this.#ask(`talk ${bytes} ${patienceMs}`, late),
      this.#rawAnswers ? nextLine(this.#rawAnswers, late) : '[]',
    ]);
    return [...(JSON.parse(sockets) as string[]), ...(JSON.parse(raw) as string[])].sort();
  }

  /** Begins a TCP transfer that does not end. */
  async stream(): Promise<void> {
    await this.#ask('stream', 5000);
  }

  /** Waits until so many bytes of the transfer have come back; gives up after a while. Returns how many did. */
  async streamed(bytes: number, patienceMs = 8000): Promise<number> {
    return Number(await this.#ask(`streamed ${bytes} ${patienceMs}`, patienceMs + 5000));
  }

  /** Packets that a firewall has dropped because connection tracking found them invalid. */
  async invalid(firewall: Firewall): Promise<number> {
    const chain = await this.namespaces.run(firewall, 'nft list chain inet firewall forward');
    return Number(/ct state invalid counter packets (\d+)/.exec(chain)?.[1]);
  }

  #ask(question: string, patienceMs: number): Promise<string> {
    if (!this.#answers) throw new Error('the flows are not open');
    this.#client?.stdin?.write(`${question}\n`);
    return nextLine(this.#answers, patienceMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.namespaces[Symbol.asyncDispose]();
  }
}

function lines(child: ChildProcess): AsyncIterator<string> {
  if (!child.stdout) throw new Error('no pipe');
  const reader = createInterface(child.stdout);
  void once(child, 'exit').then(() => {
    reader.close();
  });
  return reader[Symbol.asyncIterator]();
}

async function nextLine(answers: AsyncIterator<string>, patienceMs = 10_000): Promise<string> {
  const patience = new AbortController();
  const late = delay(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined);
  const answer = await Promise.race([answers.next(), late]);
  patience.abort();
  if (answer?.done !== false) throw new Error('an end of the flows does not answer');
  return answer.value;
}

async function build(namespaces: Namespaces): Promise<void> {
  for (const [firewall, net] of [
    ['old', 1],
    ['new', 2],
  ] as const) {
    const outside = ['out', `10.20.${net}.1/24`, `fd20:${net}::1/64`] as const;
    const inside = ['in', `10.30.${net}.1/24`, `fd30:${net}::1/64`] as const;
    await namespaces.link(
      [firewall, ...outside],
      ['client', `c${net}`, `10.20.${net}.2/24`, `fd20:${net}::2/64`],
    );
    await namespaces.link(
      [firewall, ...inside],
      ['vm', `v${net}`, `10.30.${net}.2/24`, `fd30:${net}::2/64`],
    );
    await namespaces.ip(firewall, 'route', 'add', `${CLIENT4}/32`, 'via', `10.20.${net}.2`);
    await namespaces.ip(firewall, '-6', 'route', 'add', `${CLIENT6}/128`, 'via', `fd20:${net}::2`);
    await namespaces.ip(firewall, 'route', 'add', `${VM4}/32`, 'via', `10.30.${net}.2`);
    await namespaces.ip(firewall, '-6', 'route', 'add', `${VM6}/128`, 'via', `fd30:${net}::2`);
    await namespaces.run(firewall, 'nft -f -', rules(firewall === 'old' ? AT_FIRST : ''));
  }
  for (const [short, v4, v6] of [
    ['client', CLIENT4, CLIENT6],
    ['vm', VM4, VM6],
  ] as const) {
    await namespaces.ip(short, 'address', 'add', `${v4}/32`, 'dev', 'lo');
    await namespaces.ip(short, 'address', 'add', `${v6}/128`, 'dev', 'lo');
  }
}
