/**
 * How far the paths of rules hold on the way from the root to an instance. Two ways that no rule tells apart share
 * one state, and with it everything that has been worked out about the nodes below.
 */
import type { Branch } from '../../src/data/index.ts';
import type { BranchSchemaNode, LeafListNode, LeafValue, ListNode } from '../../src/yang/index.ts';
import type { Condition } from './conditions.ts';
import type { AccessNode, Policy } from './policy.ts';
import { ReadView } from './read-view.ts';
import type { AccessOperation } from './rules.ts';

/** States that are kept for one list; more than there are useful combinations of rules. */
const MAX_KEPT = 1000;

export class InstanceState {
  readonly policy: Policy;
  /** Steps with predicates that hold so far, by rule. */
  readonly #progress: ReadonlyMap<number, number>;
  readonly #entered = new Map<ListNode | LeafListNode, Map<string, InstanceState>>();
  readonly #decisions = new Map<AccessOperation, Map<AccessNode, boolean>>();
  readonly #grants = new Map<AccessOperation, Map<AccessNode, boolean>>();
  readonly #views = new Map<BranchSchemaNode, ReadView>();
  readonly #entryViews = new Map<ListNode, ReadView | 'none'>();

  constructor(policy: Policy, progress: ReadonlyMap<number, number> = new Map()) {
    this.policy = policy;
    this.#progress = progress;
  }

  progress(rule: number): number {
    return this.#progress.get(rule) ?? 0;
  }

  /** Of an entry of a list, of which at least the keys are given. */
  enter(row: Branch): InstanceState {
    const node = row.schema as ListNode;
    const conditions = this.policy.conditionsAt(node);
    if (!conditions) return this;
    const held = conditions.among((slot) => row.slots[slot] as LeafValue | undefined);
    return held.length === 0 ? this : this.#after(node, held);
  }

  /** Of an entry of a leaf-list. */
  enterValue(node: LeafListNode, value: LeafValue): InstanceState {
    const conditions = this.policy.conditionsAt(node);
    if (!conditions) return this;
    const held = conditions.among(() => value);
    return held.length === 0 ? this : this.#after(node, held);
  }

  /** See {@link Policy.decide}. */
  allows(node: AccessNode, operation: AccessOperation): boolean {
    const known = remembered(this.#decisions, operation);
    let found = known.get(node);
    if (found === undefined) {
      known.set(node, (found = this.policy.decide(node, operation, this)));
    }
    return found;
  }

  /** Whether the node and all that can be below it is permitted, whatever the instances. */
  grants(node: AccessNode, operation: AccessOperation): boolean {
    const known = remembered(this.#grants, operation);
    let found = known.get(node);
    if (found === undefined) {
      found = this.allows(node, operation) && this.#grantsInside(node, operation);
      known.set(node, found);
    }
    return found;
  }

  /** What may be read below an instance of `schema` that may be read itself. */
  view(schema: BranchSchemaNode): ReadView {
    let found = this.#views.get(schema);
    if (!found) this.#views.set(schema, (found = new ReadView(this, schema)));
    return found;
  }

  /** What may be read of an entry of a list whose state this is; undefined when it, or a key, may not be read. */
  entryView(list: ListNode): ReadView | undefined {
    let found = this.#entryViews.get(list);
    if (found === undefined) {
      const isVisible = [list, ...list.keys].every((node) => this.allows(node, 'read'));
      this.#entryViews.set(list, (found = isVisible ? this.view(list) : 'none'));
    }
    return found === 'none' ? undefined : found;
  }

  #grantsInside(node: AccessNode, operation: AccessOperation): boolean {
    if (node.kind === 'list' || node.kind === 'leaf-list') {
      if (this.policy.conditionsAt(node)) return false;
    }
    if (!('dataChildren' in node)) return true;
    return node.dataChildren.every((child) => this.grants(child, operation));
  }

  #after(node: ListNode | LeafListNode, holding: readonly Condition[]): InstanceState {
    const held = holding.filter(({ rule, stage }) => this.progress(rule) === stage);
    if (held.length === 0) return this;
    const key = held.map(({ rule }) => rule).join();
    let states = this.#entered.get(node);
    if (!states) this.#entered.set(node, (states = new Map<string, InstanceState>()));
    let found = states.get(key);
    if (!found) {
      const progress = new Map(this.#progress);
      for (const { rule, stage } of held) progress.set(rule, stage + 1);
      found = new InstanceState(this.policy, progress);
      if (states.size >= MAX_KEPT) states.clear();
      states.set(key, found);
    }
    return found;
  }
}

function remembered<Key, Value>(
  maps: Map<AccessOperation, Map<Key, Value>>,
  operation: AccessOperation,
): Map<Key, Value> {
  let found = maps.get(operation);
  if (!found) maps.set(operation, (found = new Map<Key, Value>()));
  return found;
}
