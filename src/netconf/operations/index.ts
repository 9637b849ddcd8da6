/** The requests a client can make, as text. */
export { encodeAction, encodeOperation } from './action.ts';
export type { OperationRequest } from './action.ts';
export { encodeElement } from './body.ts';
export type { RpcBody, XmlContent } from './body.ts';
export { encodeCancelCommit, encodeCommit, encodeDiscardChanges } from './commit.ts';
export type { CancelCommitRequest, CommitRequest } from './commit.ts';
export { encodeCopyConfig, encodeDeleteConfig, encodeValidate } from './copy-config.ts';
export type { ConfigSource, CopyConfigRequest, ValidateSource } from './copy-config.ts';
export type { ConfigDatastore, IdentityName, LockTarget, NmdaDatastore } from './datastore.ts';
export { encodeEditConfig } from './edit-config.ts';
export type {
  DefaultOperation,
  EditConfigRequest,
  ErrorOption,
  TestOption,
} from './edit-config.ts';
export type { KnownTransactionId, ListPagination, TransactionIdRequest } from './extensions.ts';
export type { Filter, SubtreeFilter, XPathFilter } from './filter.ts';
export { encodeGet, encodeGetConfig } from './get.ts';
export type { GetConfigRequest, GetRequest, WithDefaults } from './get.ts';
export { encodeGetSchema } from './get-schema.ts';
export type { GetSchemaRequest } from './get-schema.ts';
export { encodeLock, encodePartialLock, encodePartialUnlock, encodeUnlock } from './lock.ts';
export type { XPathSelection } from './lock.ts';
export { encodeCompare, encodeEditData, encodeGetData } from './nmda.ts';
export type { CompareRequest, EditDataRequest, GetDataRequest, Origin } from './nmda.ts';
export { encodeCloseSession, encodeKillSession } from './session.ts';
export {
  encodeCreateSubscription,
  encodeDeleteSubscription,
  encodeEstablishSubscription,
  encodeKillSubscription,
  encodeModifySubscription,
  encodeResyncSubscription,
} from './subscription.ts';
export type {
  ChangeType,
  CreateSubscriptionRequest,
  DatastoreSubscriptionRequest,
  ModifyDatastoreSubscriptionRequest,
  ModifyStreamSubscriptionRequest,
  NamedFilter,
  OnChange,
  Periodic,
  StreamSubscriptionRequest,
  SubscriptionPolicy,
} from './subscription.ts';
