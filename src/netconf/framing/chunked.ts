/**
 * Chunked framing (RFC 6242, section 4.2), used after the hellos when both peers have base:1.1:
 *
 *     message = 1*chunk LF "##" LF
 *     chunk   = LF "#" size LF data        size: 1..4294967295 without leading zeros
 */
import { FramingError, MessageTooBigError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import type { FramingLimits, MessageReader } from './message-reader.ts';

const LF = 0x0a;
const HASH = 0x23;
const ZERO = 0x30;
const LARGEST_CHUNK = 0xffffffff;

/** What the header of a chunk may hold next. */
type HeaderState = 'line-feed' | 'hash' | 'size' | 'digits' | 'last-line-feed';

/** Reads one message. */
export class ChunkedReader implements MessageReader {
  readonly #source: ByteSource;
  readonly #limits: FramingLimits;
  /** Bytes of the current chunk that have not been read. */
  #left = 0;
  #size = 0;
  #ended = false;

  constructor(source: ByteSource, limits: FramingLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#ended) return undefined;
    if (this.#left === 0 && !(await this.#readHeader())) return undefined;
    if (!(await this.#source.fill())) throw new FramingError('the stream ended inside a chunk');
    const piece = this.#source.take(Math.min(this.#left, this.#source.available.length));
    this.#left -= piece.length;
    return piece;
  }

  /** Reads up to the data of the next chunk. `false`: it was the end of the message. */
  async #readHeader(): Promise<boolean> {
    const header = new HeaderParser(this.#size === 0, this.#limits.extraLineFeeds === true);
    do {
      if (!(await this.#source.fill())) {
        throw new FramingError('the stream ended inside a message');
      }
      this.#source.take(header.parse(this.#source.available));
    } while (!header.done);
    this.#ended = header.size === 0;
    this.#left = header.size;
    this.#size += header.size;
    if (this.#size > this.#limits.maxMessageBytes) {
      throw new MessageTooBigError(this.#limits.maxMessageBytes);
    }
    return !this.#ended;
  }
}

/** Parses `LF "#" size LF` or, unless a chunk has to come first, `LF "##" LF`. */
class HeaderParser {
  /** Size of the chunk; 0 for the end of the message. */
  size = 0;
  done = false;
  readonly #isFirst: boolean;
  readonly #isLenient: boolean;
  #state: HeaderState = 'line-feed';

  constructor(isFirst: boolean, isLenient: boolean) {
    this.#isFirst = isFirst;
    this.#isLenient = isLenient;
  }

  /** Returns how many of the bytes belong to the header. */
  parse(bytes: Uint8Array): number {
    let count = 0;
    while (count < bytes.length && !this.done) this.#accept(bytes[count++] ?? 0);
    return count;
  }

  #accept(byte: number): void {
    switch (this.#state) {
      case 'line-feed':
        this.#state = expect(byte, LF, 'hash');
        return;
      case 'hash':
        if (byte === LF && this.#isFirst && this.#isLenient) return;
        this.#state = expect(byte, HASH, 'size');
        return;
      case 'size':
        this.#acceptSize(byte);
        return;
      case 'digits':
        this.#acceptDigit(byte);
        return;
      case 'last-line-feed':
        this.#state = expect(byte, LF, 'line-feed');
        this.done = true;
    }
  }

  #acceptSize(byte: number): void {
    if (byte === HASH) {
      if (this.#isFirst) throw new FramingError('a message has no chunk');
      this.#state = 'last-line-feed';
      return;
    }
    if (byte === ZERO) throw new FramingError('the size of a chunk begins with 0');
    this.#state = 'digits';
    this.size = digit(byte);
  }

  #acceptDigit(byte: number): void {
    if (byte === LF) {
      this.done = true;
      return;
    }
    this.size = this.size * 10 + digit(byte);
    if (this.size > LARGEST_CHUNK) {
      throw new FramingError(`the size of a chunk is more than ${String(LARGEST_CHUNK)}`);
    }
  }
}

function expect(byte: number, expected: number, next: HeaderState): HeaderState {
  if (byte === expected) return next;
  throw new FramingError(`expected ${show(expected)} in the header of a chunk, not ${show(byte)}`);
}

function digit(byte: number): number {
  const value = byte - ZERO;
  if (value >= 0 && value <= 9) return value;
  throw new FramingError(`expected a digit in the size of a chunk, not ${show(byte)}`);
}

function show(byte: number): string {
  return JSON.stringify(String.fromCharCode(byte));
}
