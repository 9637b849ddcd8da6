/** The calls of functions in an expression. */
import type { CallExpression, Expression, Step } from './syntax/ast.ts';

/** All calls, those in predicates and arguments too, in the order of the text. */
export function callsIn(expression: Expression): readonly CallExpression[] {
  switch (expression.kind) {
    case 'literal':
    case 'number':
    case 'variable':
      return [];
    case 'negate':
      return callsIn(expression.operand);
    case 'binary':
    case 'union':
      return [...callsIn(expression.left), ...callsIn(expression.right)];
    case 'path':
      return callsInSteps(expression.steps);
    case 'filter': {
      const { primary, predicates, steps } = expression;
      return [...callsIn(primary), ...predicates.flatMap(callsIn), ...callsInSteps(steps)];
    }
    case 'call':
      return [expression, ...expression.arguments.flatMap(callsIn)];
  }
}

function callsInSteps(steps: readonly Step[]): readonly CallExpression[] {
  return steps.flatMap(({ predicates }) => predicates.flatMap(callsIn));
}
