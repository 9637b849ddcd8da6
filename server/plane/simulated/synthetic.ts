/** Makes many sessions at once, for demonstrations and measurements. */
import type { Branch } from '../../../src/data/index.ts';
import type { TableSchema } from '../kit/catalog.ts';
import { TCP } from './model/packet.ts';

/**
 * `count` established TCP sessions to port 443 of `address`, from clients of 198.18.0.0/15 or
 * 2001:2::/48, the prefixes for benchmarks (RFC 2544, RFC 5180). `from` numbers the first one.
 */
export function* syntheticSessions(
  { fields }: TableSchema,
  { address, from, count }: { address: string; from: number; count: number },
): Iterable<Branch> {
  const v6 = address.includes(':');
  let client = '';
  for (let number = from; number < from + count; number += 1) {
    const port = 1024 + (number % 60_000);
    if (client === '' || port === 1024) client = clientAddress(Math.floor(number / 60_000), v6);
    yield fields.make({
      protocol: TCP,
      'source-address': client,
      'destination-address': address,
      'source-port': port,
      'destination-port': 443,
      zone: 0,
      state: 'established',
      status: 'seen-reply assured',
      lifetime: 432_000,
      'original-packets': 12,
      'original-bytes': 1_840,
      'reply-packets': 10,
      'reply-bytes': 14_200,
    });
  }
}

function clientAddress(number: number, v6: boolean): string {
  if (v6) return `2001:2::1:${(number + 1).toString(16)}`;
  return `198.18.${(number >> 8) & 0xff}.${number & 0xff}`;
}
