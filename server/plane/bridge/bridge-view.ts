/** The bridge and its ports as `ip` and `bridge` show them (ip-link(8), bridge(8)). */
import { childValue } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { vmId } from '../../../src/sami/index.ts';
import { namedPort } from '../kit/vm-port.ts';
import type { Launcher } from '../kit/launcher.ts';

export interface BridgePort {
  readonly name: string;
  readonly index: number;
  /** What `ip link set PORT alias …` has been given. */
  readonly alias: string | undefined;
}

/** The settings of the bridge on which multicast snooping depends. */
export interface Snooping {
  readonly enabled: boolean;
  readonly igmpVersion: number;
  readonly mldVersion: number;
  /** Groups that fit. */
  readonly groups: number;
}

interface LinkJson {
  readonly ifname: string;
  readonly ifindex: number;
  readonly ifalias?: string;
  readonly master?: string;
  readonly linkinfo?: {
    readonly info_kind?: string;
    readonly info_data?: Readonly<Record<string, unknown>>;
  };
}

interface ForwardingJson {
  readonly mac: string;
  readonly ifname: string;
  readonly state?: string;
}

/** One look at the bridge. */
export class BridgeView {
  readonly index: number;
  readonly snooping: Snooping;
  readonly ports: readonly BridgePort[];
  readonly #portByMac: ReadonlyMap<string, string>;

  private constructor(
    bridge: LinkJson,
    ports: readonly BridgePort[],
    portByMac: ReadonlyMap<string, string>,
  ) {
    this.index = bridge.ifindex;
    this.snooping = snoopingOf(bridge.linkinfo?.info_data ?? {});
    this.ports = ports;
    this.#portByMac = portByMac;
  }

  /** For the ports of these VMs. Throws ToolError, and Error when `device` is no bridge. */
  static async take(
    launcher: Launcher,
    device: string,
    vms: readonly Branch[] = [],
  ): Promise<BridgeView> {
    const links = await readJson<LinkJson>(launcher, ['ip', '-d', '-j', 'link', 'show']);
    const bridge = links.find(({ ifname }) => ifname === device);
    if (bridge?.linkinfo?.info_kind !== 'bridge') {
      throw new Error(`there is no bridge "${device}" in this network namespace`);
    }
    const ports = links
      .filter(({ master }) => master === device)
      .map(({ ifname, ifindex, ifalias }) => ({ name: ifname, index: ifindex, alias: ifalias }));
    const view = new BridgeView(bridge, ports, new Map());
    // The forwarding table may be large, and is rarely needed.
    if (vms.every((vm) => namedPort(vm) !== undefined || view.portOf(vm, false))) {
      return view;
    }
    const command = ['bridge', '-j', 'fdb', 'show', 'br', device];
    const learned = (await readJson<ForwardingJson>(launcher, command))
      .filter(({ state }) => state !== 'permanent')
      .map(({ mac, ifname }) => [mac, ifname] as const);
    return new BridgeView(bridge, ports, new Map(learned));
  }

  port(name: string): BridgePort | undefined {
    return this.ports.find((port) => port.name === name);
  }

  /**
   * The port of a VM: the one that `vm/port` names, else the one whose alias is the VM's identifier, else
   * the one behind which its address was seen. The last does not count for a VM that has not run here yet
   * (`seen` false): until it does, the bridge sees its address on the port that leads to where it runs.
   */
  portOf(vm: Branch, seen: boolean): BridgePort | undefined {
    const named = namedPort(vm);
    if (named !== undefined) return this.port(named);
    const id = vmId(vm);
    const byAlias = this.ports.find(({ alias }) => alias === id);
    if (byAlias || !seen) return byAlias;
    const mac = macOf(vm);
    return mac === undefined ? undefined : this.port(this.#portByMac.get(mac) ?? '');
  }
}

/** The VM's link-layer address as the tools print it. */
export function macOf(vm: Branch): string | undefined {
  return (childValue(vm, 'mac-address') as string | undefined)?.toLowerCase();
}

async function readJson<T>(launcher: Launcher, command: readonly string[]): Promise<readonly T[]> {
  return JSON.parse((await launcher.run(command)) || '[]') as readonly T[];
}

function snoopingOf(data: Readonly<Record<string, unknown>>): Snooping {
  const number = (name: string): number => Number(data[name] ?? 0);
  return {
    enabled: number('mcast_snooping') === 1,
    igmpVersion: number('mcast_igmp_version'),
    mldVersion: number('mcast_mld_version'),
    groups: number('mcast_hash_max'),
  };
}
