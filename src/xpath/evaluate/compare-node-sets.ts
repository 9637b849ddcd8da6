/**
 * Comparison of two node-sets: some node of one must compare as asked with some node of the other (XPath
 * 1.0, section 3.4).
 *
 * The texts of the set that is probably smaller are collected; the other is visited once and only until a match. A set
 * of one text, by far the most frequent, needs no collection at all.
 */
import { stringToNumber } from '../values.ts';
import type { NodeSetEvaluator } from './evaluator.ts';
import { stringValue } from './frame.ts';
import type { Frame } from './frame.ts';

type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

export function compareNodeSets(
  operator: Operator,
  left: NodeSetEvaluator,
  right: NodeSetEvaluator,
): (frame: Frame) => boolean {
  if (operator !== '=' && operator !== '!=') return compareOrder(operator, left, right);
  const [small, big] = left.weight <= right.weight ? [left, right] : [right, left];
  return operator === '='
    ? (frame) => shareText(frame, small, big)
    : (frame) => differ(frame, small, big);
}

function shareText(frame: Frame, small: NodeSetEvaluator, big: NodeSetEvaluator): boolean {
  let first: string | undefined;
  let more: Set<string> | undefined;
  small.some(frame, (node) => {
    const text = stringValue(frame, node);
    if (first === undefined) first = text;
    else if (text !== first) (more ??= new Set([first])).add(text);
    return false;
  });
  if (first === undefined) return false;
  const texts = more;
  if (!texts) return big.hasText(frame, first);
  return big.some(frame, (node) => texts.has(stringValue(frame, node)));
}

/** Whether not all nodes of both sets have the same text. */
function differ(frame: Frame, small: NodeSetEvaluator, big: NodeSetEvaluator): boolean {
  let first: string | undefined;
  const mixed = small.some(frame, (node) => {
    const text = stringValue(frame, node);
    first ??= text;
    return text !== first;
  });
  if (first === undefined) return false;
  return big.some(frame, (node) => mixed || stringValue(frame, node) !== first);
}

/** It is enough to compare the extremes. */
function compareOrder(
  operator: '<' | '<=' | '>' | '>=',
  left: NodeSetEvaluator,
  right: NodeSetEvaluator,
): (frame: Frame) => boolean {
  const [smaller, greater] = operator.startsWith('<') ? [left, right] : [right, left];
  const strict = operator.length === 1;
  return (frame) => {
    const least = extreme(frame, smaller, Math.min);
    if (Number.isNaN(least)) return false;
    return greater.some(frame, (node) => {
      const number = stringToNumber(stringValue(frame, node));
      return strict ? least < number : least <= number;
    });
  };
}

/** NaN when no node is a number. */
function extreme(
  frame: Frame,
  set: NodeSetEvaluator,
  choose: (a: number, b: number) => number,
): number {
  let result = NaN;
  set.some(frame, (node) => {
    const number = stringToNumber(stringValue(frame, node));
    if (!Number.isNaN(number)) result = Number.isNaN(result) ? number : choose(result, number);
    return false;
  });
  return result;
}
