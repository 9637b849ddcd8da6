/** NETCONF client and orchestrator. */
export { NetconfClient } from './netconf-client.ts';
export type { SubscribeOptions } from './netconf-client.ts';
export type { CallOptions, ReplyOptions, StreamOptions } from './session-calls.ts';
export type { PartialLock } from './base-operations.ts';
export { CallHomeListener, listenCallHome } from './call-home.ts';
export type {
  CallHomeOptions,
  CallHomeSession,
  CallHomeSsh,
  CallHomeTls,
  KnownDevice,
} from './call-home.ts';
export { connectNetconf, connectNetconfTls, openSession } from './connect.ts';
export type {
  ConnectNetconfTlsOptions,
  ConnectOptions,
  SessionOptions,
  SshAccess,
} from './connect.ts';
export { resolveSshHost } from './ssh-host.ts';
export type { ResolveHostOptions } from './ssh-host.ts';
export { ConfirmedCommit } from './confirmed-commit.ts';
export type {
  ConfirmedCommitRequest,
  ExtendOptions,
  PendingCommitRequest,
} from './confirmed-commit.ts';
export type { RowOptions } from './element-stream.ts';
export { Subscription } from './subscription.ts';
export type { SubscriptionChange } from './subscription.ts';
export type { PatchEdit, SubscriptionEvent } from './subscription-event.ts';

export type { HostAddress, HostKeyPolicy } from './host-key.ts';
export { decodeModuleSet } from './module-set.ts';
export type { ModuleEntry } from './module-set.ts';
export * from './orchestrate/index.ts';
