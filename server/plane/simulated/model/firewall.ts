/**
 * The stateful firewall with address translation (K1, K10), and where a balancer without a connection
 * table of its own finds its place.
 *
 * A packet of a known session passes, translated, if it has a place in it. A packet that opens a session
 * is translated to the VM's own address, held against block list, access control and limits, and filed.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { Clock } from '../../../../src/util/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { Admission } from './admission.ts';
import type { Balancer, Choice } from './balancer.ts';
import { isOver } from './connection-state.ts';
import { Nat } from './nat.ts';
import type { Endpoint } from './nat.ts';
import { drop, isConnectionRequest } from './packet.ts';
import type { Packet, Verdict } from './packet.ts';
import type { DevicePolicy } from './policy.ts';
import { Sessions } from './sessions.ts';
import type { FoundSession } from './sessions.ts';
import type { Indexed } from './tuple-index.ts';
import { isIcmpError, redirect, reverse, tupleOf, withSource, withTuple } from './tuple.ts';
import type { Whereabouts } from './whereabouts.ts';

/** A packet that opens a session, with what translation makes of it. */
interface Opening {
  /** As it came. */
  readonly packet: Packet;
  /** With the VMs' own addresses: what rules and counters are about. */
  readonly inner: Packet;
  readonly choice: Choice | undefined;
  readonly mapping: Indexed | undefined;
}

export interface FirewallParts {
  readonly catalog: Catalog;
  readonly store: TableStore;
  readonly clock: Clock;
  readonly policy: DevicePolicy;
  readonly whereabouts: Whereabouts;
  readonly admission: Admission;
  readonly balancer: Balancer | undefined;
}

export class Firewall {
  readonly #store: TableStore;
  readonly #whereabouts: Whereabouts;
  readonly #admission: Admission;
  readonly #sessions: Sessions | undefined;
  readonly #nat: Nat | undefined;
  readonly #balancer: Balancer | undefined;

  constructor({ catalog, store, clock, policy, ...parts }: FirewallParts) {
    const sessions = catalog.find('session', 'session');
    this.#store = store;
    this.#sessions = sessions && new Sessions(sessions, store, clock, policy);
    this.#nat = Nat.of(catalog, store, policy);
    this.#whereabouts = parts.whereabouts;
    this.#admission = parts.admission;
    this.#balancer = parts.balancer;
  }

  forward(packet: Packet): Verdict {
    if (isIcmpError(packet)) return this.#forwardError(packet);
    const found = this.#sessions?.find(tupleOf(packet));
    const vms = found?.holders ?? this.#whereabouts.ownersOf(packet);
    const elsewhere = this.#whereabouts.elsewhere(vms, packet);
    if (elsewhere) return elsewhere;
    if (found && !this.#reopens(found, packet)) return this.#forwardKnown(found, packet);
    return this.#open(packet);
  }

  /** The time of a session has run out, or another entry's: then nothing happens. */
  expired(schema: TableSchema, row: Branch): void {
    if (this.#sessions && schema === this.#sessions.schema) this.#sessionChanged(row, undefined);
  }

  /** A new connection with the tuple of one that is over takes its place. */
  #reopens({ row, direction }: FoundSession, packet: Packet): boolean {
    const over = isOver(this.#sessions?.state(row));
    return over && direction === 'original' && isConnectionRequest(packet);
  }

  #forwardKnown(found: FoundSession, packet: Packet): Verdict {
    const sessions = this.#sessions as Sessions;
    const after = sessions.advance(found, packet);
    if (typeof after === 'string') return drop(after);
    const out = this.#translate(found, packet);
    // From whom it really is to whom it really goes: rules and counters are about those.
    const inner = { ...packet, destinationAddress: out.destinationAddress };
    const refusal = this.#admission.toGoOn(inner);
    if (refusal) return refusal;
    for (const vm of found.holders) vm.set(sessions.schema, after);
    this.#sessionChanged(found.row, after);
    return { action: 'pass', packet: out, session: 'known' };
  }

  #translate({ row, direction }: FoundSession, packet: Packet): Packet {
    const sessions = this.#sessions as Sessions;
    if (!sessions.isTranslated(row)) return packet;
    const other = direction === 'original' ? sessions.replyTuple(row) : sessions.originalTuple(row);
    return withTuple(packet, reverse(other));
  }

