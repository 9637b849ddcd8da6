/** Numbers of the kernel's connection tracking interface (linux/netfilter/nfnetlink_conntrack.h and others). */

export const AF_INET = 2;
export const AF_INET6 = 10;

/** Message types: subsystem 1 in the high byte. */
export const CT_NEW = 0x100;
export const CT_GET = 0x101;
export const CT_DELETE = 0x102;
export const CT_GET_STATS = 0x105;

/** Multicast groups for new, changed and ended entries, as a mask. */
export const CONNTRACK_GROUPS = 0b111;

export const CTA = {
  tupleOriginal: 1,
  tupleReply: 2,
  status: 3,
  protocolInfo: 4,
  help: 5,
  natSource: 6,
  timeout: 7,
  mark: 8,
  countersOriginal: 9,
  countersReply: 10,
  id: 12,
  natDestination: 13,
  zone: 18,
  timestamp: 20,
  labels: 22,
  statusMask: 26,
} as const;

export const CTA_TUPLE = { ip: 1, protocol: 2, zone: 3 } as const;
export const CTA_IP = { v4Source: 1, v4Destination: 2, v6Source: 3, v6Destination: 4 } as const;
export const CTA_PROTO = {
  number: 1,
  sourcePort: 2,
  destinationPort: 3,
  icmpId: 4,
  icmpType: 5,
  icmpCode: 6,
  icmpv6Id: 7,
  icmpv6Type: 8,
  icmpv6Code: 9,
} as const;
export const CTA_PROTOINFO = { tcp: 1, sctp: 3 } as const;
export const CTA_TCP = {
  state: 1,
  windowScaleOriginal: 2,
  windowScaleReply: 3,
  flagsOriginal: 4,
  flagsReply: 5,
} as const;
export const CTA_SCTP = { state: 1, tagOriginal: 2, tagReply: 3 } as const;
export const CTA_COUNTERS = { packets: 1, bytes: 2 } as const;
export const CTA_TIMESTAMP_START = 1;
export const CTA_HELP_NAME = 1;
export const CTA_NAT = { v4Min: 1, v4Max: 2, protocol: 3, v6Min: 4, v6Max: 5 } as const;
export const CTA_PROTONAT = { portMin: 1, portMax: 2 } as const;
export const CTA_STATS = { entries: 1, maximum: 2 } as const;

export const STATUS_SEEN_REPLY = 1 << 1;
export const STATUS_ASSURED = 1 << 2;
export const STATUS_CONFIRMED = 1 << 3;
export const STATUS_SOURCE_NAT = 1 << 4;
export const STATUS_DESTINATION_NAT = 1 << 5;

export const TCP_FLAG_WINDOW_SCALE = 0x01;
export const TCP_FLAG_BE_LIBERAL = 0x08;

export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, gre: 47, icmpv6: 58, sctp: 132 } as const;

/** States of TCP (enum tcp_conntrack), in the words of our model; by the kernel's number. */
const TCP_STATES: readonly (string | undefined)[] = [
  undefined,
  'syn-sent',
  'syn-received',
  'established',
  'fin-wait-1',
  'close-wait',
  'last-ack',
  'time-wait',
  'closed',
  'listen',
];

/** States of SCTP (enum sctp_conntrack). */
const SCTP_STATES: readonly (string | undefined)[] = [
  undefined,
  'closed',
  'cookie-wait',
  'cookie-echoed',
  'established',
  'shutdown-sent',
  'shutdown-received',
  'shutdown-ack-sent',
  'heartbeat-sent',
  'heartbeat-acked',
];

/**
 * TCP states of an end that the kernel, which stands in between, has no word for: with the first FIN
 * acknowledged it says CLOSE_WAIT, with a FIN from both ends LAST_ACK (nf_conntrack_proto_tcp.c).
 */
const TCP_NEAREST: Readonly<Record<string, number>> = { 'fin-wait-2': 5, closing: 6 };

/** Word for a state number of the kernel; undefined for one without meaning. */
export function stateName(protocol: number, state: number): string | undefined {
  if (protocol === PROTOCOL.tcp) return TCP_STATES[state];
  if (protocol === PROTOCOL.sctp) return SCTP_STATES[state];
  return undefined;
}

/** The kernel's number for a state; undefined when the protocol has no such state. */
export function stateNumber(protocol: number, name: string): number | undefined {
  const states =
    protocol === PROTOCOL.tcp ? TCP_STATES : protocol === PROTOCOL.sctp ? SCTP_STATES : [];
  const index = states.indexOf(name);
  if (index >= 0) return index;
  return protocol === PROTOCOL.tcp ? TCP_NEAREST[name] : undefined;
}

export function hasState(protocol: number): boolean {
  return protocol === PROTOCOL.tcp || protocol === PROTOCOL.sctp;
}

export function isIcmp(protocol: number): boolean {
  return protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;
}
