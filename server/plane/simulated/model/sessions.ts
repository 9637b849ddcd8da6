/**
 * The session table (K1): finds the session of a packet in either direction, opens sessions and keeps
 * them up to date. A session between two VMs is filed under both.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { Clock } from '../../../../src/util/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import { firstState, lifetimeOf, nextState } from './connection-state.ts';
import type { Direction } from './connection-state.ts';
import { lengthOf } from './packet.ts';
import type { Packet } from './packet.ts';
import type { DevicePolicy, Timeouts } from './policy.ts';
import { TcpWindows } from './tcp-window.ts';
import { TupleIndex } from './tuple-index.ts';
import type { TableStore } from '../tables/table-store.ts';
import { reverse, tupleOf, tupleText } from './tuple.ts';
import type { Tuple } from './tuple.ts';
import type { VmState } from '../tables/vm-state.ts';

/** A session as a packet finds it. */
export interface FoundSession {
  readonly row: Branch;
  readonly direction: Direction;
  /** The VMs under which it is filed. */
  readonly holders: readonly VmState[];
}

export class Sessions {
  readonly schema: TableSchema;
  readonly #store: TableStore;
  readonly #clock: Clock;
  readonly #timeouts: Timeouts;
  readonly #windows: TcpWindows;
  /** Translated sessions by both of their tuples: neither need name an address of the VM. */
  readonly #translated: TupleIndex;

