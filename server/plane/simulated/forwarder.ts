/**
 * The way of a packet through the device: what a test or a demonstration asks is whether it passes.
 *
 * A packet of a known session passes, translated, if it has a place in it. A packet that opens a session
 * is translated to the VM's own address, held against block list, access control and limits, and filed.
 * A VM in standby is not here; what happens to packets of a frozen one its configuration says.
 */
import type { Branch } from '../../../src/data/index.ts';
import { childNode } from '../../../src/data/index.ts';
import type { Clock } from '../../../src/util/index.ts';
import { AccessLists } from './access-lists.ts';
import { Accounting } from './accounting.ts';
import { Balancer } from './balancer.ts';
import type { Choice } from './balancer.ts';
import type { TableSchema } from '../kit/catalog.ts';
import { isHalfOpen, isOver } from './connection-state.ts';
import { fieldsOf } from '../kit/fields.ts';
import { Nat } from './nat.ts';
import type { Endpoint } from './nat.ts';
import type { Indexed } from './tuple-index.ts';
import { SCTP, TCP, drop, hasFlag, isConnectionRequest, isIcmp } from './packet.ts';
import type { Packet, Verdict } from './packet.ts';
import type { DevicePolicy } from './policy.ts';
import { SecurityCounters } from './security-counters.ts';
import { Sessions } from './sessions.ts';
import type { FoundSession } from './sessions.ts';
import type { TableStore } from './table-store.ts';
import { isIcmpError, isIcmpQuery, reverse, tupleOf, withTuple } from './tuple.ts';
import type { Tuple } from './tuple.ts';
import type { VmState } from './vm-state.ts';

/** A packet that opens a session, with what translation makes of it. */
interface Opening {
  /** As it came. */
  readonly packet: Packet;
  /** With the VMs' own addresses: what rules and counters are about. */
  readonly inner: Packet;
  readonly choice: Choice | undefined;
  readonly mapping: Indexed | undefined;
}

export class Forwarder {
  readonly #store: TableStore;
  readonly #policy: DevicePolicy;
  readonly #sessions: Sessions | undefined;
  readonly #access: AccessLists;
  readonly #security: SecurityCounters;
  readonly #accounting: Accounting;
  readonly #nat: Nat | undefined;
  readonly #balancer: Balancer | undefined;

  constructor(store: TableStore, clock: Clock, policy: DevicePolicy) {
    const { catalog } = store;
    const sessions = catalog.find('session', 'session');
    this.#store = store;
    this.#policy = policy;
    this.#sessions = sessions && new Sessions(sessions, store, clock, policy.timeouts);
    this.#access = new AccessLists(catalog);
    this.#security = new SecurityCounters(catalog, store, policy);
    this.#accounting = new Accounting(catalog, store, clock, policy);
    this.#nat = Nat.of(catalog, store, policy);
    this.#balancer = Balancer.of(catalog, store);
  }

