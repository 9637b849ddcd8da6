/**
 * A proxy for TCP (K9): it ends the connection of a client, makes one of its own to the server, and then
 * relays segments between the two, with the numbers of each translated to those of the other. It stays
 * between the addresses of client and server and shows its own to nobody.
 *
 * Every segment it has taken has been sent on, so how the numbers of the two legs differ follows from
 * what the table has of them: what is expected next on one has the number that is sent next on the other.
 */
import type { Branch } from '../../../../src/data/index.ts';
import { hashText } from '../../../../src/sami/index.ts';
import type { Clock } from '../../../../src/util/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';
import type { Admission } from './admission.ts';
import { TCP, drop, isConnectionRequest } from './packet.ts';
import type { Packet, Ruling, TcpNumbers, Verdict } from './packet.ts';
import type { DevicePolicy } from './policy.ts';
import { relay } from './proxy-relay.ts';
import { acknowledge, clientHello, legOf, serverHello, withLegs } from './tcp-leg.ts';
import type { Connection, Leg, Side } from './tcp-leg.ts';
import { sequenceSum } from './sequence.ts';
import type { Whereabouts } from './whereabouts.ts';

export interface ProxyParts {
  readonly catalog: Catalog;
  readonly store: TableStore;
  readonly clock: Clock;
  readonly policy: DevicePolicy;
  readonly whereabouts: Whereabouts;
  readonly admission: Admission;
}

/** A segment of a connection that the proxy knows. */
interface Segment {
  readonly packet: Packet;
  readonly tcp: TcpNumbers;
  readonly row: Branch;
  /** From which end it comes. */
  readonly from: Side;
  readonly holders: readonly VmState[];
}

/** What the proxy is ready to take at once. */
const WINDOW = 65_535;

export class Proxy {
  readonly #schema: TableSchema | undefined;
  readonly #parts: ProxyParts;

  constructor(parts: ProxyParts) {
    this.#schema = parts.catalog.find('proxied-connection', 'connection');
    this.#parts = parts;
  }

  /** The packet itself when it is not for the proxy. */
  handle(packet: Packet): Ruling {
    const { tcp } = packet;
    if (!this.#schema || packet.protocol !== TCP || !tcp) return packet;
    const holders = this.#parts.whereabouts.ownersOf(packet);
    for (const from of ['client', 'server'] as const) {
      const row = this.#find(this.#schema, holders, keysOf(packet, from));
      if (row) return this.#goOn({ packet, tcp, row, from, holders });
    }
    const wanted = this.#parts.policy.proxy && isConnectionRequest(packet) && holders.length > 0;
    return wanted ? this.#begin(this.#schema, packet, tcp) : packet;
  }

  /** The time of a connection has run out, or another entry's: then nothing happens. */
  expired(schema: TableSchema, row: Branch): void {
    if (schema !== this.#schema) return;
    const { remote, state } = legOf(row, 'client');
    this.#parts.admission.stateChanged(remote.address, state, undefined);
  }

  #find(
    schema: TableSchema,
    holders: readonly VmState[],
    keys: readonly (string | number)[],
  ): Branch | undefined {
    for (const vm of holders) {
      const row = vm.table(schema).rows.find(keys);
      if (row) return row;
    }
    return undefined;
  }

  /** Answers a client in the server's place; the server hears of it when the client has answered too. */
  #begin(schema: TableSchema, packet: Packet, tcp: TcpNumbers): Verdict {
    const { store, admission, whereabouts, policy } = this.#parts;
    const holders = whereabouts.ownersOf(packet);
    const refusal = admission.toOpen(packet, packet, holders);
    if (refusal) return refusal;
    if (!holders.every((vm) => store.capacity.admits(schema.kind, vm))) return drop('table-full');
    const overLimit = admission.toBegin(packet, packet);
    if (overLimit) return overLimit;
    const first = this.#initialSequence(packet);
    const legs = newLegs(packet, tcp, first);
    const [clientAddress, clientPort, serverAddress, serverPort] = keysOf(packet, 'client');
    const row = schema.fields.make({
      'client-address': clientAddress,
      'client-port': clientPort,
      'server-address': serverAddress,
      'server-port': serverPort,
      'idle-time': 0,
      lifetime: policy.timeouts.tcpSynSent,
      'to-server-octets': 0,
      'to-client-octets': 0,
    });
    this.#keep(schema, holders, withLegs(row, legs));
    return { action: 'answer', reason: 'handshake', packets: [clientHello(legs.client)] };
  }

