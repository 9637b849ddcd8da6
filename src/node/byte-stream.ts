/**
 * A Node stream as a ByteStream.
 *
 * Node's own async iterator destroys the stream when a loop over it is left, and it joins all that is
 * buffered into one piece; both do not suit a connection.
 */
import type { Duplex, Writable } from 'node:stream';
import { TransportError } from '../netconf/index.ts';
import type { ByteStream, TransportPeer } from '../netconf/index.ts';
import { AsyncQueue, createDeferred } from '../util/index.ts';

/** How the stream is ended, where it is not by its own methods. */
export interface DuplexStreamOptions {
  readonly peer?: TransportPeer;
  /** The stream below, which takes more than it can pass on; writers wait for it. */
  readonly carrier?: Writable;
  /** Says something last, after what has been written and before the stream ends. */
  farewell?(): void;
  /** Ends the connection under the stream after what has been written. */
  finish(): void;
  /** Ends the connection under the stream at once. */
  destroy(): void;
}

/** Reading from the stream pauses above the first and resumes below the second. */
const PAUSE_BYTES = 512 * 1024;
const RESUME_BYTES = 128 * 1024;
/** What may wait in the stream below before writers do. */
const CARRIER_BYTES = 256 * 1024;
/** What is written before others get their turn. */
const BYTES_PER_TURN = 256 * 1024;

/** A stream of Node.js as the protocol takes it. */
export class DuplexStream implements ByteStream {
  readonly peer: TransportPeer;
  readonly closed: Promise<void>;
  readonly input: AsyncIterable<Uint8Array>;
  readonly #duplex: Duplex;
  readonly #options: DuplexStreamOptions;
  /** Bounded by pausing the stream, not by the queue: a piece that has arrived cannot be refused. */
  readonly #pieces = new AsyncQueue<Uint8Array>({ capacity: Infinity });
  readonly #closed = createDeferred();
  readonly #writes = new Set<(reason: Error) => void>();
  #buffered = 0;
  #sinceTurn = 0;
  #over: Error | undefined;

  constructor(duplex: Duplex, options: DuplexStreamOptions) {
    this.peer = options.peer ?? {};
    this.closed = this.#closed.promise;
    this.input = { [Symbol.asyncIterator]: () => ({ next: () => this.#next() }) };
    this.#duplex = duplex;
    this.#options = options;
    duplex.on('data', (piece: Uint8Array) => {
      this.#receive(piece);
    });
    duplex.on('end', () => {
      this.#pieces.end();
    });
    duplex.on('error', (cause) => {
      this.fail(new TransportError(`the connection broke: ${cause.message}`, { cause }));
    });
    duplex.on('close', () => {
      this.end();
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#over) throw this.#over;
    await new Promise<void>((resolve, reject) => {
      // Not every stream calls back when it is closed in the middle of a write.
      this.#writes.add(reject);
      this.#duplex.write(bytes, (error) => {
        this.#writes.delete(reject);
        if (error) reject(new TransportError(`the connection broke: ${error.message}`));
        else resolve();
      });
    });
    await this.#carried();
    this.#sinceTurn += bytes.length;
    if (this.#sinceTurn > BYTES_PER_TURN) await this.#giveWay();
  }

  /** A stream that takes all at once must not keep those of others waiting. */
  async #giveWay(): Promise<void> {
    this.#sinceTurn = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #carried(): Promise<void> {
    const { carrier } = this.#options;
    if (!carrier?.writableNeedDrain || carrier.writableLength < CARRIER_BYTES) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (reason?: Error): void => {
        this.#writes.delete(settle);
        carrier.off('drain', onDrain);
        if (reason) reject(reason);
        else resolve();
      };
      const onDrain = (): void => {
        settle();
      };
      this.#writes.add(settle);
      carrier.once('drain', onDrain);
    });
  }

  async close(): Promise<void> {
    if (!this.#over && !this.#duplex.writableEnded) {
      const flushed = createDeferred();
      const giveUp = (): void => {
        flushed.resolve();
      };
      this.#writes.add(giveUp);
      this.#options.farewell?.();
      this.#duplex.end(() => {
        this.#writes.delete(giveUp);
        flushed.resolve();
      });
      await flushed.promise;
    }
    this.#options.finish();
    // What still arrives is of no interest, but the stream closes only when it has been read.
    this.#buffered = -Infinity;
    this.#duplex.resume();
    await this.closed;
  }

  abort(): void {
    this.#pieces.clear();
    this.end();
    this.#buffered = -Infinity;
    this.#duplex.resume();
    this.#options.destroy();
  }

  /** The connection is over, in order as far as is known. What has arrived can still be read. */
  end(): void {
    this.#finish(new TransportError('the connection is closed'));
    this.#pieces.end();
  }

  /** The connection broke. */
  fail(reason: Error): void {
    this.#finish(reason);
    this.#pieces.fail(reason);
  }

  #finish(reason: Error): void {
    if (this.#over) return;
    this.#over = reason;
    for (const reject of this.#writes) reject(reason);
    this.#writes.clear();
    this.#closed.resolve();
  }

  #receive(piece: Uint8Array): void {
    if (piece.length === 0 || !this.#pieces.push(piece)) return;
    this.#buffered += piece.length;
    if (this.#buffered > PAUSE_BYTES) this.#duplex.pause();
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const result = await this.#pieces.next();
    if (result.value) {
      this.#buffered -= result.value.length;
      if (this.#buffered < RESUME_BYTES && this.#duplex.isPaused()) this.#duplex.resume();
    }
    return result;
  }
}