  forward(packet: Packet): Verdict {
    if (isIcmpError(packet)) return this.#forwardError(packet);
    const found = this.#sessions?.find(tupleOf(packet));
    const elsewhere = this.#elsewhere(found?.holders ?? this.#ownersOf(packet), packet);
    if (elsewhere) return elsewhere;
    if (found && !this.#reopens(found, packet)) return this.#forwardKnown(found, packet);
    return this.#open(packet);
  }

  /** The time of an entry has run out. */
  expire(vm: VmState, schema: TableSchema, row: Branch): void {
    if (this.#security.expire(vm, schema, row) || this.#balancer?.keeps(vm, schema, row)) return;
    vm.remove(schema, row);
    if (this.#sessions && schema === this.#sessions.schema) this.#sessionChanged(row, undefined);
  }

  #ownersOf({ sourceAddress, destinationAddress }: Packet): readonly VmState[] {
    const owners = [this.#store.owner(sourceAddress), this.#store.owner(destinationAddress)];
    return owners.filter((owner) => owner !== undefined);
  }

  /** What happens to a packet of a VM that is not in operation here. */
  #elsewhere(vms: readonly VmState[], packet: Packet): Verdict | undefined {
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

  /** A new connection with the tuple of one that is over takes its place. */
  #reopens({ row, direction }: FoundSession, packet: Packet): boolean {
    const over = isOver(this.#sessions?.state(row));
    return over && direction === 'original' && isConnectionRequest(packet);
  }

  #forwardKnown(found: FoundSession, packet: Packet): Verdict {
    const sessions = this.#sessions as Sessions;
    const after = sessions.advance(found, packet);
    if (after === 'invalid') return drop('invalid');
    const out = this.#translate(found, packet);
    // From whom it really is to whom it really goes: rules and counters are about those.
    const inner = { ...packet, destinationAddress: out.destinationAddress };
    if (this.#security.isBlocked(inner)) return drop('blocked');
    if (!this.#accounting.admit(inner)) return drop('over-limit');
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
    const sessions = this.#sessions;
    if (!sessions) return drop('no-session');
    const opening = this.#destination(packet);
    if (opening === 'none') return drop('no-real-server');
    const { inner } = opening;
    const vms = this.#ownersOf(inner);
    if (vms.length === 0) return drop('address-unknown');
    const elsewhere = this.#elsewhere(vms, packet);
    if (elsewhere) return elsewhere;
    if (this.#security.isBlocked(inner)) return drop('blocked');
    if (!this.#mayOpen(packet)) return drop('no-session');
    const decision = this.#decide(vms, inner);
    if (decision !== 'accept') return { ...drop('acl'), rejected: decision === 'reject' };
    if (isConnectionRequest(packet) && !this.#security.countRequest(inner)) return drop('blocked');
    return this.#file(opening, vms);
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

  #mayOpen(packet: Packet): boolean {
    if (packet.protocol === TCP) {
      return isConnectionRequest(packet) || (this.#policy.loose && hasFlag(packet, 'ack'));
    }
    if (packet.protocol === SCTP) return packet.sctpChunk === 'init';
    return !isIcmp(packet) || isIcmpQuery(packet);
  }

  /** Every VM concerned must agree. */
  #decide(vms: readonly VmState[], packet: Packet): 'accept' | 'drop' | 'reject' {
    for (const vm of new Set(vms)) {
      const decision = this.#access.decide(vm, packet) ?? this.#policy.defaultAction;
      if (decision !== 'accept') return decision;
    }
    return 'accept';
  }

  #file(opening: Opening, vms: readonly VmState[]): Verdict {
    const sessions = this.#sessions as Sessions;
    const { packet, inner, choice, mapping } = opening;
    const { capacity } = this.#store;
    if (!vms.every((vm) => capacity.admits(sessions.schema.kind, vm))) return drop('table-full');
    const source = this.#source(inner);
    if (source === 'exhausted') return drop('no-mapping');
    const out = source ? withSource(inner, source.to.address, source.to.port) : inner;
    const halfOpen = isConnectionRequest(packet);
    if (halfOpen && !this.#security.beginHalfOpen(packet.sourceAddress))
      return drop('half-open-limit');
    if (!this.#accounting.admit(inner)) {
      if (halfOpen) this.#security.endHalfOpen(packet.sourceAddress);
      return drop('over-limit');
    }
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
    const stillHalfOpen = after !== undefined && isHalfOpen(is);
    if (isHalfOpen(was) && !stillHalfOpen) this.#security.endHalfOpen(tuple.sourceAddress);
    const ended = after === undefined || isOver(is);
    if (!isOver(was) && ended) this.#balancer?.disconnected(tuple);
  }

  /** An ICMP error passes when it is about a packet of a known session (RFC 5508, section 4.2). */
  #forwardError(packet: Packet): Verdict {
    const about = packet.icmp?.about;
    // The error travels like an answer to the packet that it is about.
    const found = about && this.#sessions?.find(reverse(tupleOf(about)));
    if (!about || !found) return drop('no-session');
    const elsewhere = this.#elsewhere(found.holders, packet);
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

/** The packet to another destination; a query has its identifier rewritten. */
function redirect(packet: Packet, address: string, port: number): Packet {
  const tuple: Tuple = tupleOf(packet);
  const moved = isIcmp(packet)
    ? { ...tuple, destinationAddress: address, sourcePort: port }
    : { ...tuple, destinationAddress: address, destinationPort: port };
  return withTuple(packet, moved);
}

function withSource(packet: Packet, address: string, port: number): Packet {
  return withTuple(packet, { ...tupleOf(packet), sourceAddress: address, sourcePort: port });
}
