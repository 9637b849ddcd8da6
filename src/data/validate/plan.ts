/**
 * What has to be checked where, compiled from the schema once (RFC 7950, sections 8.1 and 8.3.3).
 *
 * A constraint looks down from the node it is on, which is met by checking a branch when something in it
 * has changed; or up and down again, which is met by a trigger on what it reads.
 */
import type {
  BranchSchemaNode,
  ChoiceNode,
  ContainerNode,
  DataSchemaNode,
  LeafListNode,
  LeafrefType,
  ListNode,
  MustConstraint,
  RootNode,
  UnionType,
  YangType,
} from '../../yang/index.ts';
import type { CompiledXPath } from '../../xpath/index.ts';
import { isNonPresence } from '../tree/implied.ts';
import { layoutOf } from '../tree/layout.ts';
import { conditionsOf } from '../tree/tree-model.ts';
import { isAbove, isDataNode, readTargets } from './read-set.ts';
import type { ReadTarget, TreeNode } from './read-set.ts';

/** A constraint on the instances of `node`. */
export type Check =
  | { readonly kind: 'must'; readonly node: DataSchemaNode; readonly must: MustConstraint }
  | { readonly kind: 'when'; readonly node: DataSchemaNode }
  | { readonly kind: 'reference'; readonly node: DataSchemaNode };

/** A check on a branch itself, with the children that it reads. */
export interface OwnCheck {
  readonly check: Check;
  /** Slots below the branch; undefined when it reads the branch as a whole. */
  readonly slots: ReadonlySet<number> | undefined;
}

/** What to check again when a node is created, deleted or changed. */
export interface Trigger {
  readonly check: Check;
  readonly anchor: TreeNode;
  /** From below the anchor down to the parent of the check's node. */
  readonly way: readonly BranchSchemaNode[];
}

export interface BranchPlan {
  readonly schema: BranchSchemaNode;
  /** Checks on each instance of this branch. */
  readonly own: readonly OwnCheck[];
  /** Checks on child leaves and leaf-lists, by slot. */
  readonly leafChecks: readonly (readonly Check[])[];
  /** Slots of children that have something to check in them. */
  readonly inspect: readonly number[];
  /** By slot: a change there has consequences at all. */
  readonly relevant: readonly boolean[];
  readonly mandatory: readonly DataSchemaNode[];
  readonly choices: readonly ChoiceNode[];
  readonly counted: readonly (ListNode | LeafListNode)[];
  /** Non-presence containers in which something is required although they are absent. */
  readonly demanding: readonly ContainerNode[];
}

/** 'when' holds conditions only; 'data' everything, conditions too. */
export type PlanScope = 'when' | 'data';

export class ValidationPlan {
  readonly #scope: PlanScope;
  readonly #branches = new Map<BranchSchemaNode, BranchPlan>();
  readonly #triggers = new Map<DataSchemaNode, Trigger[]>();
  readonly #below = new Map<DataSchemaNode, readonly Trigger[]>();
  readonly #own = new Map<BranchSchemaNode, OwnCheck[]>();
  readonly #leaf = new Map<DataSchemaNode, Check[]>();
  /** There is nothing to check anywhere. */
  readonly isEmpty: boolean;

  constructor(root: RootNode, scope: PlanScope) {
    this.#scope = scope;
    this.#collect(root);
    this.#compile(root);
    const plan = this.branch(root);
    this.isEmpty = !plan.relevant.includes(true) && plan.inspect.length === 0 && !demands(plan);
  }

  branch(schema: BranchSchemaNode): BranchPlan {
    const plan = this.#branches.get(schema);
    if (!plan) throw new Error('schema node is not part of the configuration');
    return plan;
  }

  /** Triggers of a node and of all that is below it, as far as their anchor is above the node. */
  triggers(node: DataSchemaNode): readonly Trigger[] {
    let found = this.#below.get(node);
    if (!found) {
      const own = this.#triggers.get(node) ?? [];
      const below =
        'dataChildren' in node ? node.dataChildren.flatMap((it) => this.triggers(it)) : [];
      found = [...new Set([...own, ...below])].filter(({ anchor }) => isAbove(anchor, node));
      this.#below.set(node, found);
    }
    return found;
  }

