/** HAProxy processes with real servers and clients, each in a network namespace of its own. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';
import { HaproxyDriver } from '../../../server/plane/haproxy/index.ts';
import type { HaproxyDriverOptions } from '../../../server/plane/haproxy/index.ts';
import { HaproxyDevice } from '../../../server/plane/haproxy/device.ts';
import { RuntimeApi } from '../../../server/plane/haproxy/runtime-api.ts';
import { parseEntry, parseHead } from '../../../server/plane/haproxy/table-text.ts';
import { TablePlane } from '../../../server/plane/kit/table-plane.ts';
import { silentLogger } from '../../../server/index.ts';
import { SystemClock } from '../../../src/node/index.ts';
import type { MakePlanes } from '../../support/moving-devices.ts';
import { Namespaces, describeOnKernel } from '../../support/namespaces.ts';
import { deviceSchema } from '../../support/simulated-device.ts';
import { until } from '../../support/until.ts';

/** `describe` for tests that need HAProxy and network namespaces. */
export function describeOnHaproxy(title: string, body: () => void): void {
  describeOnKernel(title, body, ['haproxy']);
}

/** Servers that answer with their own address and port, and a client that asks from any address. */
const HOST = `
const http = require('node:http');
const lines = require('node:readline').createInterface({ input: process.stdin });
const say = (value) => console.log(JSON.stringify(value));
const agent = new http.Agent({ keepAlive: true });
lines.on('line', (line) => {
  const { serve, get, hold, release } = JSON.parse(line);
  if (serve) {
    const [host, port] = serve;
    http.createServer((request, response) => {
      response.writeHead(request.url === '/missing' ? 404 : 200);
      response.end(host);
    }).listen(port, host, () => say('serving'));
  } else if (release) {
    agent.destroy();
    say('released');
  } else {
    const { path = '/', headers = {}, ...to } = get ?? hold;
    http.get({ ...to, path, headers, agent: hold ? agent : false }, (response) => {
      let body = '';
      response.on('data', (text) => (body += text)).on('end', () => say(body));
    }).on('error', (error) => say('error: ' + error.message));
  }
});`;

