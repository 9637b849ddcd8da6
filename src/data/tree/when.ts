/**
 * Evaluates `when` (RFC 7950, section 7.21.5). The node that a condition is about, or all nodes that come with it
 * by an augment, uses, choice or case, must not decide about itself: while the condition is evaluated the former is
 * one without value and children, and the latter are not there.
 */
import { XPathError } from '../../xpath/index.ts';
import type { BranchSchemaNode, DataSchemaNode } from '../../yang/index.ts';
import type { Branch } from '../node.ts';
import { conditionsOf, hasWhen } from './conditions.ts';
import type { Condition } from './conditions.ts';
import { casesAllow, emptyBranch } from './defaults.ts';
import { DataTree, NodeRef, refInTree } from './node-ref.ts';
import { readTargets } from './read-set.ts';
import { isAbove } from './schema-walk.ts';

/** Whether all conditions of `child` hold in the instance `ref` of its parent, whether or not it is there. */
export function whenHolds(ref: NodeRef, child: DataSchemaNode): boolean {
  return failedWhen(ref, child) === undefined;
}

/** Conditions that may wait for each other: those of nodes that are there only if their condition holds. */
const MAX_NESTED = 64;

/**
 * The condition that does not hold. One that leads back to itself does not (which no schema should have). Throws
 * XPathError when a condition cannot be evaluated.
 */
export function failedWhen(ref: NodeRef, child: DataSchemaNode): Condition | undefined {
  const all = conditionsOf(child, (ref.value as Branch).schema);
  const [first] = all;
  if (!first) return undefined;
  // Configuration depends on configuration only (section 6.4.1).
  const { plain } = ref.tree;
  const tree = child.config ? plain.config : plain.full;
  const parent = refInTree(ref, tree);
  const { evaluating, model } = tree;
  if (evaluating.some((each) => each.child === child && model.same(each.ref, parent))) return first;
  if (evaluating.length >= MAX_NESTED) {
    throw new XPathError(`more than ${String(MAX_NESTED)} conditions depend on each other`, 0);
  }
  evaluating.push({ ref: parent, child });
  try {
    return all.find((when) => !holds(when, parent, child));
  } finally {
    evaluating.pop();
  }
}

function holds(when: Condition, ref: NodeRef, child: DataSchemaNode): boolean {
  const subject = subjectOf(when, child);
  const parent = subject.isRead ? refInTree(ref, alteredTree(ref, subject.nodes)) : ref;
  const context = when.context === 'parent' ? parent : dummy(parent, child);
  const { model, budget } = ref.tree;
  if (parent.tree.mask && context !== parent) parent.tree.mask.dummy = context;
  return when.expression.boolean(model, context, { budget });
}

/** The same tree where the children `hidden` of `ref` are not there. */
function alteredTree(ref: NodeRef, hidden: ReadonlySet<DataSchemaNode>): DataTree {
  const { model, root, configOnly, budget } = ref.tree;
  const tree = new DataTree(model, root.value as Branch, { configOnly, budget });
  tree.message = ref.tree.message && refInTree(ref.tree.message, tree);
  tree.base = ref.tree;
  tree.mask = { parent: ref, hidden, dummy: undefined };
  return tree;
}

function dummy(ref: NodeRef, child: DataSchemaNode): NodeRef {
  const isBranch = child.kind === 'container' || child.kind === 'list';
  return new NodeRef(child, isBranch ? emptyBranch(child) : '', ref);
}

interface Subject {
  /** The nodes that the condition is about. */
  readonly nodes: ReadonlySet<DataSchemaNode>;
  /** The condition may read them. */
  readonly isRead: boolean;
}

const subjects = new WeakMap<Condition, Subject>();

function subjectOf(when: Condition, child: DataSchemaNode): Subject {
  let found = subjects.get(when);
  if (!found) {
    const { dataParent } = child;
    const isSelf = when.context === 'self';
    const nodes = isSelf ? [child] : nodesUnder(when, dataParent);
    const targets = readTargets(when.expression, isSelf ? child : dataParent);
    const isRead =
      targets === 'everything' ||
      targets.some(({ node }) => nodes.some((each) => each === node || isAbove(each, node)));
    subjects.set(when, (found = { nodes: new Set(nodes), isRead }));
  }
  return found;
}

/** The nodes that came with one augment, uses, choice or case: they share its expression. */
function nodesUnder(
  { expression }: Condition,
  parent: BranchSchemaNode,
): readonly DataSchemaNode[] {
  return parent.dataChildren.filter((node) =>
    conditionsOf(node, parent).some((when) => when.expression === expression),
  );
}

/** Whether a default or non-presence container that the tree does not hold is there all the same. */
export function isImplied(ref: NodeRef, branch: Branch, child: DataSchemaNode): boolean {
  return casesAllow(branch, child) && (!hasWhen(child, branch.schema) || whenHolds(ref, child));
}
