/** get-data and edit-data (RFC 8526, section 3.1), compare (RFC 9144, section 4). */
import type { XmlWriter } from '../../xml/index.ts';
import { NETCONF_NMDA_NS, NMDA_COMPARE_NS, ORIGIN_NS } from '../constants.ts';
import { renderBody, streamBody } from './body.ts';
import type { RpcBody, XmlContent } from './body.ts';
import { writeIdentity, writeNmdaDatastore } from './datastore.ts';
import type { IdentityName, NmdaDatastore } from './datastore.ts';
import type { DefaultOperation } from './edit-config.ts';
import { transactionIdAttributes, writePagination, writeTransactionId } from './extensions.ts';
import type { KnownTransactionId, ListPagination, TransactionIdRequest } from './extensions.ts';
import { writeFilterElement } from './filter.ts';
import type { Filter } from './filter.ts';
import { writeWithDefaults } from './get.ts';
import type { WithDefaults } from './get.ts';

/** An identity of ietf-origin (RFC 8342, section 7), or of another module. */
export type Origin =
  'intended' | 'dynamic' | 'system' | 'learned' | 'default' | 'unknown' | IdentityName;

/** RFC 8526, section 3.1.1. */
export interface GetDataRequest extends KnownTransactionId {
  readonly datastore: NmdaDatastore;
  readonly filter?: Filter | undefined;
  /** `true`: configuration only, `false`: state only. */
  readonly configFilter?: boolean | undefined;
  /** What has one of these origins, or one derived from them; not with `negatedOriginFilter`. */
  readonly originFilter?: readonly Origin[] | undefined;
  /** What has none of these. */
  readonly negatedOriginFilter?: readonly Origin[] | undefined;
  readonly maxDepth?: number | 'unbounded' | undefined;
  readonly withOrigin?: boolean | undefined;
  readonly withDefaults?: WithDefaults | undefined;
  readonly pagination?: ListPagination | undefined;
}

/** RFC 8526, section 3.1.2. */
export interface EditDataRequest extends TransactionIdRequest {
  readonly datastore: NmdaDatastore;
  readonly defaultOperation?: DefaultOperation | undefined;
  /** The content of `<config>`, or where the server finds it. */
  readonly config: XmlContent | { readonly url: string };
}

/** RFC 9144, section 4. */
export interface CompareRequest {
  readonly source: NmdaDatastore;
  readonly target: NmdaDatastore;
  /** Compares nodes too that only one of the two can have. */
  readonly all?: boolean | undefined;
  readonly reportOrigin?: boolean | undefined;
  readonly filter?: Filter | undefined;
}

const FILTER = { subtree: 'subtree-filter', xpath: 'xpath-filter' };

/** `<get-data>` (RFC 8526, section 3.1.1). */
export function encodeGetData(request: GetDataRequest): RpcBody {
  return renderBody((writer) => {
    const leaf = (name: string, value: string | undefined): void => {
      if (value !== undefined) writer.leaf(NETCONF_NMDA_NS, name, value);
    };
    writer.open(NETCONF_NMDA_NS, 'get-data', transactionIdAttributes(request));
    writeNmdaDatastore(writer, NETCONF_NMDA_NS, request.datastore);
    writeFilterElement(writer, request.filter, { namespace: NETCONF_NMDA_NS, ...FILTER });
    leaf('config-filter', request.configFilter?.toString());
    writeOrigins(writer, 'origin-filter', request.originFilter);
    writeOrigins(writer, 'negated-origin-filter', request.negatedOriginFilter);
    leaf('max-depth', request.maxDepth?.toString());
    leaf('with-origin', request.withOrigin === true ? '' : undefined);
    writeWithDefaults(writer, request.withDefaults, NETCONF_NMDA_NS);
    writePagination(writer, request.pagination);
    writer.close();
  });
}

/** `<edit-data>` (RFC 8526, section 3.1.2). */
export function encodeEditData(request: EditDataRequest): RpcBody {
  const { config } = request;
  const open = (writer: XmlWriter): void => {
    writer.open(NETCONF_NMDA_NS, 'edit-data');
    writeNmdaDatastore(writer, NETCONF_NMDA_NS, request.datastore);
    if (request.defaultOperation) {
      writer.leaf(NETCONF_NMDA_NS, 'default-operation', request.defaultOperation);
    }
    writeTransactionId(writer, request);
  };
  if (typeof config === 'object' && 'url' in config) {
    return renderBody((writer) => {
      open(writer);
      writer.leaf(NETCONF_NMDA_NS, 'url', config.url);
      writer.close();
    });
  }
  return streamBody((writer) => {
    open(writer);
    writer.open(NETCONF_NMDA_NS, 'config');
  }, config);
}

/** `<compare>` of two datastores (RFC 9144). */
export function encodeCompare(request: CompareRequest): RpcBody {
  return renderBody((writer) => {
    writer.open(NMDA_COMPARE_NS, 'compare');
    writeNmdaDatastore(writer, NMDA_COMPARE_NS, request.source, 'source');
    writeNmdaDatastore(writer, NMDA_COMPARE_NS, request.target, 'target');
    if (request.all === true) writer.leaf(NMDA_COMPARE_NS, 'all', '');
    if (request.reportOrigin === true) writer.leaf(NMDA_COMPARE_NS, 'report-origin', '');
    writeFilterElement(writer, request.filter, { namespace: NMDA_COMPARE_NS, ...FILTER });
    writer.close();
  });
}

function writeOrigins(writer: XmlWriter, local: string, origins: readonly Origin[] = []): void {
  for (const origin of origins) {
    writeIdentity(
      writer,
      { namespace: NETCONF_NMDA_NS, local, prefix: 'or' },
      typeof origin === 'string' ? { namespace: ORIGIN_NS, name: origin } : origin,
    );
  }
}
