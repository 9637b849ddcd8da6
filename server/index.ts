/**
 * The device server as a library. Embedding takes a schema, data planes and transports:
 *
 *     const context = loadSchema();
 *     const store = new FileStore({ directory: '/var/lib/samid', context, logger });
 *     const server = await createServer({ context, planes: [myPlane], store, logger });
 *     await listenSsh({ …, onTransport: (transport) => void server.accept(transport) });
 */
export { Server, createServer } from './server.ts';
export type { ServerOptions } from './server.ts';
export { serveSsh } from './serve-ssh.ts';
export type { ServeSshOptions, SshService } from './serve-ssh.ts';
export type { StateContent, StateSource } from './read/state-source.ts';
export { DEFAULT_READ_LIMITS } from './read/limits.ts';
export type { ReadLimits } from './read/limits.ts';
export { OwnOperationError } from './operations/embedded.ts';
export type { OwnCall, OwnOperation, OwnOperations } from './operations/embedded.ts';
export type { Requester } from './session/requester.ts';
export { DEFAULT_SESSION_LIMITS } from './session/session-limits.ts';
export type { SessionLimits } from './session/session-limits.ts';
export type {
  Performed,
  SessionEnd,
  SessionListener,
  SessionRefusal,
  TerminationReason,
} from './session/session-events.ts';
export {
  PROTOCOL_MODULES,
  SAMI_MODULES,
  SchemaError,
  loadSchema,
  parseModuleRequest,
} from './schema.ts';
export type { LoadSchemaOptions } from './schema.ts';
export { SERVER_FEATURES, chooseFeatures, hasFeature } from './features.ts';
export type { ServerFeature } from './features.ts';
export { FileStore } from './datastore/file-store.ts';
export type { FileStoreOptions } from './datastore/file-store.ts';
export { StoredConfigurationError } from './datastore/stored-configuration-error.ts';
export { VolatileStore } from './datastore/store.ts';
export type { ConfigurationStore, LoadedConfiguration, PendingRecord } from './datastore/store.ts';
export type { UrlOptions } from './url/url-configurations.ts';
export type { HttpsOptions } from './url/https-scheme.ts';
export type { ConfigurationChange, ConfigurationParticipant } from './datastore/participant.ts';
export { loadOrCreateHostKey } from '../src/node/host-key.ts';
export type { HostKey } from '../src/node/host-key.ts';
export { listenSsh } from '../src/node/ssh-transport.ts';
export type { ListenSshOptions, SshListener } from '../src/node/ssh-transport.ts';
export { listenTls } from '../src/node/tls-server.ts';
export type { ListenTlsOptions, TlsCredentials, TlsListener } from '../src/node/tls-server.ts';
export { CallHome } from '../src/node/call-home.ts';
export type { CallHomeEndpoint, CallHomeOptions, CallHomeStrategy } from '../src/node/call-home.ts';
export { SshAcceptor } from '../src/node/ssh-acceptor.ts';
export { TlsAcceptor } from '../src/node/tls-acceptor.ts';
export { ConnectionGate } from '../src/node/connection-gate.ts';
export type { ConnectionEvent, ConnectionObserver } from '../src/node/connection-events.ts';
export { ServerMetrics } from './metrics/server-metrics.ts';
export { serveMetrics } from './metrics/metrics-endpoint.ts';
export { JsonLogger, silentLogger } from './logger.ts';
export type { LogLevel, Logger } from './logger.ts';
export { hashPassword } from './password-hash.ts';
export { UsersFileError, readUsersFile } from './users-file.ts';
export { Users } from './users.ts';
export type { User } from './users.ts';
// For authors of data planes: docs/data-planes.md.
export {
  RpcErrorException,
  inUse,
  invalidValue,
  operationFailed,
  operationNotSupported,
  resourceDenied,
} from '../src/error/index.ts';
export type { ErrorDetails, RpcError } from '../src/error/index.ts';
export type {
  DataPlane,
  KindSupport,
  KindUse,
  PreparedChange,
  ReadRequest,
  TableChange,
  TableState,
  VmChange,
  Watch,
} from './plane/plane.ts';
export { TablePlane } from './plane/kit/table-plane.ts';
export type { TablePlaneOptions } from './plane/kit/table-plane.ts';
export type { RowEdit, TableDriver, TableEdit, VmEdit } from './plane/kit/driver.ts';
export { Catalog } from './plane/kit/catalog.ts';
export type { TableSchema } from './plane/kit/catalog.ts';
export { Fields, fieldsOf } from './plane/kit/fields.ts';
export type { FieldValues } from './plane/kit/fields.ts';
export { ownerOf } from './plane/kit/ownership.ts';
export type { Owner } from './plane/kit/ownership.ts';
export { inFlightPath, kindPath, reservationPath, rowPath, vmPath } from './plane/kit/paths.ts';
export { SocketDriver } from './plane/socket/index.ts';
export type { SocketDriverOptions } from './plane/socket/index.ts';
