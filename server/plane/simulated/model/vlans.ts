/**
 * The switch and its VLANs (K6, IEEE 802.1Q): each VM is alone on a port, `vm/port` or one named after
 * it. A VM with no VLANs is on a port without VLANs: frames without a tag reach it, and of those with a
 * tag only what is addressed to it.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';
import { drop, isBroadcast } from './packet.ts';
import type { Packet, Ruling, Verdict } from './packet.ts';

export class Vlans {
  readonly #store: TableStore;
  readonly #schema: TableSchema | undefined;

  constructor(catalog: Catalog, store: TableStore) {
    this.#store = store;
    this.#schema = catalog.find('vlan', 'vlan');
  }

  /** A frame that comes in on the port of a VM belongs to one of its VLANs, or has no business here. */
  enter(packet: Packet): Ruling {
    const vm = this.#store.atPort(packet.interface);
    if (!vm || this.#rows(vm).length === 0) return packet;
    if (packet.vlanId !== undefined) {
      return this.#membership(vm, packet.vlanId) ? packet : drop('vlan');
    }
    const { fields } = this.#schema as TableSchema;
    const untagged = this.#rows(vm).find((row) => fields.leaf(row, 'tagging') === 'untagged');
    return untagged ? { ...packet, vlanId: fields.number(untagged, 'vlan-id') ?? 0 } : drop('vlan');
  }

  /** The frame as it goes out of a VM's port; undefined when its VLAN is not there. */
  leave(packet: Packet, vm: VmState): Packet | undefined {
    const out = { ...packet, outInterface: vm.port };
    if (this.#rows(vm).length === 0) return out;
    if (packet.vlanId === undefined) return out;
    const row = this.#membership(vm, packet.vlanId);
    if (!row) return undefined;
    return this.#schema?.fields.leaf(row, 'tagging') === 'untagged'
      ? { ...out, vlanId: undefined }
      : out;
  }

  /** To everybody in the VLAN but its sender. */
  broadcast(packet: Packet): Ruling {
    return isBroadcast(packet) ? this.flood(packet) : packet;
  }

  /** A copy for each VM that the frame's VLAN reaches. */
  flood(packet: Packet): Verdict {
    const { vlanId } = packet;
    const reached = [...this.#store.vms].filter((vm) =>
      this.#rows(vm).length === 0 ? vlanId === undefined : vlanId !== undefined,
    );
    return this.deliver(packet, reached);
  }

  /** A copy for each of these VMs that is in operation and not the sender. */
  deliver(packet: Packet, vms: Iterable<VmState>): Verdict {
    const copies: Packet[] = [];
    for (const vm of vms) {
      if (vm.mode !== 'learning' || vm.port === packet.interface) continue;
      const copy = this.leave(packet, vm);
      if (copy) copies.push(copy);
    }
    return copies.length > 0 ? { action: 'deliver', copies } : drop('no-receiver');
  }

  /** A packet to one VM, as its port takes it. */
  unicast(verdict: Verdict): Verdict {
    if (verdict.action !== 'pass') return verdict;
    const vm = this.#store.owner(verdict.packet.destinationAddress);
    if (!vm || this.#rows(vm).length === 0) return verdict;
    const packet = this.leave(verdict.packet, vm);
    return packet ? { ...verdict, packet } : drop('vlan');
  }

  #membership(vm: VmState, vlanId: number): Branch | undefined {
    return this.#schema && vm.table(this.#schema).rows.find([vlanId]);
  }

  #rows(vm: VmState): readonly Branch[] {
    return this.#schema ? [...vm.table(this.#schema).rows] : [];
  }
}