  /** Notes all checks and what triggers them. */
  #collect(branch: BranchSchemaNode): void {
    for (const child of configChildren(branch)) {
      for (const { check, expression, context } of this.#checksOf(child, branch)) {
        this.#add(check, readTargets(expression, context));
      }
      if (isBranch(child)) this.#collect(child);
    }
  }

  #checksOf(
    node: DataSchemaNode,
    branch: BranchSchemaNode,
  ): readonly { check: Check; expression: CompiledXPath; context: TreeNode }[] {
    const found: { check: Check; expression: CompiledXPath; context: TreeNode }[] = [];
    for (const when of conditionsOf(node, branch)) {
      const context = when.context === 'self' ? node : branch;
      found.push({ check: { kind: 'when', node }, expression: when.expression, context });
    }
    if (this.#scope === 'when') return found;
    for (const must of node.must) {
      const check: Check = { kind: 'must', node, must };
      found.push({ check, expression: must.expression, context: node });
    }
    if (node.kind === 'leaf' || node.kind === 'leaf-list') {
      const paths = leafrefs(node.type);
      const check: Check = { kind: 'reference', node };
      for (const { path } of paths) found.push({ check, expression: path, context: node });
      if (paths.length === 0 && hasInstanceIdentifier(node.type)) this.#addLeaf(check);
    }
    return found;
  }

  #add(check: Check, targets: readonly ReadTarget[]): void {
    const { node } = check;
    const slots = new Set<number>();
    let whole = false;
    for (const target of targets) {
      if (target.anchor === node) {
        const slot = slotBelow(node, target.node);
        if (slot === undefined) whole = true;
        else slots.add(slot);
      } else {
        this.#addTrigger(check, target);
      }
    }
    if (isBranch(node) && check.kind !== 'when') {
      const own = this.#own.get(node) ?? [];
      own.push({ check, slots: whole ? undefined : slots });
      this.#own.set(node, own);
    } else {
      this.#addLeaf(check);
    }
  }

  #addLeaf(check: Check): void {
    const checks = this.#leaf.get(check.node) ?? [];
    if (!checks.some((other) => other.kind === check.kind && other.kind !== 'must'))
      checks.push(check);
    this.#leaf.set(check.node, checks);
  }

  #addTrigger(check: Check, { node, anchor }: ReadTarget): void {
    const triggers = this.#triggers.get(node) ?? [];
    triggers.push({ check, anchor, way: wayDown(anchor, check.node) });
    this.#triggers.set(node, triggers);
  }

  /** Plans of the branch and of those below it. */
  #compile(schema: BranchSchemaNode): BranchPlan {
    const children = configChildren(schema);
    const hasInside = new Set<number>();
    const demanding: ContainerNode[] = [];
    for (const child of children) {
      if (isBranch(child)) {
        const inside = this.#compile(child);
        if (hasWork(inside) || (child.kind === 'list' && child.unique.length > 0))
          hasInside.add(child.slot);
        if (isNonPresence(child) && demands(inside)) demanding.push(child);
      }
      if ((this.#leaf.get(child)?.length ?? 0) > 0) hasInside.add(child.slot);
    }
    const isData = this.#scope === 'data';
    const mandatory = isData ? children.filter(isMandatory) : [];
    const counted = isData ? children.filter(isCounted) : [];
    const required = new Set<DataSchemaNode>([...mandatory, ...counted, ...demanding]);
    const plan: BranchPlan = {
      schema,
      own: this.#own.get(schema) ?? [],
      leafChecks: schema.dataChildren.map((child) => this.#leaf.get(child) ?? []),
      inspect: [...hasInside],
      relevant: schema.dataChildren.map(
        (child) =>
          child.config &&
          (hasInside.has(child.slot) ||
            required.has(child) ||
            layoutOf(schema).cases[child.slot] !== undefined ||
            this.#hasTrigger(child)),
      ),
      mandatory,
      choices: isData ? mandatoryChoices(schema) : [],
      counted,
      demanding,
    };
    this.#branches.set(schema, plan);
    return plan;
  }

  #hasTrigger(node: DataSchemaNode): boolean {
    if ((this.#triggers.get(node)?.length ?? 0) > 0) return true;
    return 'dataChildren' in node && node.dataChildren.some((child) => this.#hasTrigger(child));
  }
}

const plans = new WeakMap<RootNode, Map<PlanScope, ValidationPlan>>();

export function planOf(root: RootNode, scope: PlanScope): ValidationPlan {
  const byScope = plans.get(root) ?? new Map<PlanScope, ValidationPlan>();
  plans.set(root, byScope);
  let plan = byScope.get(scope);
  if (!plan) byScope.set(scope, (plan = new ValidationPlan(root, scope)));
  return plan;
}

function isBranch(node: DataSchemaNode): node is ContainerNode | ListNode {
  return node.kind === 'container' || node.kind === 'list';
}

/** Constraints on state data are not the server's clients' to keep. */
function configChildren(schema: BranchSchemaNode): readonly DataSchemaNode[] {
  return schema.dataChildren.filter((child) => child.config);
}

function hasWork(plan: BranchPlan): boolean {
  return plan.own.length > 0 || plan.inspect.length > 0 || demands(plan) || hasMaximum(plan);
}

/** Something must be there, or too much may be there. */
function demands(plan: BranchPlan): boolean {
  return (
    plan.mandatory.length > 0 ||
    plan.choices.length > 0 ||
    plan.counted.some(({ minElements }) => minElements > 0) ||
    plan.demanding.length > 0
  );
}

function hasMaximum(plan: BranchPlan): boolean {
  return plan.counted.length > 0;
}

function isMandatory(node: DataSchemaNode): boolean {
  return 'mandatory' in node && node.mandatory && !(node.kind === 'leaf' && node.isKey);
}

function isCounted(node: DataSchemaNode): node is ListNode | LeafListNode {
  if (node.kind !== 'list' && node.kind !== 'leaf-list') return false;
  return node.minElements > 0 || node.maxElements !== Infinity;
}

function mandatoryChoices(schema: BranchSchemaNode): readonly ChoiceNode[] {
  const found = new Set<ChoiceNode>();
  for (const memberships of layoutOf(schema).cases) {
    for (const { choice } of memberships ?? []) {
      if (choice.mandatory && choice.config) found.add(choice);
    }
  }
  return [...found];
}

/** The child of `node` through which the way to `target` leads; undefined for the node itself. */
function slotBelow(node: DataSchemaNode, target: DataSchemaNode): number | undefined {
  let at: TreeNode = target;
  while (at !== node && isDataNode(at)) {
    if (at.dataParent === node) return at.slot;
    at = at.dataParent;
  }
  return undefined;
}

function wayDown(anchor: TreeNode, node: DataSchemaNode): readonly BranchSchemaNode[] {
  const way: BranchSchemaNode[] = [];
  let at: BranchSchemaNode = node.dataParent;
  while (at !== anchor && isDataNode(at)) {
    way.unshift(at);
    at = at.dataParent;
  }
  return way;
}

/** Leafref types that demand their target, members of unions too. */
function leafrefs(type: YangType): readonly LeafrefType[] {
  if (type.base === 'union') return (type as UnionType).members.flatMap(leafrefs);
  if (type.base !== 'leafref') return [];
  return (type as LeafrefType).requireInstance ? [type as LeafrefType] : [];
}

function hasInstanceIdentifier(type: YangType): boolean {
  if (type.base === 'union') return (type as UnionType).members.some(hasInstanceIdentifier);
  return (
    type.base === 'instance-identifier' &&
    'requireInstance' in type &&
    type.requireInstance === true
  );
}
