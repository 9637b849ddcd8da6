/** Writes requests about entries: make, change, read, remove. */
import { parseAddress } from '../../kit/netlink/address.ts';
import {
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_EXCL,
  NLM_F_REQUEST,
} from '../../kit/netlink/message.ts';
import type { MessageBuilder } from '../../kit/netlink/message.ts';
import {
  AF_INET,
  AF_INET6,
  CT_DELETE,
  CT_GET,
  CT_GET_STATS,
  CT_NEW,
  CTA,
  CTA_HELP_NAME,
  CTA_IP,
  CTA_NAT,
  CTA_PROTO,
  CTA_PROTOINFO,
  CTA_PROTONAT,
  CTA_SCTP,
  CTA_TCP,
  CTA_TUPLE,
  isIcmp,
  PROTOCOL,
  STATUS_ASSURED,
  STATUS_CONFIRMED,
  STATUS_SEEN_REPLY,
  TCP_FLAG_BE_LIBERAL,
  TCP_FLAG_WINDOW_SCALE,
} from './constants.ts';
import { inverse, isIpv6, isTranslated } from './entry.ts';
import type { Entry, EntryKey, ProtocolInfo, Tuple } from './entry.ts';

/** How a request names itself. */
export interface Envelope {
  readonly sequence: number;
  /** Ask for an answer also when all is well. */
  readonly acknowledge?: boolean;
}

/** Makes an entry; refused by the kernel (EEXIST) when there is one with the same tuple. */
export function encodeCreate(builder: MessageBuilder, envelope: Envelope, entry: Entry): void {
  begin(builder, CT_NEW, NLM_F_CREATE | NLM_F_EXCL, envelope, entry);
  const translated = isTranslated(entry);
  // The kernel marks an entry as translated only when it works out the reply tuple itself.
  const plain = translated ? inverse(entry.protocol, entry.original) : entry.reply;
  encodeTuple(builder, CTA.tupleOriginal, entry.protocol, entry.original);
  encodeTuple(builder, CTA.tupleReply, entry.protocol, plain);
  encodeState(builder, entry);
  if (entry.helper !== undefined) {
    const help = builder.open(CTA.help);
    builder.text(CTA_HELP_NAME, entry.helper);
    builder.close(help);
  }
  if (translated) encodeNat(builder, entry, plain);
  builder.end();
}

/** Changes lifetime, status, state and mark of an entry that is there. */
export function encodeUpdate(builder: MessageBuilder, envelope: Envelope, entry: Entry): void {
  begin(builder, CT_NEW, 0, envelope, entry);
  encodeTuple(builder, CTA.tupleOriginal, entry.protocol, entry.original);
  encodeState(builder, entry);
  builder.end();
}

/** Changes nothing but the lifetime, and what `more` adds. */
export function encodeTimeout(
  builder: MessageBuilder,
  envelope: Envelope,
  key: EntryKey,
  seconds: number,
  more?: () => void,
): void {
  begin(builder, CT_NEW, 0, envelope, key);
  encodeTuple(builder, CTA.tupleOriginal, key.protocol, key.original);
  encodeZone(builder, key.zone);
  builder.uint32(CTA.timeout, seconds);
  more?.();
  builder.end();
}

export function encodeGet(builder: MessageBuilder, envelope: Envelope, key: EntryKey): void {
  encodeReference(builder, CT_GET, envelope, key);
}

export function encodeDelete(builder: MessageBuilder, envelope: Envelope, key: EntryKey): void {
  encodeReference(builder, CT_DELETE, envelope, key);
}

/** Asks for all entries of a family, or of all with AF_UNSPEC, that have the bits of `status`. */
export function encodeDump(
  builder: MessageBuilder,
  envelope: Envelope,
  family: number,
  status = 0,
): void {
  const flags = NLM_F_REQUEST | NLM_F_DUMP;
  builder.begin({ type: CT_GET, flags, sequence: envelope.sequence, family });
  if (status !== 0) {
    builder.uint32(CTA.status, status);
    builder.uint32(CTA.statusMask, status);
  }
  builder.end();
}

/** Asks for the number of entries and the size of the table. */
export function encodeStatistics(builder: MessageBuilder, envelope: Envelope): void {
  const flags = NLM_F_REQUEST | (envelope.acknowledge === true ? NLM_F_ACK : 0);
  builder.begin({ type: CT_GET_STATS, flags, sequence: envelope.sequence, family: 0 });
  builder.end();
}

/** The tuple is never left out: without one the kernel would take the whole table. */
function encodeReference(
  builder: MessageBuilder,
  type: number,
  envelope: Envelope,
  key: EntryKey,
): void {
  begin(builder, type, 0, envelope, key);
  encodeTuple(builder, CTA.tupleOriginal, key.protocol, key.original);
  encodeZone(builder, key.zone);
  builder.end();
}

function begin(
  builder: MessageBuilder,
  type: number,
  flags: number,
  { sequence, acknowledge = false }: Envelope,
  key: EntryKey,
): void {
  builder.begin({
    type,
    flags: flags | NLM_F_REQUEST | (acknowledge ? NLM_F_ACK : 0),
    sequence,
    family: isIpv6(key.original) ? AF_INET6 : AF_INET,
  });
}

