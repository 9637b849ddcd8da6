/** Evaluates constraints and words what violates them (RFC 7950, sections 8.3.1, 8.3.3 and 15). */
import {
  dataNotUnique,
  instanceRequired,
  mustViolation,
  operationFailed,
  quoteXPath,
  resourceDenied,
  whenFalse,
} from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import { XPathError } from '../../xpath/index.ts';
import type {
  InstanceIdentifierType,
  InstanceIdentifierValue,
  LeafListNode,
  LeafNode,
  LeafrefType,
  LeafValue,
  UnionType,
  YangType,
} from '../../yang/index.ts';
import { dependsOnScope } from '../codec/leaf-codec.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';

import type { NodeRef } from '../tree/node-ref.ts';
import { pathStep } from '../tree/path.ts';
import { resolveInstance } from '../tree/references.ts';
import { TREE_MODEL, instancePath } from '../tree/tree-model.ts';
import { failedWhen } from '../tree/when.ts';
import { LeafrefIndex } from './leafref-index.ts';
import type { BranchPlan, Check, ValidationPlan } from './plan.ts';
import { checkRequired } from './requirements.ts';
import { nonUniquePaths, uniqueConflicts } from './unique.ts';
import type { ConstraintVisitor } from './walk.ts';

const DEFAULT_MAX_ERRORS = 20;

/** Characters of a value that a message shows. */
const MAX_SHOWN = 80;

export class Checker implements ConstraintVisitor {
  readonly #plan: ValidationPlan;
  readonly #before: Branch | undefined;
  readonly #limit: number;
  readonly #errors: RpcError[] = [];
  /** A constraint may be met twice: as part of what changed and as what depends on it. */
  readonly #reported = new Set<string>();
  readonly #leafrefs = new LeafrefIndex();
  #isGivenUp = false;

  /** `before` is the root of an earlier tree, if there is one. */
  constructor(plan: ValidationPlan, before: Branch | undefined, limit = DEFAULT_MAX_ERRORS) {
    this.#plan = plan;
    this.#before = before;
    this.#limit = limit;
  }

  get done(): boolean {
    return this.#isGivenUp || this.#errors.length > this.#limit;
  }

  result(): readonly RpcError[] {
    if (this.#errors.length <= this.#limit) return this.#errors;
    const shown = this.#errors.slice(0, this.#limit);
    const note = `there are more violations than the ${String(this.#limit)} reported`;
    return [...shown, operationFailed(note)];
  }

  check(check: Check, instance: NodeRef): void {
    if (this.done) return;
    try {
      this.#evaluate(check, instance);
    } catch (error) {
      this.failed(error, instance, constraintText(check));
    }
  }

  #evaluate(check: Check, instance: NodeRef): void {
    switch (check.kind) {
      case 'must': {
        const { expression, errorMessage, errorAppTag } = check.must;
        const { budget } = instance.tree;
        if (expression.boolean(TREE_MODEL, instance, { budget })) return;
        const text = { message: errorMessage, appTag: errorAppTag };
        this.#report(mustViolation(instancePath(instance), expression.text, text));
        return;
      }
      case 'when':
        this.#checkWhen(instance);
        return;
      case 'reference':
        if (this.#hasTarget(instance, check.node.type)) return;
        this.#report(
          instanceRequired(instancePath(instance), missingTarget(instance, check.node.type)),
        );
    }
  }

  #checkWhen(instance: NodeRef): void {
    const { parent, schema } = instance;
    if (!parent || !('slot' in schema)) return;
    // What is only implied is not there when its condition is false.
    if ((parent.value as Branch).slots[schema.slot] === undefined) return;
    const failed = failedWhen(parent, schema);
    if (failed)
      this.#report(whenFalse(instancePath(instance), schema.name, failed.expression.text));
  }

  /**
   * Whether the value is one that its type allows now: a reference that needs its target has it. Of a union
   * it is enough that one member does (RFC 7950, section 9.12).
   */
  #hasTarget(instance: NodeRef, type: YangType): boolean {
    switch (type.base) {
      case 'union':
        return (type as UnionType).members.some(
          (member) => allows(member, instance) && this.#hasTarget(instance, member),
        );
      case 'leafref': {
        const leafref = type as LeafrefType;
        return !leafref.requireInstance || this.#leafrefs.hasTarget(instance, leafref);
      }
      case 'instance-identifier': {
        if (!(type as InstanceIdentifierType).requireInstance) return true;
        const value = instance.value as InstanceIdentifierValue;
        return resolveInstance(TREE_MODEL, instance.tree.root, value) !== undefined;
      }
      default:
        return true;
    }
  }

  required(plan: BranchPlan, branch: NodeRef): void {
    try {
      checkRequired(this.#plan, plan, branch, (error) => {
        this.#report(error);
      });
    } catch (error) {
      this.failed(error, branch);
    }
  }

  unique(list: DataList, parent: NodeRef): void {
    const path = [...instancePath(parent), pathStep(list.schema)];
    try {
      for (const conflict of uniqueConflicts(list, this.#listBefore(list, parent), parent)) {
        this.#report(dataNotUnique(path, nonUniquePaths(conflict, path)));
      }
    } catch (error) {
      this.failed(error, parent);
    }
  }

  /** The same list in the tree before. */
  #listBefore(list: DataList, parent: NodeRef): DataList | undefined {
    const branch = this.#before && correspondingBranch(this.#before, parent);
    const found = branch?.slots[list.schema.slot];
    return found instanceof DataList ? found : undefined;
  }

  /** An expression that cannot be evaluated: for what it is given, or because it takes too long. */
  failed(error: unknown, instance: NodeRef, constraint?: string): void {
    if (!(error instanceof XPathError)) throw error;
    const path = instancePath(instance);
    if (instance.tree.budget.isSpent) {
      this.#isGivenUp = true;
      const last = constraint === undefined ? '' : `; the last one was ${constraint}`;
      this.#report(resourceDenied(`the constraints take too long to check${last}`, { path }));
      return;
    }
    this.#report(operationFailed(error.message, { type: 'application', path }));
  }

  #report(error: RpcError): void {
    if (this.#errors.length > this.#limit) return;
    const key = JSON.stringify([error.appTag, error.message, error.path, error.info]);
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#errors.push(error);
  }
}

function constraintText(check: Check): string {
  if (check.kind === 'must') return `must "${check.must.expression.text}"`;
  return check.kind === 'when'
    ? `the "when" of "${check.node.name}"`
    : `the reference "${check.node.name}"`;
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

/** What a reference refers to that is not there. */
function missingTarget(instance: NodeRef, type: YangType): string {
  const text = TREE_MODEL.stringValue(instance);
  const value = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  const place = type.base === 'leafref' ? ` ${(type as LeafrefType).path.text} =` : '';
  return `the instance referred to does not exist:${place} ${quoteXPath(value)}`;
}
