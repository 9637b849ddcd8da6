/** Packets as the model sees them, and what becomes of them. Plain JSON, so that they can be sent. */

export const ICMP = 1;
export const IGMP = 2;
export const TCP = 6;
export const UDP = 17;
export const ICMPV6 = 58;
export const SCTP = 132;

export type TcpFlag = 'syn' | 'ack' | 'fin' | 'rst' | 'psh' | 'urg' | 'ece' | 'cwr';

export type SctpChunk =
  | 'init'
  | 'init-ack'
  | 'cookie-echo'
  | 'cookie-ack'
  | 'data'
  | 'heartbeat'
  | 'heartbeat-ack'
  | 'shutdown'
  | 'shutdown-ack'
  | 'shutdown-complete'
  | 'abort';

/** What a TCP segment says beside its flags (RFC 9293, section 3.1). */
export interface TcpNumbers {
  readonly sequence: number;
  readonly acknowledgement?: number;
  /** As in the header, that is before scaling. */
  readonly window?: number;
  /** Window scale option of a SYN (RFC 7323, section 2). */
  readonly windowScale?: number;
  /** Bytes of data; 0 when absent. */
  readonly payload?: number;
}

/** A DHCP message, as far as a switch that snoops reads it (RFC 2131, RFC 8415). */
export interface DhcpMessage {
  readonly type: 'discover' | 'offer' | 'request' | 'ack' | 'nak' | 'release' | 'decline';
  readonly clientMac: string;
  /** The address that it is about. */
  readonly address?: string;
  /** Seconds; absent for a lease that does not end. */
  readonly leaseTime?: number;
  readonly serverAddress?: string;
}

/** An IGMP or MLD message of a host (RFC 3376, RFC 3810). */
export interface MembershipMessage {
  readonly type: 'report' | 'leave';
  readonly group: string;
  readonly version?: 1 | 2 | 3;
  /** `exclude` when absent: all sources but those given. */
  readonly filterMode?: 'include' | 'exclude';
  readonly sources?: readonly string[];
}

/** What a client asks for above the transport: what a balancer for layer 5 decides by. */
export type ApplicationRequest =
  | {
      readonly protocol: 'http';
      readonly url?: string;
      readonly cookies?: Readonly<Record<string, string>>;
      /** Names in lower case. */
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly protocol: 'smtp'; readonly domain: string }
  | {
      readonly protocol: 'ftp';
      readonly user?: string;
      /** Port that client and server have just agreed upon for a data connection. */
      readonly dataPort?: number;
    };

export interface Packet {
  readonly protocol: number;
  /** Addresses in canonical form. */
  readonly sourceAddress: string;
  readonly destinationAddress: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly tcpFlags?: readonly TcpFlag[];
  /** Absent: nothing is held against windows and no proxy takes part. */
  readonly tcp?: TcpNumbers;
  readonly sctpChunk?: SctpChunk;
  readonly verificationTag?: number;
  readonly icmp?: {
    readonly type: number;
    readonly code?: number;
    readonly identifier?: number;
    /** In an error message: the packet that it is about, as its sender saw it. */
    readonly about?: Packet;
  };
  readonly dhcp?: DhcpMessage;
  readonly membership?: MembershipMessage;
  /** Length in bytes; 64 when absent. */
  readonly length?: number;
  /** Port of the device on which the frame comes in. */
  readonly interface?: string;
  readonly outInterface?: string;
  /** VLAN in the tag of the frame; absent when it has none. */
  readonly vlanId?: number | undefined;
  /** Priority code point in the tag (IEEE 802.1Q). */
  readonly priority?: number;
  readonly sourceMac?: string;
  readonly destinationMac?: string;
  readonly dscp?: number;
  /** What a client is recognised by above layer 4: cookie, header, URL… by method of a sticky group. */
  readonly application?: Readonly<Record<string, string>>;
  /** What the client asks for, by which a balancer may choose. */
  readonly request?: ApplicationRequest;
}

export type DropReason =
  | 'acl'
  | 'address-unknown'
  | 'blocked'
  | 'frozen'
  | 'half-open-limit'
  | 'invalid'
  | 'no-mapping'
  | 'no-real-server'
  | 'no-receiver'
  | 'no-session'
  | 'out-of-window'
  | 'over-limit'
  | 'over-rate'
  | 'spoofed'
  | 'standby'
  | 'table-full'
  | 'vlan';

export type Verdict =
  | {
      readonly action: 'pass';
      /** As it leaves the device: translated, marked, tagged. */
      readonly packet: Packet;
      /** `new` when the packet opened the session, `none` for what has none. */
      readonly session: 'new' | 'known' | 'related' | 'none';
    }
  | { readonly action: 'drop'; readonly reason: DropReason; readonly rejected?: boolean }
  /** A frozen VM's packet, sent on to where the VM has gone. */
  | { readonly action: 'forward'; readonly nextHop: string; readonly packet: Packet }
  /** A frame for many: a copy for each port that has a VM for it, as it leaves there. */
  | { readonly action: 'deliver'; readonly copies: readonly Packet[] }
  /** The device keeps the packet and sends these of its own, as a proxy does. */
  | {
      readonly action: 'answer';
      readonly reason: 'handshake' | 'out-of-window';
      readonly packets: readonly Packet[];
    };

/** What a stage makes of a packet: the packet for the next one, or its end. */
export type Ruling = Packet | Verdict;

export function isVerdict(ruling: Ruling): ruling is Verdict {
  return 'action' in ruling;
}

export function drop(reason: DropReason): Extract<Verdict, { action: 'drop' }> {
  return { action: 'drop', reason };
}

export function isIcmp({ protocol }: Packet): boolean {
  return protocol === ICMP || protocol === ICMPV6;
}

export function lengthOf(packet: Packet): number {
  return packet.length ?? 64;
}

export function hasFlag(packet: Packet, flag: TcpFlag): boolean {
  return packet.tcpFlags?.includes(flag) === true;
}

/** The first packet of a connection: TCP SYN or SCTP INIT. */
export function isConnectionRequest(packet: Packet): boolean {
  if (packet.protocol === TCP) return hasFlag(packet, 'syn') && !hasFlag(packet, 'ack');
  return packet.protocol === SCTP && packet.sctpChunk === 'init';
}

export function isBroadcast({ destinationMac, destinationAddress }: Packet): boolean {
  return destinationMac === 'ff:ff:ff:ff:ff:ff' || destinationAddress === '255.255.255.255';
}

/** To a group: 224.0.0.0/4 or ff00::/8. */
export function isMulticast({ destinationAddress: address }: Packet): boolean {
  if (address.includes(':')) return /^ff/i.test(address) && address.indexOf(':') === 4;
  const first = Number.parseInt(address, 10);
  return first >= 224 && first <= 239;
}
