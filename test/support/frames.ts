/** Ethernet frames in few words. Every one carries a text by which it is known again. */
import { parseAddress } from '../../server/plane/kit/netlink/address.ts';

const BROADCAST = 'ff:ff:ff:ff:ff:ff';

export interface Datagram {
  readonly from: string;
  /** Broadcast, or the address of the group, when absent. */
  readonly to?: string;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly text: string;
  /** Tag of this VLAN (IEEE 802.1Q). */
  readonly vlan?: number;
}

/** UDP over IPv4 or IPv6. */
export function datagram(packet: Datagram): Buffer {
  const { source, destination, sourcePort = 4000, destinationPort = 4000, text } = packet;
  const body = Buffer.from(text);
  const udp = Buffer.alloc(8 + body.length);
  udp.writeUInt16BE(sourcePort, 0);
  udp.writeUInt16BE(destinationPort, 2);
  udp.writeUInt16BE(udp.length, 4);
  udp.set(body, 8);
  const v6 = source.includes(':');
  const ip = v6 ? ipv6(source, destination, 17, udp) : ipv4(source, destination, udp);
  const to = packet.to ?? groupAddress(destination) ?? BROADCAST;
  return ethernet({ ...packet, to, type: v6 ? 0x86dd : 0x0800, payload: ip });
}

/** "`address` is at `from`", sent to all. */
export function arp(from: string, address: string, text: string): Buffer {
  const payload = Buffer.concat([
    Buffer.of(0, 1, 8, 0, 6, 4, 0, 2),
    macBytes(from),
    parseAddress(address),
    Buffer.alloc(6),
    parseAddress(address),
    Buffer.from(text),
  ]);
  return ethernet({ from, to: BROADCAST, type: 0x0806, payload });
}

/** Neighbor advertisement of `target` (RFC 4861, section 4.4). */
export function advertisement(from: string, source: string, target: string, text: string): Buffer {
  const icmp = Buffer.concat([
    Buffer.of(136, 0, 0, 0, 0x20, 0, 0, 0),
    parseAddress(target),
    Buffer.of(2, 1),
    macBytes(from),
    Buffer.from(text),
  ]);
  const payload = ipv6(source, 'ff02::1', 58, icmp);
  return ethernet({ from, to: '33:33:00:00:00:01', type: 0x86dd, payload });
}

export interface Ethernet {
  readonly from: string;
  readonly to: string;
  readonly type: number;
  readonly payload: Uint8Array;
  readonly vlan?: number;
}

export function ethernet({ from, to, type, payload, vlan }: Ethernet): Buffer {
  const tag = vlan === undefined ? [] : [0x81, 0x00, vlan >> 8, vlan & 0xff];
  const head = [...macBytes(to), ...macBytes(from), ...tag, type >> 8, type & 0xff];
  return Buffer.concat([Buffer.from(head), payload]);
}

function ipv4(source: string, destination: string, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(20);
  head.set([0x45, 0, 0, 0, 0, 0, 0, 0, 8, 17]);
  head.writeUInt16BE(20 + payload.length, 2);
  head.set(parseAddress(source), 12);
  head.set(parseAddress(destination), 16);
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum += head.readUInt16BE(at);
  head.writeUInt16BE(~((sum & 0xffff) + (sum >> 16)) & 0xffff, 10);
  return Buffer.concat([head, payload]);
}

function ipv6(source: string, destination: string, next: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head[0] = 0x60;
  head.writeUInt16BE(payload.length, 4);
  head[6] = next;
  head[7] = 255;
  return Buffer.concat([head, parseAddress(source), parseAddress(destination), payload]);
}

/** RFC 1112, section 6.4; RFC 2464, section 7. */
function groupAddress(destination: string): string | undefined {
  const bytes = parseAddress(destination);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  if (bytes.length === 16) {
    return bytes[0] === 0xff ? ['33', '33', ...hex.slice(12)].join(':') : undefined;
  }
  if ((bytes[0] ?? 0) >> 4 !== 14) return undefined;
  const second = ((bytes[1] ?? 0) & 0x7f).toString(16).padStart(2, '0');
  return ['01', '00', '5e', second, ...hex.slice(2)].join(':');
}

function macBytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16));
}
