/** Entries of the kernel as rows of `sami-session:sessions/session`, and back. */
import { Branch } from '../../../../src/data/index.ts';
import type { Slot } from '../../../../src/data/index.ts';
import type { LeafNode, LeafValue, ListNode } from '../../../../src/yang/index.ts';
import {
  hasState,
  PROTOCOL,
  stateName,
  stateNumber,
  STATUS_ASSURED,
  STATUS_SEEN_REPLY,
} from '../conntrack/constants.ts';
import { inverse, isTranslated } from '../conntrack/entry.ts';
import type { Counters, Entry, EntryKey, ProtocolInfo, Tuple } from '../conntrack/entry.ts';

/** Lifetime of an entry that is given without one. */
const DEFAULT_LIFETIME = 600;

const LEAVES = [
  'protocol',
  'source-address',
  'destination-address',
  'source-port',
  'destination-port',
  'zone',
  'state',
  'status',
  'lifetime',
  'original-packets',
  'original-bytes',
  'reply-packets',
  'reply-bytes',
  'reply-source-address',
  'reply-destination-address',
  'reply-source-port',
  'reply-destination-port',
  'mark',
  'helper',
  'labels',
  'creation-time',
  'original-window-scale',
  'reply-window-scale',
  'original-verification-tag',
  'reply-verification-tag',
] as const;

type SlotOf = Readonly<Record<(typeof LEAVES)[number], number>>;

export class SessionRows {
  readonly list: ListNode;
  readonly #slot: SlotOf;
  readonly #blank: readonly Slot[];
  readonly #times: TimeTexts;

  constructor(list: ListNode) {
    this.list = list;
    const nodes = new Map(list.dataChildren.map((child) => [child.name, child]));
    const slots = LEAVES.map((name) => [name, nodes.get(name)?.slot ?? -1] as const);
    const missing = slots.find(([, slot]) => slot < 0);
    if (missing) throw new Error(`list ${list.name} has no leaf "${missing[0]}"`);
    this.#slot = Object.fromEntries(slots) as SlotOf;
    this.#blank = list.dataChildren.map(() => undefined);
    this.#times = new TimeTexts((nodes.get('creation-time') as LeafNode).type);
  }

  toRow(entry: Entry): Branch {
    const at = this.#slot;
    const slots = this.#blank.slice();
    const { original, info } = entry;
    slots[at.protocol] = entry.protocol;
    slots[at['source-address']] = original.source;
    slots[at['destination-address']] = original.destination;
    slots[at['source-port']] = original.sourcePort;
    slots[at['destination-port']] = original.destinationPort;
    slots[at.zone] = entry.zone;
    slots[at.status] = statusText(entry.status);
    slots[at.lifetime] = entry.timeout;
    if (entry.mark !== 0) slots[at.mark] = entry.mark;
    slots[at.helper] = entry.helper;
    slots[at.labels] = entry.labels;
    if (info) this.#putInfo(slots, entry.protocol, info);
    if (isTranslated(entry)) this.#putReply(slots, entry.reply);
    this.#putCounters(slots, entry.originalCounters, entry.replyCounters);
    if (entry.startedAt !== undefined)
      slots[at['creation-time']] = this.#times.text(entry.startedAt);
    return new Branch(this.list, trimmed(slots));
  }

  /** A row with the keys only, as a change that removes it has it. */
  toKeyRow(key: EntryKey): Branch {
    const at = this.#slot;
    const slots = this.#blank.slice();
    slots[at.protocol] = key.protocol;
    slots[at['source-address']] = key.original.source;
    slots[at['destination-address']] = key.original.destination;
    slots[at['source-port']] = key.original.sourcePort;
    slots[at['destination-port']] = key.original.destinationPort;
    slots[at.zone] = key.zone;
    return new Branch(this.list, trimmed(slots));
  }

  /** `keys` in the order of the schema. */
  keyFrom(keys: readonly LeafValue[]): EntryKey {
    const slots = this.#blank.slice();
    this.list.keys.forEach((key, index) => {
      slots[key.slot] = keys[index];
    });
    return this.keyOf(new Branch(this.list, slots));
  }

  keyOf(row: Branch): EntryKey {
    const at = this.#slot;
    const { slots } = row;
    return {
      protocol: slots[at.protocol] as number,
      zone: slots[at.zone] as number,
      original: {
        source: slots[at['source-address']] as string,
        destination: slots[at['destination-address']] as string,
        sourcePort: slots[at['source-port']] as number,
        destinationPort: slots[at['destination-port']] as number,
      },
    };
  }

  /** What a row says, but for the edges of windows, which the kernel cannot be told. */
  toEntry(row: Branch): Entry {
    const at = this.#slot;
    const { slots } = row;
    const key = this.keyOf(row);
    return {
      protocol: key.protocol,
      zone: key.zone,
      original: key.original,
      reply: this.#replyOf(row, key),
      status: statusBits(slots[at.status] as string | undefined),
      info: this.#infoOf(row, key.protocol),
      timeout: this.lifetimeOf(row),
      mark: (slots[at.mark] as number | undefined) ?? 0,
      helper: slots[at.helper] as string | undefined,
      originalCounters: this.#countersOf(row, 'original'),
      replyCounters: this.#countersOf(row, 'reply'),
      startedAt: undefined,
      labels: slots[at.labels] as string | undefined,
      id: 0,
    };
  }

