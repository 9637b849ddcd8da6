/**
 * Nodes whose `when` is false after an edit (RFC 7950, sections 8.2 and 8.3.2): those that were there
 * before and were left alone are removed; those that the edit brought are errors.
 */
import { operationFailed, resourceDenied, whenFalse } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import { VisitBudget, XPathError } from '../../xpath/index.ts';
import type { DataSchemaNode, SchemaContext } from '../../yang/index.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import { emptyBranch } from '../tree/defaults.ts';
import { isNonPresence } from '../tree/implied.ts';
import type { Condition } from '../tree/conditions.ts';
import { MAX_VISITS, type NodeRef } from '../tree/node-ref.ts';
import { instancePath, rootRef } from '../tree/tree-model.ts';
import { failedWhen } from '../tree/when.ts';
import { correspondingBranch } from './checker.ts';
import type { Check } from './plan.ts';
import { planOf } from './plan.ts';
import { ChangeWalk } from './walk.ts';
import type { ConstraintVisitor } from './walk.ts';

export interface ResolvedTree {
  readonly tree: Branch;
  readonly errors: readonly RpcError[];
}

/** Both are roots. What is removed may make further conditions false, so this is repeated. */
export function removeUnconditioned(
  before: Branch,
  after: Branch,
  context: SchemaContext,
  maxVisits = MAX_VISITS,
): ResolvedTree {
  const plan = planOf(context.root, 'when');
  if (plan.isEmpty) return { tree: after, errors: [] };
  const errors: RpcError[] = [];
  const budget = new VisitBudget(maxVisits);
  let tree = after;
  for (;;) {
    const finder = new WhenFinder(before);
    new ChangeWalk(plan, finder).run(before, rootRef(tree, { configOnly: true, budget }));
    const smaller = finder.unconditioned.reduce(withoutInstance, tree);
    errors.push(...finder.errors);
    if (smaller === tree || errors.length > 0) return { tree: smaller, errors };
    tree = smaller;
  }
}

class WhenFinder implements ConstraintVisitor {
  readonly #before: Branch;
  readonly unconditioned: NodeRef[] = [];
  readonly errors: RpcError[] = [];
  done = false;
  /** An instance may be met twice: as part of what changed and as what depends on it. */
  readonly #met = new Set<string>();

  constructor(before: Branch) {
    this.#before = before;
  }

  check(_check: Check, instance: NodeRef): void {
    const { parent, schema } = instance;
    if (!parent || !('slot' in schema)) return;
    const value = (parent.value as Branch).slots[schema.slot];
    if (value === undefined) return;
    const failed = this.#failedWhen(parent, schema, instance);
    if (!failed) return;
    const path = instancePath(instance);
    const key = JSON.stringify(path);
    if (this.#met.has(key)) return;
    this.#met.add(key);
    if (this.#isUntouched(parent, instance, schema)) this.unconditioned.push(instance);
    else {
      this.errors.push(whenFalse(path, schema.name, failed.expression.text));
    }
  }

  /** An expression that cannot be evaluated is an error, after which no others are looked at. */
  #failedWhen(parent: NodeRef, schema: DataSchemaNode, instance: NodeRef): Condition | undefined {
    try {
      return failedWhen(parent, schema);
    } catch (error) {
      this.failed(error, instance);
      return undefined;
    }
  }

  failed(error: unknown, instance: NodeRef): void {
    if (!(error instanceof XPathError)) throw error;
    const path = instancePath(instance);
    const name = 'name' in instance.schema ? instance.schema.name : '';
    this.errors.push(
      instance.tree.budget.isSpent
        ? resourceDenied(`the "when" of "${name}" takes too long to check`, { path })
        : operationFailed(error.message, { type: 'application', path }),
    );
    this.done = true;
  }

  #isUntouched(parent: NodeRef, instance: NodeRef, schema: DataSchemaNode): boolean {
    const before = correspondingBranch(this.#before, parent)?.slots[schema.slot];
    if (before instanceof DataList) return before.get(instance.value as Branch) === instance.value;
    return before !== undefined && before === (parent.value as Branch).slots[schema.slot];
  }

  required(): void {
    // Only conditions are of interest here.
  }

  unique(): void {
    // Only conditions are of interest here.
  }
}

/** The tree without the instance that stands where `ref` does. */
function withoutInstance(root: Branch, ref: NodeRef): Branch {
  return replaceIn(root, ref, undefined);
}

function replaceIn(root: Branch, ref: NodeRef, value: Branch | undefined): Branch {
  const { parent, schema } = ref;
  if (!parent || !('slot' in schema)) return value ?? root;
  const branch = correspondingBranch(root, parent);
  if (!branch) return root;
  const present = branch.slots[schema.slot];
  let slot: Branch | DataList | undefined = value;
  if (present instanceof DataList) {
    const list = value ? present.with(value) : present.without(ref.value as Branch);
    slot = list.size > 0 ? list : undefined;
  }
  return replaceIn(root, parent, trimmed(branch, schema, slot));
}

function trimmed(
  branch: Branch,
  schema: DataSchemaNode,
  slot: Branch | DataList | undefined,
): Branch | undefined {
  const slots = branch.with(schema, slot).slots.slice();
  while (slots.length > 0 && slots.at(-1) === undefined) slots.pop();
  const own = branch.schema;
  if (slots.length > 0) return new Branch(own, slots);
  return own.kind === 'container' && isNonPresence(own) ? undefined : emptyBranch(own);
}
