/**
 * Applies an edit to a tree (RFC 6241, section 7.2; RFC 7950, sections 7.5.8, 7.6.7, 7.7.9, 7.8.6, 7.9).
 *
 * Only the way to what is edited is copied. Plain data that meets nothing in the tree is put there as
 * it is, whatever its size.
 */
import type { RpcError } from '../../error/index.ts';
import { Branch } from '../node.ts';
import { removeUnconditioned } from '../validate/resolve-when.ts';
import { EditRun, Stopped } from './edit-run.ts';
import type { DecodedTree, DefaultOperation } from './edit-tree.ts';

export interface EditOptions {
  /** Default `merge`. */
  readonly defaultOperation?: DefaultOperation;
  /** Default `stop-on-error`. */
  readonly errorOption?: 'stop-on-error' | 'continue-on-error' | 'rollback-on-error';
  /** Nodes that conditions which may have become false may visit in all. Default 100 000 000. */
  readonly maxVisits?: number | undefined;
}

export interface EditResult {
  /** The changed tree. With errors: what has been done in spite of them, `base` for rollback-on-error. */
  readonly tree: Branch;
  readonly errors: readonly RpcError[];
}

/**
 * `base` is the root, or any branch of which `edit` has the same schema node. When it is the root, nodes
 * whose `when` has become false are removed (RFC 7950, section 8.3.2). An edit that brings data against
 * its `when` does nothing, whatever the error option.
 */
export function applyEdit(base: Branch, edit: DecodedTree, options: EditOptions = {}): EditResult {
  const errorOption = options.errorOption ?? 'stop-on-error';
  const run = new EditRun(errorOption === 'continue-on-error');
  let tree = base;
  try {
    tree = run.content(base, edit.content, options.defaultOperation ?? 'merge');
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    tree = error.partial instanceof Branch ? error.partial : base;
  }
  if (run.errors.length === 0 && tree.schema.kind === 'root' && tree !== base) {
    const resolved = removeUnconditioned(base, tree, tree.schema.context, options.maxVisits);
    run.errors.push(...resolved.errors);
    tree = resolved.errors.length > 0 ? base : resolved.tree;
  }
  const isGivenUp = run.errors.length > 0 && errorOption === 'rollback-on-error';
  return { tree: isGivenUp ? base : tree, errors: run.errors };
}
