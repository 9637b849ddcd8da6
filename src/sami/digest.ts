/**
 * The digest of a table (`sami:sami/vm/table/digest`): the sum of the hashes of its entries.
 *
 * A sum can be kept up to date one entry at a time and does not depend on order, so comparing two
 * tables of a million entries costs nothing while the VM is stopped. It finds losses and mix-ups; it is
 * no defence against forgery, which is what authenticated sessions are for.
 */

/** A running sum of 64-bit hashes, held as two 32-bit halves to stay out of bigint. */
export class TableDigest {
  #high = 0;
  #low = 0;
  #entries = 0;

  get entries(): number {
    return this.#entries;
  }

  add(hash: EntryHash): void {
    this.#high = (this.#high + hash.high) >>> 0;
    this.#low = (this.#low + hash.low) >>> 0;
    this.#entries += 1;
  }

  remove(hash: EntryHash): void {
    this.#high = (this.#high - hash.high) >>> 0;
    this.#low = (this.#low - hash.low) >>> 0;
    this.#entries -= 1;
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return hex(this.#high) + hex(this.#low);
  }
}

export interface EntryHash {
  readonly high: number;
  readonly low: number;
}

function hex(half: number): string {
  return half.toString(16).padStart(8, '0');
}

/**
 * Hashes one entry, given as text. Two independent multiplicative hashes with a final mix (after
 * MurmurHash3's finaliser), because equal sums must not come from related entries.
 */
export function hashText(text: string): EntryHash {
  let high = 0x9e3779b9 ^ text.length;
  let low = 0x85ebca6b;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x5bd1e995);
    high ^= high >>> 15;
    low = Math.imul(low ^ code, 0x01000193);
    low ^= low >>> 13;
  }
  return { high: mix(high), low: mix(low ^ high) };
}

function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
