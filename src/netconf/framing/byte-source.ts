/** The bytes of a connection, taken as they are needed. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #ended = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** What can be had without waiting. */
  get available(): Uint8Array {
    return this.#chunk;
  }

  /** Waits until something is available. `false`: the stream has ended. */
  async fill(): Promise<boolean> {
    while (this.#chunk.length === 0 && !this.#ended) {
      const next: IteratorResult<Uint8Array, unknown> = await this.#chunks.next();
      if (next.done === true) this.#ended = true;
      else this.#chunk = next.value;
    }
    return this.#chunk.length > 0;
  }

  /** Takes `count` bytes of what is available. */
  take(count: number): Uint8Array {
    const taken = this.#chunk.subarray(0, count);
    this.#chunk = this.#chunk.subarray(count);
    return taken;
  }
}
