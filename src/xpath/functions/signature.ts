/** The form of an entry of the function library. */
import { XPathError } from '../error.ts';
import { asNodeSet, stringEvaluator } from '../evaluate/evaluator.ts';
import type { AnyEvaluator, NodeSetEvaluator } from '../evaluate/evaluator.ts';
import type { Compiler } from '../evaluate/compiler.ts';
import { stringValue } from '../evaluate/frame.ts';
import type { CallExpression } from '../syntax/ast.ts';

export interface Signature {
  readonly min: number;
  readonly max: number;
  compile(call: Call): AnyEvaluator;
}

export type Library = Readonly<Record<string, Signature>>;

const contextText = stringEvaluator((frame) => stringValue(frame, frame.node));

/** A call with its arguments compiled; their number has been checked. */
export class Call {
  readonly expression: CallExpression;
  readonly args: readonly AnyEvaluator[];
  readonly compiler: Compiler;

  constructor(expression: CallExpression, compiler: Compiler) {
    this.expression = expression;
    this.compiler = compiler;
    this.args = expression.arguments.map((argument) => compiler.expression(argument));
  }

  arg(index: number): AnyEvaluator {
    const argument = this.args[index];
    if (!argument) throw this.error(`argument ${index + 1} is missing`);
    return argument;
  }

  /** The argument, or the context node as a string when there is none. */
  argOrContext(): AnyEvaluator {
    return this.args[0] ?? contextText;
  }

  nodeSet(index: number): NodeSetEvaluator {
    const { name, offset } = this.expression;
    return asNodeSet(this.arg(index), `argument ${index + 1} of ${name}()`, offset);
  }

  /** The value of an argument that is written as a literal. */
  literal(index: number): string | undefined {
    const argument = this.expression.arguments[index];
    return argument?.kind === 'literal' ? argument.value : undefined;
  }

  error(message: string): XPathError {
    return new XPathError(message, this.expression.offset);
  }
}