  #open(packet: Packet): Verdict {
    if (!this.#sessions) return drop('no-session');
    const opening = this.#destination(packet);
    if (opening === 'none') return drop('no-real-server');
    const { inner } = opening;
    const vms = this.#whereabouts.ownersOf(inner);
    return this.#admission.toOpen(packet, inner, vms) ?? this.#file(opening);
  }

  /** Where the packet is really going: a balanced server, a mapped VM, or where it says. */
  #destination(packet: Packet): Opening | 'none' {
    const choice = this.#balancer?.choose(packet);
    if (choice === 'none') return 'none';
    const mapped = choice ? undefined : this.#nat?.destination(packet);
    const to = choice?.to ?? mapped?.to;
    const inner = to ? redirect(packet, to.address, to.port) : packet;
    return { packet, inner, choice, mapping: mapped?.mapping };
  }

  #file(opening: Opening): Verdict {
    const sessions = this.#sessions as Sessions;
    const { packet, inner, choice, mapping } = opening;
    const vms = this.#whereabouts.ownersOf(inner);
    const { capacity } = this.#store;
    if (!vms.every((vm) => capacity.admits(sessions.schema.kind, vm))) return drop('table-full');
    const source = this.#source(inner);
    if (source === 'exhausted') return drop('no-mapping');
    const out = source ? withSource(inner, source.to.address, source.to.port) : inner;
    const refusal = this.#admission.toBegin(packet, inner);
    if (refusal) return refusal;
    const row = sessions.make(packet, reverse(tupleOf(out)));
    const holders = sessions.holders(tupleOf(packet), tupleOf(inner));
    for (const vm of holders) vm.set(sessions.schema, row);
    for (const used of [mapping, source?.mapping]) if (used) this.#nat?.refresh(used);
    if (choice) this.#balancer?.connected(choice);
    return { action: 'pass', packet: out, session: 'new' };
  }

  #source(
    inner: Packet,
  ): { readonly to: Endpoint; readonly mapping: Indexed } | 'exhausted' | undefined {
    // Between VMs of this device, addresses are not translated.
    const local = this.#store.owner(inner.destinationAddress) !== undefined;
    if (local || !this.#nat || !this.#store.owner(inner.sourceAddress)) return undefined;
    const source = this.#nat.source(inner);
    return source === 'not-needed' ? undefined : source;
  }

  /** Keeps what hangs on the state of sessions: half-open connections and those of sticky clients. */
  #sessionChanged(before: Branch, after: Branch | undefined): void {
    const sessions = this.#sessions as Sessions;
    const was = sessions.state(before);
    const is = after && sessions.state(after);
    const tuple = sessions.originalTuple(before);
    this.#admission.stateChanged(tuple.sourceAddress, was, is);
    const ended = after === undefined || isOver(is);
    if (!isOver(was) && ended) this.#balancer?.disconnected(tuple);
  }

  /** An ICMP error passes when it is about a packet of a known session (RFC 5508, section 4.2). */
  #forwardError(packet: Packet): Verdict {
    const about = packet.icmp?.about;
    // The error travels like an answer to the packet that it is about.
    const found = about && this.#sessions?.find(reverse(tupleOf(about)));
    if (!about || !found) return drop('no-session');
    const elsewhere = this.#whereabouts.elsewhere(found.holders, packet);
    if (elsewhere) return elsewhere;
    return {
      action: 'pass',
      packet: this.#translateError(found, packet, about),
      session: 'related',
    };
  }

  /** Whoever complains saw the packet as it left this device; its sender knows it as it came. */
  #translateError({ row, direction }: FoundSession, packet: Packet, about: Packet): Packet {
    const sessions = this.#sessions as Sessions;
    if (!sessions.isTranslated(row)) return packet;
    const sent = direction === 'reply' ? sessions.originalTuple(row) : sessions.replyTuple(row);
    return {
      ...packet,
      destinationAddress: sent.sourceAddress,
      icmp: { ...packet.icmp, type: packet.icmp?.type ?? 0, about: withTuple(about, sent) },
    };
  }
}
