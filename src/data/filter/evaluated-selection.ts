/**
 * A selection by an expression of any form: evaluated over the tree, whose nodes that it returns are
 * selected with all that is in them.
 *
 * For entries that are pruned one by one the expression sees a tree with that entry as the only one of its
 * list. So a condition that compares entries with each other, or counts them, needs the whole tree.
 */
import type { CompiledXPath } from '../../xpath/index.ts';
import { VisitBudget, XPathError } from '../../xpath/index.ts';
import { RpcErrorException, invalidValue, resourceDenied } from '../../error/index.ts';
import type { BranchSchemaNode, DataSchemaNode, LeafValue, ListNode } from '../../yang/index.ts';
import { DataList } from '../list.ts';
import { sameValue } from '../list/compare.ts';
import { Branch } from '../node.ts';
import type { Slot } from '../node.ts';
import { emptyBranch } from '../tree/defaults.ts';
import type { NodeRef } from '../tree/node-ref.ts';
import { TREE_MODEL, rootRef } from '../tree/tree-model.ts';
import { readTargets } from '../tree/read-set.ts';
import { isAbove } from '../tree/schema-walk.ts';
import type { ListSelection, Selection } from './selection.ts';
import { withKeys } from './selector.ts';

/** An expression with the number of nodes that it may visit: it comes from a client. */
export interface BoundedExpression {
  readonly expression: CompiledXPath;
  readonly maxVisits: number;
}

export class EvaluatedSelection implements Selection {
  readonly all = false;
  readonly whole = true;
  readonly #bounded: BoundedExpression;
  readonly #schema: BranchSchemaNode;
  /** This branch as far as it is known. */
  readonly #own: Branch;
  /** The branches from the root down to the parent of this one. */
  readonly #above: readonly Branch[];

  constructor(bounded: BoundedExpression, own: Branch, above: readonly Branch[] = []) {
    this.#bounded = bounded;
    this.#schema = own.schema;
    this.#own = own;
    this.#above = above;
  }

  selects(child: DataSchemaNode): boolean {
    const root = this.#above[0]?.schema ?? this.#schema;
    const targets = readTargets(this.#bounded.expression, root);
    if (targets === 'everything' || targets.length === 0) return true;
    return targets.some(
      ({ node }) => node === child || isAbove(node, child) || isAbove(child, node),
    );
  }

  container(child: DataSchemaNode, instance?: Branch): Selection | undefined {
    if (child.kind !== 'container' || !this.selects(child)) return undefined;
    return this.#below(instance ?? emptyBranch(child));
  }

  list(child: ListNode): ListSelection | undefined {
    if (!this.selects(child)) return undefined;
    return {
      schema: child,
      all: false,
      keys: undefined,
      prune: (row) => this.#below(row).prune(row),
      entry: (row) => this.#below(row),
    };
  }

  prune(branch: Branch): Branch | undefined {
    const chain = [...this.#above, branch];
    const root = chain.reduceRight((below, parent) => withChild(below, parent));
    const mask = maskOf(this.#bounded, root);
    let pruned: Branch | undefined = mask && applyMask(root, mask);
    for (const { schema } of chain.slice(1)) pruned = pruned && childBranch(pruned, schema);
    return pruned;
  }

  #below(instance: Branch): EvaluatedSelection {
    return new EvaluatedSelection(this.#bounded, instance, [...this.#above, this.#own]);
  }
}

/** What is selected in a branch: all of it, or something in its children. */
interface Mask {
  all: boolean;
  readonly children: Map<DataSchemaNode, ChildMask>;
}

interface ChildMask {
  /** For entries of lists, and for containers. */
  readonly branches: Map<Branch, Mask>;
  readonly values: LeafValue[];
}

function maskOf(bounded: BoundedExpression, root: Branch): Mask | undefined {
  const mask: Mask = { all: false, children: new Map() };
  let isEmpty = true;
  for (const node of nodesOf(bounded, root)) {
    isEmpty = false;
    mark(mask, node);
  }
  return isEmpty ? undefined : mask;
}

function nodesOf({ expression, maxVisits }: BoundedExpression, root: Branch): readonly NodeRef[] {
  const budget = new VisitBudget(maxVisits);
  try {
    return expression.nodes(TREE_MODEL, rootRef(root, { budget }), { budget });
  } catch (error) {
    if (!(error instanceof XPathError)) throw error;
    if (budget.isSpent) {
      const message = `the filter looks at more than ${String(maxVisits)} nodes: narrow it`;
      throw new RpcErrorException(resourceDenied(message, { type: 'protocol' }), { cause: error });
    }
    throw new RpcErrorException(invalidValue(error.message, { type: 'protocol' }), {
      cause: error,
    });
  }
}

/** Marks a node and returns the mask of it. */
function mark(mask: Mask, node: NodeRef): void {
  const inner = enter(mask, node);
  if (inner) inner.all = true;
}

/** The mask of a branch; a leaf is noted in that of its parent. */
function enter(root: Mask, node: NodeRef): Mask | undefined {
  const { parent, schema, value } = node;
  if (!parent) return root;
  if (parent.schema === schema) return enter(root, parent);
  const above = enter(root, parent);
  if (!above || !('slot' in schema)) return undefined;
  let child = above.children.get(schema);
  if (!child) above.children.set(schema, (child = { branches: new Map(), values: [] }));
  if (!(value instanceof Branch)) {
    child.values.push(value as LeafValue);
    return undefined;
  }
  let inner = child.branches.get(value);
  if (!inner) child.branches.set(value, (inner = { all: false, children: new Map() }));
  return inner;
}

function applyMask(branch: Branch, mask: Mask): Branch | undefined {
  if (mask.all) return branch;
  const slots: Slot[] = [];
  for (const [child, { branches, values }] of mask.children) {
    const selected = applyChild(branch.slots[child.slot], branches, values);
    if (selected === undefined) continue;
    while (slots.length < child.slot) slots.push(undefined);
    slots[child.slot] = selected;
  }
  return slots.length > 0 ? new Branch(branch.schema, withKeys(branch, slots)) : undefined;
}

function applyChild(
  value: Slot,
  branches: ReadonlyMap<Branch, Mask>,
  values: readonly LeafValue[],
): Slot {
  if (value instanceof DataList) {
    const rows = [...branches].flatMap(([row, mask]) => applyMask(row, mask) ?? []);
    return rows.length > 0 ? DataList.from(value.schema, rows) : undefined;
  }
  if (value instanceof Branch) {
    const mask = branches.get(value);
    return mask && applyMask(value, mask);
  }
  if (!Array.isArray(value)) return value;
  const items = value as readonly LeafValue[];
  return items.filter((item) => values.some((selected) => sameValue(item, selected)));
}

/** A copy of `parent` in which `child` is the only one of its kind. */
function withChild(child: Branch, parent: Branch): Branch {
  const { schema } = child;
  if (schema.kind === 'list') return parent.with(schema, DataList.from(schema, [child]));
  return schema.kind === 'container' ? parent.with(schema, child) : parent;
}

function childBranch(parent: Branch, schema: BranchSchemaNode): Branch | undefined {
  if (!('slot' in schema)) return undefined;
  const value = parent.slots[schema.slot];
  if (!(value instanceof DataList)) return value instanceof Branch ? value : undefined;
  const [row] = value;
  return row;
}
