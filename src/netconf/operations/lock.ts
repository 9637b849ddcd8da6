/** lock and unlock (RFC 6241, sections 7.5 and 7.6). */
import { NETCONF_BASE_NS } from '../constants.ts';
import { renderBody } from './body.ts';
import type { RpcBody } from './body.ts';
import { writeDatastore } from './datastore.ts';
import type { ConfigDatastore } from './datastore.ts';

export function encodeLock(target: ConfigDatastore): RpcBody {
  return encodeTarget('lock', target);
}

export function encodeUnlock(target: ConfigDatastore): RpcBody {
  return encodeTarget('unlock', target);
}

function encodeTarget(operation: string, target: ConfigDatastore): RpcBody {
  return renderBody((writer) => {
    writer.open(NETCONF_BASE_NS, operation);
    writeDatastore(writer, 'target', target);
    writer.close();
  });
}
