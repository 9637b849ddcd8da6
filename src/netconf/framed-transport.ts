/** Messages over a stream of bytes (RFC 6242, section 4). */
import { SessionClosedError } from './errors.ts';
import { BlockEncoder } from './framing/block-encoder.ts';
import { ByteSource } from './framing/byte-source.ts';
import { ChunkedReader } from './framing/chunked.ts';
import { EndOfMessageReader, skipSpace } from './framing/end-of-message.ts';
import type { FramingLimits, MessageReader } from './framing/message-reader.ts';
import { ChunkedWriter, EndOfMessageWriter } from './framing/message-writer.ts';
import type { MessageWriter } from './framing/message-writer.ts';
import type {
  ByteStream,
  IncomingMessage,
  OutgoingMessage,
  Transport,
  TransportPeer,
} from './transport.ts';

/** 1 GiB: a message is never whole in memory. */
export const DEFAULT_FRAMING_LIMITS: FramingLimits = { maxMessageBytes: 1024 * 1024 * 1024 };

/** Makes a transport of a stream of bytes; framing starts as end-of-message. */
export function createFramedTransport(
  stream: ByteStream,
  limits: Partial<FramingLimits> = {},
): Transport {
  return new FramedTransport(stream, { ...DEFAULT_FRAMING_LIMITS, ...limits });
}

class FramedTransport implements Transport {
  readonly peer: TransportPeer;
  readonly closed: Promise<void>;
  readonly #stream: ByteStream;
  readonly #limits: FramingLimits;
  readonly #source: ByteSource;
  #chunked = false;
  #current: MessageReader | undefined;
  #failure: { readonly reason: unknown } | undefined;
  /** The end of the queue of messages to send; never rejects. */
  #sent: Promise<void> = Promise.resolve();
  #closing = false;

  constructor(stream: ByteStream, limits: FramingLimits) {
    this.peer = stream.peer ?? {};
    this.closed = stream.closed;
    this.#stream = stream;
    this.#limits = limits;
    this.#source = new ByteSource(stream.input);
  }

  messages(): AsyncIterable<IncomingMessage> {
    return { [Symbol.asyncIterator]: () => ({ next: () => this.#nextMessage() }) };
  }

  send(message: OutgoingMessage): Promise<void> {
    if (this.#closing) return Promise.reject(new SessionClosedError('the transport is closed'));
    // The framing is that of now, not of when its turn comes: hello is never chunked.
    const writer = this.#chunked ? new ChunkedWriter() : new EndOfMessageWriter();
    const sending = this.#sent.then(() => this.#write(message, writer));
    this.#sent = sending.catch(() => undefined);
    return sending;
  }

  useChunkedFraming(): void {
    this.#chunked = true;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#sent;
    await this.#stream.close();
  }

  abort(): void {
    this.#closing = true;
    this.#stream.abort();
  }

  async #nextMessage(): Promise<IteratorResult<IncomingMessage, undefined>> {
    while ((await this.#readPiece(this.#current)) !== undefined);
    this.#current = undefined;
    if (!(await this.#atMessage())) return { done: true, value: undefined };
    const reader = this.#chunked
      ? new ChunkedReader(this.#source, this.#limits)
      : new EndOfMessageReader(this.#source, this.#limits);
    this.#current = reader;
    const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
      const piece = await this.#readPiece(reader);
      return piece === undefined ? { done: true, value: undefined } : { done: false, value: piece };
    };
    return { done: false, value: { [Symbol.asyncIterator]: () => ({ next }) } };
  }

  /** Waits for the first byte of a message. `false`: the peer has closed, between two messages. */
  async #atMessage(): Promise<boolean> {
    return this.#guard(async () => {
      while (await this.#source.fill()) {
        if (!this.#chunked) skipSpace(this.#source);
        if (this.#source.available.length > 0) return true;
      }
      return false;
    });
  }

  #readPiece(reader: MessageReader | undefined): Promise<Uint8Array | undefined> {
    if (!reader || reader !== this.#current) return Promise.resolve(undefined);
    return this.#guard(() => reader.read());
  }

  /** After a failure there is no way to know where the next message begins. */
  async #guard<T>(read: () => Promise<T>): Promise<T> {
    if (this.#failure) throw this.#failure.reason;
    try {
      return await read();
    } catch (reason) {
      this.#failure = { reason };
      this.abort();
      throw reason;
    }
  }

  async #write(message: OutgoingMessage, writer: MessageWriter): Promise<void> {
    let begun = false;
    try {
      const encoder = new BlockEncoder();
      const parts = typeof message === 'string' ? [message] : message;
      for await (const part of parts) {
        for (const block of encoder.add(part)) {
          const bytes = writer.frame(block);
          begun = true;
          await this.#stream.write(bytes);
        }
      }
      for (const block of encoder.finish()) {
        const bytes = writer.frame(block);
        begun = true;
        await this.#stream.write(bytes);
      }
      begun = true;
      await this.#stream.write(writer.end);
    } catch (error) {
      // The peer has a part of a message and would take the next one for its end.
      if (begun) this.abort();
      throw error;
    }
  }
}
