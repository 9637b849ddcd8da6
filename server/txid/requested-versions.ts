/** What a request to read wants to know of versions (draft-ietf-netconf-transaction-id, sections 3.3 and 4.3). */
import type { AnyValue } from '../../src/data/index.ts';
import type { XmlAttribute } from '../../src/xml/index.ts';
import type { DatastoreName } from '../datastore/lock-table.ts';
import type { OperationCall } from '../operations/operation.ts';
import { AskedElement, withoutTxids } from './asked-element.ts';
import { txidsAmong } from './txid.ts';
import { VersionedPlace } from './versioned-place.ts';
import type { VersionedNode } from './versioned-place.ts';

/** The filter proper: transaction ids in it are none of its business where the server has them. */
export function plainFilter(
  filter: AnyValue | undefined,
  { server }: OperationCall,
): AnyValue | undefined {
  if (!filter || !server.transactionIds) return filter;
  return { ...filter, element: withoutTxids(filter.element) };
}

/**
 * The datastore as a node with a version; undefined when nobody has asked. `filterAttributes` are those of a filter
 * that is no element.
 */
export function requestedVersions(
  { request, server, session }: OperationCall,
  datastore: DatastoreName,
  filter: AnyValue | undefined,
  filterAttributes: readonly XmlAttribute[] = [],
): VersionedNode | undefined {
  const { transactionIds, datastores } = server;
  if (!transactionIds) return undefined;
  const asked = filter ? [new AskedElement(filter.element)] : [];
  const txids = txidsAmong(request.operationAttributes);
  const below = [...asked.flatMap((it) => it.txids), ...txidsAmong(filterAttributes)];
  const isAsked = txids.length > 0 || below.length > 0 || asked.some((it) => it.hasInside);
  if (!isAsked) return undefined;
  const versionOf = transactionIds.versions(datastore, session);
  const { history } = transactionIds;
  const root = datastores.tree(datastore, session);
  return VersionedPlace.root(root, { versionOf, history }, { txids, below, asked });
}
