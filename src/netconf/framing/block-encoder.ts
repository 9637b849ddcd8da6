/**
 * Collects small pieces of text into blocks of UTF-8 bytes that are worth sending.
 *
 * Text goes straight into the block; room is left in front of it for the header of a chunk, so that
 * framing copies nothing.
 */

const BLOCK_SIZE = 64 * 1024;
/** For `LF "#" 10 digits LF`. */
const HEADROOM = 13;
/** How much text is collected before it is encoded: one call for many small pieces. */
const TEXT_SIZE = 16 * 1024;

/** A block: bytes `start` to `end`, with at least {@link HEADROOM} unused bytes before `start`. */
export interface Block {
  readonly buffer: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export class BlockEncoder {
  readonly #encoder = new TextEncoder();
  #text = '';
  #buffer = new Uint8Array(0);
  #end = 0;
  #full: Block[] = [];

  /** Adds a piece; returns the blocks that have become full. */
  add(part: string | Uint8Array): readonly Block[] {
    if (typeof part === 'string') {
      this.#text += part;
      if (this.#text.length >= TEXT_SIZE) this.#encodeText(false);
    } else {
      this.#encodeText(true);
      this.#copy(part);
    }
    return this.#takeFull();
  }

  /** The blocks with what is left. */
  finish(): readonly Block[] {
    this.#encodeText(true);
    this.#cut();
    return this.#takeFull();
  }

  #encodeText(whole: boolean): void {
    let text = this.#text;
    this.#text = '';
    // The halves of a character outside the BMP may come in two pieces.
    if (!whole && isHighSurrogate(text.charCodeAt(text.length - 1))) {
      this.#text = text.slice(-1);
      text = text.slice(0, -1);
    }
    while (text.length > 0) {
      // A character takes up to four bytes.
      if (this.#buffer.length - this.#end < 4) this.#begin();
      const { read, written } = this.#encoder.encodeInto(text, this.#buffer.subarray(this.#end));
      this.#end += written;
      text = text.slice(read);
      if (text.length > 0) this.#cut();
    }
  }

  #copy(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#buffer.length === this.#end) this.#begin();
      const count = Math.min(rest.length, this.#buffer.length - this.#end);
      this.#buffer.set(rest.subarray(0, count), this.#end);
      this.#end += count;
      rest = rest.subarray(count);
    }
  }

  #begin(): void {
    this.#cut();
    this.#buffer = new Uint8Array(HEADROOM + BLOCK_SIZE);
    this.#end = HEADROOM;
  }

  #cut(): void {
    if (this.#end > HEADROOM) {
      this.#full.push({ buffer: this.#buffer, start: HEADROOM, end: this.#end });
    }
    this.#buffer = new Uint8Array(0);
    this.#end = 0;
  }

  #takeFull(): readonly Block[] {
    if (this.#full.length === 0) return this.#full;
    const full = this.#full;
    this.#full = [];
    return full;
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
