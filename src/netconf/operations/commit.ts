/** commit, cancel-commit and discard-changes (RFC 6241, sections 8.3.4 and 8.4). */
import { NETCONF_BASE_NS } from '../constants.ts';
import { renderBody, renderEmpty } from './body.ts';
import type { RpcBody } from './body.ts';
import { writeTransactionId } from './extensions.ts';
import type { TransactionIdRequest } from './extensions.ts';

/** RFC 6241, sections 8.3.4.1 and 8.4.5.1. */
export interface CommitRequest extends TransactionIdRequest {
  readonly confirmed?: boolean | undefined;
  /** Seconds; the server takes 600 when it is not given. */
  readonly confirmTimeout?: number | undefined;
  /** Makes the pending commit survive this session, under this name. */
  readonly persist?: string | undefined;
  /** The name under which an earlier commit is pending. */
  readonly persistId?: string | undefined;
}

/** `persistId` cancels what another session, or this one before, has left pending. */
export interface CancelCommitRequest {
  readonly persistId?: string | undefined;
}

/** `<commit>` (RFC 6241, section 8.3.4.1), with what is given of a confirmed one (section 8.4.5.1). */
export function encodeCommit(request: CommitRequest = {}): RpcBody {
  return renderBody((writer) => {
    const leaf = (name: string, value: string | undefined): void => {
      if (value !== undefined) writer.leaf(NETCONF_BASE_NS, name, value);
    };
    writer.open(NETCONF_BASE_NS, 'commit');
    leaf('confirmed', request.confirmed === true ? '' : undefined);
    leaf('confirm-timeout', request.confirmTimeout?.toString());
    leaf('persist', request.persist);
    leaf('persist-id', request.persistId);
    writeTransactionId(writer, request);
    writer.close();
  });
}

/** `<cancel-commit>` (RFC 6241, section 8.4.4.1). */
export function encodeCancelCommit({ persistId }: CancelCommitRequest = {}): RpcBody {
  return renderBody((writer) => {
    writer.open(NETCONF_BASE_NS, 'cancel-commit');
    if (persistId !== undefined) writer.leaf(NETCONF_BASE_NS, 'persist-id', persistId);
    writer.close();
  });
}

/** `<discard-changes>` (RFC 6241, section 8.3.4.2). */
export function encodeDiscardChanges(): RpcBody {
  return renderEmpty('discard-changes');
}
