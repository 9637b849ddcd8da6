/** The demonstration on real kernel firewalls in network namespaces. */
import { join } from 'node:path';
import { Companion } from '../process.ts';
import { startDevice } from '../device.ts';
import type { Device } from '../device.ts';
import type { DeviceAddress, Place, World } from '../world.ts';
import {
  CORRESPONDENT_ADDRESSES,
  CORRESPONDENT_PORT,
  PUBLIC_ADDRESS,
  SERVICE_PORT,
  Topology,
  VM_ADDRESSES,
} from './topology.ts';

/** A dead flow is one over which nothing comes back for this long. */
const PROBE_TIMEOUT_MS = 3000;

export class LinuxWorld implements World {
  readonly plane = 'linux';
  /** The rules are the firewalls' own, in nftables. */
  readonly policyXml = '';
  readonly vm = { id: 'vm-1', addresses: VM_ADDRESSES };
  readonly topology: Topology;
  readonly #devices: Record<'old' | 'new', Device>;
  readonly #correspondent: Companion;
  readonly #vmEnd: Companion;
  #total = 0;

  private constructor(topology: Topology, devices: Record<'old' | 'new', Device>) {
    this.topology = topology;
    this.#devices = devices;
    const companion = (role: 'correspondent' | 'vm', script: string, args: unknown[]): Companion =>
      new Companion('ip', [
        ...['netns', 'exec', topology.namespace(role), process.execPath],
        join(import.meta.dirname, script),
        ...args.map(String),
      ]);
    this.#vmEnd = companion('vm', 'flow-vm.js', [
      ...[SERVICE_PORT, ...CORRESPONDENT_ADDRESSES, CORRESPONDENT_PORT, ...VM_ADDRESSES],
    ]);
    this.#correspondent = companion('correspondent', 'flow-correspondent.js', [
      ...[...VM_ADDRESSES, PUBLIC_ADDRESS, SERVICE_PORT],
      ...[...CORRESPONDENT_ADDRESSES, CORRESPONDENT_PORT],
    ]);
  }

  /** Makes namespaces and devices below `folder`. `onTopology` learns of what has to be removed in any case. */
  static async create(
    folder: string,
    onTopology: (topology: Topology) => void,
  ): Promise<LinuxWorld> {
    const topology = await Topology.create();
    onTopology(topology);
    const start = (name: 'old' | 'new'): Promise<Device> =>
      startDevice({
        name,
        folder,
        args: ['--plane', `linux,netns=${topology.namespace(name)}`],
      });
    const [old, fresh] = await Promise.all([start('old'), start('new')]);
    return new LinuxWorld(topology, { old, new: fresh });
  }

  get old(): DeviceAddress {
    return this.#devices.old.address;
  }

  get new(): DeviceAddress {
    return this.#devices.new.address;
  }

  async openFlows(count: number): Promise<void> {
    this.#total = count;
    await this.#correspondent.ask({ op: 'open', count: 0 });
    await this.#vmEnd.ask({ op: 'open', count });
    await this.#correspondent.ask({ op: 'open', count });
    const alive = await this.aliveFlows();
    if (alive !== count) throw new Error(`only ${alive} of ${count} connections could be opened`);
  }

  async closeFlows(): Promise<void> {
    await this.#correspondent.ask({ op: 'close' });
    await this.#vmEnd.ask({ op: 'close' });
    this.#total = 0;
  }

  async aliveFlows(): Promise<number> {
    if (this.#total === 0) return 0;
    const answer = await this.#correspondent.ask({ op: 'probe', timeoutMs: PROBE_TIMEOUT_MS });
    return Number(answer['alive']);
  }

  plumb(place: Place): Promise<void> {
    return this.topology.plumb(place);
  }

  async fill(total: number): Promise<void> {
    const present = Number(
      await this.topology.exec('old', 'sysctl', ['-n', 'net.netfilter.nf_conntrack_count']),
    );
    if (total <= present) return;
    // conntrack opens /dev/stdin anew, which works for a pipe but not for the socket that Node.js gives.
    const load = ['-c', 'cat | conntrack -R -'];
    await this.topology.exec('old', 'sh', load, syntheticEntries(total - present));
  }

  async close(): Promise<void> {
    this.#correspondent.close();
    this.#vmEnd.close();
    await Promise.all([this.#devices.old.close(), this.#devices.new.close()]);
    this.topology.remove();
  }
}

const PORTS_PER_CLIENT = 64;

/** Established sessions of clients in 198.18.0.0/15 (RFC 2544, benchmarks), as `conntrack -R` reads them. */
function syntheticEntries(count: number): string {
  const lines: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const host = Math.floor(index / PORTS_PER_CLIENT);
    const client = `198.${18 + (Math.floor(host / 65024) % 2)}.${Math.floor(host / 254) % 256}.${1 + (host % 254)}`;
    const port = 1024 + (index % PORTS_PER_CLIENT);
    lines.push(
      `-A -t 3600 -u SEEN_REPLY,ASSURED -s ${client} -d ${VM_ADDRESSES[0]} ` +
        `-r ${VM_ADDRESSES[0]} -q ${client} -p tcp --sport ${port} --dport ${SERVICE_PORT} ` +
        `--reply-port-src ${SERVICE_PORT} --reply-port-dst ${port} --state ESTABLISHED\n`,
    );
  }
  return lines.join('');
}
