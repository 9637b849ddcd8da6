/** Predicates (XPath 1.0, section 2.4): they filter the nodes that a walk visits, one after another. */
import type { Expression } from '../syntax/ast.ts';
import type { Walk } from './axes.ts';
import type { Compiler } from './compiler.ts';
import { asksFor } from './dependence.ts';
import type { AnyEvaluator } from './evaluator.ts';
import type { Frame, Node } from './frame.ts';

type Test = (frame: Frame) => boolean;

/** `walk` with the nodes left out that do not pass all predicates. */
export function compilePredicates(
  walk: Walk,
  predicates: readonly Expression[],
  compiler: Compiler,
): Walk {
  if (predicates.length === 0) return walk;
  const tests = predicates.map((predicate) => compileTest(compiler.expression(predicate)));
  if (predicates.some((predicate) => asksFor('last', predicate))) return filterAll(walk, tests);
  const [first] = predicates;
  const [only] = tests;
  if (first?.kind === 'number' && tests.length === 1) return takeNth(walk, first.value);
  if (only && tests.length === 1) return filterByOne(walk, only);
  return filterEach(walk, tests);
}

/** A number is compared with the position; anything else is converted to a boolean. */
function compileTest(evaluator: AnyEvaluator): Test {
  if (evaluator.type === 'number') return (frame) => evaluator.number(frame) === frame.position;
  if (evaluator.type !== 'any') return (frame) => evaluator.boolean(frame);
  return (frame) => {
    const value = evaluator.value(frame);
    if (typeof value === 'number') return value === frame.position;
    return typeof value === 'object' ? value.length > 0 : Boolean(value);
  };
}

function innerFrame({ model, environment }: Frame, node: Node, size = 0): Frame {
  return { model, environment, node, position: 0, size };
}

function takeNth(walk: Walk, position: number): Walk {
  return (frame, node, visit) => {
    let count = 0;
    let result = false;
    walk(frame, node, (found) => {
      count++;
      if (count === position) result = visit(found);
      return count >= position;
    });
    return result;
  };
}

function filterByOne(walk: Walk, test: Test): Walk {
  return (frame, node, visit) => {
    const inner = innerFrame(frame, node);
    return walk(frame, node, (found) => {
      inner.node = found;
      inner.position++;
      return test(inner) && visit(found);
    });
  };
}

/** Each predicate counts the nodes that have passed those before it. */
function filterEach(walk: Walk, tests: readonly Test[]): Walk {
  return (frame, node, visit) => {
    const inner = innerFrame(frame, node);
    const positions = new Array<number>(tests.length).fill(0);
    return walk(frame, node, (found) => {
      for (const [index, test] of tests.entries()) {
        inner.node = found;
        inner.position = positions[index] = (positions[index] ?? 0) + 1;
        if (!test(inner)) return false;
      }
      return visit(found);
    });
  };
}

/** With last() all nodes must be known before the first can be tested. */
function filterAll(walk: Walk, tests: readonly Test[]): Walk {
  return (frame, node, visit) => {
    const found: Node[] = [];
    walk(frame, node, (each) => {
      found.push(each);
      return false;
    });
    return filterNodes(frame, found, tests).some(visit);
  };
}

function filterNodes(frame: Frame, nodes: Node[], tests: readonly Test[]): Node[] {
  let left = nodes;
  for (const test of tests) {
    const inner = innerFrame(frame, undefined, left.length);
    left = left.filter((node, index) => {
      inner.node = node;
      inner.position = index + 1;
      return test(inner);
    });
  }
  return left;
}
