/**
 * Connections for which a balancer has chosen a real server (K11). Where clients speak first, the choice
 * can be made by what they say (layer 5): a packet has its request with it, as if the balancer had shaken
 * hands with the client before. A data connection of FTP goes where its control connection goes.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import type { TableStore } from '../tables/table-store.ts';
import type { VmState } from '../tables/vm-state.ts';
import type { Admission } from './admission.ts';
import type { Balancer, Choice } from './balancer.ts';
import { firstState, isOver, lifetimeOf, nextState } from './connection-state.ts';
import type { Direction } from './connection-state.ts';
import { dataPortOf, decidingRule, describeRequest, withDataPort } from './content-rules.ts';
import { drop, isConnectionRequest, isIcmp, lengthOf } from './packet.ts';
import type { Packet, Ruling, Verdict } from './packet.ts';
import type { DevicePolicy } from './policy.ts';
import type { Happened } from './sticky-data.ts';
import { TupleIndex } from './tuple-index.ts';
import { redirect, tupleOf, tupleText, withSource } from './tuple.ts';
import type { Tuple } from './tuple.ts';
import type { Whereabouts } from './whereabouts.ts';

export interface BalancerConnectionParts {
  readonly catalog: Catalog;
  readonly store: TableStore;
  readonly policy: DevicePolicy;
  readonly whereabouts: Whereabouts;
  readonly admission: Admission;
  readonly balancer: Balancer | undefined;
}

interface Found {
  readonly vm: VmState;
  readonly row: Branch;
  readonly direction: Direction;
}

export class BalancerConnections {
  readonly #schema: TableSchema | undefined;
  readonly #parts: BalancerConnectionParts;
  readonly #index: TupleIndex | undefined;

  constructor(parts: BalancerConnectionParts) {
    this.#schema = parts.catalog.find('balancer-connection', 'connection');
    this.#parts = parts;
    this.#index =
      this.#schema &&
      new TupleIndex(parts.store, this.#schema, (row) => [
        `o ${tupleText(this.#tuple(row))}`,
        `r ${tupleText(this.#replyTuple(row))}`,
        ...this.#dataKeys(row),
      ]);
  }

  /** The packet itself when it is to no virtual address and of no connection to one. */
  handle(packet: Packet): Ruling {
    if (!this.#schema || isIcmp(packet)) return packet;
    const found = this.#find(packet);
    if (found && !this.#reopens(found, packet)) return this.#goOn(this.#schema, found, packet);
    const rule = decidingRule(this.#parts.policy.contentRules, packet);
    const choice =
      this.#dataConnection(packet) ?? this.#parts.balancer?.choose(packet, rule?.serverFarm);
    if (choice === undefined) {
      if (isConnectionRequest(packet)) this.#parts.balancer?.count(packet, begun(packet));
      return packet;
    }
    if (choice === 'none') return drop('no-real-server');
    return this.#begin(this.#schema, packet, choice);
  }

  /** The time of a connection has run out, or another entry's: then nothing happens. */
  expired(schema: TableSchema, row: Branch): void {
    if (schema === this.#schema) this.#stateChanged(row, undefined);
  }

  #find(packet: Packet): Found | undefined {
    const text = tupleText(tupleOf(packet));
    const original = this.#index?.find(`o ${text}`);
    if (original) return { ...original, direction: 'original' };
    const reply = this.#index?.find(`r ${text}`);
    return reply && { ...reply, direction: 'reply' };
  }

  #reopens({ row, direction }: Found, packet: Packet): boolean {
    return direction === 'original' && isOver(this.#state(row)) && isConnectionRequest(packet);
  }

  #begin(schema: TableSchema, packet: Packet, choice: Choice): Verdict {
    const { store, whereabouts, admission, balancer } = this.#parts;
    const { address, port } = choice.to;
    const inner = redirect(packet, address, port);
    const vms = [...whereabouts.ownersOf(inner), ...whereabouts.ownersOf(packet)];
    const refusal = admission.toOpen(packet, inner, vms);
    if (refusal) return refusal;
    const keeper = store.owner(address) ?? store.owner(packet.destinationAddress);
    if (!keeper) return drop('address-unknown');
    if (!store.capacity.admits(schema.kind, keeper)) return drop('table-full');
    const overLimit = admission.toBegin(packet, inner);
    if (overLimit) return overLimit;
    keeper.set(schema, this.#make(schema, packet, choice));
    const happened = { ...begun(packet), sessions: 1 };
    balancer?.count(packet, happened);
    if (choice.group !== undefined) balancer?.connected(choice, happened);
    return { action: 'pass', packet: inner, session: 'new' };
  }

  #make({ fields, list }: TableSchema, packet: Packet, choice: Choice): Branch {
    const state = firstState(packet);
    return fields.make({
      protocol: packet.protocol,
      'client-address': packet.sourceAddress,
      'client-port': packet.sourcePort ?? 0,
      'virtual-address': packet.destinationAddress,
      'virtual-port': packet.destinationPort ?? 0,
      'real-server-address': choice.to.address,
      'real-server-port': choice.to.port,
      'server-farm': choice.farm,
      state,
      application: describeRequest(list, packet.request),
      lifetime: this.#lifetime(packet.protocol, state),
      'idle-time': 0,
      'to-server-octets': lengthOf(packet),
      'to-client-octets': 0,
    });
  }

  #goOn(schema: TableSchema, { vm, row, direction }: Found, packet: Packet): Verdict {
    const elsewhere = this.#parts.whereabouts.elsewhere([vm], packet);
    if (elsewhere) return elsewhere;
    const next = nextState(this.#state(row), direction, packet);
    if (next === 'invalid') return drop('invalid');
    const out = this.#translate(row, direction, packet);
    const inner = direction === 'original' ? out : packet;
    const refusal = this.#parts.admission.toGoOn(inner);
    if (refusal) return refusal;
    const { fields } = schema;
    const octets = direction === 'original' ? 'to-server-octets' : 'to-client-octets';
    const after = fields.change(withDataPort(row, packet.request), {
      state: next.state,
      lifetime: this.#lifetime(packet.protocol, next.state),
      'idle-time': 0,
      [octets]: (fields.number(row, octets) ?? 0) + lengthOf(packet),
    });
    vm.set(schema, after);
    this.#stateChanged(row, after);
    const bytes = direction === 'original' ? 'bytes-in' : 'bytes-out';
    this.#parts.balancer?.count(this.#tuple(row), { [bytes]: lengthOf(packet) });
    return { action: 'pass', packet: out, session: 'known' };
  }

  #translate(row: Branch, direction: Direction, packet: Packet): Packet {
    if (direction === 'original') {
      const { sourceAddress, sourcePort } = this.#replyTuple(row);
      return redirect(packet, sourceAddress, sourcePort);
    }
    const { destinationAddress, destinationPort } = this.#tuple(row);
    return withSource(packet, destinationAddress, destinationPort);
  }

  /** A connection to the port on which client and server have agreed for data. */
  #dataConnection(packet: Packet): Choice | undefined {
    const { sourceAddress, destinationAddress, destinationPort = 0 } = packet;
    const control = this.#index?.find(
      `d ${sourceAddress} ${destinationAddress} ${destinationPort}`,
    );
    if (!control) return undefined;
    const { sourceAddress: address } = this.#replyTuple(control.row);
    const farm = this.#schema?.fields.text(control.row, 'server-farm');
    return { to: { address, port: destinationPort }, farm, group: undefined, client: undefined };
  }

  #dataKeys(row: Branch): readonly string[] {
    const port = dataPortOf(row);
    const { sourceAddress, destinationAddress } = this.#tuple(row);
    return port === undefined ? [] : [`d ${sourceAddress} ${destinationAddress} ${port}`];
  }

  #stateChanged(before: Branch, after: Branch | undefined): void {
    const was = this.#state(before);
    const is = after && this.#state(after);
    const tuple = this.#tuple(before);
    this.#parts.admission.stateChanged(tuple.sourceAddress, was, is);
    const ended = after === undefined || isOver(is);
    if (!isOver(was) && ended) this.#parts.balancer?.disconnected(tuple);
  }

  #state(row: Branch): string | undefined {
    return this.#schema?.fields.text(row, 'state');
  }

  #lifetime(protocol: number, state: string | undefined): number {
    const { timeouts } = this.#parts.policy;
    return lifetimeOf(protocol, state, { seenReply: true, timeouts });
  }

  /** As the client sends. */
  #tuple(row: Branch): Tuple {
    const { fields } = this.#schema as TableSchema;
    return {
      protocol: fields.number(row, 'protocol') ?? 0,
      sourceAddress: fields.text(row, 'client-address') ?? '',
      sourcePort: fields.number(row, 'client-port') ?? 0,
      destinationAddress: fields.text(row, 'virtual-address') ?? '',
      destinationPort: fields.number(row, 'virtual-port') ?? 0,
    };
  }

  /** As the real server answers. */
  #replyTuple(row: Branch): Tuple {
    const { fields } = this.#schema as TableSchema;
    const { protocol, sourceAddress, sourcePort, destinationPort } = this.#tuple(row);
    return {
      protocol,
      sourceAddress: fields.text(row, 'real-server-address') ?? '',
      sourcePort: fields.number(row, 'real-server-port') ?? destinationPort,
      destinationAddress: sourceAddress,
      destinationPort: sourcePort,
    };
  }
}

function begun(packet: Packet): Happened {
  const requests = packet.request?.protocol === 'http' ? 1 : 0;
  return { connections: 1, 'http-requests': requests, 'bytes-in': lengthOf(packet) };
}