export interface Request {
  readonly from: string;
  readonly to: string;
  readonly port?: number;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class Balancer {
  readonly api: RuntimeApi;
  readonly #namespaces: Namespaces;
  readonly #name: string;
  readonly #folder: string;
  #haproxy: ChildProcess | undefined;
  #host: { child: ChildProcess; answers: AsyncIterator<string> } | undefined;

  constructor(namespaces: Namespaces, name: string, folder: string) {
    this.#namespaces = namespaces;
    this.#name = name;
    this.#folder = folder;
    this.api = new RuntimeApi(this.socket);
  }

  get socket(): string {
    return join(this.#folder, `${this.#name}.sock`);
  }

  get peers(): string {
    return join(this.#folder, `${this.#name}.peers`);
  }

  /** Resolves when HAProxy answers. */
  async start(config: string): Promise<void> {
    const file = join(this.#folder, `${this.#name}.cfg`);
    await writeFile(file, fullConfig(config, this.socket, this.peers));
    this.#haproxy = this.#namespaces.start(this.#name, ['haproxy', '-db', '-f', file]);
    const ended = once(this.#haproxy, 'exit').then(() => {
      throw new Error('HAProxy has ended');
    });
    await Promise.race([ended, this.#answers()]);
    ended.catch(() => undefined);
  }

  async stop(): Promise<void> {
    if (!this.#haproxy) return;
    const ended = once(this.#haproxy, 'exit');
    this.#haproxy.kill('SIGKILL');
    await ended;
    this.#haproxy = undefined;
  }

  /** A server in the namespace that answers every request with its address. */
  async serve(address: string, port = 80): Promise<void> {
    await this.addAddress(address);
    await this.#tell({ serve: [address, port] });
  }

  async addAddress(address: string): Promise<void> {
    await this.#namespaces.ip(
      this.#name,
      'address',
      'add',
      `${address}${prefix(address)}`,
      'dev',
      'lo',
    );
  }

  /** Asks, and keeps the connection open until {@link release}. */
  hold({ from, to, port = 80 }: Request): Promise<string> {
    return this.#tell({ hold: { localAddress: from, host: to, port } });
  }

  async release(): Promise<void> {
    await this.#tell({ release: true });
  }

  /** What the server answered. */
  get({ from, to, port = 80, path, headers }: Request): Promise<string> {
    return this.#tell({ get: { localAddress: from, host: to, port, path, headers } });
  }

  /** Entries of a table by client, with values by name. */
  async table(name: string): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> {
    const [head = '', ...lines] = (await this.api.ask(`show table ${name}`)).split('\n');
    const { type } = parseHead(head);
    const entries = lines.map((line) => parseEntry(line, type));
    return Object.fromEntries(
      entries.map(({ client = '', values }) => [
        client,
        Object.fromEntries([...values].map(([value, it]) => [value, Number(it.value)])),
      ]),
    );
  }

  /** The server that an entry leads to, by name. */
  async serverName(backend: string, id: number): Promise<string | undefined> {
    const servers = await new HaproxyDevice(this.socket).servers();
    return servers.byId(backend, BigInt(id))?.name;
  }

  driver(options: Partial<HaproxyDriverOptions> = {}): HaproxyDriver {
    const { socket } = this;
    return new HaproxyDriver({
      socket,
      clock: new SystemClock(),
      logger: silentLogger,
      ...options,
    });
  }

  plane(options: Partial<HaproxyDriverOptions> = {}): TablePlane {
    const surroundings = { context: deviceSchema(), clock: new SystemClock(), pollMs: 50 };
    return new TablePlane(this.driver(options), surroundings);
  }

  planes(options: Partial<HaproxyDriverOptions> = {}): MakePlanes {
    return ({ context, clock }) => [
      new TablePlane(this.driver({ clock, ...options }), { context, clock, pollMs: 50 }),
    ];
  }

  /** It writes its socket before it reads from it, so only an answer shows that it is there. */
  async #answers(): Promise<void> {
    await until(() =>
      this.api.ask('show info').then(
        () => true,
        () => false,
      ),
    );
  }

  async #tell(order: unknown): Promise<string> {
    this.#host ??= this.#startHost();
    const { child, answers } = this.#host;
    child.stdin?.write(`${JSON.stringify(order)}\n`);
    const answer = await answers.next();
    if (answer.done === true) throw new Error('the host has ended');
    return JSON.parse(answer.value) as string;
  }

  #startHost(): { child: ChildProcess; answers: AsyncIterator<string> } {
    const child = this.#namespaces.start(this.#name, [process.execPath, '-e', HOST]);
    if (!child.stdout) throw new Error('no output');
    const lines = createInterface({ input: child.stdout });
    return { child, answers: lines[Symbol.asyncIterator]() };
  }
}

/** Balancers by the names of their namespaces; all of it goes at the end. */
export class Balancers implements AsyncDisposable {
  readonly #namespaces: Namespaces;
  readonly #folder: string;
  readonly #balancers: ReadonlyMap<string, Balancer>;

  private constructor(namespaces: Namespaces, folder: string, names: readonly string[]) {
    this.#namespaces = namespaces;
    this.#folder = folder;
    this.#balancers = new Map(names.map((name) => [name, new Balancer(namespaces, name, folder)]));
  }

  /** Each with its configuration: sections beside `global` and `defaults`. */
  static async start(configs: Readonly<Record<string, string>>): Promise<Balancers> {
    const names = Object.keys(configs);
    const namespaces = await Namespaces.create(...names);
    const folder = await mkdtemp(join(tmpdir(), 'sami-haproxy-'));
    const balancers = new Balancers(namespaces, folder, names);
    try {
      for (const name of names) {
        const addresses = new Set(configs[name]?.match(VIRTUAL_ADDRESSES));
        for (const address of addresses) await balancers.get(name).addAddress(address);
        await balancers.get(name).start(configs[name] ?? '');
      }
      return balancers;
    } catch (error) {
      await balancers[Symbol.asyncDispose]();
      throw error;
    }
  }

  get(name: string): Balancer {
    const balancer = this.#balancers.get(name);
    if (!balancer) throw new Error(`no balancer ${name}`);
    return balancer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#namespaces[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** What HAProxy listens on in the tests. */
const VIRTUAL_ADDRESSES = /192\.0\.2\.80|2001:db8::80/g;

function fullConfig(sections: string, socket: string, peers: string): string {
  return `
global
  stats socket ${socket} mode 600 level admin
  localpeer balancer
defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
${sections.replaceAll('PEERS', peers)}
`;
}

function prefix(address: string): string {
  return address.includes(':') ? '/128' : '/32';
}
