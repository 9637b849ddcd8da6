/** Compiles each kind of expression (XPath 1.0, section 3). */
import { XPathError } from '../error.ts';
import type { CompileOptions } from '../compiled.ts';
import { compileCall } from '../functions/library.ts';
import type { BinaryExpression, Expression } from '../syntax/ast.ts';
import { compileComparison } from './compare.ts';
import type { Compiler } from './compiler.ts';
import {
  asNodeSet,
  booleanEvaluator,
  dynamicEvaluator,
  numberEvaluator,
  stringEvaluator,
} from './evaluator.ts';
import type { AnyEvaluator, Evaluator } from './evaluator.ts';
import { compileFilter, compilePath, compileUnion } from './path.ts';

/** Throws {@link XPathError} for a function, variable or type that does not fit. */
export function compileExpression(expression: Expression, options: CompileOptions): AnyEvaluator {
  const done = new Map<Expression, AnyEvaluator>();
  const variables = new Set(options.variables);
  const compiler: Compiler = {
    options,
    resolve: (prefix) =>
      prefix === '' ? (options.defaultNamespace ?? '') : options.resolvePrefix(prefix),
    expression: (part) => {
      const known = done.get(part);
      if (known) return known;
      const evaluator = compilePart(part, compiler, variables);
      done.set(part, evaluator);
      return evaluator;
    },
  };
  return compiler.expression(expression);
}

function compilePart(
  expression: Expression,
  compiler: Compiler,
  variables: ReadonlySet<string>,
): AnyEvaluator {
  switch (expression.kind) {
    case 'literal':
      return stringEvaluator(() => expression.value);
    case 'number':
      return numberEvaluator(() => expression.value);
    case 'variable':
      return compileVariable(expression, variables);
    case 'negate': {
      const operand = compiler.expression(expression.operand);
      return numberEvaluator((frame) => -operand.number(frame));
    }
    case 'union': {
      const left = asNodeSet(
        compiler.expression(expression.left),
        'the left of "|"',
        expression.offset,
      );
      const right = asNodeSet(
        compiler.expression(expression.right),
        'the right of "|"',
        expression.offset,
      );
      return compileUnion(left, right);
    }
    case 'path':
      return compilePath(expression, compiler);
    case 'filter':
      return compileFilter(expression, compiler);
    case 'call':
      return compileCall(expression, compiler);
    case 'binary':
      return compileBinary(expression, compiler);
  }
}

function compileVariable(
  { name, offset }: { readonly name: string; readonly offset: number },
  variables: ReadonlySet<string>,
): Evaluator {
  if (!variables.has(name)) throw new XPathError(`there is no variable "$${name}"`, offset);
  return dynamicEvaluator(({ environment: { variables: bound } }) => {
    const value = bound && Object.hasOwn(bound, name) ? bound[name] : undefined;
    if (value === undefined) throw new XPathError(`variable "$${name}" has no value`, offset);
    return value;
  });
}

function compileBinary({ operator, left, right }: BinaryExpression, compiler: Compiler): Evaluator {
  const a = compiler.expression(left);
  const b = compiler.expression(right);
  switch (operator) {
    case 'or':
      return booleanEvaluator((frame) => a.boolean(frame) || b.boolean(frame));
    case 'and':
      return booleanEvaluator((frame) => a.boolean(frame) && b.boolean(frame));
    case '+':
      return numberEvaluator((frame) => a.number(frame) + b.number(frame));
    case '-':
      return numberEvaluator((frame) => a.number(frame) - b.number(frame));
    case '*':
      return numberEvaluator((frame) => a.number(frame) * b.number(frame));
    case 'div':
      return numberEvaluator((frame) => a.number(frame) / b.number(frame));
    case 'mod':
      // As in JavaScript, the result has the sign of the dividend.
      return numberEvaluator((frame) => a.number(frame) % b.number(frame));
    default:
      return compileComparison(operator, a, b);
  }
}
