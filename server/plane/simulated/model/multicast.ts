/**
 * IGMP and MLD snooping (K8, RFC 4541): learns from reports which groups a VM has joined, and sends a
 * group only to the ports of its members. Each port has one host, so a leave ends the membership at once.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';
import { learn } from './learn.ts';
import { isMulticast } from './packet.ts';
import type { MembershipMessage, Packet, Ruling } from './packet.ts';
import type { DevicePolicy } from './policy.ts';
import type { Vlans } from './vlans.ts';

export class Multicast {
  readonly #schema: TableSchema | undefined;
  readonly #store: TableStore;
  readonly #vlans: Vlans;
  readonly #lifetime: number;

  constructor(catalog: Catalog, store: TableStore, policy: DevicePolicy, vlans: Vlans) {
    this.#schema = catalog.find('multicast-membership', 'membership');
    this.#store = store;
    this.#vlans = vlans;
    this.#lifetime = policy.timeouts.multicastMembership;
  }

  /** Reports and leaves go on to the routers, who ask for the group from wherever it comes. */
  snoop(packet: Packet): Ruling {
    const { membership } = packet;
    if (!membership) return packet;
    const vm = this.#store.atPort(packet.interface) ?? this.#store.withMac(packet.sourceMac);
    if (this.#schema && vm) this.#learn(this.#schema, vm, packet, membership);
    return { action: 'pass', packet, session: 'none' };
  }

  /** To the members of a group; to all for the groups of the link itself (RFC 4541, section 2.1.2). */
  distribute(packet: Packet): Ruling {
    if (!isMulticast(packet)) return packet;
    const schema = this.#schema;
    if (!schema || isOfTheLink(packet.destinationAddress)) {
      return this.#vlans.flood(packet);
    }
    const keys = [packet.vlanId ?? 0, packet.destinationAddress] as const;
    const members = [...this.#store.vms].filter((vm) => {
      const row = vm.table(schema).rows.find(keys);
      return row !== undefined && wants(schema, row, packet.sourceAddress);
    });
    return this.#vlans.deliver(packet, members);
  }

  #learn(schema: TableSchema, vm: VmState, packet: Packet, message: MembershipMessage): void {
    const { group, type, filterMode = 'exclude', sources = [], version } = message;
    if (vm.mac === undefined || vm.mode !== 'learning') return;
    const known = vm.table(schema).rows.find([packet.vlanId ?? 0, group]);
    // To want a group from no source is to leave it (RFC 3376, section 3.1).
    if (type === 'leave' || (filterMode === 'include' && sources.length === 0)) {
      if (known) vm.remove(schema, known);
      return;
    }
    const reporter = vm.addresses.has(packet.sourceAddress) ? packet.sourceAddress : undefined;
    const row = schema.fields.make({
      'vlan-id': packet.vlanId ?? 0,
      group,
      'host-mac-address': vm.mac,
      'last-reporter': reporter,
      version,
      'filter-mode': filterMode,
      'source-address': sources.length > 0 ? sources : undefined,
      lifetime: this.#lifetime,
      interface: vm.port,
    });
    learn(this.#store, vm, schema, row);
  }
}

function wants({ fields }: TableSchema, row: Branch, source: string): boolean {
  const sources = (fields.get(row, 'source-address') ?? []) as readonly string[];
  return sources.includes(source) === (fields.leaf(row, 'filter-mode') === 'include');
}

/** 224.0.0.0/24 and ff02::/16 do not leave the link, and hosts need not report them. */
function isOfTheLink(address: string): boolean {
  return address.startsWith('224.0.0.') || /^ff.2:/i.test(address);
}
