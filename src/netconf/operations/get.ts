/** get and get-config (RFC 6241, sections 7.1 and 7.7; with-defaults: RFC 6243). */
import type { XmlWriter } from '../../xml/index.ts';
import { NETCONF_BASE_NS, WITH_DEFAULTS_NS } from '../constants.ts';
import { renderBody } from './body.ts';
import type { RpcBody } from './body.ts';
import { writeDatastore } from './datastore.ts';
import type { ConfigDatastore } from './datastore.ts';
import { writeFilter } from './filter.ts';
import type { Filter } from './filter.ts';

/** RFC 6243, section 3. */
export type WithDefaults = 'report-all' | 'report-all-tagged' | 'trim' | 'explicit';

export interface GetRequest {
  readonly filter?: Filter;
  readonly withDefaults?: WithDefaults;
}

export interface GetConfigRequest extends GetRequest {
  readonly source: ConfigDatastore;
}

export function encodeGet({ filter, withDefaults }: GetRequest = {}): RpcBody {
  return renderBody((writer) => {
    writer.open(NETCONF_BASE_NS, 'get');
    writeFilter(writer, filter);
    writeWithDefaults(writer, withDefaults);
    writer.close();
  });
}

export function encodeGetConfig({ source, filter, withDefaults }: GetConfigRequest): RpcBody {
  return renderBody((writer) => {
    writer.open(NETCONF_BASE_NS, 'get-config');
    writeDatastore(writer, 'source', source);
    writeFilter(writer, filter);
    writeWithDefaults(writer, withDefaults);
    writer.close();
  });
}

export function writeWithDefaults(
  writer: XmlWriter,
  mode: WithDefaults | undefined,
  namespace = WITH_DEFAULTS_NS,
): void {
  if (mode) writer.leaf(namespace, 'with-defaults', mode);
}
