/**
 * States of connections as a device in the middle sees them. TCP follows the first FIN and the first
 * RST it sees; SCTP follows the handshake and the shutdown of RFC 9260, section 4.
 */
import { SCTP, TCP, hasFlag } from './packet.ts';
import type { Packet, SctpChunk } from './packet.ts';
import type { Timeouts } from './policy.ts';

export type Direction = 'original' | 'reply';

type State = string | undefined;

/** State after the first packet of a session; undefined for protocols that have none. */
export function firstState(packet: Packet): State {
  if (packet.protocol === TCP) return hasFlag(packet, 'syn') ? 'syn-sent' : 'established';
  return packet.protocol === SCTP ? 'cookie-wait' : undefined;
}

/** State after one more packet, or `invalid` when the packet has no place in the connection. */
export function nextState(
  state: State,
  direction: Direction,
  packet: Packet,
): { readonly state: State } | 'invalid' {
  if (packet.protocol === TCP) return nextTcpState(state, direction, packet);
  if (packet.protocol === SCTP) return nextSctpState(state, direction, packet.sctpChunk);
  return { state };
}

type TcpEvent = 'syn' | 'syn-ack' | 'fin' | 'rst' | 'ack' | 'none';

function tcpEvent(packet: Packet): TcpEvent {
  if (hasFlag(packet, 'rst')) return 'rst';
  if (hasFlag(packet, 'syn')) return hasFlag(packet, 'ack') ? 'syn-ack' : 'syn';
  if (hasFlag(packet, 'fin')) return 'fin';
  return hasFlag(packet, 'ack') ? 'ack' : 'none';
}

/** By state, then `direction event`. What is not here is invalid, but for RST and see below. */
const TCP_STATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'syn-sent': { 'original syn': 'syn-sent', 'reply syn-ack': 'syn-received' },
  'syn-received': {
    'original syn': 'syn-received',
    'reply syn-ack': 'syn-received',
    'original ack': 'established',
    'original fin': 'fin-wait-1',
  },
  established: {
    'original fin': 'fin-wait-1',
    'reply fin': 'fin-wait-1',
    'reply syn-ack': 'established',
  },
  'fin-wait-1': {
    'original fin': 'last-ack',
    'reply fin': 'last-ack',
    'original ack': 'close-wait',
    'reply ack': 'close-wait',
  },
  'close-wait': { 'original fin': 'last-ack', 'reply fin': 'last-ack' },
  'last-ack': {
    'original ack': 'time-wait',
    'reply ack': 'time-wait',
    'original fin': 'last-ack',
    'reply fin': 'last-ack',
  },
  'time-wait': {
    'original syn': 'syn-sent',
    'original ack': 'time-wait',
    'reply ack': 'time-wait',
    'original fin': 'time-wait',
    'reply fin': 'time-wait',
  },
  closed: { 'original syn': 'syn-sent' },
};

/** States in which an acknowledgement goes on without changing anything. */
const CARRIES_ACKS: ReadonlySet<string> = new Set(['established', 'close-wait']);

function nextTcpState(
  state: State,
  direction: Direction,
  packet: Packet,
): { readonly state: State } | 'invalid' {
  const event = tcpEvent(packet);
  if (event === 'rst') return { state: 'closed' };
  if (state === undefined) return { state: 'established' };
  const next = TCP_STATES[state]?.[`${direction} ${event}`];
  if (next !== undefined) return { state: next };
  return event === 'ack' && CARRIES_ACKS.has(state) ? { state } : 'invalid';
}

const SCTP_STATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'cookie-wait': {
    'original init': 'cookie-wait',
    'reply init-ack': 'cookie-wait',
    'original cookie-echo': 'cookie-echoed',
  },
  'cookie-echoed': { 'original cookie-echo': 'cookie-echoed', 'reply cookie-ack': 'established' },
  established: { 'original shutdown': 'shutdown-sent', 'reply shutdown': 'shutdown-received' },
  'shutdown-sent': {
    'original shutdown': 'shutdown-sent',
    'reply shutdown-ack': 'shutdown-ack-sent',
  },
  'shutdown-received': {
    'reply shutdown': 'shutdown-received',
    'original shutdown-ack': 'shutdown-ack-sent',
  },
  'shutdown-ack-sent': {
    'original shutdown-complete': 'closed',
    'reply shutdown-complete': 'closed',
  },
  closed: { 'original init': 'cookie-wait' },
};

const SCTP_TRAFFIC: ReadonlySet<SctpChunk> = new Set(['data', 'heartbeat', 'heartbeat-ack']);

function nextSctpState(
  state: State,
  direction: Direction,
  chunk: SctpChunk | undefined,
): { readonly state: State } | 'invalid' {
  if (chunk === undefined) return 'invalid';
  if (chunk === 'abort') return { state: 'closed' };
  if (state === undefined) return { state: 'established' };
  const next = SCTP_STATES[state]?.[`${direction} ${chunk}`];
  if (next !== undefined) return { state: next };
  const open = state === 'established' || state.startsWith('shutdown') || state === 'cookie-echoed';
  return open && SCTP_TRAFFIC.has(chunk) ? { state } : 'invalid';
}

/** The connection has been asked for and is not established yet. */
export function isHalfOpen(state: State): boolean {
  return (
    state === 'syn-sent' ||
    state === 'syn-received' ||
    state === 'cookie-wait' ||
    state === 'cookie-echoed'
  );
}

/** The connection is over; what is left of the session only keeps late packets away. */
export function isOver(state: State): boolean {
  return state === 'closed' || state === 'time-wait';
}

/** Seconds that a session in this state lives without packets. */
export function lifetimeOf(
  protocol: number,
  state: State,
  { seenReply, timeouts }: { seenReply: boolean; timeouts: Timeouts },
): number {
  if (protocol === TCP) return tcpLifetime(state, timeouts);
  if (protocol === SCTP) {
    if (state === 'established') return timeouts.sctpEstablished;
    return isHalfOpen(state) ? timeouts.sctpHandshake : timeouts.sctpShutdown;
  }
  if (protocol === 17) return seenReply ? timeouts.udpStream : timeouts.udp;
  return protocol === 1 || protocol === 58 ? timeouts.icmp : timeouts.other;
}

function tcpLifetime(state: State, timeouts: Timeouts): number {
  switch (state) {
    case 'established':
      return timeouts.tcpEstablished;
    case 'syn-sent':
    case 'syn-received':
      return timeouts.tcpSynSent;
    case 'time-wait':
      return timeouts.tcpTimeWait;
    case 'closed':
      return timeouts.tcpClose;
    default:
      return timeouts.tcpClosing;
  }
}
