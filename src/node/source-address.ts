/** Addresses of peers: as people write them, and as limits count them. */
import { isIPv6 } from 'node:net';

/** An IPv4 address that arrived at a socket for IPv6 is written as what it is (RFC 4291, section 2.5.5.2). */
export function plainAddress(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/**
 * What a peer can hardly have many of: an IPv4 address, or the first 64 bits of an IPv6 address, below which
 * a host picks its addresses itself (RFC 4291, section 2.5.4).
 */
export function sourceOf(address: string): string {
  const plain = plainAddress(address).replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  if (tail !== undefined)
    groups.push(...Array<string>(Math.max(0, 8 - groups.length - after)).fill('0'));
  return `${groups
    .concat(tail ? tail.split(':') : [])
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
