/**
 * Compiled expressions: closures that give the result in the type the caller wants.
 *
 * A node-set can be visited node by node, so that a caller who needs only the first, or only to know
 * whether there is one, stops there.
 */
import { XPathError } from '../error.ts';
import { numberToString, stringToNumber } from '../values.ts';
import { stringValue } from './frame.ts';
import type { Frame, Node, Value, Visit } from './frame.ts';

export interface Evaluator {
  /** 'any': known only when it is evaluated. */
  readonly type: 'string' | 'number' | 'boolean' | 'any';
  value(frame: Frame): Value;
  string(frame: Frame): string;
  number(frame: Frame): number;
  boolean(frame: Frame): boolean;
}

/**
 * In which order nodes are visited: `single` is at most one; `flat` is document order with all nodes at
 * one depth; `ordered` document order; `reversed` its reverse; `none` is no particular order.
 */
export type Order = 'single' | 'flat' | 'ordered' | 'reversed' | 'none';

export interface NodeSetEvaluator extends Omit<Evaluator, 'type'> {
  readonly type: 'node-set';
  readonly order: Order;
  /** Whether no node is visited twice. */
  readonly unique: boolean;
  /** Rough estimate of how many nodes there are, to choose between two node-sets. */
  readonly weight: number;
  /** Visits nodes until `visit` returns true, and says whether it did. */
  some(frame: Frame, visit: Visit): boolean;
  /** Whether the text of some node is `text`. */
  hasText(frame: Frame, text: string): boolean;
  /** In document order, without duplicates; a new array. */
  nodes(frame: Frame): Node[];
}

export type AnyEvaluator = Evaluator | NodeSetEvaluator;

export function stringEvaluator(string: (frame: Frame) => string): Evaluator {
  return {
    type: 'string',
    value: string,
    string,
    number: (frame) => stringToNumber(string(frame)),
    boolean: (frame) => string(frame) !== '',
  };
}

export function numberEvaluator(number: (frame: Frame) => number): Evaluator {
  return {
    type: 'number',
    value: number,
    string: (frame) => numberToString(number(frame)),
    number,
    boolean: (frame) => toBoolean(number(frame)),
  };
}

export function booleanEvaluator(boolean: (frame: Frame) => boolean): Evaluator {
  return {
    type: 'boolean',
    value: boolean,
    string: (frame) => String(boolean(frame)),
    number: (frame) => Number(boolean(frame)),
    boolean,
  };
}

/** For variables and functions of the host. */
export function dynamicEvaluator(value: (frame: Frame) => Value): Evaluator {
  return {
    type: 'any',
    value,
    string: (frame) => toText(value(frame), frame),
    number: (frame) => toNumber(value(frame), frame),
    boolean: (frame) => toBoolean(value(frame)),
  };
}

export interface NodeSetTraits {
  readonly order: Order;
  readonly unique: boolean;
  readonly weight: number;
}

export function nodeSetEvaluator(
  traits: NodeSetTraits,
  some: (frame: Frame, visit: Visit) => boolean,
): NodeSetEvaluator {
  const nodes = (frame: Frame): Node[] => {
    const found: Node[] = [];
    some(frame, (node) => {
      found.push(node);
      return false;
    });
    return arrange(found, traits, frame);
  };
  const first = firstOf({ order: traits.order, some, nodes });
  const string = (frame: Frame): string => {
    const node = first(frame);
    return node === undefined ? '' : stringValue(frame, node);
  };
  return {
    type: 'node-set',
    ...traits,
    some,
    hasText: (frame, text) => some(frame, (node) => stringValue(frame, node) === text),
    nodes,
    value: nodes,
    string,
    number: (frame) => stringToNumber(string(frame)),
    boolean: (frame) => some(frame, always),
  };
}

function always(): boolean {
  return true;
}

/** The first node of a node-set in document order. */
export function firstOf(
  set: Pick<NodeSetEvaluator, 'order' | 'some' | 'nodes'>,
): (frame: Frame) => Node {
  if (set.order === 'none' || set.order === 'reversed') return (frame) => set.nodes(frame)[0];
  return (frame) => {
    let first: Node;
    set.some(frame, (node) => {
      first = node;
      return true;
    });
    return first;
  };
}

/** Puts nodes, which it may change in place, in document order and removes duplicates. */
function arrange(
  nodes: Node[],
  traits: Omit<NodeSetTraits, 'weight'>,
  { model, environment }: Frame,
): Node[] {
  if (nodes.length < 2) return nodes;
  if (traits.unique && traits.order === 'reversed') return nodes.reverse();
  if (traits.unique && traits.order !== 'none') return nodes;
  environment.budget.spend((nodes.length * Math.log2(nodes.length)) / 8);
  nodes.sort((a, b) => model.compareOrder(a, b));
  return nodes.filter((node, index) => index === 0 || !model.same(node, nodes[index - 1]));
}

/** A node-set from a variable or a function of the host. */
export function asNodeSet(evaluator: AnyEvaluator, what: string, offset: number): NodeSetEvaluator {
  if (evaluator.type === 'node-set') return evaluator;
  const refuse = (): never => {
    throw new XPathError(`${what} must be a node-set, not a ${evaluator.type}`, offset);
  };
  if (evaluator.type !== 'any') return refuse();
  return nodeSetEvaluator({ order: 'none', unique: false, weight: 4 }, (frame, visit) => {
    const value = evaluator.value(frame);
    if (typeof value === 'object') return value.some(visit);
    throw new XPathError(`${what} must be a node-set, not a ${typeof value}`, offset);
  });
}

export function toText(value: Value, frame: Frame): string {
  if (typeof value === 'number') return numberToString(value);
  if (typeof value !== 'object') return String(value);
  return value.length === 0 ? '' : stringValue(frame, value[0]);
}

export function toNumber(value: Value, frame: Frame): number {
  if (typeof value === 'object') return stringToNumber(toText(value, frame));
  return typeof value === 'string' ? stringToNumber(value) : Number(value);
}

export function toBoolean(value: Value): boolean {
  if (typeof value === 'object') return value.length > 0;
  // NaN is false, and so are 0 and -0.
  return Boolean(value);
}
