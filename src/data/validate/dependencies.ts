/**
 * What has to be checked again when something changes.
 *
 * A constraint looks down from the node it is on, which is met by checking a branch when something in it
 * has changed; or up and down again, which is met by a trigger on what it reads. What a trigger costs is the
 * number of instances of its constraint below the anchor, the node where the way up turns down: a constraint
 * on the entries of a list that reads other entries of it is evaluated for all of them again.
 */
import type {
  BranchSchemaNode,
  DataSchemaNode,
  InstanceIdentifierType,
  LeafrefType,
  UnionType,
  YangType,
} from '../../yang/index.ts';
import { callsIn } from '../../xpath/index.ts';
import type { CompiledXPath } from '../../xpath/index.ts';
import { conditionsOf } from '../tree/conditions.ts';
import { schemaDefault } from '../tree/implied.ts';
import { layoutOf } from '../tree/layout.ts';
import type { BranchPlan, Check, ValidationPlan } from './plan.ts';
import { existenceTargets, readTargets } from '../tree/read-set.ts';
import type { ReadSet, ReadTarget } from '../tree/read-set.ts';
import { isAbove, isDataNode, rootOf, slotBelow, wayDown } from '../tree/schema-walk.ts';
import type { TreeNode } from '../tree/schema-walk.ts';
import { uniqueConditions } from './unique.ts';

/** What is done again: a check, or the uniqueness of the entries of a list. */
export type Work = Check | { readonly kind: 'unique'; readonly node: DataSchemaNode };

/** What to do again when a node is created, deleted or changed. */
export interface Trigger {
  readonly work: Work & { readonly node: DataSchemaNode };
  readonly anchor: TreeNode;
  /** From below the anchor down to the parent of the node that the work is on. */
  readonly way: readonly BranchSchemaNode[];
  /** A node that comes can only help: a reference that has its target keeps it. */
  readonly isHelped: boolean;
}

/** Slots of children that a check on a branch reads; undefined when it reads something else in the branch too. */
type Slots = Set<number> | undefined;

export class Dependencies {
  readonly #plan: ValidationPlan;
  readonly #triggers = new Map<DataSchemaNode, Trigger[]>();
  readonly #below = new Map<DataSchemaNode, readonly Trigger[]>();
  readonly #slots = new Map<Check, Slots>();
  readonly #relevant = new Map<BranchSchemaNode, readonly boolean[]>();
  /** What may read anything, so that every change concerns it. */
  readonly always: Trigger[] = [];

  constructor(plan: ValidationPlan) {
    this.#plan = plan;
    this.#collect(plan.root);
    this.#mark(plan.root);
  }

  /** Triggers of a node and of all that is below it, as far as their anchor is above the node. */
  triggers(node: DataSchemaNode): readonly Trigger[] {
    let found = this.#below.get(node);
    if (!found) {
      const own = this.#triggers.get(node) ?? [];
      const below =
        'dataChildren' in node ? node.dataChildren.flatMap((child) => this.triggers(child)) : [];
      found = [...new Set([...own, ...below])].filter(({ anchor }) => isAbove(anchor, node));
      this.#below.set(node, found);
    }
    return found;
  }

  /** Slots of children that a check on the branch itself reads; undefined when any change in it concerns the check. */
  slotsOf(check: Check): ReadonlySet<number> | undefined {
    return this.#slots.get(check);
  }

  /** By slot: a change there has consequences at all. */
  relevant(schema: BranchSchemaNode): readonly boolean[] {
    return this.#relevant.get(schema) ?? [];
  }