  #goOn(segment: Segment): Verdict {
    const { packet, row, from, holders } = segment;
    const elsewhere = this.#parts.whereabouts.elsewhere(holders, packet);
    if (elsewhere) return elsewhere;
    const connection = { client: legOf(row, 'client'), server: legOf(row, 'server') };
    const refusal = this.#parts.admission.toGoOn(packet);
    if (refusal) return refusal;
    const ready =
      connection.client.state !== 'syn-received' && connection.server.state !== 'syn-sent';
    if (!ready) return this.#shakeHands(segment, connection);
    const result = relay(connection, from, packet, segment.tcp);
    if (result.connection) this.#advance(segment, connection, result.connection);
    else if (result.over) this.#remove(segment, connection);
    return result.verdict;
  }

  /** The client's handshake first, then the one with the server. */
  #shakeHands(segment: Segment, { client, server }: Connection): Verdict {
    const { packet, tcp, from } = segment;
    const before = { client, server };
    if (packet.tcpFlags?.includes('rst')) {
      this.#remove(segment, before);
      return from === 'client' ? drop('invalid') : answer(acknowledge(client, ['rst', 'ack']));
    }
    if (from === 'client') {
      if (isConnectionRequest(packet)) return answer(clientHello(client));
      if (client.state !== 'syn-received' || tcp.acknowledgement !== client.sendNext) {
        return drop('invalid');
      }
      const ready: Leg = { ...client, state: 'established', sendUnacknowledged: client.sendNext };
      const asked: Leg = {
        ...server,
        state: 'syn-sent',
        sendNext: sequenceSum(server.sendNext, 1),
      };
      this.#advance(segment, before, { client: ready, server: asked });
      return answer(serverHello(asked));
    }
    if (tcp.acknowledgement !== server.sendNext) return drop('invalid');
    const open: Leg = {
      ...server,
      state: 'established',
      sendUnacknowledged: server.sendNext,
      sendWindow: tcp.window ?? WINDOW,
      sendScale: undefined,
      receiveNext: sequenceSum(tcp.sequence, 1),
    };
    this.#advance(segment, before, { client, server: open });
    return answer(acknowledge(open), acknowledge(client));
  }

  #advance({ row, tcp, from, holders }: Segment, before: Connection, after: Connection): void {
    const schema = this.#schema as TableSchema;
    const { fields } = schema;
    const relayed = from === 'client' ? 'to-server-octets' : 'to-client-octets';
    const passed = after[from].receiveNext !== before[from].receiveNext;
    const closing = after.client.state !== 'established' && after.server.state !== 'established';
    const { tcpEstablished, tcpClosing, tcpSynSent } = this.#parts.policy.timeouts;
    const shaking = after.server.state === 'syn-sent';
    const changed = fields.change(withLegs(row, after), {
      [relayed]: (fields.number(row, relayed) ?? 0) + (passed ? (tcp.payload ?? 0) : 0),
      'idle-time': 0,
      lifetime: shaking ? tcpSynSent : closing ? tcpClosing : tcpEstablished,
    });
    this.#keep(schema, holders, changed);
    this.#stateChanged(before, after.client.state);
  }

  #remove({ row, holders }: Segment, before: Connection): void {
    const schema = this.#schema as TableSchema;
    for (const vm of holders) vm.remove(schema, row);
    this.#stateChanged(before, undefined);
  }

  /** The client's connection is what thresholds count. */
  #stateChanged({ client }: Connection, is: string | undefined): void {
    this.#parts.admission.stateChanged(client.remote.address, client.state, is);
  }

  #keep(schema: TableSchema, holders: readonly VmState[], row: Branch): void {
    for (const vm of holders) vm.set(schema, row);
  }

  /** Not to be guessed from outside, and another one each time (RFC 9293, section 3.4.1). */
  #initialSequence(packet: Packet): number {
    return hashText([...keysOf(packet, 'client'), this.#parts.clock.now()].join(' ')).low;
  }
}

function answer(...packets: readonly Packet[]): Verdict {
  return { action: 'answer', reason: 'handshake', packets };
}

/** Keys of the connection, if the packet comes from this end. */
function keysOf(packet: Packet, from: Side): readonly (string | number)[] {
  const source = [packet.sourceAddress, packet.sourcePort ?? 0];
  const destination = [packet.destinationAddress, packet.destinationPort ?? 0];
  return from === 'client' ? [...source, ...destination] : [...destination, ...source];
}

/** The legs when a client has begun: `first` is the first sequence number that it is sent. */
function newLegs(
  packet: Packet,
  tcp: TcpNumbers,
  first: number,
): { readonly client: Leg; readonly server: Leg } {
  const client: Leg = {
    local: { address: packet.destinationAddress, port: packet.destinationPort ?? 0 },
    remote: { address: packet.sourceAddress, port: packet.sourcePort ?? 0 },
    state: 'syn-received',
    sendNext: sequenceSum(first, 1),
    sendUnacknowledged: first,
    sendWindow: tcp.window ?? WINDOW,
    sendScale: undefined,
    receiveNext: sequenceSum(tcp.sequence, 1),
    receiveWindow: WINDOW,
  };
  const server: Leg = {
    local: client.remote,
    remote: client.local,
    state: 'closed',
    sendNext: sequenceSum(first, 0x1000_0000),
    sendUnacknowledged: sequenceSum(first, 0x1000_0000),
    sendWindow: undefined,
    sendScale: undefined,
    receiveNext: 0,
    receiveWindow: WINDOW,
  };
  return { client, server };
}
