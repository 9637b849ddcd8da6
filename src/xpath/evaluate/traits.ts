/** What is known before evaluation about the order and number of the nodes of a path. */
import type { Step } from '../syntax/ast.ts';
import type { NodeSetTraits, Order } from './evaluator.ts';

interface Change {
  /** Order when the step starts from one node. */
  readonly single: Order;
  /** Order when it starts from several nodes of one depth, in document order. */
  readonly flat: Order;
  /** Whether different nodes always lead to different nodes. */
  readonly keepsUnique: boolean;
  /** Whether nodes of one depth lead to different nodes: their subtrees do not overlap. */
  readonly disjoint: boolean;
  /** Factor by which the step makes the set bigger, roughly. */
  readonly growth: number;
}

const CHANGES: Readonly<Record<Step['axis'], Change>> = {
  self: { single: 'single', flat: 'flat', keepsUnique: true, disjoint: true, growth: 1 },
  child: { single: 'flat', flat: 'flat', keepsUnique: true, disjoint: true, growth: 2 },
  attribute: { single: 'none', flat: 'none', keepsUnique: true, disjoint: true, growth: 2 },
  namespace: { single: 'single', flat: 'flat', keepsUnique: true, disjoint: true, growth: 1 },
  parent: { single: 'single', flat: 'none', keepsUnique: false, disjoint: false, growth: 1 },
  ancestor: { single: 'reversed', flat: 'none', keepsUnique: false, disjoint: false, growth: 2 },
  'ancestor-or-self': {
    single: 'reversed',
    flat: 'none',
    keepsUnique: false,
    disjoint: false,
    growth: 2,
  },
  descendant: {
    single: 'ordered',
    flat: 'ordered',
    keepsUnique: false,
    disjoint: true,
    growth: 64,
  },
  'descendant-or-self': {
    single: 'ordered',
    flat: 'ordered',
    keepsUnique: false,
    disjoint: true,
    growth: 64,
  },
  following: { single: 'ordered', flat: 'none', keepsUnique: false, disjoint: false, growth: 64 },
  'following-sibling': {
    single: 'flat',
    flat: 'none',
    keepsUnique: false,
    disjoint: false,
    growth: 8,
  },
  preceding: { single: 'reversed', flat: 'none', keepsUnique: false, disjoint: false, growth: 64 },
  'preceding-sibling': {
    single: 'reversed',
    flat: 'none',
    keepsUnique: false,
    disjoint: false,
    growth: 8,
  },
};

/** Traits of a path whose last step is `step`, from those of the path before it. */
export function traitsAfter(before: NodeSetTraits, step: Step): NodeSetTraits {
  const change = CHANGES[step.axis];
  const order =
    before.order === 'single' ? change.single : before.order === 'flat' ? change.flat : 'none';
  const unique =
    before.unique &&
    (before.order === 'single' ||
      change.keepsUnique ||
      (before.order === 'flat' && change.disjoint));
  const selected = step.predicates.length > 0 ? 2 : 1;
  return { order, unique, weight: (before.weight * change.growth) / selected };
}
