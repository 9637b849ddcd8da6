/**
 * Two switches of Open vSwitch with the datapath in user space, and the far ends of all their ports in one namespace:
 *
 *     oldvm ─ p1 ─ old:br0   new:br0 ─ p7 ─ newvm     the VM's ports
 *
 * and on each side two hosts in VLAN 10 (`old10`, `old11`) and two in VLAN 20 (`old20`, `old21`).
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenVSwitchDriver } from '../../../server/plane/openvswitch/index.ts';
import type { TrafficControl } from '../../../server/plane/openvswitch/traffic-control.ts';
import { TablePlane } from '../../../server/plane/kit/table-plane.ts';
import type { DataPlane } from '../../../server/index.ts';
import type { PlaneSurroundings } from '../../support/moving-devices.ts';
import { Namespaces } from '../../support/namespaces.ts';
import { Wire } from '../../support/wire.ts';

export const OVS_TOOLS = [
  'ovsdb-server',
  'ovs-vswitchd',
  'ovsdb-tool',
  'ovs-vsctl',
  'tc',
  'python3',
];
export const VM_MAC = '02:00:00:00:00:01';

export type Side = 'old' | 'new';
export const VM_PORT: Readonly<Record<Side, string>> = { old: 'p1', new: 'p7' };

const HOSTS = { '10': 'p2', '11': 'p3', '20': 'p4', '21': 'p5' };
const SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema';

export class TwoSwitches implements AsyncDisposable {
  readonly namespaces: Namespaces;
  readonly wire: Wire;
  readonly #folder: string;
  readonly #databases: Record<Side, ChildProcess>;

  private constructor(
    namespaces: Namespaces,
    wire: Wire,
    folder: string,
    databases: Record<Side, ChildProcess>,
  ) {
    this.namespaces = namespaces;
    this.wire = wire;
    this.#folder = folder;
    this.#databases = databases;
  }

  static async create(): Promise<TwoSwitches> {
    const folder = await mkdtemp(join(tmpdir(), 'sami-ovs-'));
    const namespaces = await Namespaces.create('old', 'new', 'hosts');
    try {
      const [old, target] = await Promise.all([
        startSwitch(namespaces, 'old', folder),
        startSwitch(namespaces, 'new', folder),
      ]);
      const devices = ['old', 'new'].flatMap((side) =>
        ['vm', ...Object.keys(HOSTS)].map((it) => side + it),
      );
      const wire = await Wire.open(namespaces, 'hosts', devices);
      return new TwoSwitches(namespaces, wire, folder, { old, new: target });
    } catch (error) {
      await namespaces[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** `control` says what the kernel can limit, instead of trying. */
  plane(
    side: Side,
    control?: TrafficControl,
  ): (surroundings: PlaneSurroundings) => readonly DataPlane[] {
    return ({ context, clock }) => {
      const netns = this.namespaces.name(side);
      const socket = socketOf(this.#folder, side);
      const driver = new OpenVSwitchDriver({
        context,
        clock,
        socket,
        netns,
        bridge: 'br0',
        control,
      });
      return [new TablePlane(driver, { context, clock })];
    };
  }

  /** `ovs-vsctl` on one side. */
  async vsctl(side: Side, command: string): Promise<string> {
    return vsctl(this.namespaces, side, this.#folder, command);
  }

  async stopDatabase(side: Side): Promise<void> {
    const child = this.#databases[side];
    const end = once(child, 'exit');
    child.kill('SIGKILL');
    await end;
  }

  async startDatabase(side: Side): Promise<void> {
    this.#databases[side] = await startDatabase(this.namespaces, side, this.#folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.namespaces[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function socketOf(folder: string, side: Side): string {
  return join(folder, side, 'db.sock');
}

function vsctl(
  namespaces: Namespaces,
  side: Side,
  folder: string,
  command: string,
): Promise<string> {
  const socket = socketOf(folder, side);
  return namespaces.run(side, `ovs-vsctl --timeout=10 --db=unix:${socket} ${command}`);
}

/** All daemons are children, so that they end with the namespaces. */
async function startSwitch(
  namespaces: Namespaces,
  side: Side,
  folder: string,
): Promise<ChildProcess> {
  const home = join(folder, side);
  await namespaces.run(side, `mkdir ${home} && ovsdb-tool create ${home}/conf.db ${SCHEMA}`);
  const database = await startDatabase(namespaces, side, folder);
  await vsctl(namespaces, side, folder, '--no-wait init');
  startDaemon(namespaces, side, home, ['ovs-vswitchd', `unix:${home}/db.sock`, '--disable-system']);
  const hosts = namespaces.name('hosts');
  const ports = Object.entries({ vm: VM_PORT[side], ...HOSTS });
  const links = ports.flatMap(([name, port]) => [
    `ip link add ${port} type veth peer name ${side}${name} netns ${hosts}`,
    `ip link set ${port} up`,
  ]);
  const silent = 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6';
  await namespaces.run('hosts', silent);
  await namespaces.run(side, ['set -e', silent, ...links].join('\n'));
  const ends = ports.map(([name]) => `ip link set ${side}${name} up`);
  await namespaces.run('hosts', ['set -e', ...ends].join('\n'));
  await vsctl(
    namespaces,
    side,
    folder,
    `add-br br0 -- set bridge br0 datapath_type=netdev -- add-port br0 ${VM_PORT[side]} ` +
      '-- add-port br0 p2 tag=10 -- add-port br0 p3 tag=10 ' +
      '-- add-port br0 p4 tag=20 -- add-port br0 p5 tag=20 ' +
      `-- set interface ${VM_PORT[side]} external_ids:attached-mac=${VM_MAC}`,
  );
  return database;
}

/** Resolves when it listens. */
async function startDatabase(
  namespaces: Namespaces,
  side: Side,
  folder: string,
): Promise<ChildProcess> {
  const home = join(folder, side);
  const socket = `${home}/db.sock`;
  await rm(socket, { force: true });
  const command = ['ovsdb-server', `${home}/conf.db`, `--remote=punix:${socket}`];
  const child = startDaemon(namespaces, side, home, command);
  await namespaces.run(side, `timeout 10 sh -c 'until [ -S ${socket} ]; do sleep 0.02; done'`);
  return child;
}

function startDaemon(
  namespaces: Namespaces,
  side: Side,
  home: string,
  command: readonly string[],
): ChildProcess {
  const environment = ['OVS_RUNDIR', 'OVS_DBDIR', 'OVS_LOGDIR'].map((name) => `${name}=${home}`);
  return namespaces.start(side, ['env', ...environment, ...command, '-vconsole:off']);
}
