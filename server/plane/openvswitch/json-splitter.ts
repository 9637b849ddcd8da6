/** Finds the ends of JSON objects that follow each other without anything between them. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** What a peer may send in one message. */
const MOST_BYTES = 64 << 20;

export class JsonSplitter {
  #parts: Buffer[] = [];
  #bytes = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** Texts of the objects that are whole now. Throws Error when one does not end. */
  *push(chunk: Buffer): Iterable<string> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (!this.#ends(chunk[at] ?? 0)) continue;
      const text = Buffer.concat([...this.#parts, chunk.subarray(from, at + 1)]).toString();
      this.#parts = [];
      this.#bytes = 0;
      from = at + 1;
      yield text;
    }
    this.#parts.push(chunk.subarray(from));
    this.#bytes += chunk.length - from;
    if (this.#bytes > MOST_BYTES) throw new Error('the peer sent a message without end');
  }

  /** Bytes of UTF-8 sequences are none of those that count here. */
  #ends(byte: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return false;
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN) this.#depth += 1;
    else if (byte === CLOSE) {
      this.#depth -= 1;
      return this.#depth === 0;
    }
    return false;
  }
}
