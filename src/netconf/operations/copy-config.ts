/** copy-config, delete-config and validate (RFC 6241, sections 7.3, 7.4 and 8.6.4.1). */
import { NETCONF_BASE_NS } from '../constants.ts';
import type { XmlWriter } from '../../xml/index.ts';
import { renderBody, streamBody } from './body.ts';
import type { RpcBody, XmlContent } from './body.ts';
import { writeDatastore } from './datastore.ts';
import type { ConfigDatastore, NmdaDatastore } from './datastore.ts';
import { writeWithDefaults } from './get.ts';
import type { WithDefaults } from './get.ts';

/** A datastore, or a whole configuration that comes with the request. */
export type ConfigSource = ConfigDatastore | { readonly config: XmlContent };

/** The same, or any datastore by its identity (RFC 8526, section 3.2.3). */
export type ValidateSource = ConfigSource | { readonly datastore: NmdaDatastore };

/** RFC 6241, section 7.3. */
export interface CopyConfigRequest {
  readonly target: ConfigDatastore;
  readonly source: ConfigSource;
  /** Which defaults the copy has, where the target is a file (RFC 6243, section 4.3). */
  readonly withDefaults?: WithDefaults | undefined;
}

/** `<copy-config>` (RFC 6241, section 7.3). */
export function encodeCopyConfig({ target, source, withDefaults }: CopyConfigRequest): RpcBody {
  const open = (writer: XmlWriter): void => {
    writer.open(NETCONF_BASE_NS, 'copy-config');
    writeDatastore(writer, 'target', target);
    // Before the source, because nothing can follow content that is streamed.
    writeWithDefaults(writer, withDefaults);
  };
  return encodeWithSource(source, open);
}

/** `<delete-config>` (RFC 6241, section 7.4); devices refuse to delete running. */
export function encodeDeleteConfig(target: ConfigDatastore): RpcBody {
  return renderBody((writer) => {
    writer.open(NETCONF_BASE_NS, 'delete-config');
    writeDatastore(writer, 'target', target);
    writer.close();
  });
}

/** `<validate>` (RFC 6241, section 8.6.4.1). */
export function encodeValidate(source: ValidateSource): RpcBody {
  return encodeWithSource(source, (writer) => {
    writer.open(NETCONF_BASE_NS, 'validate');
  });
}

function encodeWithSource(source: ValidateSource, open: (writer: XmlWriter) => void): RpcBody {
  if (typeof source === 'string' || !('config' in source)) {
    return renderBody((writer) => {
      open(writer);
      writeDatastore(writer, 'source', source);
      writer.close();
    });
  }
  return streamBody((writer) => {
    open(writer);
    writer.open(NETCONF_BASE_NS, 'source');
    writer.open(NETCONF_BASE_NS, 'config');
  }, source.config);
}
