/**
 * Goes through what differs between two trees and says which constraints have to be evaluated where: those
 * in what is new or changed, and those elsewhere that read it.
 */
import type { DataSchemaNode } from '../../yang/index.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import type { Slot } from '../node.ts';
import { childRefs } from '../tree/child-refs.ts';
import { NodeRef, refInTree } from '../tree/node-ref.ts';
import type { Dependencies, Trigger, Work } from './dependencies.ts';
import type { BranchPlan, Check, ValidationPlan } from './plan.ts';

/** Evaluates constraints. */
export interface ConstraintVisitor {
  /** `check` at one instance of its node. */
  check(check: Check, instance: NodeRef): void;
  /** Things required among the children of `branch`. */
  required(plan: BranchPlan, branch: NodeRef): void;
  /** A list with `unique` has changed, is new, or depends on what has changed. */
  unique(list: DataList, parent: NodeRef): void;
  /** What is in `at` cannot be told, because evaluating a condition threw. */
  failed(error: unknown, at: NodeRef): void;
  /** True when no more violations are wanted. */
  readonly done: boolean;
}

const NO_CHECKS: readonly Check[] = [];

/** All constraints in a branch, whatever was there before. */
export class FullWalk {
  protected readonly plan: ValidationPlan;
  protected readonly visit: ConstraintVisitor;

  constructor(plan: ValidationPlan, visit: ConstraintVisitor) {
    this.plan = plan;
    this.visit = visit;
  }

  /** `ref` refers to a branch that the plan has. */
  created(ref: NodeRef): void {
    if (this.visit.done) return;
    const plan = this.plan.branch((ref.value as Branch).schema);
    for (const check of plan.own) this.visit.check(check, ref);
    this.visit.required(plan, ref);
    for (const slot of plan.inspect) this.inspect(plan, slot, ref);
  }

  /** Everything in the instances of one child, implied ones included. */
  protected inspect(plan: BranchPlan, slot: number, ref: NodeRef): void {
    const child = plan.schema.dataChildren[slot] as DataSchemaNode;
    // What is state data sees all of the tree.
    const parent = child.config ? ref : refInTree(ref, ref.tree.full);
    const checks = plan.childChecks[slot] ?? NO_CHECKS;
    const list = (ref.value as Branch).slots[slot];
    if (list instanceof DataList) {
      this.unique(list, parent);
      list.forEach((row) => {
        this.instance(checks, new NodeRef(child, row, parent));
      });
      return;
    }
    for (const instance of this.instances(parent, child)) this.instance(checks, instance);
  }

  /** The instances of a child; whether what is implied is there may depend on conditions. */
  protected instances(parent: NodeRef, child: DataSchemaNode): Iterable<NodeRef> {
    try {
      return childRefs(parent, child);
    } catch (error) {
      this.visit.failed(error, parent);
      return [];
    }
  }

  protected instance(checks: readonly Check[], instance: NodeRef): void {
    for (const check of checks) this.visit.check(check, instance);
    if (instance.value instanceof Branch) this.created(instance);
  }

  protected unique(list: DataList, parent: NodeRef): void {
    if (list.schema.unique.length > 0 && !this.visit.done) this.visit.unique(list, parent);
  }
}

/** What has changed, and what depends on it. */
export class ChangeWalk extends FullWalk {
  readonly #dependencies: Dependencies;
  /** What to do again below an anchor that exists in both trees. */
  readonly #pending = new Map<NodeRef, Map<Work, Trigger>>();

  constructor(plan: ValidationPlan, visit: ConstraintVisitor) {
    super(plan, visit);
    this.#dependencies = plan.dependencies;
  }

  /** `before` is valid; `after` refers to the root of the tree that it has become. */
  run(before: Branch, after: NodeRef): void {
    this.#changed(before, after);
    for (const trigger of this.#dependencies.always) this.#note(trigger, after);
    for (const [anchor, triggers] of this.#pending) {
      for (const trigger of triggers.values()) this.#again(trigger, anchor, 0);
    }
  }

  /** A branch that both trees have. */
  #changed(before: Branch, ref: NodeRef): void {
    const after = ref.value as Branch;
    if (before === after || this.visit.done) return;
    const plan = this.plan.branch(after.schema);
    const relevant = this.#dependencies.relevant(after.schema);
    let isAffected = false;
    const length = Math.max(before.slots.length, after.slots.length);
    for (let slot = 0; slot < length; slot += 1) {
      const old = before.slots[slot];
      const now = after.slots[slot];
      if (old === now || relevant[slot] !== true) continue;
      isAffected = true;
      this.#slot(plan, slot, old, now, ref);
    }
    for (const check of plan.own) {
      const slots = this.#dependencies.slotsOf(check);
      if (slots === undefined || differsIn(slots, before, after)) this.visit.check(check, ref);
    }
    if (isAffected) this.visit.required(plan, ref);
  }

