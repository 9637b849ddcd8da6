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

export const BRIDGE_TOOLS = ['bridge', 'python3'];
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
      await Promise.all((['old', 'new'] as const).map((side) => addBridge(namespaces, side)));
      await namespaces.run(
        'hosts',
        'echo 0 >/proc/sys/net/ipv6/conf/oldvm/disable_ipv6 && ' +
          `ip address add ${VM4}/24 dev oldvm && ip address add ${VM6}/64 dev oldvm`,
      );
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

/** In one go, since each program that is started in a namespace costs more than what it does. */
async function addBridge(namespaces: Namespaces, side: Side): Promise<void> {
  const hosts = namespaces.name('hosts');
  const ports = { vm: VM_PORT[side], up: 'port1', next: 'port2' };
  const links = Object.entries(ports).flatMap(([name, port]) => [
    `ip link add ${port} type veth peer name ${side}${name} netns ${hosts}`,
    `ip link set ${port} master br0 up`,
  ]);
  const script = [
    'set -e',
    // Queries of MLD need an address of the bridge; its ports are to be silent.
    'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad',
    `ip link add br0 ${BRIDGE.join(' ')}`,
    'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6',
    ...links,
    `ip link set ${VM_PORT[side]} alias vm1`,
    'ip link set br0 up',
  ];
  await namespaces.run(side, script.join('\n'));
  const ends = Object.keys(ports).map((name) => `ip link set ${side}${name} up`);
  await namespaces.run(
    'hosts',
    ['set -e', `ip link set ${side}vm address ${VM_MAC}`, ...ends].join('\n'),
  );
  // Its first query of MLD needs an address, which comes with the first port; the next query comes much later.
  await namespaces.run(
    side,
    'timeout 10 sh -c "until ip -6 address show dev br0 scope link -tentative | grep -q fe80; do sleep 0.01; done" && ' +
      'ip link set br0 type bridge mcast_querier 1',
  );
}
