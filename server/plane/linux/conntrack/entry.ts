/**
 * An entry of the kernel's connection tracking table, between netlink messages and rows of our model.
 */
import { isIcmp, PROTOCOL } from './constants.ts';

/**
 * Addresses and ports of packets in one direction. ICMP has its identifier as source port and
 * type * 256 + code as destination port; protocols without ports have 0.
 */
export interface Tuple {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** What only TCP and SCTP have. Equal values share one object where the kernel's messages are read. */
export interface ProtocolInfo {
  /** The kernel's number. */
  readonly state: number;
  readonly windowScales: readonly [original: number, reply: number] | undefined;
  readonly verificationTags: readonly [original: number, reply: number] | undefined;
}

export interface Counters {
  readonly packets: bigint | number;
  readonly bytes: bigint | number;
}

/** Names an entry. */
export interface EntryKey {
  readonly protocol: number;
  readonly zone: number;
  readonly original: Tuple;
}

export interface Entry extends EntryKey {
  readonly reply: Tuple;
  /** IPS_* bits. */
  readonly status: number;
  /** Undefined in messages that do not carry it. */
  readonly info: ProtocolInfo | undefined;
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly mark: number;
  readonly helper: string | undefined;
  readonly originalCounters: Counters | undefined;
  readonly replyCounters: Counters | undefined;
  /** Nanoseconds since 1970. */
  readonly startedAt: bigint | undefined;
  /** 128 bits that rules may set, as `yang:hex-string`; undefined where no rule uses labels. */
  readonly labels: string | undefined;
  /** The kernel's number; 0 for an entry that is not the kernel's. */
  readonly id: number;
}

export function isIpv6(tuple: Tuple): boolean {
  return tuple.source.includes(':');
}

/** The tuple of replies when nothing is translated. */
export function inverse(protocol: number, tuple: Tuple): Tuple {
  return {
    source: tuple.destination,
    destination: tuple.source,
    sourcePort: isIcmp(protocol) ? tuple.sourcePort : tuple.destinationPort,
    destinationPort: isIcmp(protocol)
      ? inverseIcmp(protocol, tuple.destinationPort)
      : tuple.sourcePort,
  };
}

export function sameTuple(a: Tuple, b: Tuple): boolean {
  return (
    a.sourcePort === b.sourcePort &&
    a.destinationPort === b.destinationPort &&
    a.source === b.source &&
    a.destination === b.destination
  );
}

/** True when replies have other addresses or ports than those of the first packet turned round. */
export function isTranslated(entry: Entry): boolean {
  const { protocol, original, reply } = entry;
  if (original.source !== reply.destination || original.destination !== reply.source) return true;
  if (isIcmp(protocol)) return original.sourcePort !== reply.sourcePort;
  return (
    original.sourcePort !== reply.destinationPort || original.destinationPort !== reply.sourcePort
  );
}

/** Identifies an entry within a table. */
export function keyText(key: EntryKey): string {
  const { source, destination, sourcePort, destinationPort } = key.original;
  return `${key.protocol} ${source} ${destination} ${sourcePort} ${destinationPort} ${key.zone}`;
}

/** What {@link keyText} has made. */
export function parseKeyText(text: string): EntryKey {
  const [protocol, source = '', destination = '', sourcePort, destinationPort, zone] =
    text.split(' ');
  return {
    protocol: Number(protocol),
    zone: Number(zone),
    original: {
      source,
      destination,
      sourcePort: Number(sourcePort),
      destinationPort: Number(destinationPort),
    },
  };
}

/** True when one of the four addresses satisfies `owns`. */
export function concerns(entry: Entry, owns: (address: string) => boolean): boolean {
  const { original, reply } = entry;
  return (
    owns(original.source) ||
    owns(original.destination) ||
    owns(reply.source) ||
    owns(reply.destination)
  );
}

/** ICMP types that ask and are answered: type of the question to type of the answer, both ways. */
const ICMP_ANSWERS: ReadonlyMap<number, number> = new Map([
  [8, 0],
  [0, 8],
  [13, 14],
  [14, 13],
  [15, 16],
  [16, 15],
  [17, 18],
  [18, 17],
]);
const ICMPV6_ANSWERS: ReadonlyMap<number, number> = new Map([
  [128, 129],
  [129, 128],
  [139, 140],
  [140, 139],
]);

/** The type the kernel expects in answers to ICMP `type`; undefined when it tracks no such type. */
export function icmpAnswer(protocol: number, type: number): number | undefined {
  return (protocol === PROTOCOL.icmp ? ICMP_ANSWERS : ICMPV6_ANSWERS).get(type);
}

function inverseIcmp(protocol: number, typeAndCode: number): number {
  const type = typeAndCode >>> 8;
  return ((icmpAnswer(protocol, type) ?? type) << 8) | (typeAndCode & 0xff);
}
