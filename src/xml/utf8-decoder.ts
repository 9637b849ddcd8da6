/**
 * UTF-8 in pieces to text (RFC 3629); anything invalid is an error.
 *
 * TextDecoder's own streaming mode is several times slower than whole decodes and makes two-byte
 * strings out of ASCII, so the few bytes of a character that is cut are carried over here.
 */

const NOTHING = new Uint8Array(0);

export class Utf8Decoder {
  // A byte order mark stays: the XML parser knows where it is allowed.
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #carried = NOTHING;

  /** Text of the characters completed by `chunk`. Throws TypeError when it is not UTF-8. */
  decode(chunk: Uint8Array): string {
    const bytes = this.#carried.length === 0 ? chunk : concatenate(this.#carried, chunk);
    const end = bytes.length - incompleteTail(bytes);
    this.#carried = end === bytes.length ? NOTHING : bytes.slice(end);
    return this.#decoder.decode(end === bytes.length ? bytes : bytes.subarray(0, end));
  }

  /** Throws TypeError when the input ended within a character. */
  end(): void {
    this.#decoder.decode(this.#carried);
  }
}

/** How many bytes at the end begin a character that needs more bytes than there are. */
function incompleteTail(bytes: Uint8Array): number {
  const longest = Math.min(3, bytes.length);
  for (let count = 1; count <= longest; count++) {
    const byte = bytes[bytes.length - count] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return count < sequenceLength(byte) ? count : 0;
  }
  return 0;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
