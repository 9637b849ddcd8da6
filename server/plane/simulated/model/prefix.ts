/** Address prefixes: does an address lie within? */

export interface Prefix {
  readonly version: 4 | 6;
  readonly words: readonly number[];
  readonly length: number;
}

const BITS = { 4: 8, 6: 16 } as const;

/** Parses `address/length` or a bare address. Throws on anything else. */
export function parsePrefix(text: string): Prefix {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const version = address.includes(':') ? 6 : 4;
  const words = version === 6 ? parseV6(address) : address.split('.').map(Number);
  const whole = version === 6 ? 128 : 32;
  const length = slash < 0 ? whole : Number(text.slice(slash + 1));
  if (words.length * BITS[version] !== whole || words.some(Number.isNaN) || !(length <= whole)) {
    throw new Error(`"${text}" is no address or prefix`);
  }
  return { version, words, length };
}

function parseV6(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const left = groups(head);
  if (tail === undefined) return left;
  const right = groups(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => 0);
  return [...left, ...zeros, ...right];
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

export function contains(prefix: Prefix, address: string): boolean {
  const { version, words, length } = parsePrefix(address);
  if (version !== prefix.version || length < prefix.length) return false;
  const bits = BITS[version];
  for (let index = 0, left = prefix.length; left > 0; index += 1, left -= bits) {
    const shift = left >= bits ? 0 : bits - left;
    if ((words[index] ?? 0) >> shift !== (prefix.words[index] ?? 0) >> shift) return false;
  }
  return true;
}

/** The address with all but its first `length` bits zero: one text for all addresses of a prefix. */
export function maskAddress(address: string, length: number): string {
  const { version, words } = parsePrefix(address);
  const bits = BITS[version];
  const masked = words.map((word, index) => {
    const kept = Math.min(bits, Math.max(0, length - index * bits));
    return (word >> (bits - kept)) << (bits - kept);
  });
  if (version === 4) return masked.join('.');
  return length >= 128 ? address : `${masked.map((word) => word.toString(16)).join(':')}/${length}`;
}
