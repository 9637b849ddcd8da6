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
 * Hashes values one after the other. Two independent multiplicative lanes with a final mix (after
 * MurmurHash3's finaliser), because equal sums must not come from related entries.
 */
export class EntryHasher {
  #high = 0x9e3779b9 | 0;
  #low = 0x85ebca6b | 0;

  /** Starts anew, from where another hash ended if one is given. */
  reset(from?: EntryHash): this {
    this.#high = from ? from.high | 0 : 0x9e3779b9 | 0;
    this.#low = from ? from.low | 0 : 0x85ebca6b | 0;
    return this;
  }

  word(word: number): void {
    let high = Math.imul(this.#high ^ word, 0x5bd1e995);
    high ^= high >>> 15;
    let low = Math.imul(this.#low ^ word, 0x01000193);
    low = (low << 13) | (low >>> 19);
    this.#high = high;
    this.#low = low;
  }

  /** The length goes first, so that no two sequences of texts run into the same characters. */
  text(text: string): void {
    const length = text.length;
    let high = Math.imul(this.#high ^ length, 0x5bd1e995);
    let low = Math.imul(this.#low ^ length, 0x01000193);
    for (let index = 0; index < length; index += 2) {
      // Beyond the end charCodeAt gives NaN, which `<<` takes for 0.
      const pair = text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
      high = Math.imul(high ^ pair, 0x5bd1e995);
      high ^= high >>> 15;
      low = Math.imul(low ^ pair, 0x01000193);
      low = (low << 13) | (low >>> 19);
    }
    this.#high = high;
    this.#low = low;
  }

  number(value: number): void {
    if (value === (value | 0)) {
      this.word(value);
      return;
    }
    this.word(value >>> 0);
    this.word(Math.floor(value / 0x100000000) | 0);
  }

  result(): EntryHash {
    return { high: mix(this.#high), low: mix(this.#low ^ this.#high) };
  }
}

/** Hash of a text alone. */
export function hashText(text: string): EntryHash {
  const hasher = new EntryHasher();
  hasher.text(text);
  return hasher.result();
}

function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
