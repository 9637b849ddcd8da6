/** What arrives, byte by byte as it is: for `--raw`. */
import type { IncomingMessage, Transport } from '../../../../src/netconf/index.ts';
import { ForwardingTransport } from '../../../forwarding-transport.ts';

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

class TappedTransport extends ForwardingTransport {
  readonly #tap: RawTap;
  readonly #write: (bytes: Uint8Array | string) => void;

  constructor(inner: Transport, tap: RawTap, write: (bytes: Uint8Array | string) => void) {
    super(inner);
    this.#tap = tap;
    this.#write = write;
  }

  protected override async *read(
    message: IncomingMessage,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { isOpen } = this.#tap;
    for await (const piece of message) {
      if (isOpen) this.#write(piece);
      yield piece;
    }
    if (isOpen) this.#write('\n');
  }
}
