/**
 * What a filter selects, asked branch by branch from the root down, so that nothing has to be built
 * or read that is not selected.
 *
 * A walk: ask the selection of the root for the child container, that one for the list in it, then let
 * `keys` name the entries to read, or prune each entry as it streams by.
 */
import type { DataSchemaNode, LeafValue, ListNode } from '../../yang/index.ts';
import type { Branch } from '../node.ts';

/** A selection in one branch: the root, a container or a list entry. */
export interface Selection {
  /** True when everything below is selected: no need to ask further. */
  readonly all: boolean;
  /**
   * True when conditions look at more than the branch that they are on: then only {@link Selection.prune} on the
   * whole tree gives all that is selected, and nothing else. What it may look at are the children it `selects`.
   */
  readonly whole?: boolean;
  /** True when something of `child` may be selected. */
  selects(child: DataSchemaNode): boolean;
  /**
   * Selection in the child container; undefined when nothing there can be selected. `instance` is the
   * container as far as it is known: conditions of the filter on leaves directly in it are tested on that.
   */
  container(child: DataSchemaNode, instance?: Branch): Selection | undefined;
  /** Selection in the entries of a list; undefined when no entry can be selected. */
  list(child: ListNode): ListSelection | undefined;
  /** The pruned branch; undefined when nothing of it is selected. */
  prune(branch: Branch): Branch | undefined;
}

/** A selection among the entries of a list. */
export interface ListSelection {
  readonly schema: ListNode;
  /** True when every entry is selected with all that is in it. */
  readonly all: boolean;
  /**
   * The values that the keys can have, in the order of the `key` statement, when the filter fixes all of
   * them; undefined when every entry has to be looked at.
   */
  readonly keys: readonly (readonly LeafValue[])[] | undefined;
  /** The pruned entry, with its keys; undefined when nothing of it is selected. */
  prune(row: Branch): Branch | undefined;
  /** Selection inside this entry, of which a part may be read elsewhere; undefined when it is not selected. */
  entry(row: Branch): Selection | undefined;
}
