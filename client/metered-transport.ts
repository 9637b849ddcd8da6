/** A transport that counts the bytes that pass. */
import type {
  IncomingMessage,
  OutgoingMessage,
  Transport,
  TransportPeer,
} from '../src/netconf/index.ts';

export class MeteredTransport implements Transport {
  readonly #inner: Transport;
  bytesSent = 0;
  bytesReceived = 0;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  get peer(): TransportPeer {
    return this.#inner.peer;
  }

  get closed(): Promise<void> {
    return this.#inner.closed;
  }

  async *messages(): AsyncGenerator<IncomingMessage, void, undefined> {
    for await (const message of this.#inner.messages()) {
      yield { [Symbol.asyncIterator]: () => this.#read(message) };
    }
  }

  send(message: OutgoingMessage): Promise<void> {
    if (typeof message === 'string') {
      this.bytesSent += message.length;
      return this.#inner.send(message);
    }
    return this.#inner.send(
      Symbol.asyncIterator in message ? this.#countAsync(message) : this.#count(message),
    );
  }

  useChunkedFraming(): void {
    this.#inner.useChunkedFraming();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  abort(): void {
    this.#inner.abort();
  }

  async *#read(message: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
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
