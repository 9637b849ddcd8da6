/** What has to be checked where, compiled from the schema once (RFC 7950, sections 8.1 and 8.3.3). */
import type {
  BranchSchemaNode,
  ChoiceNode,
  ContainerNode,
  DataSchemaNode,
  InstanceIdentifierType,
  LeafListNode,
  LeafrefType,
  ListNode,
  MustConstraint,
  UnionType,
  YangType,
} from '../../yang/index.ts';
import { conditionsOf } from '../tree/conditions.ts';
import { isNonPresence } from '../tree/implied.ts';
import { layoutOf } from '../tree/layout.ts';
import { Dependencies } from './dependencies.ts';

/** A constraint on the instances of `node`. */
export type Check =
  | { readonly kind: 'must'; readonly node: CheckedNode; readonly must: MustConstraint }
  | { readonly kind: 'when'; readonly node: DataSchemaNode }
  | { readonly kind: 'reference'; readonly node: LeafNodes };

type LeafNodes = Extract<DataSchemaNode, { kind: 'leaf' | 'leaf-list' }>;
/** Data nodes, and the content of operations and notifications. */
export type CheckedNode = Exclude<BranchSchemaNode, { kind: 'root' }> | DataSchemaNode;

export interface BranchPlan {
  readonly schema: BranchSchemaNode;
  /** Checks of the text of each instance of this branch: `must`. */
  readonly own: readonly Check[];
  /** Checks on the instances of children, by slot: on leaves all, on branches conditions. */
  readonly childChecks: readonly (readonly Check[])[];
  /** Slots of children that have something to check in them. */
  readonly inspect: readonly number[];
  readonly mandatory: readonly DataSchemaNode[];
  readonly choices: readonly ChoiceNode[];
  readonly counted: readonly (ListNode | LeafListNode)[];
  /** Non-presence containers in which something is required although they are absent. */
  readonly demanding: readonly ContainerNode[];
}

/** 'when' holds conditions on configuration only; 'config' all about configuration; 'all' state data too. */
export type PlanScope = 'when' | 'config' | 'all';

const NO_CHECKS: readonly Check[] = [];

export class ValidationPlan {
  readonly #scope: PlanScope;
  readonly #branches = new Map<BranchSchemaNode, BranchPlan>();
  readonly root: BranchPlan;
  /** There is nothing to check anywhere. */
  readonly isEmpty: boolean;
  #dependencies: Dependencies | undefined;

  constructor(root: BranchSchemaNode, scope: PlanScope) {
    this.#scope = scope;
    this.root = this.#compile(root);
    this.isEmpty = !hasWork(this.root);
  }

  branch(schema: BranchSchemaNode): BranchPlan {
    const plan = this.#branches.get(schema);
    if (!plan) throw new Error('schema node is not part of what is validated');
    return plan;
  }

  /** What depends on what, for a change; worked out when it is first asked for. */
  get dependencies(): Dependencies {
    return (this.#dependencies ??= new Dependencies(this));
  }

  /** Children that are validated. */
  childrenOf(schema: BranchSchemaNode): readonly DataSchemaNode[] {
    const children = schema.dataChildren;
    return this.#scope === 'all' ? children : children.filter((child) => child.config);
  }

  /** Plans of the branch and of those below it. */
  #compile(schema: BranchSchemaNode): BranchPlan {
    const children = this.childrenOf(schema);
    const childChecks = schema.dataChildren.map(() => NO_CHECKS);
    const inspect: number[] = [];
    const demanding: ContainerNode[] = [];
    for (const child of children) {
      const checks = this.#checksOf(child, schema);
      childChecks[child.slot] = checks;
      const inside = isBranch(child) ? this.#compile(child) : undefined;
      const isUnique = child.kind === 'list' && child.unique.length > 0;
      if (checks.length > 0 || isUnique || (inside && hasWork(inside))) inspect.push(child.slot);
      if (inside && isNonPresence(child) && demands(inside)) demanding.push(child);
    }
    const isWhole = this.#scope !== 'when';
    const plan: BranchPlan = {
      schema,
      own: isWhole ? mustsOf(schema) : NO_CHECKS,
      childChecks,
      inspect,
      mandatory: isWhole ? children.filter(isMandatory) : [],
      choices: isWhole ? mandatoryChoices(schema, this.#scope === 'all') : [],
      counted: isWhole ? children.filter(isCounted) : [],
      demanding,
    };
    this.#branches.set(schema, plan);
    return plan;
  }

  #checksOf(node: DataSchemaNode, branch: BranchSchemaNode): readonly Check[] {
    const checks: Check[] = [];
    if (conditionsOf(node, branch).length > 0) checks.push({ kind: 'when', node });
    if (this.#scope === 'when' || isBranch(node)) return checks;
    checks.push(...mustsOf(node));
    if ((node.kind === 'leaf' || node.kind === 'leaf-list') && needsInstance(node.type)) {
      checks.push({ kind: 'reference', node });
    }
    return checks;
  }
}

const plans = new WeakMap<BranchSchemaNode, Map<PlanScope, ValidationPlan>>();

/** The plan for trees of `root`: the root of the schema, of a structure, or the content of a message. */
export function planOf(root: BranchSchemaNode, scope: PlanScope): ValidationPlan {
  const byScope = plans.get(root) ?? new Map<PlanScope, ValidationPlan>();
  plans.set(root, byScope);
  let plan = byScope.get(scope);
  if (!plan) byScope.set(scope, (plan = new ValidationPlan(root, scope)));
  return plan;
}

function isBranch(node: DataSchemaNode): node is ContainerNode | ListNode {
  return node.kind === 'container' || node.kind === 'list';
}

function mustsOf(node: BranchSchemaNode | DataSchemaNode): readonly Check[] {
  if (node.kind === 'root') return NO_CHECKS;
  return node.must.map((must): Check => ({ kind: 'must', node, must }));
}

function hasWork(plan: BranchPlan): boolean {
  const { own, inspect, counted } = plan;
  return own.length > 0 || inspect.length > 0 || counted.length > 0 || demands(plan);
}

/** Something must be there. */
function demands({ mandatory, choices, counted, demanding }: BranchPlan): boolean {
  const hasMinimum = counted.some(({ minElements }) => minElements > 0);
  return mandatory.length > 0 || choices.length > 0 || hasMinimum || demanding.length > 0;
}

function isMandatory(node: DataSchemaNode): boolean {
  return 'mandatory' in node && node.mandatory && !(node.kind === 'leaf' && node.isKey);
}

function isCounted(node: DataSchemaNode): node is ListNode | LeafListNode {
  if (node.kind !== 'list' && node.kind !== 'leaf-list') return false;
  return node.minElements > 0 || node.maxElements !== Infinity;
}

function mandatoryChoices(schema: BranchSchemaNode, withState: boolean): readonly ChoiceNode[] {
  const found = new Set<ChoiceNode>();
  for (const memberships of layoutOf(schema).cases) {
    for (const { choice } of memberships ?? []) {
      if (choice.mandatory && (withState || choice.config)) found.add(choice);
    }
  }
  return [...found];
}

/** Whether a value of the type, or of a member of it, refers to an instance that must exist. */
function needsInstance(type: YangType): boolean {
  if (type.base === 'union') return (type as UnionType).members.some(needsInstance);
  if (type.base !== 'leafref' && type.base !== 'instance-identifier') return false;
  return (type as LeafrefType | InstanceIdentifierType).requireInstance;
}
