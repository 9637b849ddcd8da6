/** Keys of stick tables as they stand in the leaf `client`, and as commands and peers take them. */
import { isIPv4, isIPv6 } from 'node:net';
import { parseIpv6, printIpv6 } from '../../../src/yang/types/ipv6.ts';
import { wordProblem } from './words.ts';

/** Names of key types in HAProxy. */
export const KEY_TYPES = ['ip', 'ipv6', 'string', 'integer', 'binary'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/**
 * Why a client cannot be a key of a table; undefined when it can. HAProxy itself takes "5x" for 5, "1.2.3"
 * for 1.2.3.0 and cuts long strings off: the entry would be another client's.
 */
export function keyProblem(
  client: string,
  type: KeyType,
  length: number | undefined,
): string | undefined {
  switch (type) {
    case 'ip':
      return isIPv4(client) ? undefined : 'is no IPv4 address';
    case 'ipv6':
      return canonicalIpv6(client) === client ? undefined : 'is no IPv6 address in canonical form';
    case 'integer':
      return /^(0|[1-9]\d{0,9})$/.test(client) && Number(client) < 2 ** 32
        ? undefined
        : 'is no number from 0 to 4294967295';
    case 'string':
      return wordProblem(client) ?? lengthProblem(Buffer.byteLength(client), length);
    case 'binary':
      return /^(?:[0-9a-f]{2})+$/.test(client)
        ? lengthProblem(client.length / 2, length)
        : 'is no sequence of octets in hexadecimal';
  }
}

function lengthProblem(bytes: number, length: number | undefined): string | undefined {
  if (length === undefined || bytes <= length) return undefined;
  return `has ${bytes} bytes of ${length} that the table keeps`;
}

/** The form of RFC 5952, in which `client` has addresses; undefined for what is no address. */
export function canonicalIpv6(text: string): string | undefined {
  const groups = isIPv6(text) && !text.includes('%') ? parseIpv6(text) : undefined;
  return groups && printIpv6(groups);
}

/** The key in an update of the peers protocol. `length` is that of binary keys. */
export function peerKey(client: string, type: KeyType, length: number): Buffer {
  switch (type) {
    case 'ip':
      return Buffer.from(client.split('.').map(Number));
    case 'ipv6':
      return Buffer.from((parseIpv6(client) ?? []).flatMap((group) => [group >> 8, group & 255]));
    case 'integer': {
      const key = Buffer.alloc(4);
      key.writeUInt32BE(Number(client));
      return key;
    }
    case 'binary':
      return Buffer.concat([Buffer.from(client, 'hex')], length);
    case 'string':
      return Buffer.from(client);
  }
}
