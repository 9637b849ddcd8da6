/** The NETCONF protocol without schema and without I/O: messages, framing, errors, a client's session. */
export { CapabilitySet, commonBase, parseCapability, printCapability } from './capability.ts';
export type { Capability, ModuleCapability } from './capability.ts';
export { ClientSession } from './client-session.ts';
export type { ClientSessionOptions, RequestOptions } from './client-session.ts';
export * from './constants.ts';
export {
  AuthenticationError,
  FramingError,
  HostKeyError,
  MessageTooBigError,
  NetconfError,
  ProtocolError,
  SessionClosedError,
  TimeoutError,
  TransportError,
} from './errors.ts';
export type { NetconfErrorCode } from './errors.ts';
export { DEFAULT_FRAMING_LIMITS, createFramedTransport } from './framed-transport.ts';
export type { FramingLimits } from './framing/message-reader.ts';
export { decodeHello, encodeHello, exchangeHello } from './hello.ts';
export type { Hello, HelloExchange, HelloExchangeOptions } from './hello.ts';
export { createLinkedStreams, createLinkedTransports } from './linked-transports.ts';
export type { LinkOptions } from './linked-transports.ts';
export type {
  Notification,
  NotificationFactory,
  NotificationHead,
  NotificationReceiver,
} from './notification.ts';
export * from './operations/index.ts';
export type { RpcReply } from './pending-request.ts';
export { RpcReplyError } from './received-error.ts';
export type { ReceivedName, ReceivedRpcError, ReceivedStep } from './received-error.ts';
export { ERROR_TAGS, ERROR_TYPES, decodeRpcError, encodeRpcErrors } from './rpc-error-codec.ts';
export type {
  ByteStream,
  IncomingMessage,
  OutgoingMessage,
  Transport,
  TransportPeer,
} from './transport.ts';
