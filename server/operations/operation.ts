/** What an operation gets and gives; each has a file of its own beside this one. */
import type { Branch } from '../../src/data/index.ts';
import type { Clock } from '../../src/util/index.ts';
import { qnameKey } from '../../src/yang/index.ts';
import type { OperationNode, SchemaContext } from '../../src/yang/index.ts';
import type { Datastores } from '../datastore/datastores.ts';
import type { Logger } from '../logger.ts';
import type { Notifications } from '../notification/notifications.ts';
import type { Subscriptions } from '../notification/subscriptions.ts';
import type { DataPlane } from '../plane/plane.ts';
import type { StateReader } from '../read/state-reader.ts';
import type { Reply } from '../session/reply-writer.ts';
import type { Request } from '../session/request-reader.ts';
import type { Requester } from '../session/requester.ts';
import type { TransactionIds } from '../txid/transaction-ids.ts';
import type { UrlConfigurations } from '../url/url-configurations.ts';

/** What operations need of the session that asks. */
export interface OperationSession extends Requester {
  readonly subscriptions: Subscriptions;
  /** Aborted when the session is over. */
  readonly signal: AbortSignal;
  /** Gives back what the session holds and closes it once the reply has been sent. */
  end(): Promise<void>;
}

/** What operations need of the server. */
export interface OperationServer {
  readonly context: SchemaContext;
  readonly datastores: Datastores;
  readonly planes: readonly DataPlane[];
  /** Configuration at URLs; undefined when the server has been given no place for it. */
  readonly urls: UrlConfigurations | undefined;
  /** Undefined in a server without that feature. */
  readonly transactionIds: TransactionIds | undefined;
  readonly stateReader: StateReader;
  readonly notifications: Notifications;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Operations of modules that the program around the server brings along. */
  readonly ownOperations: ReadonlyMap<OperationNode, Operation>;
  /** Ends another session on behalf of session `by`; false when there is none with that number. */
  killSession(id: number, by: number): Promise<boolean>;
}

export interface OperationCall {
  readonly request: Request;
  readonly input: Branch;
  readonly session: OperationSession;
  readonly server: OperationServer;
}

/** Throws RpcErrorException when it cannot be done. */
export type Operation = (call: OperationCall) => Reply | Promise<Reply>;

/** Operations by `qnameKey`. */
export type OperationTable = ReadonlyMap<string, Operation>;

/** The operations of one module, given by their names. */
export function operationTable(
  namespace: string,
  operations: Readonly<Record<string, Operation>>,
): OperationTable {
  return new Map(
    Object.entries(operations).map(([name, operation]) => [qnameKey(namespace, name), operation]),
  );
}
