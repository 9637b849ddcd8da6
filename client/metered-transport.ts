/** A transport that counts the bytes that pass. */
import type { IncomingMessage, OutgoingMessage } from '../src/netconf/index.ts';
import { ForwardingTransport } from './forwarding-transport.ts';

export class MeteredTransport extends ForwardingTransport {
  bytesSent = 0;
  bytesReceived = 0;

  override send(message: OutgoingMessage): Promise<void> {
    if (typeof message === 'string') {
      this.bytesSent += message.length;
      return super.send(message);
    }
    return super.send(
      Symbol.asyncIterator in message ? this.#countAsync(message) : this.#count(message),
    );
  }

  protected override async *read(
    message: IncomingMessage,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of message) {
      this.bytesReceived += piece.length;
      yield piece;
    }
  }

  *#count(parts: Iterable<string | Uint8Array>): Generator<string | Uint8Array, void, undefined> {
    for (const part of parts) {
      this.bytesSent += part.length;
      yield part;
    }
  }

  async *#countAsync(
    parts: AsyncIterable<string | Uint8Array>,
  ): AsyncGenerator<string | Uint8Array, void, undefined> {
    for await (const part of parts) {
      this.bytesSent += part.length;
      yield part;
    }
  }
}
