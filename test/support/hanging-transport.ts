/** A transport that can be cut the way a network is: both ends live on and hear nothing more. */
import { createDeferred } from '../../src/util/index.ts';
import type {
  IncomingMessage,
  OutgoingMessage,
  Transport,
  TransportPeer,
} from '../../src/netconf/index.ts';

export class HangingTransport implements Transport {
  readonly #inner: Transport;
  readonly #closed = createDeferred();
  #hung = false;
  #onWait: (() => void) | undefined;

  constructor(inner: Transport) {
    this.#inner = inner;
    void inner.closed.then(() => {
      if (!this.#hung) this.#closed.resolve();
    });
  }

  /**
   * From now on nothing passes. The other end does not notice. `onWait` is called now and when the first
   * message is sent in vain: somebody may be waiting for an answer that will not come.
   */
  hang(onWait: () => void): void {
    this.#hung = true;
    this.#onWait = onWait;
    onWait();
  }

  get peer(): TransportPeer {
    return this.#inner.peer;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  async *messages(): AsyncGenerator<IncomingMessage, void, undefined> {
    const inner = this.#inner.messages()[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([inner.next(), this.#closed.promise]);
      if (!next || next.done === true) return;
      if (this.#hung) {
        await this.#closed.promise;
        return;
      }
      yield next.value;
    }
  }

  send(message: OutgoingMessage): Promise<void> {
    if (!this.#hung) return this.#inner.send(message);
    this.#onWait?.();
    this.#onWait = undefined;
    return this.#closed.promise;
  }

  useChunkedFraming(): void {
    this.#inner.useChunkedFraming();
  }

  async close(): Promise<void> {
    if (!this.#hung) await this.#inner.close();
    this.#closed.resolve();
  }

  abort(): void {
    if (!this.#hung) this.#inner.abort();
    this.#closed.resolve();
  }
}
