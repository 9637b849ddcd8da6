/**
 * End-of-message framing: `]]>]]>` after each message (RFC 6242, section 4.3; RFC 4742).
 *
 * Used for hello always, and for everything with a peer that has only base:1.0.
 */
import { FramingError, MessageTooBigError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import type { FramingLimits, MessageReader } from './message-reader.ts';

export const END_OF_MESSAGE = new TextEncoder().encode(']]>]]>');
const BRACKET = 0x5d;

/** Where the delimiter is in `bytes`, or -1. */
export function findEndOfMessage(bytes: Uint8Array): number {
  for (
    let at = bytes.indexOf(BRACKET);
    at !== -1 && at + END_OF_MESSAGE.length <= bytes.length;
    at = bytes.indexOf(BRACKET, at + 1)
  ) {
    if (isDelimiterAt(bytes, at, END_OF_MESSAGE.length)) return at;
  }
  return -1;
}

/** How many bytes at the end of `bytes` may be the beginning of a delimiter; at most five. */
export function delimiterTail(bytes: Uint8Array): number {
  const longest = Math.min(END_OF_MESSAGE.length - 1, bytes.length);
  for (let count = longest; count > 0; count--) {
    if (isDelimiterAt(bytes, bytes.length - count, count)) return count;
  }
  return 0;
}

function isDelimiterAt(bytes: Uint8Array, at: number, count: number): boolean {
  for (let index = 0; index < count; index++) {
    if (bytes[at + index] !== END_OF_MESSAGE[index]) return false;
  }
  return true;
}

/** Reads one message. White space before it is skipped: many peers end the delimiter with a new line. */
export class EndOfMessageReader implements MessageReader {
  readonly #source: ByteSource;
  readonly #limits: FramingLimits;
  /** Bytes that may begin a delimiter and are held back until more is known. */
  #held = new Uint8Array(0);
  #size = 0;
  #ended = false;

  constructor(source: ByteSource, limits: FramingLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  async read(): Promise<Uint8Array | undefined> {
    while (!this.#ended) {
      if (!(await this.#source.fill())) throw new FramingError('the stream ended inside a message');
      const piece = this.#next();
      if (piece.length > 0) return piece;
    }
    return undefined;
  }

  #next(): Uint8Array {
    if (this.#size === 0 && this.#held.length === 0) skipSpace(this.#source);
    const fresh = this.#source.available;
    // Joining copies, but what is held is there only when a piece ends with the beginning of a delimiter.
    const bytes = this.#held.length === 0 ? fresh : concatenate(this.#held, fresh);
    const at = findEndOfMessage(bytes);
    const end = at === -1 ? bytes.length - delimiterTail(bytes) : at;
    const used = at === -1 ? fresh.length : at + END_OF_MESSAGE.length - this.#held.length;
    this.#held = at === -1 ? bytes.slice(end) : new Uint8Array(0);
    this.#ended = at !== -1;
    this.#source.take(used);
    this.#size += end;
    if (this.#size > this.#limits.maxMessageBytes) {
      throw new MessageTooBigError(this.#limits.maxMessageBytes);
    }
    return bytes.subarray(0, end);
  }
}

/** Skips white space as far as it is available. */
export function skipSpace(source: ByteSource): void {
  const bytes = source.available;
  let count = 0;
  while (count < bytes.length && isSpace(bytes[count])) count++;
  source.take(count);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d || byte === 0x20 || byte === 0x09;
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
