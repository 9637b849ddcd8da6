/** IP addresses between bytes and canonical text (RFC 5952 for IPv6). */

/** Text of addresses that were seen lately, so that equal addresses share one string. */
export class AddressTexts {
  readonly #limit: number;
  readonly #texts4 = new Map<number, string>();
  readonly #texts6 = new Map<string, string>();

  constructor(limit = 1 << 17) {
    this.#limit = limit;
  }

  /** The address of 4 or 16 bytes at `at`. */
  read(buffer: Buffer, at: number, length: number): string {
    return length === 4 ? this.#read4(buffer, at) : this.#read6(buffer, at);
  }

  #read4(buffer: Buffer, at: number): string {
    const key = buffer.readUInt32BE(at);
    let text = this.#texts4.get(key);
    if (text === undefined) {
      text = `${buffer[at]}.${buffer[at + 1]}.${buffer[at + 2]}.${buffer[at + 3]}`;
      if (this.#texts4.size >= this.#limit) this.#texts4.clear();
      this.#texts4.set(key, text);
    }
    return text;
  }

  #read6(buffer: Buffer, at: number): string {
    const key = buffer.toString('latin1', at, at + 16);
    let text = this.#texts6.get(key);
    if (text === undefined) {
      text = formatIpv6(buffer, at);
      if (this.#texts6.size >= this.#limit) this.#texts6.clear();
      this.#texts6.set(key, text);
    }
    return text;
  }
}

/** The longest run of two or more zero groups becomes `::`; mapped addresses end in dotted form. */
export function formatIpv6(buffer: Uint8Array, at: number): string {
  const groups: number[] = [];
  for (let index = 0; index < 16; index += 2) {
    groups.push(((buffer[at + index] ?? 0) << 8) | (buffer[at + index + 1] ?? 0));
  }
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${[...buffer.subarray(at + 12, at + 16)].join('.')}`;
  }
  const [start, length] = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best[1]) best = [start, index + 1 - start];
  }
  return best;
}

/** 4 or 16 bytes of an address in canonical text. */
export function parseAddress(text: string): Uint8Array {
  if (!text.includes(':')) return parseIpv4(text);
  const dotted = text.lastIndexOf('.') >= 0 ? text.slice(text.lastIndexOf(':') + 1) : undefined;
  const plain = dotted === undefined ? text : text.slice(0, -dotted.length) + hexGroups(dotted);
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  before.forEach((group, index) => {
    view.setUint16(index * 2, Number.parseInt(group, 16));
  });
  after.forEach((group, index) => {
    view.setUint16(16 - (after.length - index) * 2, Number.parseInt(group, 16));
  });
  return bytes;
}

function parseIpv4(text: string): Uint8Array {
  const bytes = new Uint8Array(4);
  let at = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x2e) at += 1;
    else bytes[at] = (bytes[at] ?? 0) * 10 + code - 0x30;
  }
  return bytes;
}

function hexGroups(dotted: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** A set of addresses that is asked with bytes in place. */
export class AddressSet {
  readonly #v4 = new Set<number>();
  readonly #v6 = new Set<string>();

  constructor(addresses: Iterable<string>) {
    for (const text of addresses) {
      const bytes = Buffer.from(parseAddress(text));
      if (bytes.length === 4) this.#v4.add(bytes.readUInt32BE());
      else this.#v6.add(bytes.toString('latin1'));
    }
  }

  /** True when it has addresses of the family. */
  hasFamily(length: 4 | 16): boolean {
    return (length === 4 ? this.#v4.size : this.#v6.size) > 0;
  }

  has(buffer: Buffer, at: number, length: number): boolean {
    if (length === 4) return this.#v4.has(buffer.readUInt32BE(at));
    return this.#v6.size > 0 && this.#v6.has(buffer.toString('latin1', at, at + 16));
  }
}
