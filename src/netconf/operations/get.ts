/** get and get-config (RFC 6241, sections 7.1 and 7.7; with-defaults: RFC 6243). */
import type { XmlWriter } from '../../xml/index.ts';
import { NETCONF_BASE_NS, WITH_DEFAULTS_NS } from '../constants.ts';
import { renderBody } from './body.ts';
import type { RpcBody } from './body.ts';
import { writeDatastore } from './datastore.ts';
import type { ConfigDatastore } from './datastore.ts';
import { transactionIdAttributes, writePagination } from './extensions.ts';
import type { KnownTransactionId, ListPagination } from './extensions.ts';
import { writeFilter } from './filter.ts';
import type { Filter } from './filter.ts';

/** RFC 6243, section 3. */
export type WithDefaults = 'report-all' | 'report-all-tagged' | 'trim' | 'explicit';

/** RFC 6241, section 7.7. */
export interface GetRequest {
  readonly filter?: Filter | undefined;
  readonly withDefaults?: WithDefaults | undefined;
  readonly pagination?: ListPagination | undefined;
}

/** RFC 6241, section 7.1. */
export interface GetConfigRequest extends GetRequest, KnownTransactionId {
  readonly source: ConfigDatastore;
}

/** `<get>` (RFC 6241, section 7.7). */
export function encodeGet(request: GetRequest = {}): RpcBody {
  return renderBody((writer) => {
    writer.open(NETCONF_BASE_NS, 'get');
    writeSelection(writer, request);
    writer.close();
  });
}

/** `<get-config>` (RFC 6241, section 7.1). */
export function encodeGetConfig(request: GetConfigRequest): RpcBody {
  return renderBody((writer) => {
    writer.open(NETCONF_BASE_NS, 'get-config', transactionIdAttributes(request));
    writeDatastore(writer, 'source', request.source);
    writeSelection(writer, request);
    writer.close();
  });
}

function writeSelection(writer: XmlWriter, request: GetRequest): void {
  writeFilter(writer, request.filter);
  writeWithDefaults(writer, request.withDefaults);
  writePagination(writer, request.pagination);
}

export function writeWithDefaults(
  writer: XmlWriter,
  mode: WithDefaults | undefined,
  namespace = WITH_DEFAULTS_NS,
): void {
  if (mode) writer.leaf(namespace, 'with-defaults', mode);
}
