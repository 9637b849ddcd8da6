/**
 * The way of a packet through the device: what a test or a demonstration asks is whether it passes, and
 * how it looks then. The stages are those of a switch, a proxy, a balancer and a firewall in one box.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { Clock } from '../../../../src/util/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';
import { AccessLists } from './access-lists.ts';
import { Accounting } from './accounting.ts';
import { Admission } from './admission.ts';
import { BalancerConnections } from './balancer-connections.ts';
import { Balancer } from './balancer.ts';
import { DhcpSnooping } from './dhcp-snooping.ts';
import { Firewall } from './firewall.ts';
import { Multicast } from './multicast.ts';
import { isVerdict } from './packet.ts';
import type { Packet, Ruling, Verdict } from './packet.ts';
import type { DevicePolicy } from './policy.ts';
import { Profiles } from './profiles.ts';
import { Proxy } from './proxy.ts';
import { SecurityCounters } from './security-counters.ts';
import { Vlans } from './vlans.ts';
import { Whereabouts } from './whereabouts.ts';

interface Stage {
  readonly name: string;
  /** The packet for the next stage, or what becomes of it. */
  handle(packet: Packet): Ruling;
}

interface Exit {
  readonly name: string;
  /** What the port that a packet leaves by makes of it. */
  handle(verdict: Verdict): Verdict;
}

export class Forwarder {
  readonly #security: SecurityCounters;
  readonly #balancer: Balancer | undefined;
  readonly #proxy: Proxy;
  readonly #connections: BalancerConnections;
  readonly #firewall: Firewall;
  readonly #stages: readonly Stage[];
  readonly #exits: readonly Exit[];

  constructor(store: TableStore, clock: Clock, policy: DevicePolicy) {
    const { catalog } = store;
    const whereabouts = new Whereabouts(store);
    const vlans = new Vlans(catalog, store);
    const dhcp = new DhcpSnooping({ catalog, store, policy, vlans });
    const multicast = new Multicast(catalog, store, policy, vlans);
    const profiles = new Profiles(catalog, store, clock);
    this.#security = new SecurityCounters(catalog, store, policy);
    this.#balancer = Balancer.of(catalog, store);
    const access = new AccessLists(catalog);
    const accounting = new Accounting(catalog, store, clock, policy);
    const admission = new Admission({
      ...{ store, policy, whereabouts, access, accounting },
      security: this.#security,
    });
    const parts = { catalog, store, clock, policy, whereabouts, admission };
    this.#proxy = new Proxy(parts);
    this.#connections = new BalancerConnections({ ...parts, balancer: this.#balancer });
    this.#firewall = new Firewall({ ...parts, balancer: this.#balancer });
    this.#stages = [
      { name: 'VMs that are not here', handle: (packet) => whereabouts.check(packet) },
      { name: 'VLAN of the port', handle: (packet) => vlans.enter(packet) },
      { name: 'DHCP snooping', handle: (packet) => dhcp.inspect(packet) },
      { name: 'IGMP and MLD snooping', handle: (packet) => multicast.snoop(packet) },
      { name: 'upload profile', handle: (packet) => profiles.upload(packet) },
      { name: 'broadcast', handle: (packet) => vlans.broadcast(packet) },
      { name: 'multicast', handle: (packet) => multicast.distribute(packet) },
      { name: 'proxy', handle: (packet) => this.#proxy.handle(packet) },
      { name: 'balancer', handle: (packet) => this.#connections.handle(packet) },
      { name: 'firewall', handle: (packet) => this.#firewall.forward(packet) },
    ];
    this.#exits = [
      { name: 'download profile', handle: (verdict) => profiles.download(verdict) },
      { name: 'VLAN of the port', handle: (verdict) => vlans.unicast(verdict) },
    ];
  }

  /** Tables change as the verdict says. */
  forward(packet: Packet): Verdict {
    const verdict = this.#enter(packet);
    return this.#exits.reduce((result, exit) => exit.handle(result), verdict);
  }

  /** The time of an entry has run out. */
  expire(vm: VmState, schema: TableSchema, row: Branch): void {
    if (this.#security.expire(vm, schema, row) || this.#balancer?.keeps(vm, schema, row)) return;
    vm.remove(schema, row);
    for (const part of [this.#proxy, this.#connections, this.#firewall]) part.expired(schema, row);
  }

  #enter(packet: Packet): Verdict {
    let current = packet;
    for (const stage of this.#stages) {
      const ruling = stage.handle(current);
      if (isVerdict(ruling)) return ruling;
      current = ruling;
    }
    throw new Error('the last stage decides');
  }
}
