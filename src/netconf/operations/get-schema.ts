/** get-schema (RFC 6022, section 3.1). */
import { NETCONF_MONITORING_NS } from '../constants.ts';
import { renderBody } from './body.ts';
import type { RpcBody } from './body.ts';

/** RFC 6022, section 3.1. */
export interface GetSchemaRequest {
  /** Name of the module. */
  readonly identifier: string;
  /** Its revision. */
  readonly version?: string | undefined;
  /** `yang` when it is not given. */
  readonly format?: 'yang' | 'yin' | 'rng' | 'xsd' | undefined;
}

/** `<get-schema>` (RFC 6022, section 3.1). */
export function encodeGetSchema({ identifier, version, format }: GetSchemaRequest): RpcBody {
  return renderBody((writer) => {
    const leaf = (name: string, value: string | undefined): void => {
      if (value !== undefined) writer.leaf(NETCONF_MONITORING_NS, name, value);
    };
    writer.open(NETCONF_MONITORING_NS, 'get-schema');
    leaf('identifier', identifier);
    leaf('version', version);
    leaf('format', format);
    writer.close();
  });
}
