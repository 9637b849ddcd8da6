/** lock and unlock (RFC 6241, sections 7.5 and 7.6; RFC 8526, section 3.2), partial locks (RFC 5717). */
import { NETCONF_BASE_NS, PARTIAL_LOCK_NS } from '../constants.ts';
import { renderBody } from './body.ts';
import type { RpcBody } from './body.ts';
import { writeDatastore } from './datastore.ts';
import type { LockTarget } from './datastore.ts';

/** An XPath expression and the prefixes in it. */
export interface XPathSelection {
  readonly select: string;
  readonly prefixes: ReadonlyMap<string, string>;
}

/** `<lock>` (RFC 6241, section 7.5). */
export function encodeLock(target: LockTarget): RpcBody {
  return encodeTarget('lock', target);
}

/** `<unlock>` (RFC 6241, section 7.6). */
export function encodeUnlock(target: LockTarget): RpcBody {
  return encodeTarget('unlock', target);
}

/** Locks the parts of running that the expressions select, all of them or none. */
export function encodePartialLock(selections: readonly XPathSelection[]): RpcBody {
  return renderBody((writer) => {
    writer.open(PARTIAL_LOCK_NS, 'partial-lock');
    for (const { select, prefixes } of selections) {
      writer.open(PARTIAL_LOCK_NS, 'select', undefined, prefixes);
      writer.text(select);
      writer.close();
    }
    writer.close();
  });
}

/** Gives a lock back by the number that the reply of partial-lock had (RFC 5717, section 2.4.2). */
export function encodePartialUnlock(lockId: number): RpcBody {
  return renderBody((writer) => {
    writer.open(PARTIAL_LOCK_NS, 'partial-unlock');
    writer.leaf(PARTIAL_LOCK_NS, 'lock-id', String(lockId));
    writer.close();
  });
}

function encodeTarget(operation: string, target: LockTarget): RpcBody {
  return renderBody((writer) => {
    writer.open(NETCONF_BASE_NS, operation);
    writeDatastore(writer, 'target', target);
    writer.close();
  });
}
