/** What an expression takes from the context it is evaluated in, as far as its text shows. */
import type { Expression, Step } from '../syntax/ast.ts';

/** Functions that use the context node when they have no argument. */
const OF_CONTEXT_NODE = new Set([
  'local-name',
  'namespace-uri',
  'name',
  'string',
  'number',
  'string-length',
  'normalize-space',
]);

/** Functions whose result does not depend on the context, or only through their arguments. */
const PURE = new Set([
  'concat',
  'contains',
  'normalize-space',
  'starts-with',
  'string',
  'substring',
  'substring-after',
  'substring-before',
  'translate',
  'true',
  'false',
  'not',
  'boolean',
  'number',
  'deref',
]);

/**
 * Whether the value is the same for every context node, position and size of an evaluation, so that it can
 * be computed once instead of for each node of a step.
 */
export function isConstant(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'number':
    case 'variable':
      return true;
    case 'path':
      // Predicates see the nodes of their step, whatever is outside.
      return expression.absolute;
    case 'filter':
      return isConstant(expression.primary);
    case 'negate':
      return isConstant(expression.operand);
    case 'binary':
    case 'union':
      return isConstant(expression.left) && isConstant(expression.right);
    case 'call': {
      const { name, arguments: args } = expression;
      if (name === 'current') return true;
      if (args.length === 0 && OF_CONTEXT_NODE.has(name)) return false;
      return PURE.has(name) && args.every(isConstant);
    }
  }
}

/** Whether evaluation in a context asks for the position or the size of that context. */
export function asksFor(name: 'position' | 'last', expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'number':
    case 'variable':
    case 'path':
      return false;
    case 'filter':
      return asksFor(name, expression.primary);
    case 'negate':
      return asksFor(name, expression.operand);
    case 'binary':
    case 'union':
      return asksFor(name, expression.left) || asksFor(name, expression.right);
    case 'call':
      return expression.name === name || expression.arguments.some((it) => asksFor(name, it));
  }
}

/** Whether each node passes or fails the predicates by itself, wherever it stands among the others. */
export function isPositionFree(step: Step, typeOf: (expression: Expression) => string): boolean {
  return step.predicates.every((predicate) => {
    const type = typeOf(predicate);
    return (
      type !== 'number' &&
      type !== 'any' &&
      !asksFor('position', predicate) &&
      !asksFor('last', predicate)
    );
  });
}
