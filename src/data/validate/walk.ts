/**
 * Goes through what differs between two trees and says which constraints have to be evaluated where: those
 * in what is new or changed, and those elsewhere that read it.
 */
import type { BranchSchemaNode, DataSchemaNode } from '../../yang/index.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import type { Slot } from '../node.ts';
import { NodeRef, childRefs, rootRef } from '../tree/tree-model.ts';
import type { BranchPlan, Check, Trigger, ValidationPlan } from './plan.ts';

/** Evaluates constraints. Returns false to end the walk. */
export interface ConstraintVisitor {
  /** `check` at one instance of its node. `parent` is the instance's parent. */
  check(check: Check, instance: NodeRef): void;
  /** Things required among the children of `branch`. */
  required(plan: BranchPlan, branch: NodeRef): void;
  /** A list with `unique` has changed or is new. */
  unique(list: DataList, parent: NodeRef): void;
  /** True when no more violations are wanted. */
  readonly done: boolean;
}

export class ConstraintWalk {
  readonly #plan: ValidationPlan;
  readonly #visit: ConstraintVisitor;
  /** Checks to do again below an anchor that exists in both trees. */
  readonly #pending = new Map<Branch, { readonly ref: NodeRef; readonly triggers: Set<Trigger> }>();

  constructor(plan: ValidationPlan, visit: ConstraintVisitor) {
    this.#plan = plan;
    this.#visit = visit;
  }

  /** Both are roots; without `before` everything is checked. */
  run(before: Branch | undefined, after: Branch): void {
    if (this.#plan.isEmpty) return;
    const root = rootRef(after);
    if (before === undefined) this.#created(root);
    else this.#changed(before, after, root);
    for (const { ref, triggers } of this.#pending.values()) {
      for (const check of new Set([...triggers].map((trigger) => trigger.check))) {
        const trigger = [...triggers].find((each) => each.check === check);
        if (trigger) this.#again(trigger, ref, 0);
      }
    }
  }

  /** Everything in a branch that is new. */
  #created(ref: NodeRef): void {
    if (this.#visit.done) return;
    const plan = this.#plan.branch((ref.value as Branch).schema);
    for (const { check } of plan.own) this.#visit.check(check, ref);
    this.#visit.required(plan, ref);
    for (const slot of plan.inspect) this.#inspect(plan, slot, ref);
  }

  /** Everything in the instances of one child, implied ones included. */
  #inspect(plan: BranchPlan, slot: number, ref: NodeRef): void {
    const child = plan.schema.dataChildren[slot] as DataSchemaNode;
    const checks = plan.leafChecks[slot] ?? [];
    const list = (ref.value as Branch).slots[slot];
    if (list instanceof DataList) {
      this.#unique(list, ref);
      list.forEach((row) => {
        this.#instance(checks, new NodeRef(child, row, ref));
      });
      return;
    }
    for (const instance of childRefs(ref, child)) this.#instance(checks, instance);
  }

  #instance(checks: readonly Check[], instance: NodeRef): void {
    for (const check of checks) this.#visit.check(check, instance);
    if (instance.value instanceof Branch) this.#created(instance);
  }

  #unique(list: DataList, ref: NodeRef): void {
    if (list.schema.unique.length > 0) this.#visit.unique(list, ref);
  }

  /** A branch that both trees have. `ref` refers to `after`. */
  #changed(before: Branch, after: Branch, ref: NodeRef): void {
    if (before === after || this.#visit.done) return;
    const plan = this.#plan.branch(after.schema);
    let isAffected = false;
    const length = Math.max(before.slots.length, after.slots.length);
    for (let slot = 0; slot < length; slot += 1) {
      const old = before.slots[slot];
      const now = after.slots[slot];
      if (old === now || plan.relevant[slot] !== true) continue;
      isAffected = true;
      this.#slot(plan, slot, old, now, ref);
    }
    for (const { check, slots } of plan.own) {
      if (slots === undefined || differsIn(slots, before, after)) this.#visit.check(check, ref);
    }
    if (isAffected) this.#visit.required(plan, ref);
  }

  #slot(plan: BranchPlan, slot: number, old: Slot, now: Slot, ref: NodeRef): void {
    const child = plan.schema.dataChildren[slot] as DataSchemaNode;
    if (child.kind === 'list') {
      this.#list(plan, child, old as DataList | undefined, now as DataList | undefined, ref);
    } else if (old instanceof Branch && now instanceof Branch) {
      const instance = new NodeRef(child, now, ref);
      for (const check of plan.leafChecks[slot] ?? []) this.#visit.check(check, instance);
      this.#changed(old, now, instance);
    } else {
      this.#fire(child, ref);
      if (plan.inspect.includes(slot)) this.#inspect(plan, slot, ref);
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
    const checks = plan.leafChecks[child.slot] ?? [];
    if (
      !isInspected &&
      this.#plan.triggers(child).length === 0 &&
      !this.#hasTriggersInside(child)
    ) {
      return;
    }
    DataList.diff(old, now, {
      added: (row) => {
        this.#fire(child, ref);
        if (isInspected) this.#instance(checks, new NodeRef(child, row, ref));
      },
      removed: () => {
        this.#fire(child, ref);
      },
      changed: (before, after) => {
        const instance = new NodeRef(child, after, ref);
        for (const check of checks) this.#visit.check(check, instance);
        this.#changed(before, after, instance);
      },
    });
    if (now) this.#unique(now, ref);
  }

  #hasTriggersInside(node: DataSchemaNode): boolean {
    return 'dataChildren' in node && this.#plan.branch(node).relevant.includes(true);
  }

  /** Notes what depends on a node that came, went or changed below `parent`. */
  #fire(node: DataSchemaNode, parent: NodeRef): void {
    for (const trigger of this.#plan.triggers(node)) {
      let anchor: NodeRef | undefined = parent;
      while (anchor && anchor.schema !== trigger.anchor) anchor = anchor.parent;
      if (!anchor) continue;
      const key = anchor.value as Branch;
      let pending = this.#pending.get(key);
      if (!pending) this.#pending.set(key, (pending = { ref: anchor, triggers: new Set() }));
      pending.triggers.add(trigger);
    }
  }

  /** Evaluates a check at all its instances below `ref`. */
  #again(trigger: Trigger, ref: NodeRef, depth: number): void {
    if (this.#visit.done) return;
    const next: BranchSchemaNode | undefined = trigger.way[depth];
    const { check } = trigger;
    if (next === undefined) {
      if (check.node === ref.schema) {
        this.#visit.check(check, ref);
        return;
      }
      if (check.kind === 'when')
        this.#visit.required(this.#plan.branch(check.node.dataParent), ref);
      for (const instance of childRefs(ref, check.node)) this.#visit.check(check, instance);
      return;
    }
    for (const instance of childRefs(ref, next as DataSchemaNode)) {
      this.#again(trigger, instance, depth + 1);
    }
  }
}

function differsIn(slots: ReadonlySet<number>, before: Branch, after: Branch): boolean {
  for (const slot of slots) if (before.slots[slot] !== after.slots[slot]) return true;
  return false;
}
