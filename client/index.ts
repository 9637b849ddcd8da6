/** NETCONF client and orchestrator. */
export { NetconfClient } from './netconf-client.ts';
export type { SubscribeOptions } from './netconf-client.ts';
export type { CallOptions, ReplyOptions, StreamOptions } from './session-calls.ts';
export type { PartialLock } from './base-operations.ts';
export { connectNetconf } from './connect.ts';
export type { ConnectOptions } from './connect.ts';
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

export type { HostKeyPolicy } from './host-key.ts';
export { decodeModuleSet } from './module-set.ts';
export type { ModuleEntry } from './module-set.ts';
export * from './orchestrate/index.ts';
