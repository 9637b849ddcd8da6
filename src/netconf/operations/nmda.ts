/** get-data and edit-data (RFC 8526, section 3.1). */
import { NETCONF_NMDA_NS } from '../constants.ts';
import { renderBody, streamBody } from './body.ts';
import type { RpcBody, XmlContent } from './body.ts';
import { writeNmdaDatastore } from './datastore.ts';
import type { NmdaDatastore } from './datastore.ts';
import type { DefaultOperation } from './edit-config.ts';
import { writeFilterElement } from './filter.ts';
import type { Filter } from './filter.ts';
import { writeWithDefaults } from './get.ts';
import type { WithDefaults } from './get.ts';

export interface GetDataRequest {
  readonly datastore: NmdaDatastore;
  readonly filter?: Filter;
  /** `true`: configuration only, `false`: state only. */
  readonly configFilter?: boolean;
  readonly maxDepth?: number;
  readonly withOrigin?: boolean;
  readonly withDefaults?: WithDefaults;
}

export interface EditDataRequest {
  readonly datastore: NmdaDatastore;
  readonly defaultOperation?: DefaultOperation;
  readonly config: XmlContent;
}

const FILTER = { namespace: NETCONF_NMDA_NS, subtree: 'subtree-filter', xpath: 'xpath-filter' };

export function encodeGetData(request: GetDataRequest): RpcBody {
  return renderBody((writer) => {
    const leaf = (name: string, value: string | undefined): void => {
      if (value !== undefined) writer.leaf(NETCONF_NMDA_NS, name, value);
    };
    writer.open(NETCONF_NMDA_NS, 'get-data');
    writeNmdaDatastore(writer, NETCONF_NMDA_NS, request.datastore);
    writeFilterElement(writer, request.filter, FILTER);
    leaf('config-filter', request.configFilter?.toString());
    leaf('max-depth', request.maxDepth?.toString());
    leaf('with-origin', request.withOrigin === true ? '' : undefined);
    writeWithDefaults(writer, request.withDefaults, NETCONF_NMDA_NS);
    writer.close();
  });
}

export function encodeEditData({ datastore, defaultOperation, config }: EditDataRequest): RpcBody {
  return streamBody((writer) => {
    writer.open(NETCONF_NMDA_NS, 'edit-data');
    writeNmdaDatastore(writer, NETCONF_NMDA_NS, datastore);
    if (defaultOperation) writer.leaf(NETCONF_NMDA_NS, 'default-operation', defaultOperation);
    writer.open(NETCONF_NMDA_NS, 'config');
  }, config);
}
