/**
 * `unique` (RFC 7950, section 7.8.3): an index of the combinations in a list, carried from one version
 * of the list to the next by what has changed between them.
 */
import type { PathStep } from '../../error/index.ts';
import type { BranchSchemaNode, DataSchemaNode, LeafValue, ListNode } from '../../yang/index.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import { conditionsOf } from '../tree/conditions.ts';
import type { Condition } from '../tree/conditions.ts';
import { casesAllow, emptyBranch } from '../tree/defaults.ts';
import { isNonPresence, schemaDefault } from '../tree/implied.ts';
import { NodeRef } from '../tree/node-ref.ts';
import { pathStep } from '../tree/path.ts';
import { whenHolds } from '../tree/when.ts';
import type { TreeNode } from '../tree/schema-walk.ts';

type UniqueLeaves = ListNode['unique'][number];

/** Entries that agree in all leaves of one `unique` statement. */
export interface UniqueConflict {
  readonly leaves: UniqueLeaves;
  readonly rows: readonly Branch[];
}

class UniqueIndex {
  readonly #leaves: UniqueLeaves;
  readonly #rows = new Map<string, Set<Branch>>();
  readonly #conflicts = new Set<string>();
  #list: DataList | undefined;

  constructor(leaves: UniqueLeaves) {
    this.#leaves = leaves;
  }

  conflicts(list: DataList, parent: NodeRef): readonly UniqueConflict[] {
    DataList.diff(this.#list, list, {
      added: (row) => {
        this.#add(row, parent);
      },
      removed: (row) => {
        this.#remove(row, parent);
      },
      changed: (before, after) => {
        this.#remove(before, parent);
        this.#add(after, parent);
      },
    });
    this.#list = list;
    const leaves = this.#leaves;
    return [...this.#conflicts].map((key) => ({ leaves, rows: [...(this.#rows.get(key) ?? [])] }));
  }

  #add(row: Branch, parent: NodeRef): void {
    const key = combination(row, this.#leaves, parent);
    if (key === undefined) return;
    const rows = this.#rows.get(key);
    if (!rows) {
      this.#rows.set(key, new Set([row]));
      return;
    }
    rows.add(row);
    if (rows.size > 1) this.#conflicts.add(key);
  }

  #remove(row: Branch, parent: NodeRef): void {
    const key = combination(row, this.#leaves, parent);
    const rows = key === undefined ? undefined : this.#rows.get(key);
    if (key === undefined || !rows) return;
    rows.delete(row);
    if (rows.size < 2) this.#conflicts.delete(key);
    if (rows.size === 0) this.#rows.delete(key);
  }
}

const indexes = new WeakMap<DataList, readonly UniqueIndex[]>();

/**
 * The conflicts in `list`. `before` is an earlier version of it, if there is one. Where defaults depend on
 * conditions the index is made anew, for these may read what is not in the list.
 */
export function uniqueConflicts(
  list: DataList,
  before: DataList | undefined,
  parent: NodeRef,
): readonly UniqueConflict[] {
  const isFixed = uniqueConditions(list.schema).length === 0;
  const known = isFixed ? (indexes.get(list) ?? (before && indexes.get(before))) : undefined;
  const found = known ?? list.schema.unique.map((leaves) => new UniqueIndex(leaves));
  if (isFixed) indexes.set(list, found);
  return found.flatMap((index) => index.conflicts(list, parent));
}

interface DefaultCondition {
  readonly expression: Condition['expression'];
  /** Where the expression is evaluated. */
  readonly context: TreeNode;
}

const conditions = new WeakMap<BranchSchemaNode, readonly DefaultCondition[]>();

/** The conditions on which the defaults of leaves in `unique` statements of a list depend. */
export function uniqueConditions(schema: BranchSchemaNode): readonly DefaultCondition[] {
  if (schema.kind !== 'list') return [];
  let found = conditions.get(schema);
  if (!found) {
    const chains = schema.unique.flat().filter((chain) => hasDefault(chain.at(-1)));
    found = chains.flat().flatMap((node) =>
      conditionsOf(node, node.dataParent).map(({ expression, context }) => ({
        expression,
        context: context === 'self' ? node : node.dataParent,
      })),
    );
    conditions.set(schema, found);
  }
  return found;
}

function hasDefault(node: DataSchemaNode | undefined): boolean {
  return node !== undefined && schemaDefault(node) !== undefined;
}

/** Undefined when a leaf has no value: then the entry is not compared. */
function combination(row: Branch, leaves: UniqueLeaves, parent: NodeRef): string | undefined {
  const texts: string[] = [];
  for (const chain of leaves) {
    const text = leafText(row, chain, parent);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return JSON.stringify(texts);
}

function leafText(
  row: Branch,
  chain: readonly DataSchemaNode[],
  parent: NodeRef,
): string | undefined {
  let branch = row;
  const above: Branch[] = [];
  for (const node of chain) {
    above.push(branch);
    const value = branch.slots[node.slot];
    if (value === undefined && !isUsed(node, above, parent)) return undefined;
    if (node.kind === 'leaf') {
      const used = value === undefined ? schemaDefault(node) : value;
      return used === undefined ? undefined : node.type.canonical(used as LeafValue);
    }
    if (value === undefined && !isNonPresence(node)) return undefined;
    branch = value instanceof Branch ? value : emptyBranch(node as BranchSchemaNode);
  }
  return undefined;
}

/** Whether what is not there is implied. `above` are the branches from the entry down to the parent of `node`. */
function isUsed(node: DataSchemaNode, above: readonly Branch[], parent: NodeRef): boolean {
  const branch = above.at(-1) as Branch;
  if (!casesAllow(branch, node)) return false;
  if (conditionsOf(node, branch.schema).length === 0) return true;
  const ref = above.reduce((at, each) => new NodeRef(each.schema, each, at), parent);
  return whenHolds(ref, node);
}

/** Paths of the leaves of one entry, for error-info (RFC 7950, section 15.1). */
export function nonUniquePaths(
  conflict: UniqueConflict,
  list: readonly PathStep[],
): readonly (readonly PathStep[])[] {
  const parent = list.slice(0, -1);
  return conflict.rows.flatMap((row) =>
    conflict.leaves.map((chain) => [
      ...parent,
      pathStep(row.schema as ListNode, row),
      ...chain.map((node) => pathStep(node)),
    ]),
  );
}
