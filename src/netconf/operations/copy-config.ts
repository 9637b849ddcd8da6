/** copy-config, delete-config and validate (RFC 6241, sections 7.3, 7.4 and 8.6.4.1). */
import { NETCONF_BASE_NS } from '../constants.ts';
import { renderBody, streamBody } from './body.ts';
import type { RpcBody, XmlContent } from './body.ts';
import { writeDatastore } from './datastore.ts';
import type { ConfigDatastore } from './datastore.ts';

/** A datastore, or a whole configuration that comes with the request. */
export type ConfigSource = ConfigDatastore | { readonly config: XmlContent };

export interface CopyConfigRequest {
  readonly target: ConfigDatastore;
  readonly source: ConfigSource;
}

export function encodeCopyConfig({ target, source }: CopyConfigRequest): RpcBody {
  return encodeWithSource('copy-config', source, target);
}

export function encodeDeleteConfig(target: ConfigDatastore): RpcBody {
  return renderBody((writer) => {
    writer.open(NETCONF_BASE_NS, 'delete-config');
    writeDatastore(writer, 'target', target);
    writer.close();
  });
}

export function encodeValidate(source: ConfigSource): RpcBody {
  return encodeWithSource('validate', source);
}

function encodeWithSource(
  operation: string,
  source: ConfigSource,
  target?: ConfigDatastore,
): RpcBody {
  if (typeof source === 'string' || 'url' in source) {
    return renderBody((writer) => {
      writer.open(NETCONF_BASE_NS, operation);
      if (target) writeDatastore(writer, 'target', target);
      writeDatastore(writer, 'source', source);
      writer.close();
    });
  }
  return streamBody((writer) => {
    writer.open(NETCONF_BASE_NS, operation);
    if (target) writeDatastore(writer, 'target', target);
    writer.open(NETCONF_BASE_NS, 'source');
    writer.open(NETCONF_BASE_NS, 'config');
  }, source.config);
}
