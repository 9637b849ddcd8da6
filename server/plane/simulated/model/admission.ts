/**
 * Whether a packet is allowed, whoever keeps its connection: the session table, a proxy or a balancer.
 * `inner` is the packet with the VMs' own addresses; rules and counters are about those.
 */
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';
import type { AccessLists } from './access-lists.ts';
import type { Accounting } from './accounting.ts';
import { isHalfOpen } from './connection-state.ts';
import { SCTP, TCP, drop, hasFlag, isConnectionRequest, isIcmp } from './packet.ts';
import type { Packet, Verdict } from './packet.ts';
import type { DevicePolicy } from './policy.ts';
import type { SecurityCounters } from './security-counters.ts';
import { isIcmpQuery } from './tuple.ts';
import type { Whereabouts } from './whereabouts.ts';

export interface AdmissionParts {
  readonly store: TableStore;
  readonly policy: DevicePolicy;
  readonly whereabouts: Whereabouts;
  readonly access: AccessLists;
  readonly security: SecurityCounters;
  readonly accounting: Accounting;
}

/** Several answers: undefined where nothing is against the packet. */
export class Admission {
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Whether a packet may open a connection of these VMs. A connection request is counted. */
  toOpen(packet: Packet, inner: Packet, vms: readonly VmState[]): Verdict | undefined {
    const { security, whereabouts } = this.#parts;
    if (vms.length === 0) return drop('address-unknown');
    const elsewhere = whereabouts.elsewhere(vms, packet);
    if (elsewhere) return elsewhere;
    if (security.isBlocked(inner)) return drop('blocked');
    if (!this.#mayOpen(packet)) return drop('no-session');
    const decision = this.#decide(vms, inner);
    if (decision !== 'accept') return { ...drop('acl'), rejected: decision === 'reject' };
    const counted = !isConnectionRequest(packet) || security.countRequest(inner);
    return counted ? undefined : drop('blocked');
  }

  /** Counts the first packet of a connection against thresholds and limits. */
  toBegin(packet: Packet, inner: Packet): Verdict | undefined {
    const { security, accounting } = this.#parts;
    const halfOpen = isConnectionRequest(packet);
    if (halfOpen && !security.beginHalfOpen(packet.sourceAddress)) return drop('half-open-limit');
    if (accounting.admit(inner)) return undefined;
    if (halfOpen) security.endHalfOpen(packet.sourceAddress);
    return drop('over-limit');
  }

  /** Whether a packet of a connection that exists may go on; it is counted if so. */
  toGoOn(inner: Packet): Verdict | undefined {
    const { security, accounting } = this.#parts;
    if (security.isBlocked(inner)) return drop('blocked');
    return accounting.admit(inner) ? undefined : drop('over-limit');
  }

  /** The connection that `source` began is in another state, or gone. */
  stateChanged(source: string, was: string | undefined, is: string | undefined): void {
    if (isHalfOpen(was) && !isHalfOpen(is)) this.#parts.security.endHalfOpen(source);
  }

  #mayOpen(packet: Packet): boolean {
    if (packet.protocol === TCP) {
      return isConnectionRequest(packet) || (this.#parts.policy.loose && hasFlag(packet, 'ack'));
    }
    if (packet.protocol === SCTP) return packet.sctpChunk === 'init';
    return !isIcmp(packet) || isIcmpQuery(packet);
  }

  /** Every VM concerned must agree. */
  #decide(vms: readonly VmState[], packet: Packet): 'accept' | 'drop' | 'reject' {
    const { access, policy } = this.#parts;
    for (const vm of new Set(vms)) {
      const decision = access.decide(vm, packet) ?? policy.defaultAction;
      if (decision !== 'accept') return decision;
    }
    return 'accept';
  }
}
