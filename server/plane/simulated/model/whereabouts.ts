/** What happens to packets of a VM that is not in operation here: not yet, or no longer. */
import { childNode } from '../../../../src/data/index.ts';
import { fieldsOf } from '../../kit/fields.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';
import { drop } from './packet.ts';
import type { Packet, Ruling, Verdict } from './packet.ts';

export class Whereabouts {
  readonly #store: TableStore;

  constructor(store: TableStore) {
    this.#store = store;
  }

  /** The packet, unless a VM that it concerns is in standby or frozen. */
  check(packet: Packet): Ruling {
    const sender = this.#store.atPort(packet.interface);
    const owners = this.ownersOf(packet);
    return this.elsewhere(sender ? [sender, ...owners] : owners, packet) ?? packet;
  }

  /** The VMs of its two addresses. */
  ownersOf({ sourceAddress, destinationAddress }: Packet): readonly VmState[] {
    const owners = [this.#store.owner(sourceAddress), this.#store.owner(destinationAddress)];
    return owners.filter((owner) => owner !== undefined);
  }

  /** Undefined when all of them are in operation here. */
  elsewhere(vms: readonly VmState[], packet: Packet): Verdict | undefined {
    if (vms.some(({ mode }) => mode === 'standby')) return drop('standby');
    const frozen = vms.find(({ mode }) => mode === 'frozen');
    if (!frozen?.config) return undefined;
    const inFlight = fieldsOf(frozen.config.schema).branch(frozen.config, 'in-flight');
    if (!inFlight) return drop('frozen');
    const nextHop = inFlight.get(childNode(inFlight.schema, 'next-hop'));
    const forwards = inFlight.get(childNode(inFlight.schema, 'action')) === 'forward';
    if (!forwards || typeof nextHop !== 'string') return drop('frozen');
    return { action: 'forward', nextHop, packet };
  }
}
