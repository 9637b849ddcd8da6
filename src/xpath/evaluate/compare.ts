/** Comparisons (XPath 1.0, section 3.4). */
import type { BinaryOperator } from '../syntax/ast.ts';
import { stringToNumber } from '../values.ts';
import { compareNodeSets } from './compare-node-sets.ts';
import { booleanEvaluator, nodeSetEvaluator, toBoolean, toNumber, toText } from './evaluator.ts';
import type { AnyEvaluator, Evaluator, NodeSetEvaluator } from './evaluator.ts';
import { stringValue } from './frame.ts';
import type { Frame, Value } from './frame.ts';

export type Comparison = Extract<BinaryOperator, '=' | '!=' | '<' | '<=' | '>' | '>='>;

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** Chooses the rule by the static types of the operands, so that nothing is left to find out later. */
export function compileComparison(
  operator: Comparison,
  left: AnyEvaluator,
  right: AnyEvaluator,
): Evaluator {
  if (left.type === 'any' || right.type === 'any') return compareDynamic(operator, left, right);
  if (left.type === 'node-set' && right.type === 'node-set') {
    return booleanEvaluator(compareNodeSets(operator, left, right));
  }
  if (left.type === 'node-set') return compareNodeSet(operator, left, right as Evaluator);
  if (right.type === 'node-set') return compareNodeSet(MIRRORED[operator], right, left);
  if (operator !== '=' && operator !== '!=') return compareNumbers(operator, left, right);
  const equal = operator === '=';
  if (left.type === 'boolean' || right.type === 'boolean') {
    return booleanEvaluator((frame) => (left.boolean(frame) === right.boolean(frame)) === equal);
  }
  if (left.type === 'number' || right.type === 'number') {
    return compareNumbers(operator, left, right);
  }
  return booleanEvaluator((frame) => (left.string(frame) === right.string(frame)) === equal);
}

function compareNumbers(operator: Comparison, left: AnyEvaluator, right: AnyEvaluator): Evaluator {
  const holds = NUMBER_TESTS[operator];
  return booleanEvaluator((frame) => holds(left.number(frame), right.number(frame)));
}

/** With a node-set on the left it is enough that one of its nodes compares as asked. */
function compareNodeSet(operator: Comparison, set: NodeSetEvaluator, other: Evaluator): Evaluator {
  if (other.type === 'boolean') {
    const holds = NUMBER_TESTS[operator];
    return booleanEvaluator((frame) => holds(Number(set.boolean(frame)), other.number(frame)));
  }
  if (other.type === 'string' && (operator === '=' || operator === '!=')) {
    if (operator === '=')
      return booleanEvaluator((frame) => set.hasText(frame, other.string(frame)));
    return booleanEvaluator((frame) => {
      const text = other.string(frame);
      return set.some(frame, (node) => stringValue(frame, node) !== text);
    });
  }
  const holds = NUMBER_TESTS[operator];
  return booleanEvaluator((frame) => {
    const number = other.number(frame);
    return set.some(frame, (node) => holds(stringToNumber(stringValue(frame, node)), number));
  });
}

const NUMBER_TESTS: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** One operand is a variable or a function of the host: the types are known when it has been evaluated. */
function compareDynamic(operator: Comparison, left: AnyEvaluator, right: AnyEvaluator): Evaluator {
  return booleanEvaluator((frame) => {
    const [a, b] = [constant(left.value(frame)), constant(right.value(frame))];
    return compileComparison(operator, a, b).boolean(frame);
  });
}

/** An evaluator whose value is known already. */
function constant(value: Value): AnyEvaluator {
  if (typeof value === 'object') {
    const traits = { order: 'ordered', unique: true, weight: value.length } as const;
    return nodeSetEvaluator(traits, (_frame, visit) => value.some(visit));
  }
  return {
    type: typeof value as 'string' | 'number' | 'boolean',
    value: () => value,
    string: (frame: Frame) => toText(value, frame),
    number: (frame: Frame) => toNumber(value, frame),
    boolean: () => toBoolean(value),
  };
}
