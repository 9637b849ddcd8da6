/** A transport on another one, for who wants to see what passes. */
import type {
  IncomingMessage,
  OutgoingMessage,
  Transport,
  TransportPeer,
} from '../src/netconf/index.ts';

/** Passes everything on as it is; {@link ForwardingTransport.read} and `send` are there to be overridden. */
export abstract class ForwardingTransport implements Transport {
  readonly #inner: Transport;

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
      yield { [Symbol.asyncIterator]: () => this.read(message) };
    }
  }

  send(message: OutgoingMessage): Promise<void> {
    return this.#inner.send(message);
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

  /** The pieces of one message that arrives. */
  protected abstract read(message: IncomingMessage): AsyncIterator<Uint8Array>;
}
