/**
 * Two boxes, each with connection tracking, nftables and HAProxy, between a client and a VM: the firewalls of
 * {@link ../../support/live-flows.ts}, which also balance, and keep some clients out.
 */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { silentLogger } from '../../../server/index.ts';
import { parsePlaneArgument } from '../../../server/plane/plane-argument.ts';
import { openPlanes } from '../../../server/plane/registry.ts';
import { LiveFlows, VM4, VM6 } from '../../support/live-flows.ts';
import type { Firewall } from '../../support/live-flows.ts';
import { MovingDevices } from '../../support/moving-devices.ts';
import type { MakePlanes } from '../../support/moving-devices.ts';

/** What HAProxy serves, and who is kept out. */
const SHOP = '192.0.2.90';
export const BLOCKED = '198.51.100.66';
const CLIENT = '203.0.113.9';
const BOXES = ['old', 'new'] as const;

const STICKY =
  '<sticky-groups xmlns="urn:sami:yang:sami-sticky"><group><name>shop</name>' +
  `<type>client-address</type><virtual-address>${SHOP}</virtual-address>` +
  '<server-farm>shop</server-farm><key-type>ipv4-address</key-type><timeout>1800</timeout>' +
  `<real-server><server-farm>shop</server-farm><address>${VM4}</address><port>5000</port></real-server>` +
  '</group></sticky-groups>';
const BLOCK_LIST =
  '<cumulative-security xmlns="urn:sami:yang:sami-cumulative"><blocked-client>' +
  `<client-address>${BLOCKED}</client-address><server-address>${VM4}</server-address>` +
  '<reason>operator</reason><remaining-time>3000</remaining-time>' +
  '</blocked-client></cumulative-security>';

/** With a client that is to be kept out and a group of clients that stick to servers. */
export const VM_XML =
  `<vm><id>vm1</id><address>${VM4}</address><address>${VM6}</address>` +
  `${STICKY}${BLOCK_LIST}</vm>`;

/** Two servers, of which one is not there; a client that sticks to none is sent to the first. */
const haproxy = (socket: string, first: Firewall, box: Firewall): string => {
  const servers = [`server vm ${VM4}:5000`, 'server nobody 127.0.0.1:1'];
  return `global
  stats socket ${socket} mode 600 level admin
defaults
  mode tcp
  retries 0
  timeout connect 1s
  timeout client 20s
  timeout server 20s
listen shop
  bind ${SHOP}:80
  balance roundrobin
  stick-table type ip size 1k expire 30m
  stick on src
  ${(box === first ? servers : servers.toReversed()).join('\n  ')}
`;
};

export class Boxes implements AsyncDisposable {
  readonly flows: LiveFlows;
  readonly #folder: string;
  readonly #balancers = new Map<Firewall, ChildProcess>();

  private constructor(flows: LiveFlows, folder: string) {
    this.flows = flows;
    this.#folder = folder;
  }

  static async create(): Promise<Boxes> {
    const folder = await mkdtemp(join(tmpdir(), 'sami-boxes-'));
    const boxes = new Boxes(await LiveFlows.create(), folder);
    try {
      await boxes.#build();
      return boxes;
    } catch (error) {
      await boxes[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The planes of a box as `samid` makes them of its command line. */
  planes(box: Firewall): MakePlanes {
    const netns = this.flows.namespaces.name(box);
    const requests = [
      `linux,netns=${netns}`,
      `nftables,netns=${netns},in-flight=elsewhere`,
      `haproxy,socket=${this.#socket(box)}`,
    ].map(parsePlaneArgument);
    return async ({ context, clock }) => {
      const surroundings = { context, clock, logger: silentLogger, stateDirectory: this.#folder };
      return (await openPlanes(requests, surroundings)).planes;
    };
  }

  /** Both boxes as devices; the old one has the VM. */
  async devices(): Promise<MovingDevices> {
    const devices = await MovingDevices.start({ old: this.planes('old'), new: this.planes('new') });
    await devices.old.configure(VM_XML);
    return devices;
  }

  /** Leads all packets over one box, as when the VM has moved. */
  async route(box: Firewall): Promise<void> {
    const net = box === 'old' ? 1 : 2;
    const { namespaces } = this.flows;
    await this.flows.route(box);
    const shop = ['route', 'replace', `${SHOP}/32`, 'via', `10.20.${net}.1`, 'src', CLIENT];
    await namespaces.ip('client', ...shop);
    await namespaces.ip('vm', 'route', 'replace', `${BLOCKED}/32`, 'via', `10.30.${net}.1`);
  }

  /** Whether the VM answers through HAProxy. */
  shopAnswers(): Promise<boolean> {
    return this.#echoes(CLIENT, SHOP, 80);
  }

  /** Whether the VM answers the client that is to be kept out. */
  answersBlocked(): Promise<boolean> {
    return this.#echoes(BLOCKED, VM4, 5000);
  }

  async killBalancer(box: Firewall): Promise<void> {
    const child = this.#balancers.get(box);
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** What the programs themselves know of the VM, and of its clients. */
  async traces(box: Firewall): Promise<readonly string[]> {
    const { namespaces } = this.flows;
    const rules = await namespaces.run(box, 'nft list ruleset');
    const sessions = await namespaces.run(box, 'conntrack -L 2>/dev/null');
    const ours = rules.slice(rules.indexOf('table inet sami'));
    return [...`${ours}\n${sessions}`.split('\n')].filter((line) => line.includes(VM4));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flows[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #socket(box: Firewall): string {
    return join(this.#folder, `${box}.sock`);
  }

  async #build(): Promise<void> {
    const { namespaces } = this.flows;
    await namespaces.ip('client', 'address', 'add', `${BLOCKED}/32`, 'dev', 'lo');
    for (const [index, box] of BOXES.entries()) {
      const via = `10.20.${index + 1}.2`;
      await namespaces.ip(box, 'address', 'add', `${SHOP}/32`, 'dev', 'lo');
      await namespaces.ip(box, 'route', 'add', `${BLOCKED}/32`, 'via', via);
      const file = join(this.#folder, `${box}.cfg`);
      await writeFile(file, haproxy(this.#socket(box), 'old', box));
      const child = namespaces.start(box, ['haproxy', '-db', '-f', file]);
      this.#balancers.set(box, child);
      await listening(this.#socket(box), child);
    }
    await this.route('old');
  }

  /** Whether a byte comes back over a connection of its own. */
  async #echoes(from: string, host: string, port: number): Promise<boolean> {
    const program = `
      const c = require('node:net').connect({ host: '${host}', port: ${port}, localAddress: '${from}' });
      const end = (answer) => { console.log(answer); process.exit(); };
      c.on('error', () => end('no')).on('close', () => end('no')).on('data', () => end('yes'));
      c.on('connect', () => c.write('x'));
      setTimeout(() => end('no'), 1500);`;
    const { namespaces } = this.flows;
    const answer = await namespaces.run('client', `exec ${process.execPath} -`, program);
    return answer.trim() === 'yes';
  }
}

/** Resolves when HAProxy takes connections at its socket. */
async function listening(path: string, haproxyProcess: ChildProcess): Promise<void> {
  for (;;) {
    if (haproxyProcess.exitCode !== null) throw new Error('HAProxy has ended');
    const socket = connect(path);
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    } finally {
      socket.destroy();
    }
  }
}
