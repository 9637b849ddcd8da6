/** What arrives, byte by byte as it is: for `--raw`. */
import type {
  IncomingMessage,
  OutgoingMessage,
  Transport,
  TransportPeer,
} from '../../../../src/netconf/index.ts';

export class RawTap {
  /** Nothing else is printed. */
  readonly replacesOutput: boolean;
  /** Notifications may come at any time. */
  listens = false;
  readonly #write: (bytes: Uint8Array | string) => void;
  #isOn = false;

  constructor(write: (bytes: Uint8Array | string) => void, replacesOutput: boolean) {
    this.#write = write;
    this.replacesOutput = replacesOutput;
  }

  start(): void {
    this.#isOn = true;
  }

  stop(): void {
    this.#isOn = false;
  }

  /** What the console asks for its own needs is not shown. */
  get isOpen(): boolean {
    return this.#isOn || this.listens;
  }

  /** For the transport of the session. */
  wrap(inner: Transport): Transport {
    return new TappedTransport(inner, this, this.#write);
  }
}

class TappedTransport implements Transport {
  readonly #inner: Transport;
  readonly #tap: RawTap;
  readonly #write: (bytes: Uint8Array | string) => void;

  constructor(inner: Transport, tap: RawTap, write: (bytes: Uint8Array | string) => void) {
    this.#inner = inner;
    this.#tap = tap;
    this.#write = write;
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

  async *#read(message: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
    const { isOpen } = this.#tap;
    for await (const piece of message) {
      if (isOpen) this.#write(piece);
      yield piece;
    }
    if (isOpen) this.#write('\n');
  }
}
