/** Packets as the model sees them, and what becomes of them. Plain JSON, so that they can be sent. */

export const ICMP = 1;
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

export interface Packet {
  readonly protocol: number;
  /** Addresses in canonical form. */
  readonly sourceAddress: string;
  readonly destinationAddress: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly tcpFlags?: readonly TcpFlag[];
  readonly sctpChunk?: SctpChunk;
  readonly verificationTag?: number;
  readonly icmp?: {
    readonly type: number;
    readonly code?: number;
    readonly identifier?: number;
    /** In an error message: the packet that it is about, as its sender saw it. */
    readonly about?: Packet;
  };
  /** Length in bytes; 64 when absent. */
  readonly length?: number;
  readonly interface?: string;
  readonly outInterface?: string;
  readonly vlanId?: number;
  readonly sourceMac?: string;
  readonly destinationMac?: string;
  readonly dscp?: number;
  /** What a balancer above layer 4 looks at: cookie, header, URL… by method and name. */
  readonly application?: Readonly<Record<string, string>>;
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
  | 'no-session'
  | 'over-limit'
  | 'standby'
  | 'table-full';

export type Verdict =
  | {
      readonly action: 'pass';
      /** As it leaves the device, with addresses and ports translated. */
      readonly packet: Packet;
      /** `new` when the packet opened the session. */
      readonly session: 'new' | 'known' | 'related';
    }
  | { readonly action: 'drop'; readonly reason: DropReason; readonly rejected?: boolean }
  /** A frozen VM's packet, sent on to where the VM has gone. */
  | { readonly action: 'forward'; readonly nextHop: string; readonly packet: Packet };

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
