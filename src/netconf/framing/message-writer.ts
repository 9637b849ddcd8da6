/** Blocks of bytes to framed bytes, for both framings (RFC 6242, section 4). */
import { FramingError } from '../errors.ts';
import type { Block } from './block-encoder.ts';
import { END_OF_MESSAGE, delimiterTail, findEndOfMessage } from './end-of-message.ts';

export interface MessageWriter {
  /** The bytes to send for a block of the message, which must not be empty. */
  frame(block: Block): Uint8Array;
  /** The bytes to send after the last block. */
  readonly end: Uint8Array;
}

const encoder = new TextEncoder();

/** Chunked framing: every block becomes a chunk. */
export class ChunkedWriter implements MessageWriter {
  readonly end = encoder.encode('\n##\n');

  frame({ buffer, start, end }: Block): Uint8Array {
    const header = `\n#${String(end - start)}\n`;
    const from = start - header.length;
    encoder.encodeInto(header, buffer.subarray(from, start));
    return buffer.subarray(from, end);
  }
}

/** End-of-message framing. Throws FramingError for a message that itself contains the delimiter. */
export class EndOfMessageWriter implements MessageWriter {
  readonly end = END_OF_MESSAGE;
  #tail = new Uint8Array(0);

  frame({ buffer, start, end }: Block): Uint8Array {
    const bytes = buffer.subarray(start, end);
    const seam = new Uint8Array([...this.#tail, ...bytes.subarray(0, END_OF_MESSAGE.length)]);
    if (findEndOfMessage(bytes) !== -1 || findEndOfMessage(seam) !== -1) {
      throw new FramingError('the message contains "]]>]]>", which only base:1.1 can carry');
    }
    const last = bytes.length < END_OF_MESSAGE.length ? seam : bytes;
    this.#tail = last.slice(last.length - delimiterTail(last));
    return bytes;
  }
}
