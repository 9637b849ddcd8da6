/**
 * What carries a session: whole messages, in order, each way (RFC 6241, section 2; RFC 6242).
 *
 * Messages are streams themselves, both ways, and nothing is read or written faster than the other side
 * takes it.
 */

/** The pieces of a message. What is not consumed is skipped when the next message is asked for. */
export type IncomingMessage = AsyncIterable<Uint8Array>;

/** The pieces of a message to send; they may be as small as is convenient. */
export type OutgoingMessage =
  string | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** Who is at the other end, as far as the secure transport knows; a server's side has all of it. */
export interface TransportPeer {
  /** As the secure transport authenticated it (RFC 6241, section 2.2). */
  readonly username?: string;
  readonly address?: string;
  /** What carries the session; undefined within one process. */
  readonly protocol?: 'ssh' | 'tls';
  /** Groups that whoever authenticated the user knows it to be in (RFC 8341, `enable-external-groups`). */
  readonly groups?: readonly string[];
  /** Access control does not apply: a recovery session (RFC 8341, section 3.3.3). */
  readonly administrator?: boolean;
}

/** One session's way to its peer, message by message. */
export interface Transport {
  readonly peer: TransportPeer;
  /**
   * The messages that arrive; ends when the peer closes. A loop over it may be left, and a later one goes
   * on where it stopped. Throws NetconfError, after which the transport is closed.
   */
  messages(): AsyncIterable<IncomingMessage>;
  /**
   * Sends one message; settles when it has been handed over. Messages are sent in the order of the calls.
   * When `message` throws, so does this; if a part of it had been sent already, the transport is closed.
   */
  send(message: OutgoingMessage): Promise<void>;
  /** Messages from the next one on, in both directions, are in chunks (RFC 6242, section 4.1). */
  useChunkedFraming(): void;
  /** Sends what is queued, then closes. */
  close(): Promise<void>;
  /** Closes at once; what is queued is lost. */
  abort(): void;
  /** Settles, and never rejects, when the transport is closed from either side. */
  readonly closed: Promise<void>;
}

/** A reliable stream of bytes each way, as SSH, TLS or a pair of queues gives it. */
export interface ByteStream {
  readonly peer?: TransportPeer;
  readonly input: AsyncIterable<Uint8Array>;
  /** Settles when the bytes have been taken over and more may be written; rejects when they cannot be. */
  write(bytes: Uint8Array): Promise<void>;
  /** No more will be written; closes when what was written is on its way. */
  close(): Promise<void>;
  /** Closes at once. */
  abort(): void;
  /** Settles when the stream is closed from either side. */
  readonly closed: Promise<void>;
}
