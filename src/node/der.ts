/**
 * Just enough of DER (ITU-T X.690) to find names in certificates that OpenSSL has accepted. Libraries that read all
 * of X.509 are a dozen packages; the small one that ssh2 brings along is no longer cared for.
 */

export interface DerElement {
  /** The identifier octet: class, constructed or not, number below 31. */
  readonly tag: number;
  readonly content: Uint8Array;
}

export const DER = {
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
  octetString: 0x04,
  boolean: 0x01,
} as const;

/** A tag of the context, such as `[3] EXPLICIT`. */
export function contextTag(number: number, constructed: boolean): number {
  return 0x80 | (constructed ? 0x20 : 0) | number;
}

/** The elements one after the other. Throws RangeError for what is no DER. */
export function readDer(bytes: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = byteAt(bytes, at);
    if ((tag & 0x1f) === 0x1f) throw new RangeError('a tag of several octets');
    const { length, start } = readLength(bytes, at + 1);
    if (start + length > bytes.length) throw new RangeError('an element is cut off');
    elements.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}

function readLength(bytes: Uint8Array, at: number): { length: number; start: number } {
  const first = byteAt(bytes, at);
  if (first < 0x80) return { length: first, start: at + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new RangeError('a length without end or without reason');
  let length = 0;
  for (let index = 1; index <= count; index += 1) length = length * 256 + byteAt(bytes, at + index);
  return { length, start: at + 1 + count };
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new RangeError('an element is cut off');
  return byte;
}

/** An object identifier in dotted form. */
export function oidText(content: Uint8Array): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = numbers;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}
