/** Validation of a datastore (RFC 7950, section 8): what has changed, and what depends on that. */
import type { RpcError } from '../../error/index.ts';
import { VisitBudget } from '../../xpath/index.ts';
import type { SchemaContext } from '../../yang/index.ts';
import type { Branch } from '../node.ts';
import { DataTree, MAX_VISITS, refInTree, type NodeRef } from '../tree/node-ref.ts';
import { TREE_MODEL, messageRef, rootRef } from '../tree/tree-model.ts';
import { Checker } from './checker.ts';
import { planOf } from './plan.ts';
import { ChangeWalk, FullWalk } from './walk.ts';

export interface ValidateOptions {
  /** Violations after which no more are looked for. Default 20. */
  readonly maxErrors?: number;
  /**
   * Nodes that all expressions together may visit; when it is exceeded the result is an error `resource-denied`.
   * Default 100 000 000, some seconds of work.
   */
  readonly maxVisits?: number;
}

export interface FullOptions extends ValidateOptions {
  /** Check state data in the tree too. Default false: constraints on it are not looked at. */
  readonly state?: boolean;
}

/**
 * Checks the configuration in `after`, given that that in `before` is valid; undefined checks everything. Both are
 * roots. An empty result means valid.
 */
export function validate(
  before: Branch | undefined,
  after: Branch,
  context: SchemaContext,
  options: ValidateOptions = {},
): readonly RpcError[] {
  if (before === undefined) return validateFull(after, context, options);
  if (before === after) return [];
  const plan = planOf(context.root, 'config');
  const checker = new Checker(plan, before, options.maxErrors);
  const root = rootRef(after, { configOnly: true, budget: budgetOf(options) });
  if (!plan.isEmpty) new ChangeWalk(plan, checker).run(before, root);
  return checker.result();
}

/** Checks the whole tree: that of a datastore, or of a document with a structure (RFC 8791). */
export function validateFull(
  tree: Branch,
  _context: SchemaContext,
  options: FullOptions = {},
): readonly RpcError[] {
  const plan = planOf(tree.schema, options.state === true ? 'all' : 'config');
  const checker = new Checker(plan, undefined, options.maxErrors);
  const root = rootRef(tree, { configOnly: true, budget: budgetOf(options) });
  if (!plan.isEmpty) new FullWalk(plan, checker).created(root);
  return checker.result();
}

/**
 * Checks the input or output of an operation, or the content of a notification (RFC 7950, sections 6.4.1 and 8.1).
 *
 * `parent` is the reference to what it stands in: the root of the data that its expressions see, state data
 * included, or for an action or nested notification the container or list entry there.
 */
export function validateMessage(
  message: Branch,
  parent: NodeRef,
  options: ValidateOptions = {},
): readonly RpcError[] {
  const plan = planOf(message.schema, 'all');
  const checker = new Checker(plan, undefined, options.maxErrors);
  const data = parent.tree.root.value as Branch;
  const tree = new DataTree(TREE_MODEL, data, { budget: budgetOf(options) });
  new FullWalk(plan, checker).created(messageRef(message, refInTree(parent, tree)));
  return checker.result();
}

function budgetOf({ maxVisits = MAX_VISITS }: ValidateOptions): VisitBudget {
  return new VisitBudget(maxVisits);
}