function encodeTuple(builder: MessageBuilder, type: number, protocol: number, tuple: Tuple): void {
  const v6 = isIpv6(tuple);
  const outer = builder.open(type);
  const ip = builder.open(CTA_TUPLE.ip);
  builder.bytes(v6 ? CTA_IP.v6Source : CTA_IP.v4Source, parseAddress(tuple.source));
  builder.bytes(v6 ? CTA_IP.v6Destination : CTA_IP.v4Destination, parseAddress(tuple.destination));
  builder.close(ip);
  const proto = builder.open(CTA_TUPLE.protocol);
  builder.uint8(CTA_PROTO.number, protocol);
  if (isIcmp(protocol)) {
    const v4 = protocol === PROTOCOL.icmp;
    builder.uint16(v4 ? CTA_PROTO.icmpId : CTA_PROTO.icmpv6Id, tuple.sourcePort);
    builder.uint8(v4 ? CTA_PROTO.icmpType : CTA_PROTO.icmpv6Type, tuple.destinationPort >>> 8);
    builder.uint8(v4 ? CTA_PROTO.icmpCode : CTA_PROTO.icmpv6Code, tuple.destinationPort & 0xff);
  } else {
    builder.uint16(CTA_PROTO.sourcePort, tuple.sourcePort);
    builder.uint16(CTA_PROTO.destinationPort, tuple.destinationPort);
  }
  builder.close(proto);
  builder.close(outer);
}

function encodeState(builder: MessageBuilder, entry: Entry): void {
  builder.uint32(
    CTA.status,
    STATUS_CONFIRMED | (entry.status & (STATUS_SEEN_REPLY | STATUS_ASSURED)),
  );
  if (entry.timeout !== undefined) builder.uint32(CTA.timeout, entry.timeout);
  builder.uint32(CTA.mark, entry.mark);
  encodeZone(builder, entry.zone);
  if (entry.labels !== undefined) {
    builder.bytes(CTA.labels, Buffer.from(entry.labels.replaceAll(':', ''), 'hex'));
  }
  if (entry.info && entry.protocol === PROTOCOL.tcp) encodeTcp(builder, entry.info);
  if (entry.info && entry.protocol === PROTOCOL.sctp) encodeSctp(builder, entry.info);
}

function encodeZone(builder: MessageBuilder, zone: number): void {
  if (zone !== 0) builder.uint16(CTA.zone, zone);
}

/**
 * The kernel cannot be told the windows, so it is told not to drop what it thinks is outside them. The
 * scales are given all the same: what it learns from the next packets is wrong without them.
 */
function encodeTcp(builder: MessageBuilder, info: ProtocolInfo): void {
  const scales = info.windowScales;
  const flags = TCP_FLAG_BE_LIBERAL | (scales ? TCP_FLAG_WINDOW_SCALE : 0);
  const outer = builder.open(CTA.protocolInfo);
  const tcp = builder.open(CTA_PROTOINFO.tcp);
  builder.uint8(CTA_TCP.state, info.state);
  builder.bytes(CTA_TCP.flagsOriginal, Uint8Array.of(flags, flags));
  builder.bytes(CTA_TCP.flagsReply, Uint8Array.of(flags, flags));
  if (scales) {
    builder.uint8(CTA_TCP.windowScaleOriginal, scales[0]);
    builder.uint8(CTA_TCP.windowScaleReply, scales[1]);
  }
  builder.close(tcp);
  builder.close(outer);
}

function encodeSctp(builder: MessageBuilder, info: ProtocolInfo): void {
  const [original, reply] = info.verificationTags ?? [0, 0];
  const outer = builder.open(CTA.protocolInfo);
  const sctp = builder.open(CTA_PROTOINFO.sctp);
  builder.uint8(CTA_SCTP.state, info.state);
  builder.uint32(CTA_SCTP.tagOriginal, original);
  builder.uint32(CTA_SCTP.tagReply, reply);
  builder.close(sctp);
  builder.close(outer);
}

/** Says what the translation has to lead to; `plain` is the reply tuple without any. */
function encodeNat(builder: MessageBuilder, entry: Entry, plain: Tuple): void {
  const { protocol, reply } = entry;
  if (
    reply.source !== plain.source ||
    (!isIcmp(protocol) && reply.sourcePort !== plain.sourcePort)
  ) {
    encodeNatRange(builder, CTA.natDestination, reply.source, reply.sourcePort);
  }
  const toPort = isIcmp(protocol) ? reply.sourcePort : reply.destinationPort;
  const plainPort = isIcmp(protocol) ? plain.sourcePort : plain.destinationPort;
  if (reply.destination !== plain.destination || toPort !== plainPort) {
    encodeNatRange(builder, CTA.natSource, reply.destination, toPort);
  }
}

function encodeNatRange(
  builder: MessageBuilder,
  type: number,
  address: string,
  port: number,
): void {
  const bytes = parseAddress(address);
  const outer = builder.open(type);
  builder.bytes(bytes.length === 4 ? CTA_NAT.v4Min : CTA_NAT.v6Min, bytes);
  builder.bytes(bytes.length === 4 ? CTA_NAT.v4Max : CTA_NAT.v6Max, bytes);
  if (port !== 0) {
    const ports = builder.open(CTA_NAT.protocol);
    builder.uint16(CTA_PROTONAT.portMin, port);
    builder.uint16(CTA_PROTONAT.portMax, port);
    builder.close(ports);
  }
  builder.close(outer);
}
