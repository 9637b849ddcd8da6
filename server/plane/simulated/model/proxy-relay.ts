/**
 * What becomes of a segment on one leg of a proxied connection: on the other leg with that one's numbers,
 * or an acknowledgement back that says what is expected (RFC 9293, section 3.10.7.4).
 */
import { hasFlag } from './packet.ts';
import type { Packet, TcpNumbers, Verdict } from './packet.ts';
import { latest, segmentLength, sequenceDistance, sequenceSum } from './sequence.ts';
import { acknowledge } from './tcp-leg.ts';
import type { Connection, Leg, Side } from './tcp-leg.ts';

export interface Relayed {
  readonly verdict: Verdict;
  /** The connection afterwards; undefined when the segment changes nothing. */
  readonly connection?: Connection;
  /** The segment ends the connection. */
  readonly over?: boolean;
}

export function relay(
  connection: Connection,
  side: Side,
  packet: Packet,
  tcp: TcpNumbers,
): Relayed {
  const from = connection[side];
  const to = connection[side === 'client' ? 'server' : 'client'];
  if (!isExpected(from, to, packet, tcp)) {
    const packets = [acknowledge(from)];
    return { verdict: { action: 'answer', reason: 'out-of-window', packets } };
  }
  const verdict: Verdict = {
    action: 'pass',
    packet: translate(from, to, packet),
    session: 'known',
  };
  if (hasFlag(packet, 'rst')) return { verdict, over: true };
  const [nearer, farther] = advance(from, to, packet, tcp);
  return {
    verdict,
    connection:
      side === 'client' ? { client: nearer, server: farther } : { client: farther, server: nearer },
  };
}

/**
 * What comes next, or once more what the other end has not acknowledged yet. The proxy keeps no data, so
 * it has no use for what comes after a gap: its acknowledgement makes the sender fill it.
 */
function isExpected(from: Leg, to: Leg, packet: Packet, tcp: TcpNumbers): boolean {
  const { acknowledgement: ack, sequence } = tcp;
  const ahead = sequenceDistance(sequence, from.receiveNext);
  const relayed = sequenceDistance(to.sendNext, to.sendUnacknowledged);
  // RFC 5961, section 3.2: only the exact number resets.
  if (hasFlag(packet, 'rst')) return ahead === 0;
  if (ahead > 0 || ahead < -relayed) return false;
  return ack === undefined || sequenceDistance(ack, from.sendNext) <= 0;
}

/** The segment as the other end knows it. */
function translate(from: Leg, to: Leg, packet: Packet): Packet {
  const { tcp } = packet;
  if (!tcp) return packet;
  const { acknowledgement: ack } = tcp;
  const sequence = sequenceSum(tcp.sequence, to.sendNext - from.receiveNext);
  const translated = { ...tcp, sequence };
  return {
    ...packet,
    tcp:
      ack === undefined
        ? translated
        : { ...translated, acknowledgement: sequenceSum(ack, to.receiveNext - from.sendNext) },
  };
}

/** The leg on which the segment came and the one on which it went on. */
function advance(from: Leg, to: Leg, packet: Packet, tcp: TcpNumbers): readonly [Leg, Leg] {
  const end = sequenceSum(tcp.sequence, segmentLength(packet));
  const next = latest(from.receiveNext, end);
  const fresh = sequenceDistance(next, from.receiveNext);
  const ack = tcp.acknowledgement;
  const window = tcp.window === undefined ? from.sendWindow : tcp.window << (from.sendScale ?? 0);
  const nearer: Leg = {
    ...from,
    receiveNext: next,
    sendUnacknowledged:
      ack === undefined ? from.sendUnacknowledged : latest(from.sendUnacknowledged, ack),
    sendWindow: window,
  };
  const farther: Leg = { ...to, sendNext: sequenceSum(to.sendNext, fresh) };
  return hasFlag(packet, 'fin') ? closing(nearer, farther) : [nearer, farther];
}

/** `nearer` has been told that its end is done, and tells it to the other (RFC 9293, section 3.6). */
function closing(nearer: Leg, farther: Leg): readonly [Leg, Leg] {
  if (nearer.state === 'established') {
    return [
      { ...nearer, state: 'close-wait' },
      { ...farther, state: 'fin-wait-1' },
    ];
  }
  if (nearer.state !== 'fin-wait-1') return [nearer, farther];
  return [
    { ...nearer, state: 'time-wait' },
    { ...farther, state: 'last-ack' },
  ];
}
