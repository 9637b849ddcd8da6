/** Conditions, the `when` statements that data nodes stand under (RFC 7950, section 7.21.5). */
import { XPathError } from '../../xpath/index.ts';
import type { BranchSchemaNode, DataSchemaNode } from '../../yang/index.ts';
import type { Branch } from '../node.ts';
import { casesAllow, emptyBranch } from './defaults.ts';
import { NodeRef, refInTree } from './node-ref.ts';

export type Condition = DataSchemaNode['when'][number];

const conditions = new WeakMap<DataSchemaNode, readonly Condition[]>();

/** All conditions that a data node stands under within its data parent. */
export function conditionsOf(node: DataSchemaNode, branch: BranchSchemaNode): readonly Condition[] {
  let found = conditions.get(node);
  if (!found) {
    const all: Condition[] = [...node.when];
    let above = node.parent;
    while (above !== branch && (above.kind === 'choice' || above.kind === 'case')) {
      // A choice or case is no data node: its condition is evaluated at the data parent in any event.
      all.push(...above.when.map((when) => ({ ...when, context: 'parent' as const })));
      above = above.parent;
    }
    conditions.set(node, (found = all));
  }
  return found;
}

/** Whether the node, or a choice or case that it lies in, has a `when`. */
export function hasWhen(node: DataSchemaNode, branch: BranchSchemaNode): boolean {
  return conditionsOf(node, branch).length > 0;
}

/**
 * Evaluates the conditions of `child` in the instance `ref` of its parent. The node itself counts as
 * present while they are evaluated (RFC 7950, section 7.21.5). `instance` is the node, if it exists.
 */
export function whenHolds(ref: NodeRef, child: DataSchemaNode, instance?: NodeRef): boolean {
  return failedWhen(ref, child, instance) === undefined;
}

/** The condition that does not hold. Throws XPathError when it cannot be evaluated. */
export function failedWhen(
  ref: NodeRef,
  child: DataSchemaNode,
  instance?: NodeRef,
): Condition | undefined {
  const all = conditionsOf(child, (ref.value as Branch).schema);
  if (all.length === 0) return undefined;
  // Configuration depends on configuration only (section 6.4.1).
  const tree = child.config ? ref.tree.config : ref.tree.full;
  const parent = refInTree(ref, tree);
  const { model, budget } = tree;
  for (const when of all) {
    const node = instance ? refInTree(instance, tree) : standIn(parent, child);
    const context = when.context === 'parent' ? parent : node;
    if (!when.expression.boolean(model, context, { budget })) return when;
  }
  return undefined;
}

/** A node that is not there, for the evaluation of its own `when`. */
function standIn(ref: NodeRef, child: DataSchemaNode): NodeRef {
  const isBranch = child.kind === 'container' || child.kind === 'list';
  return new NodeRef(child, isBranch ? emptyBranch(child) : '', ref);
}

/** Conditions of implied nodes that may wait for each other. */
const MAX_NESTED = 64;

/**
 * Whether a default or non-presence container that the tree does not hold is there all the same. While its own
 * condition is being evaluated it is not.
 */
export function isImplied(ref: NodeRef, branch: Branch, child: DataSchemaNode): boolean {
  if (!casesAllow(branch, child)) return false;
  if (!hasWhen(child, branch.schema)) return true;
  const { evaluating, model } = ref.tree;
  if (evaluating.some((each) => each.child === child && model.same(each.ref, ref))) return false;
  if (evaluating.length >= MAX_NESTED) {
    const text = `conditions of nodes that are not there depend on each other more than ${String(MAX_NESTED)} deep`;
    throw new XPathError(text, 0);
  }
  evaluating.push({ ref, child });
  try {
    return whenHolds(ref, child);
  } finally {
    evaluating.pop();
  }
}
