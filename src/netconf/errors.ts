/** Failures of a session or of what carries it: for the operator or the caller, never sent to the peer. */

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

export class NetconfError extends Error {
  readonly code: NetconfErrorCode;

  constructor(code: NetconfErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

export class TransportError extends NetconfError {
  constructor(message: string, options?: ErrorOptions) {
    super('transport', message, options);
  }
}

export class AuthenticationError extends NetconfError {
  constructor(message: string, options?: ErrorOptions) {
    super('authentication', message, options);
  }
}

export class HostKeyError extends NetconfError {
  constructor(message: string, options?: ErrorOptions) {
    super('host-key', message, options);
  }
}

export class FramingError extends NetconfError {
  constructor(message: string, options?: ErrorOptions) {
    super('framing', message, options);
  }
}

export class MessageTooBigError extends NetconfError {
  constructor(limit: number) {
    super('message-too-big', `the message is longer than ${String(limit)} bytes`);
  }
}

export class ProtocolError extends NetconfError {
  constructor(message: string, options?: ErrorOptions) {
    super('protocol', message, options);
  }
}

export class SessionClosedError extends NetconfError {
  constructor(message: string, options?: ErrorOptions) {
    super('session-closed', message, options);
  }
}

export class TimeoutError extends NetconfError {
  constructor(message: string) {
    super('timeout', message);
  }
}
