/** Applies an edit to a tree (RFC 6241, section 7.2; RFC 7950, sections 7 and 8.3.2). */
import type { RpcError } from '../../error/index.ts';
import type { Branch } from '../node.ts';
import type { DecodedTree, DefaultOperation } from './edit-tree.ts';

export interface EditOptions {
  /** Default `merge`. */
  readonly defaultOperation?: DefaultOperation;
  /** Default `stop-on-error`; the caller gives up the result of a failed edit with `rollback-on-error`. */
  readonly errorOption?: 'stop-on-error' | 'continue-on-error' | 'rollback-on-error';
}

export interface EditResult {
  /** The changed tree. With errors: what has been done in spite of them, `base` for rollback-on-error. */
  readonly tree: Branch;
  readonly errors: readonly RpcError[];
}

/** `base` is the root, or any branch of which `edit` has the same schema node. */
export function applyEdit(base: Branch, edit: DecodedTree, options: EditOptions = {}): EditResult {
  void [base, edit, options];
  throw new Error('not written yet');
}
