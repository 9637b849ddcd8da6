/**
 * DHCP snooping (K7): overhears which address a VM was leased, and lets nothing else leave its port.
 * Ports without a VM lead to the rest of the network and are trusted.
 */
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';
import { learn } from './learn.ts';
import { drop } from './packet.ts';
import type { DhcpMessage, Packet, Ruling } from './packet.ts';
import type { DevicePolicy } from './policy.ts';
import type { Vlans } from './vlans.ts';

const FROM_SERVERS: ReadonlySet<DhcpMessage['type']> = new Set(['offer', 'ack', 'nak']);

export interface DhcpSnoopingParts {
  readonly catalog: Catalog;
  readonly store: TableStore;
  readonly policy: DevicePolicy;
  readonly vlans: Vlans;
}

export class DhcpSnooping {
  readonly #schema: TableSchema | undefined;
  readonly #store: TableStore;
  readonly #vlans: Vlans;

  constructor({ catalog, store, policy, vlans }: DhcpSnoopingParts) {
    this.#schema = policy.dhcpSnooping ? catalog.find('dhcp-binding', 'binding') : undefined;
    this.#store = store;
    this.#vlans = vlans;
  }

  inspect(packet: Packet): Ruling {
    const schema = this.#schema;
    if (!schema) return packet;
    const vm = this.#store.atPort(packet.interface);
    if (packet.dhcp) return this.#overhear(schema, packet, packet.dhcp);
    if (!vm || hasNoAddressYet(packet)) return packet;
    const mac = packet.sourceMac ?? vm.mac;
    const keys = [packet.vlanId ?? 0, mac, packet.sourceAddress];
    return mac !== undefined && vm.table(schema).rows.find(keys as readonly string[])
      ? packet
      : drop('spoofed');
  }

  #overhear(schema: TableSchema, packet: Packet, message: DhcpMessage): Ruling {
    const sender = this.#store.atPort(packet.interface);
    if (!FROM_SERVERS.has(message.type)) {
      const ends = message.type === 'release' || message.type === 'decline';
      if (sender && ends) this.#forget(schema, sender, packet, message);
      return { action: 'pass', packet, session: 'none' };
    }
    // A server behind the port of a VM is none of the operator's.
    if (sender) return drop('spoofed');
    const client = this.#store.withMac(message.clientMac);
    if (!client || client.mode !== 'learning') return packet;
    if (message.type === 'ack') this.#learn(schema, client, packet, message);
    return this.#vlans.deliver(packet, [client]);
  }

  #learn(schema: TableSchema, vm: VmState, packet: Packet, message: DhcpMessage): void {
    const { address, clientMac, leaseTime, serverAddress } = message;
    if (address === undefined) return;
    const row = schema.fields.make({
      'vlan-id': packet.vlanId ?? 0,
      'mac-address': clientMac,
      address,
      'server-address': serverAddress,
      lifetime: leaseTime,
      interface: vm.port,
    });
    learn(this.#store, vm, schema, row);
  }

  #forget(schema: TableSchema, vm: VmState, packet: Packet, message: DhcpMessage): void {
    const keys = [packet.vlanId ?? 0, message.clientMac, message.address ?? packet.sourceAddress];
    const row = vm.table(schema).rows.find(keys);
    if (row) vm.remove(schema, row);
  }
}

/** Hosts without an address ask for one; link-local addresses are not leased. */
function hasNoAddressYet({ sourceAddress }: Packet): boolean {
  return sourceAddress === '0.0.0.0' || sourceAddress === '::' || /^fe80:/.test(sourceAddress);
}