  lifetimeOf(row: Branch): number {
    return (row.slots[this.#slot.lifetime] as number | undefined) ?? DEFAULT_LIFETIME;
  }

  stateOf(row: Branch): string | undefined {
    return row.slots[this.#slot.state] as string | undefined;
  }

  #putInfo(slots: Slot[], protocol: number, info: ProtocolInfo): void {
    const at = this.#slot;
    slots[at.state] = stateName(protocol, info.state);
    if (info.windowScales) {
      slots[at['original-window-scale']] = info.windowScales[0];
      slots[at['reply-window-scale']] = info.windowScales[1];
    }
    if (info.verificationTags) {
      slots[at['original-verification-tag']] = info.verificationTags[0];
      slots[at['reply-verification-tag']] = info.verificationTags[1];
    }
  }

  #putReply(slots: Slot[], reply: Tuple): void {
    const at = this.#slot;
    slots[at['reply-source-address']] = reply.source;
    slots[at['reply-destination-address']] = reply.destination;
    slots[at['reply-source-port']] = reply.sourcePort;
    slots[at['reply-destination-port']] = reply.destinationPort;
  }

  #putCounters(slots: Slot[], original: Counters | undefined, reply: Counters | undefined): void {
    const at = this.#slot;
    if (original) {
      slots[at['original-packets']] = original.packets;
      slots[at['original-bytes']] = original.bytes;
    }
    if (reply) {
      slots[at['reply-packets']] = reply.packets;
      slots[at['reply-bytes']] = reply.bytes;
    }
  }

  #replyOf(row: Branch, key: EntryKey): Tuple {
    const at = this.#slot;
    const source = row.slots[at['reply-source-address']] as string | undefined;
    if (source === undefined) return inverse(key.protocol, key.original);
    return {
      source,
      destination: row.slots[at['reply-destination-address']] as string,
      sourcePort: row.slots[at['reply-source-port']] as number,
      destinationPort: row.slots[at['reply-destination-port']] as number,
    };
  }

  /** Counters that the row has; undefined when it has none, for instance because it was a change. */
  #countersOf({ slots }: Branch, direction: 'original' | 'reply'): Counters | undefined {
    const at = this.#slot;
    const packets = slots[at[`${direction}-packets`]] as number | bigint | undefined;
    const bytes = slots[at[`${direction}-bytes`]] as number | bigint | undefined;
    if (packets === undefined && bytes === undefined) return undefined;
    return { packets: packets ?? 0, bytes: bytes ?? 0 };
  }

  #infoOf({ slots }: Branch, protocol: number): ProtocolInfo | undefined {
    if (!hasState(protocol)) return undefined;
    const at = this.#slot;
    const state = stateNumber(protocol, (slots[at.state] as string | undefined) ?? '') ?? 0;
    if (protocol === PROTOCOL.sctp) {
      const original = (slots[at['original-verification-tag']] as number | undefined) ?? 0;
      const reply = (slots[at['reply-verification-tag']] as number | undefined) ?? 0;
      return { state, windowScales: undefined, verificationTags: [original, reply] };
    }
    const original = slots[at['original-window-scale']] as number | undefined;
    const reply = slots[at['reply-window-scale']] as number | undefined;
    const scaled = original !== undefined && reply !== undefined;
    return {
      state,
      windowScales: scaled ? [original, reply] : undefined,
      verificationTags: undefined,
    };
  }
}

/** Times as canonical text; entries of one second share it. */
class TimeTexts {
  readonly #ending: string;
  #second = -1;
  #text = '';

  constructor(type: LeafNode['type']) {
    // Whether UTC is written as "Z" or as an offset is for the type to say.
    const sample = type.parse('2020-01-01T00:00:00Z', () => undefined);
    this.#ending = typeof sample === 'string' ? sample.slice(19) : 'Z';
  }

  text(nanoseconds: bigint): string {
    const second = Number(nanoseconds / 1_000_000_000n);
    if (second !== this.#second) {
      this.#second = second;
      this.#text = new Date(second * 1000).toISOString().slice(0, 19) + this.#ending;
    }
    return this.#text;
  }
}

/** Canonical value of the bits; undefined for none. */
function statusText(status: number): string | undefined {
  switch (status & (STATUS_SEEN_REPLY | STATUS_ASSURED)) {
    case STATUS_SEEN_REPLY:
      return 'seen-reply';
    case STATUS_ASSURED:
      return 'assured';
    case STATUS_SEEN_REPLY | STATUS_ASSURED:
      return 'seen-reply assured';
    default:
      return undefined;
  }
}

function statusBits(text: string | undefined): number {
  if (text === undefined) return 0;
  return (
    (text.includes('seen-reply') ? STATUS_SEEN_REPLY : 0) |
    (text.includes('assured') ? STATUS_ASSURED : 0)
  );
}

function trimmed(slots: Slot[]): Slot[] {
  let length = slots.length;
  while (length > 0 && slots[length - 1] === undefined) length -= 1;
  return slots.slice(0, length);
}
