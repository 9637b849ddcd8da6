/** Arithmetic of TCP sequence numbers, modulo 2^32 (RFC 9293, section 3.4). */
import { hasFlag } from './packet.ts';
import type { Packet } from './packet.ts';

export function sequenceSum(number: number, offset: number): number {
  return (number + offset) >>> 0;
}

/** How far `left` is behind `right`: negative when it is before it. */
export function sequenceDistance(left: number, right: number): number {
  return (left - right) | 0;
}

export function latest(left: number, right: number): number {
  return sequenceDistance(left, right) >= 0 ? left : right;
}

/** How much of the sequence space a segment takes: its data, SYN and FIN. */
export function segmentLength(packet: Packet): number {
  const control = Number(hasFlag(packet, 'syn')) + Number(hasFlag(packet, 'fin'));
  return (packet.tcp?.payload ?? 0) + control;
}
