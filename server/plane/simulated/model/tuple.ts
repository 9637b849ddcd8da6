/** The tuple by which a packet finds its session, in the terms of module sami-session. */
import { ICMP, ICMPV6, isIcmp } from './packet.ts';
import type { Packet } from './packet.ts';

export interface Tuple {
  readonly protocol: number;
  readonly sourceAddress: string;
  readonly destinationAddress: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** Query and reply types that belong together (RFC 792, RFC 4443). */
const OPPOSITE_V4: Readonly<Record<number, number>> = {
  8: 0,
  0: 8,
  13: 14,
  14: 13,
  15: 16,
  16: 15,
  17: 18,
  18: 17,
};
const OPPOSITE_V6: Readonly<Record<number, number>> = { 128: 129, 129: 128, 139: 140, 140: 139 };

/** Types that ask, of {@link OPPOSITE_V4} and {@link OPPOSITE_V6}. */
const QUERIES_V4: ReadonlySet<number> = new Set([8, 13, 15, 17]);
const QUERIES_V6: ReadonlySet<number> = new Set([128, 139]);

export function isIcmpQuery(packet: Packet): boolean {
  const type = packet.icmp?.type ?? -1;
  return (packet.protocol === ICMPV6 ? QUERIES_V6 : QUERIES_V4).has(type);
}

/** Types 3, 4, 5, 11, 12 of ICMP, all below 128 of ICMPv6. */
export function isIcmpError(packet: Packet): boolean {
  const type = packet.icmp?.type;
  if (type === undefined || !isIcmp(packet)) return false;
  return packet.protocol === ICMPV6 ? type < 128 : [3, 4, 5, 11, 12].includes(type);
}

export function tupleOf(packet: Packet): Tuple {
  const { protocol, sourceAddress, destinationAddress, icmp } = packet;
  const [sourcePort, destinationPort] = isIcmp(packet)
    ? [icmp?.identifier ?? 0, (icmp?.type ?? 0) * 256 + (icmp?.code ?? 0)]
    : [packet.sourcePort ?? 0, packet.destinationPort ?? 0];
  return { protocol, sourceAddress, destinationAddress, sourcePort, destinationPort };
}

/** The tuple of an answer to a packet with this tuple. */
export function reverse(tuple: Tuple): Tuple {
  const { protocol, sourcePort, destinationPort } = tuple;
  const icmp = protocol === ICMP || protocol === ICMPV6;
  return {
    protocol,
    sourceAddress: tuple.destinationAddress,
    destinationAddress: tuple.sourceAddress,
    sourcePort: icmp ? sourcePort : destinationPort,
    destinationPort: icmp ? oppositeType(protocol, destinationPort) : sourcePort,
  };
}

function oppositeType(protocol: number, typeAndCode: number): number {
  const type = typeAndCode >> 8;
  const opposites = protocol === ICMPV6 ? OPPOSITE_V6 : OPPOSITE_V4;
  return (opposites[type] ?? type) * 256 + (typeAndCode & 0xff);
}

export function tupleText(tuple: Tuple): string {
  const { protocol, sourceAddress, sourcePort, destinationAddress, destinationPort } = tuple;
  return `${protocol} ${sourceAddress} ${sourcePort} ${destinationAddress} ${destinationPort}`;
}

/** The packet with the addresses and ports of `tuple`; an ICMP identifier is rewritten like a port. */
export function withTuple(packet: Packet, tuple: Tuple): Packet {
  const { sourceAddress, destinationAddress, sourcePort, destinationPort } = tuple;
  const moved = { ...packet, sourceAddress, destinationAddress };
  if (packet.icmp) return { ...moved, icmp: { ...packet.icmp, identifier: sourcePort } };
  const hasPorts = packet.sourcePort !== undefined || packet.destinationPort !== undefined;
  return hasPorts ? { ...moved, sourcePort, destinationPort } : moved;
}

/** The packet to another destination; a query has its identifier rewritten. */
export function redirect(packet: Packet, address: string, port: number): Packet {
  const tuple: Tuple = tupleOf(packet);
  const moved = isIcmp(packet)
    ? { ...tuple, destinationAddress: address, sourcePort: port }
    : { ...tuple, destinationAddress: address, destinationPort: port };
  return withTuple(packet, moved);
}

/** The packet from another source. */
export function withSource(packet: Packet, address: string, port: number): Packet {
  return withTuple(packet, { ...tupleOf(packet), sourceAddress: address, sourcePort: port });
}
