/** edit-config (RFC 6241, section 7.2). */
import { NETCONF_BASE_NS } from '../constants.ts';
import { renderBody, streamBody } from './body.ts';
import type { RpcBody, XmlContent } from './body.ts';
import { writeDatastore } from './datastore.ts';
import type { ConfigDatastore } from './datastore.ts';
import { writeTransactionId } from './extensions.ts';
import type { TransactionIdRequest } from './extensions.ts';
import type { XmlWriter } from '../../xml/index.ts';

/** What happens to nodes without an `operation` (RFC 6241, section 7.2); `merge` when it is not said. */
export type DefaultOperation = 'merge' | 'replace' | 'none';
/** RFC 6241, section 7.2; takes the capability `validate`. */
export type TestOption = 'test-then-set' | 'set' | 'test-only';
/** What becomes of an edit when there is an error in it (RFC 6241, section 7.2). */
export type ErrorOption = 'stop-on-error' | 'continue-on-error' | 'rollback-on-error';

/** RFC 6241, section 7.2. */
export interface EditConfigRequest extends TransactionIdRequest {
  readonly target: ConfigDatastore;
  readonly defaultOperation?: DefaultOperation | undefined;
  /** `test-only` needs validate:1.1 (section 8.6). */
  readonly testOption?: TestOption | undefined;
  readonly errorOption?: ErrorOption | undefined;
  /** The content of `<config>`, or where the server finds it. */
  readonly config: XmlContent | { readonly url: string };
}

/** `<edit-config>` (RFC 6241, section 7.2). */
export function encodeEditConfig(request: EditConfigRequest): RpcBody {
  const { config } = request;
  if (typeof config === 'object' && 'url' in config) {
    return renderBody((writer) => {
      writeParameters(writer, request);
      writer.leaf(NETCONF_BASE_NS, 'url', config.url);
      writer.close();
    });
  }
  return streamBody((writer) => {
    writeParameters(writer, request);
    writer.open(NETCONF_BASE_NS, 'config');
  }, config);
}

function writeParameters(writer: XmlWriter, request: EditConfigRequest): void {
  writer.open(NETCONF_BASE_NS, 'edit-config');
  writeDatastore(writer, 'target', request.target);
  const leaf = (name: string, value: string | undefined): void => {
    if (value !== undefined) writer.leaf(NETCONF_BASE_NS, name, value);
  };
  leaf('default-operation', request.defaultOperation);
  leaf('test-option', request.testOption);
  leaf('error-option', request.errorOption);
  writeTransactionId(writer, request);
}
