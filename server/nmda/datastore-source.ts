/** The datastores of NMDA by their identities (RFC 8342, section 5), as far as this server has them. */
import { RpcErrorException, invalidValue } from '../../src/error/index.ts';
import type { DatastoreName } from '../datastore/lock-table.ts';
import type { OperationServer } from '../operations/operation.ts';
import type { Source } from '../read/source.ts';
import type { Requester } from '../session/requester.ts';

const PREFIX = 'ietf-datastores:';

export interface ReadableDatastore {
  readonly source: Source;
  /** Undefined for one that is no configuration datastore. */
  readonly name: DatastoreName | undefined;
  readonly isOperational: boolean;
}

/** Throws invalid-value for one that cannot be read (RFC 8526, `get-data`). */
export function readableDatastore(
  identity: string,
  server: OperationServer,
  by: Requester,
): ReadableDatastore {
  const { datastores, stateReader } = server;
  if (identity === `${PREFIX}operational`) {
    return { source: stateReader.operational(), name: undefined, isOperational: true };
  }
  // There are no templates and nothing inactive: intended is what running is (RFC 8342, section 5.1.4).
  const name = identity === `${PREFIX}intended` ? 'running' : nameOf(identity, server);
  return { source: { branch: datastores.tree(name, by) }, name, isOperational: false };
}

/** Throws invalid-value for one that cannot be written (RFC 8526, `edit-data`). */
export function writableDatastore(identity: string, server: OperationServer): DatastoreName {
  const name = nameOf(identity, server);
  if (
    name !== 'running' ||
    server.context.modules.get('ietf-netconf')?.features.has('writable-running')
  ) {
    return name;
  }
  throw noSuch(identity, 'cannot be written');
}

function nameOf(identity: string, { datastores }: OperationServer): DatastoreName {
  const name = datastores.names.find((it) => identity === `${PREFIX}${it}`);
  if (name) return name;
  throw noSuch(identity, 'is no datastore of this server that this can be done with');
}

function noSuch(identity: string, reason: string): RpcErrorException {
  return new RpcErrorException(invalidValue(`"${identity}" ${reason}`));
}
