/** The requests a client can make, as text. */
export { encodeElement } from './body.ts';
export type { RpcBody, XmlContent } from './body.ts';
export { encodeCancelCommit, encodeCommit, encodeDiscardChanges } from './commit.ts';
export type { CommitRequest } from './commit.ts';
export { encodeCopyConfig, encodeDeleteConfig, encodeValidate } from './copy-config.ts';
export type { ConfigSource, CopyConfigRequest } from './copy-config.ts';
export type { ConfigDatastore, NmdaDatastore } from './datastore.ts';
export { encodeEditConfig } from './edit-config.ts';
export type {
  DefaultOperation,
  EditConfigRequest,
  ErrorOption,
  TestOption,
} from './edit-config.ts';
export type { Filter, SubtreeFilter, XPathFilter } from './filter.ts';
export { encodeGet, encodeGetConfig } from './get.ts';
export type { GetConfigRequest, GetRequest, WithDefaults } from './get.ts';
export { encodeGetSchema } from './get-schema.ts';
export type { GetSchemaRequest } from './get-schema.ts';
export { encodeLock, encodeUnlock } from './lock.ts';
export { encodeEditData, encodeGetData } from './nmda.ts';
export type { EditDataRequest, GetDataRequest } from './nmda.ts';
export { encodeCloseSession, encodeKillSession } from './session.ts';
export {
  encodeDeleteSubscription,
  encodeEstablishSubscription,
  encodeKillSubscription,
  encodeResyncSubscription,
} from './subscription.ts';
export type {
  ChangeType,
  DatastoreSubscriptionRequest,
  OnChange,
  Periodic,
  StreamSubscriptionRequest,
} from './subscription.ts';
