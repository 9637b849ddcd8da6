/** A message that arrives, fed to its reader piece by piece, as far as the limits allow. */
import type { IncomingMessage } from '../../src/netconf/index.ts';
import { XmlTokenizer } from '../../src/xml/index.ts';
import type { RequestReader } from './request-reader.ts';

export interface DecodeLimits {
  readonly maxMessageBytes: number;
  readonly maxDepth: number;
}

/**
 * What fits into the limit is decoded, so that the answer can name the request. Throws XmlError and
 * {@link TooLongError}. `onPiece` is called whenever something has arrived.
 */
export async function decodeMessage(
  message: IncomingMessage,
  reader: RequestReader,
  { maxMessageBytes, maxDepth }: DecodeLimits,
  onPiece: () => void,
): Promise<void> {
  const tokenizer = new XmlTokenizer(reader, { maxBytes: Infinity, maxDepth });
  let left = maxMessageBytes;
  for await (const piece of message) {
    onPiece();
    tokenizer.write(piece.length > left ? piece.subarray(0, left) : piece);
    left -= piece.length;
    if (left < 0) throw new TooLongError(maxMessageBytes);
  }
  tokenizer.end();
}

export class TooLongError extends Error {
  constructor(limit: number) {
    super(`the message is longer than ${String(limit)} bytes`);
  }
}
