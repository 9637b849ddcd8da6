/**
 * What a filter selects, asked branch by branch from the root down, so that nothing has to be built
 * or read that is not selected.
 *
 * A walk: ask the selection of the root for the child container, that one for the list in it, then let
 * `keys` name the one entry to read or prune each entry as it streams by.
 */
import type { DataSchemaNode, ListNode } from '../../yang/schema.ts';
import type { LeafValue } from '../../yang/types/type.ts';
import type { Branch } from '../node.ts';

/** A selection in an instance of one branch schema node (root, container or list entry). */
export interface Selection {
  /** True when everything below is selected: no need to ask further. */
  readonly all: boolean;
  /** Selection in the child container; undefined when nothing there can be selected. */
  container(child: DataSchemaNode): Selection | undefined;
  /** Selection in the entries of a list; undefined when no entry can be selected. */
  list(child: ListNode): ListSelection | undefined;
  /** True when the filter may select from `child`. Content match nodes may still say no. */
  selects(child: DataSchemaNode): boolean;
  /** The pruned branch; undefined when nothing of it is selected. */
  prune(branch: Branch): Branch | undefined;
}

/** A selection among the entries of a list. */
export interface ListSelection {
  readonly schema: ListNode;
  readonly all: boolean;
  /**
   * All combinations of key values that can match, in the order of the `key` statement; undefined when
   * the filter does not fix all keys, then every entry has to be looked at.
   */
  readonly keys: readonly (readonly LeafValue[])[] | undefined;
  /** The pruned entry; undefined when it does not match. */
  prune(row: Branch): Branch | undefined;
  /** Selection inside this entry, for entries of which a part is read elsewhere. Undefined: no match. */
  entry(row: Branch): Selection | undefined;
}