  /** Notes what triggers the checks of a branch and of those below it. */
  #collect({ schema, own, childChecks }: BranchPlan): void {
    for (const check of own) this.#add(check);
    for (const child of this.#plan.childrenOf(schema)) {
      for (const check of childChecks[child.slot] ?? []) this.#add(check);
      if (child.kind !== 'container' && child.kind !== 'list') continue;
      for (const { expression, context } of uniqueConditions(child)) {
        this.#addTriggers({ kind: 'unique', node: child }, readTargets(expression, context));
      }
      this.#collect(this.#plan.branch(child));
    }
  }

  #add(check: Check): void {
    const { node } = check;
    if (!isDataNode(node)) return;
    const sets = readsOf(check, node).map(({ expression, context }) =>
      readTargets(expression, context),
    );
    if (readsAnything(check)) sets.push('everything');
    const work = check as Trigger['work'];
    for (const set of sets) this.#addTriggers(work, set);
    this.#addTriggers(work, existenceTargets(node));
    const inside = new Set<number | undefined>();
    for (const target of sets.flat()) {
      if (target !== 'everything' && target.anchor === node)
        inside.add(slotBelow(node, target.node));
    }
    const isWhole = sets.includes('everything') || inside.has(undefined);
    this.#slots.set(check, isWhole ? undefined : (inside as Set<number>));
  }

  #addTriggers(work: Trigger['work'], set: ReadSet): void {
    if (set === 'everything') {
      const anchor = rootOf(work.node);
      this.always.push({ work, anchor, way: wayDown(anchor, work.node), isHelped: false });
      return;
    }
    for (const target of set) if (target.anchor !== work.node) this.#addTrigger(work, target);
  }

  #addTrigger(work: Trigger['work'], { node, anchor, decides }: ReadTarget): void {
    const triggers = this.#triggers.get(node) ?? [];
    // The predicates of a path compare for equality, so they too find more and not less.
    const isHelped = isSimple(work) && !decides && schemaDefault(node) === undefined;
    triggers.push({ work, anchor, way: wayDown(anchor, work.node), isHelped });
    this.#triggers.set(node, triggers);
  }

  /** Says whether anything in the branch is relevant. */
  #mark({ schema, inspect, mandatory, counted, demanding }: BranchPlan): boolean {
    const relevant = schema.dataChildren.map(() => false);
    const { cases } = layoutOf(schema);
    const required = new Set<DataSchemaNode>([...mandatory, ...counted, ...demanding]);
    for (const child of this.#plan.childrenOf(schema)) {
      const isBranch = child.kind === 'container' || child.kind === 'list';
      const inside = isBranch && this.#mark(this.#plan.branch(child));
      relevant[child.slot] =
        inside ||
        inspect.includes(child.slot) ||
        required.has(child) ||
        cases[child.slot] !== undefined ||
        this.#triggers.has(child);
    }
    this.#relevant.set(schema, relevant);
    return relevant.includes(true);
  }
}

interface Read {
  readonly expression: CompiledXPath;
  readonly context: TreeNode;
}

/** The expressions that a check evaluates. */
function readsOf(check: Check, node: DataSchemaNode): readonly Read[] {
  switch (check.kind) {
    case 'must':
      return [{ expression: check.must.expression, context: node }];
    case 'when':
      return conditionsOf(node, node.dataParent).map(({ expression, context }) => ({
        expression,
        context: context === 'self' ? node : node.dataParent,
      }));
    case 'reference':
      return leafrefs(check.node.type).map(({ path }) => ({ expression: path, context: node }));
  }
}

/** A reference by paths that have the form of RFC 7950, section 9.9.2. */
function isSimple(work: Work): boolean {
  if (work.kind !== 'reference') return false;
  const calls = leafrefs(work.node.type).flatMap(({ path }) => callsIn(path.ast));
  return calls.every(({ name }) => name === 'current');
}

/** Leafref types that demand their target, members of unions too. */
function leafrefs(type: YangType): readonly LeafrefType[] {
  if (type.base === 'union') return (type as UnionType).members.flatMap(leafrefs);
  if (type.base !== 'leafref') return [];
  return (type as LeafrefType).requireInstance ? [type as LeafrefType] : [];
}

/** An instance-identifier may refer to any node. */
function readsAnything(check: Check): boolean {
  return check.kind === 'reference' && hasInstanceIdentifier(check.node.type);
}

function hasInstanceIdentifier(type: YangType): boolean {
  if (type.base === 'union') return (type as UnionType).members.some(hasInstanceIdentifier);
  return type.base === 'instance-identifier' && (type as InstanceIdentifierType).requireInstance;
}
