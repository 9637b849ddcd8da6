/**
 * Two bridges of the kernel, and the far ends of all their ports in one namespace:
 *
 *     oldvm ─ veth0 ┐                 ┌ tap77 ─ newvm         the VM's ports; they carry its identifier as alias
 *     oldup ─ port1 ┼ old:br0   new:br0 ┼ port1 ─ newup       the rest of the network
 *     oldnext ─ port2 ┘               └ port2 ─ newnext     a neighbour
 */
import { BridgeDriver } from '../../../server/plane/bridge/index.ts';
import type { BridgeKind } from '../../../server/plane/bridge/index.ts';
import { TablePlane } from '../../../server/plane/kit/table-plane.ts';
import type { DataPlane } from '../../../server/index.ts';
import type { PlaneSurroundings } from '../../support/moving-devices.ts';
import { Namespaces } from '../../support/namespaces.ts';
import { Wire } from '../../support/wire.ts';

export const VM_MAC = '02:00:00:00:00:01';
export const VM4 = '10.1.1.1';
export const VM6 = '2001:db8:1::1';

export type Side = 'old' | 'new';
export const VM_PORT: Readonly<Record<Side, string>> = { old: 'veth0', new: 'tap77' };

/** Snooping, with the bridge itself as the querier: without one the kernel sends every group everywhere. */
const BRIDGE = [
  ...['type', 'bridge', 'mcast_snooping', '1', 'mcast_igmp_version', '3', 'mcast_mld_version', '2'],
  // It becomes the querier after this interval (1/100 s).
  ...['mcast_query_response_interval', '1'],
];

export class TwoBridges implements AsyncDisposable {
  readonly namespaces: Namespaces;
  readonly wire: Wire;

  private constructor(namespaces: Namespaces, wire: Wire) {
    this.namespaces = namespaces;
    this.wire = wire;
  }

  static async create(): Promise<TwoBridges> {
    const namespaces = await Namespaces.create('old', 'new', 'hosts');
    try {
      await namespaces.run('hosts', 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6');
      for (const side of ['old', 'new'] as const) await addBridge(namespaces, side);
      await namespaces.run('hosts', 'echo 0 >/proc/sys/net/ipv6/conf/oldvm/disable_ipv6');
      for (const address of [`${VM4}/24`, `${VM6}/64`]) {
        await namespaces.ip('hosts', 'address', 'add', address, 'dev', 'oldvm');
      }
      const devices = ['old', 'new'].flatMap((side) =>
        ['vm', 'up', 'next'].map((name) => `${side}${name}`),
      );
      return new TwoBridges(namespaces, await Wire.open(namespaces, 'hosts', devices));
    } catch (error) {
      await namespaces[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A plane for the bridge of one side. */
  plane(
    side: Side,
    kinds?: readonly BridgeKind[],
  ): (surroundings: PlaneSurroundings) => readonly DataPlane[] {
    return ({ context, clock }) => {
      const netns = this.namespaces.name(side);
      const driver = new BridgeDriver({ clock, netns, device: 'br0', kinds });
      return [new TablePlane(driver, { context, clock })];
    };
  }

  /** `bridge -d -s mdb`. */
  memberships(side: Side): Promise<string> {
    return this.namespaces.run(side, 'bridge -d -s mdb show dev br0');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.namespaces[Symbol.asyncDispose]();
  }
}

async function addBridge(namespaces: Namespaces, side: Side): Promise<void> {
  // Queries of MLD need an address of the bridge; its ports are to be silent.
  const settings = { accept_dad: 0, disable_ipv6: 1 };
  await namespaces.run(side, 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad');
  await namespaces.ip(side, 'link', 'add', 'br0', ...BRIDGE);
  await namespaces.run(
    side,
    `echo ${settings.disable_ipv6} >/proc/sys/net/ipv6/conf/default/disable_ipv6`,
  );
  const ports = { vm: VM_PORT[side], up: 'port1', next: 'port2' };
  for (const [name, port] of Object.entries(ports)) {
    await namespaces.link([side, port], ['hosts', `${side}${name}`]);
    await namespaces.ip(side, 'link', 'set', port, 'master', 'br0');
  }
  await namespaces.ip(side, 'link', 'set', VM_PORT[side], 'alias', 'vm1');
  await namespaces.ip('hosts', 'link', 'set', `${side}vm`, 'address', VM_MAC);
  await namespaces.ip(side, 'link', 'set', 'br0', 'up');
  await namespaces.ip(side, 'link', 'set', 'br0', 'type', 'bridge', 'mcast_querier', '1');
}
