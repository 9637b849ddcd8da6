/** Failures of a session or of what carries it: for the operator or the caller, never sent to the peer. */

/** What went wrong with a session, for programs: texts may change, these do not. */
export type NetconfErrorCode =
  /** The connection could not be made, or broke. */
  | 'transport'
  /** The server did not accept any of our credentials. */
  | 'authentication'
  /** The server's host key is not the one that was expected. */
  | 'host-key'
  /** The peer broke the framing protocol (RFC 6242, section 4). */
  | 'framing'
  /** A message is longer than allowed. */
  | 'message-too-big'
  /** The peer broke the rules of the session: hello, message-id (RFC 6241, sections 4 and 8.1). */
  | 'protocol'
  /** The session is over. */
  | 'session-closed'
  | 'timeout';

/** What a session or its transport failed with. Errors in replies are {@link RpcReplyError}. */
export class NetconfError extends Error {
  readonly code: NetconfErrorCode;

  constructor(code: NetconfErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The peer cannot be reached, or the connection was lost. */
export class TransportError extends NetconfError {
  constructor(message: string, options?: ErrorOptions) {
    super('transport', message, options);
  }
}

/** The peer does not accept who we are. */
export class AuthenticationError extends NetconfError {
  constructor(message: string, options?: ErrorOptions) {
    super('authentication', message, options);
  }
}

/** The peer is not the one that was expected. */
export class HostKeyError extends NetconfError {
  constructor(message: string, options?: ErrorOptions) {
    super('host-key', message, options);
  }
}

/** The bytes are no messages (RFC 6242, section 4). */
export class FramingError extends NetconfError {
  constructor(message: string, options?: ErrorOptions) {
    super('framing', message, options);
  }
}

/** A message is longer than it may be. */
export class MessageTooBigError extends NetconfError {
  constructor(limit: number) {
    super('message-too-big', `the message is longer than ${String(limit)} bytes`);
  }
}

/** The peer has broken the protocol: no such message may come there. */
export class ProtocolError extends NetconfError {
  constructor(message: string, options?: ErrorOptions) {
    super('protocol', message, options);
  }
}

/** The session is over, by whichever side. */
export class SessionClosedError extends NetconfError {
  constructor(message: string, options?: ErrorOptions) {
    super('session-closed', message, options);
  }
}

/** What was waited for did not come in time. */
export class TimeoutError extends NetconfError {
  constructor(message: string) {
    super('timeout', message);
  }
}
