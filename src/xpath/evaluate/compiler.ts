/** What the parts of the compiler share, so that they can call each other without importing each other. */
import type { CompileOptions } from '../compiled.ts';
import type { Expression } from '../syntax/ast.ts';
import type { AnyEvaluator } from './evaluator.ts';

export interface Compiler {
  readonly options: CompileOptions;
  expression(expression: Expression): AnyEvaluator;
  /** Namespace of a prefix, and for '' that of names without a prefix. */
  resolve(prefix: string): string | undefined;
}