  constructor(schema: TableSchema, store: TableStore, clock: Clock, policy: DevicePolicy) {
    this.schema = schema;
    this.#store = store;
    this.#clock = clock;
    this.#timeouts = policy.timeouts;
    this.#windows = new TcpWindows(schema.fields, policy.windowTracking);
    this.#translated = new TupleIndex(store, schema, (row) =>
      this.isTranslated(row)
        ? [`o ${tupleText(this.originalTuple(row))}`, `r ${tupleText(this.replyTuple(row))}`]
        : [],
    );
  }

  find(tuple: Tuple): FoundSession | undefined {
    const original = this.#lookUp(tuple);
    if (original) return this.#found(original, 'original');
    const plain = this.#lookUp(reverse(tuple));
    if (plain && !this.isTranslated(plain)) return this.#found(plain, 'reply');
    const translated = this.#translated.find(`r ${tupleText(tuple)}`);
    return translated && this.#found(translated.row, 'reply');
  }

  originalTuple(row: Branch): Tuple {
    const { fields } = this.schema;
    return {
      protocol: fields.number(row, 'protocol') ?? 0,
      sourceAddress: fields.text(row, 'source-address') ?? '',
      destinationAddress: fields.text(row, 'destination-address') ?? '',
      sourcePort: fields.number(row, 'source-port') ?? 0,
      destinationPort: fields.number(row, 'destination-port') ?? 0,
    };
  }

  replyTuple(row: Branch): Tuple {
    const { fields } = this.schema;
    const plain = reverse(this.originalTuple(row));
    if (!this.isTranslated(row)) return plain;
    return {
      protocol: plain.protocol,
      sourceAddress: fields.text(row, 'reply-source-address') ?? plain.sourceAddress,
      destinationAddress: fields.text(row, 'reply-destination-address') ?? plain.destinationAddress,
      sourcePort: fields.number(row, 'reply-source-port') ?? plain.sourcePort,
      destinationPort: fields.number(row, 'reply-destination-port') ?? plain.destinationPort,
    };
  }

  isTranslated(row: Branch): boolean {
    return this.schema.fields.get(row, 'reply-source-address') !== undefined;
  }

  state(row: Branch): string | undefined {
    return this.schema.fields.text(row, 'state');
  }

  /** The VMs under which a session belongs: those that own one of its addresses, in any mode. */
  holders(...tuples: readonly Tuple[]): readonly VmState[] {
    const holders = new Set<VmState>();
    for (const { sourceAddress, destinationAddress } of tuples) {
      for (const address of [sourceAddress, destinationAddress]) {
        const owner = this.#store.owner(address);
        if (owner) holders.add(owner);
      }
    }
    return [...holders];
  }

  /** An entry for a first packet whose answers will have `reply` for a tuple. Not filed yet. */
  make(packet: Packet, reply: Tuple): Branch {
    const tuple = tupleOf(packet);
    const state = firstState(packet);
    const plain = reverse(tuple);
    const now = new Date(this.#clock.now()).toISOString();
    const row = this.schema.fields.make({
      protocol: tuple.protocol,
      'source-address': tuple.sourceAddress,
      'destination-address': tuple.destinationAddress,
      'source-port': tuple.sourcePort,
      'destination-port': tuple.destinationPort,
      zone: 0,
      state,
      lifetime: this.#lifetime(tuple.protocol, state, false),
      'original-packets': 1,
      'original-bytes': lengthOf(packet),
      'reply-packets': 0,
      'reply-bytes': 0,
      interface: packet.interface,
      'idle-time': 0,
      'creation-time': now,
      'last-heard': now,
      ...(tupleText(plain) === tupleText(reply)
        ? {}
        : {
            'reply-source-address': reply.sourceAddress,
            'reply-destination-address': reply.destinationAddress,
            'reply-source-port': reply.sourcePort,
            'reply-destination-port': reply.destinationPort,
          }),
    });
    const edges = this.#windows.advance(row, 'original', packet);
    const made = typeof edges === 'string' ? row : this.schema.fields.change(row, edges);
    this.#windows.remember(undefined, made, 'original');
    return made;
  }

  /** What the session becomes with one more packet, or why the packet has no place in it. */
  advance({ row, direction }: FoundSession, packet: Packet): Branch | 'invalid' | 'out-of-window' {
    const { fields } = this.schema;
    const next = nextState(this.state(row), direction, packet);
    if (next === 'invalid') return 'invalid';
    const tag = `${direction}-verification-tag`;
    const known = fields.number(row, tag);
    const given = packet.sctpChunk === 'init' ? undefined : packet.verificationTag;
    if (known !== undefined && given !== undefined && known !== given) return 'invalid';
    const edges = this.#windows.advance(row, direction, packet);
    if (edges === 'outside') return 'out-of-window';
    const before = fields.text(row, 'status') ?? '';
    const seenReply = direction === 'reply' || before.includes('seen-reply');
    const assured = seenReply && direction === 'original' && next.state !== 'syn-sent';
    const status = seenReply
      ? assured || before.includes('assured')
        ? 'seen-reply assured'
        : 'seen-reply'
      : undefined;
    const protocol = fields.number(row, 'protocol') ?? 0;
    const after = fields.change(row, {
      ...edges,
      state: next.state,
      status,
      lifetime: this.#lifetime(protocol, next.state, seenReply),
      [`${direction}-packets`]: (fields.number(row, `${direction}-packets`) ?? 0) + 1,
      [`${direction}-bytes`]: (fields.number(row, `${direction}-bytes`) ?? 0) + lengthOf(packet),
      'idle-time': 0,
      'last-heard': new Date(this.#clock.now()).toISOString(),
      ...(given === undefined || known !== undefined ? {} : { [tag]: given }),
    });
    this.#windows.remember(row, after, direction);
    return after;
  }

  #lookUp(tuple: Tuple): Branch | undefined {
    const keys = [
      tuple.protocol,
      tuple.sourceAddress,
      tuple.destinationAddress,
      tuple.sourcePort,
      tuple.destinationPort,
      0,
    ];
    for (const address of [tuple.destinationAddress, tuple.sourceAddress]) {
      const row = this.#store.owner(address)?.table(this.schema).rows.find(keys);
      if (row) return row;
    }
    return this.#translated.find(`o ${tupleText(tuple)}`)?.row;
  }

  #found(row: Branch, direction: Direction): FoundSession {
    const holders = this.holders(this.originalTuple(row), this.replyTuple(row));
    return { row, direction, holders };
  }

  #lifetime(protocol: number, state: string | undefined, seenReply: boolean): number {
    return lifetimeOf(protocol, state, { seenReply, timeouts: this.#timeouts });
  }
}
