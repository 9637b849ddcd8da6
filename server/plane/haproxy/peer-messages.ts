/**
 * Messages of HAProxy's peers protocol 2.1 (doc/peers-v2.0.txt of HAProxy; times of entries, arrays and
 * periods as HAProxy 2.6 has them).
 */
import type { KeyType } from './keys.ts';
import { peerKey } from './keys.ts';
import type { StoredValue, TableShape } from './table-shape.ts';

const TABLE_CLASS = 10;
const DEFINITION = 0x82;
const ACKNOWLEDGEMENT = 0x84;
const TIMED_UPDATE = 0x85;
const CONTROL_CLASS = 0;
const ERROR_CLASS = 1;
const RESYNC_REQUEST = 0;
/** Answer to a request for everything that we know: that was it, and it was not all. */
export const RESYNC_PARTIAL = Buffer.from([CONTROL_CLASS, 2]);

const KEY_NUMBERS: Readonly<Record<KeyType, number>> = {
  integer: 2,
  ip: 4,
  ipv6: 5,
  string: 6,
  binary: 7,
};

/** Below 240 one byte; else its low four bits there, and then seven bits a byte. */
export function encodeInteger(value: number | bigint): number[] {
  let rest = BigInt(value);
  if (rest < 240n) return [Number(rest)];
  const bytes = [Number(rest & 15n) | 0xf0];
  rest = (rest - 240n) >> 4n;
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 0x80);
    rest = (rest - 128n) >> 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

/** An entry to be as it says, with as many milliseconds left. */
export interface PeerUpdate {
  readonly client: string;
  readonly expiresIn: number;
  /** In the order of the values of the definition. */
  readonly values: readonly bigint[];
}

/** Values that updates of a table have: all elements of an array, or none. */
export function peerValues(shape: TableShape): readonly StoredValue[] {
  const values = [...(shape.values?.values() ?? [])];
  return values
    .filter(({ meaning: { role } }) => role !== 'active-connections' && role !== 'server-key')
    .sort((a, b) => a.type.number - b.type.number || indexOf(a) - indexOf(b));
}

function indexOf({ meaning }: StoredValue): number {
  return 'index' in meaning ? meaning.index : 0;
}

/** What the updates that follow are about. `keyLength` is that of binary keys, and of strings. */
export function definition(id: number, shape: TableShape): Buffer {
  const values = peerValues(shape);
  const name = Buffer.from(shape.name);
  const types = [...new Set(values.map(({ type }) => type))];
  const bits = types.reduce((sum, { number }) => sum | (1n << BigInt(number)), 0n);
  return message(DEFINITION, [
    ...encodeInteger(id),
    ...encodeInteger(name.length),
    ...name,
    ...encodeInteger(KEY_NUMBERS[shape.keyType]),
    ...encodeInteger(keySize(shape)),
    ...encodeInteger(bits),
    ...encodeInteger(shape.expire ?? 0),
    ...types.flatMap((type) => {
      const elements = values.filter((value) => value.type === type);
      const period = elements[0]?.period;
      if (!type.isArray && period === undefined) return [];
      return [
        ...encodeInteger(type.number),
        ...(type.isArray ? encodeInteger(elements.length) : []),
        ...(period === undefined ? [] : encodeInteger(period)),
      ];
    }),
  ]);
}

function keySize({ keyType, keyLength = 0 }: TableShape): number {
  switch (keyType) {
    case 'ip':
    case 'integer':
      return 4;
    case 'ipv6':
      return 16;
    case 'string':
      return keyLength + 1;
    case 'binary':
      return keyLength;
  }
}

export function update(id: number, shape: TableShape, entry: PeerUpdate): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(id);
  head.writeUInt32BE(entry.expiresIn, 4);
  const key = peerKey(entry.client, shape.keyType, shape.keyLength ?? 0);
  return message(TIMED_UPDATE, [
    ...head,
    ...(shape.keyType === 'string' ? encodeInteger(key.length) : []),
    ...key,
    ...peerValues(shape).flatMap(({ period }, index) => {
      const value = encodeInteger(entry.values[index] ?? 0n);
      // Age of the present period, and what was counted in it and in the one before.
      return period === undefined ? value : [0, ...value, 0];
    }),
  ]);
}

function message(type: number, data: readonly number[]): Buffer {
  return Buffer.from([TABLE_CLASS, type, ...encodeInteger(data.length), ...data]);
}

/** What HAProxy sends that concerns us. */
export type PeerMessage =
  | { readonly kind: 'acknowledged'; readonly table: number; readonly update: number }
  | { readonly kind: 'resync-requested' | 'error' | 'other' };

/** The message at the beginning of `bytes` and its length; undefined when it is not there in full. */
export function readMessage(bytes: Buffer): { message: PeerMessage; length: number } | undefined {
  const [group, type] = bytes;
  if (group === undefined || type === undefined) return undefined;
  if (type < 128) {
    const kind =
      group === ERROR_CLASS
        ? 'error'
        : group === CONTROL_CLASS && type === RESYNC_REQUEST
          ? 'resync-requested'
          : 'other';
    return { message: { kind }, length: 2 };
  }
  const size = decodeInteger(bytes, 2);
  if (!size || bytes.length < size.next + size.value) return undefined;
  const length = size.next + size.value;
  if (group !== TABLE_CLASS || type !== ACKNOWLEDGEMENT) {
    return { message: { kind: 'other' }, length };
  }
  const table = decodeInteger(bytes, size.next);
  if (!table || table.next + 4 > length) return { message: { kind: 'error' }, length };
  const number = bytes.readUInt32BE(table.next);
  return { message: { kind: 'acknowledged', table: table.value, update: number }, length };
}

function decodeInteger(bytes: Buffer, at: number): { value: number; next: number } | undefined {
  let value = bytes[at];
  let next = at + 1;
  if (value === undefined || value < 240) return value === undefined ? undefined : { value, next };
  for (let factor = 16; ; factor *= 128) {
    const byte = bytes[next];
    if (byte === undefined) return undefined;
    value += byte * factor;
    next += 1;
    if (byte < 128) return { value, next };
  }
}
