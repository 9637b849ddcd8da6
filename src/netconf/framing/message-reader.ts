/** What both framings have in common: a message is read in pieces, as they arrive. */

export interface MessageReader {
  /**
   * The next piece of the message, never empty; `undefined` at the end of the message. Throws
   * FramingError or MessageTooBigError, after which the connection is of no more use.
   */
  read(): Promise<Uint8Array | undefined>;
}

/** What a peer may send. */
export interface FramingLimits {
  readonly maxMessageBytes: number;
  /** Line feeds before a message in chunks, which some servers write, are passed over. Default: no. */
  readonly extraLineFeeds?: boolean;
}
