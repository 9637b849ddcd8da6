/** Validation of a datastore (RFC 7950, section 8): what has changed, and what depends on that. */
import {
  dataNotUnique,
  instanceRequired,
  mustViolation,
  operationFailed,
  whenFalse,
} from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import type {
  InstanceIdentifierType,
  InstanceIdentifierValue,
  LeafListNode,
  LeafNode,
  LeafrefType,
  LeafValue,
  SchemaContext,
  UnionType,
  YangType,
} from '../../yang/index.ts';
import { dependsOnScope } from '../codec/leaf-codec.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import { pathStep } from '../tree/path.ts';
import { leafrefTargetExists, resolveInstance } from '../tree/references.ts';
import type { NodeRef } from '../tree/tree-model.ts';
import { TREE_MODEL, failedWhen, instancePath } from '../tree/tree-model.ts';
import { planOf } from './plan.ts';
import type { BranchPlan, Check, ValidationPlan } from './plan.ts';
import { checkRequired } from './requirements.ts';
import { nonUniquePaths, uniqueConflicts } from './unique.ts';
import { ConstraintWalk } from './walk.ts';
import type { ConstraintVisitor } from './walk.ts';

export interface ValidateOptions {
  /** Violations after which no more are looked for. Default 20. */
  readonly maxErrors?: number;
}

/**
 * Checks `after`, given that `before` is valid; undefined checks everything. Both are roots.
 * An empty result means valid.
 */
export function validate(
  before: Branch | undefined,
  after: Branch,
  context: SchemaContext,
  options: ValidateOptions = {},
): readonly RpcError[] {
  if (before === after) return [];
  const plan = planOf(context.root, 'data');
  const checker = new Checker(plan, before, options.maxErrors ?? 20);
  new ConstraintWalk(plan, checker).run(before, after);
  return checker.result();
}

/** Checks the whole tree. */
export function validateFull(
  tree: Branch,
  context: SchemaContext,
  options: ValidateOptions = {},
): readonly RpcError[] {
  return validate(undefined, tree, context, options);
}

class Checker implements ConstraintVisitor {
  readonly #plan: ValidationPlan;
  readonly #before: Branch | undefined;
  readonly #limit: number;
  readonly #errors: RpcError[] = [];
  /** A constraint may be met twice: as part of what changed and as what depends on it. */
  readonly #reported = new Set<string>();

  constructor(plan: ValidationPlan, before: Branch | undefined, limit: number) {
    this.#plan = plan;
    this.#before = before;
    this.#limit = limit;
  }

  get done(): boolean {
    return this.#errors.length > this.#limit;
  }

  result(): readonly RpcError[] {
    if (!this.done) return this.#errors;
    const shown = this.#errors.slice(0, this.#limit);
    const note = `there are more violations than the ${String(this.#limit)} reported`;
    return [...shown, operationFailed(note)];
  }

  check(check: Check, instance: NodeRef): void {
    switch (check.kind) {
      case 'must':
        if (check.must.expression.boolean(TREE_MODEL, instance)) return;
        this.#report(
          mustViolation(instancePath(instance), check.must.expression.text, {
            message: check.must.errorMessage,
            appTag: check.must.errorAppTag,
          }),
        );
        return;
      case 'when':
        this.#checkWhen(instance);
        return;
      case 'reference':
        this.#checkReference(instance);
    }
  }

  #checkWhen(instance: NodeRef): void {
    const { parent, schema } = instance;
    if (!parent || !('slot' in schema)) return;
    // What is only implied is not there when its condition is false.
    if ((parent.value as Branch).slots[schema.slot] === undefined) return;
    const failed = failedWhen(parent, schema, instance);
    if (failed)
      this.#report(whenFalse(instancePath(instance), schema.name, failed.expression.text));
  }

  #checkReference(instance: NodeRef): void {
    if (hasTarget(instance, (instance.schema as LeafNode | LeafListNode).type)) return;
    this.#report(instanceRequired(instancePath(instance)));
  }

  required(plan: BranchPlan, branch: NodeRef): void {
    checkRequired(this.#plan, plan, branch, (error) => {
      this.#report(error);
    });
  }

  unique(list: DataList, parent: NodeRef): void {
    const path = [...instancePath(parent), pathStep(list.schema)];
    for (const conflict of uniqueConflicts(list, this.#listBefore(list, parent))) {
      this.#report(dataNotUnique(path, nonUniquePaths(conflict, path)));
    }
  }

  /** The same list in the tree before. */
  #listBefore(list: DataList, parent: NodeRef): DataList | undefined {
    const branch = this.#before && correspondingBranch(this.#before, parent);
    const found = branch?.slots[list.schema.slot];
    return found instanceof DataList ? found : undefined;
  }

  #report(error: RpcError): void {
    if (this.done) return;
    const key = JSON.stringify([error.appTag, error.message, error.path, error.info]);
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#errors.push(error);
  }
}

/**
 * Whether the value is one that its type allows now: a reference that needs its target has it. Of a union
 * it is enough that one member does (RFC 7950, section 9.12).
 */
function hasTarget(instance: NodeRef, type: YangType): boolean {
  switch (type.base) {
    case 'union':
      return (type as UnionType).members.some(
        (member) => allows(member, instance) && hasTarget(instance, member),
      );
    case 'leafref': {
      const leafref = type as LeafrefType;
      return !leafref.requireInstance || leafrefTargetExists(TREE_MODEL, instance, leafref);
    }
    case 'instance-identifier': {
      if (!(type as InstanceIdentifierType).requireInstance) return true;
      const root = TREE_MODEL.root(instance);
      const value = instance.value as InstanceIdentifierValue;
      return resolveInstance(TREE_MODEL, root, value) !== undefined;
    }
    default:
      return true;
  }
}

/** Values that depend on prefixes have been read by the member that they belong to. */
function allows(member: YangType, { schema, value }: NodeRef): boolean {
  if (dependsOnScope(member)) return typeof value === 'object';
  try {
    const text = (schema as LeafNode | LeafListNode).type.canonical(value as LeafValue);
    member.parse(text, () => undefined);
    return true;
  } catch {
    return false;
  }
}

/** The branch of another tree that stands where `ref` does. */
export function correspondingBranch(root: Branch, ref: NodeRef): Branch | undefined {
  if (!ref.parent) return root;
  const parent = correspondingBranch(root, ref.parent);
  if (!parent || !('slot' in ref.schema)) return undefined;
  const value = parent.slots[ref.schema.slot];
  if (value instanceof DataList) return value.get(ref.value as Branch);
  return value instanceof Branch ? value : undefined;
}