  #slot(plan: BranchPlan, slot: number, old: Slot, now: Slot, ref: NodeRef): void {
    const child = plan.schema.dataChildren[slot] as DataSchemaNode;
    if (child.kind === 'list') {
      this.#list(plan, child, old as DataList | undefined, now as DataList | undefined, ref);
    } else if (old instanceof Branch && now instanceof Branch) {
      const instance = new NodeRef(child, now, ref);
      for (const check of plan.childChecks[slot] ?? NO_CHECKS) this.visit.check(check, instance);
      this.#changed(old, instance);
    } else {
      this.#fire(child, ref, old === undefined);
      if (plan.inspect.includes(slot)) this.inspect(plan, slot, ref);
    }
  }

  #list(
    plan: BranchPlan,
    child: DataSchemaNode,
    old: DataList | undefined,
    now: DataList | undefined,
    ref: NodeRef,
  ): void {
    const isInspected = plan.inspect.includes(child.slot);
    const checks = plan.childChecks[child.slot] ?? NO_CHECKS;
    const isRead = this.#dependencies.triggers(child).length > 0;
    if (!isInspected && !isRead && !this.#dependencies.relevant(child as never).includes(true)) {
      return;
    }
    const fired = new Set<'added' | 'removed'>();
    const fire = (what: 'added' | 'removed'): void => {
      if (!fired.has(what)) this.#fire(child, ref, what === 'added');
      fired.add(what);
    };
    DataList.diff(old, now, {
      added: (row) => {
        fire('added');
        if (isInspected) this.instance(checks, new NodeRef(child, row, ref));
      },
      removed: () => {
        fire('removed');
      },
      changed: (before, after) => {
        const instance = new NodeRef(child, after, ref);
        for (const check of checks) this.visit.check(check, instance);
        this.#changed(before, instance);
      },
    });
    if (isRead && fired.size === 0 && old && now && !DataList.sameOrder(old, now)) fire('removed');
    if (now) this.unique(now, ref);
  }

  /** Notes what depends on a node that came, went or changed below `parent`. */
  #fire(node: DataSchemaNode, parent: NodeRef, isNew: boolean): void {
    for (const trigger of this.#dependencies.triggers(node)) {
      if (isNew && trigger.isHelped) continue;
      let anchor: NodeRef | undefined = parent;
      while (anchor && anchor.schema !== trigger.anchor) anchor = anchor.parent;
      if (anchor) this.#note(trigger, anchor);
    }
  }

  #note(trigger: Trigger, anchor: NodeRef): void {
    let pending = this.#pending.get(anchor);
    if (!pending) this.#pending.set(anchor, (pending = new Map<Work, Trigger>()));
    pending.set(trigger.work, trigger);
  }

  /** Does the work again at all instances below `ref`. */
  #again(trigger: Trigger, ref: NodeRef, depth: number): void {
    if (this.visit.done) return;
    const { work, way } = trigger;
    const next = way[depth];
    if (next !== undefined) {
      for (const instance of this.instances(ref, next as DataSchemaNode)) {
        this.#again(trigger, instance, depth + 1);
      }
      return;
    }
    if (work.kind === 'unique') {
      const list = (ref.value as Branch).slots[work.node.slot];
      if (list instanceof DataList) this.unique(list, ref);
      return;
    }
    // What a condition allows may be required, and what is in it is there or not.
    if (work.kind === 'when') this.visit.required(this.plan.branch(work.node.dataParent), ref);
    for (const instance of this.instances(ref, work.node)) this.visit.check(work, instance);
  }
}

function differsIn(slots: ReadonlySet<number>, before: Branch, after: Branch): boolean {
  for (const slot of slots) if (before.slots[slot] !== after.slots[slot]) return true;
  return false;
}
