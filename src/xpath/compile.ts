/**
 * Compiles the text of an expression: the entry point of this layer. The closures that evaluate it are made when it
 * is evaluated first, because a schema has many expressions, of which most are never needed.
 */
import { VisitBudget } from './budget.ts';
import type {
  CompileOptions,
  CompiledXPath,
  EvaluateOptions,
  ReadPath,
  XPathLimits,
  XPathValue,
} from './compiled.ts';
import type { AnyEvaluator, NodeSetEvaluator } from './evaluate/evaluator.ts';
import { asNodeSet } from './evaluate/evaluator.ts';
import { compileExpression } from './evaluate/expression.ts';
import type { Frame, Visit } from './evaluate/frame.ts';
import type { NodeModel } from './model.ts';
import { collectReadPaths } from './read-paths.ts';
import type { Expression } from './syntax/ast.ts';
import { parseExpression } from './syntax/parser.ts';

const DEFAULT_LIMITS: XPathLimits = { maxLength: 65_536, maxDepth: 100, maxParts: 20_000 };

/** Compiles `text`. Throws XPathError when it is no expression. */
export function compileXPath(text: string, options: CompileOptions): CompiledXPath {
  const ast = parseExpression(text, {
    resolvePrefix: options.resolvePrefix,
    defaultNamespace: options.anyNamespace === true ? undefined : (options.defaultNamespace ?? ''),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  });
  // For its errors: a function or type that does not fit.
  compileExpression(ast, options);
  return new Compiled(text, ast, options);
}

/** Compiles a part of an expression by itself, with the options of the whole. */
export function compilePart(part: Expression, options: CompileOptions): CompiledXPath {
  return new Compiled('', part, options);
}

class Compiled implements CompiledXPath {
  readonly text: string;
  readonly ast: Expression;
  readonly #options: CompileOptions;
  #compiled: AnyEvaluator | undefined;
  #paths: readonly ReadPath[] | undefined;

  constructor(text: string, ast: Expression, options: CompileOptions) {
    this.text = text;
    this.ast = ast;
    this.#options = options;
  }

  get paths(): readonly ReadPath[] {
    return (this.#paths ??= collectReadPaths(this.ast));
  }

  get #evaluator(): AnyEvaluator {
    return (this.#compiled ??= compileExpression(this.ast, this.#options));
  }

  evaluate<N>(model: NodeModel<N>, context: N, options?: EvaluateOptions<N>): XPathValue<N> {
    // The nodes of the result come from the model, so they are of its type.
    return this.#evaluator.value(this.#frame(model, context, options)) as XPathValue<N>;
  }

  boolean<N>(model: NodeModel<N>, context: N, options?: EvaluateOptions<N>): boolean {
    return this.#evaluator.boolean(this.#frame(model, context, options));
  }

  number<N>(model: NodeModel<N>, context: N, options?: EvaluateOptions<N>): number {
    return this.#evaluator.number(this.#frame(model, context, options));
  }

  string<N>(model: NodeModel<N>, context: N, options?: EvaluateOptions<N>): string {
    return this.#evaluator.string(this.#frame(model, context, options));
  }

  nodes<N>(model: NodeModel<N>, context: N, options?: EvaluateOptions<N>): N[] {
    return this.#nodeSet().nodes(this.#frame(model, context, options)) as N[];
  }

  some<N>(
    model: NodeModel<N>,
    context: N,
    visit: (node: N) => boolean,
    options?: EvaluateOptions<N>,
  ): boolean {
    return this.#nodeSet().some(this.#frame(model, context, options), visit as Visit);
  }

  hasText<N>(model: NodeModel<N>, context: N, text: string, options?: EvaluateOptions<N>): boolean {
    return this.#nodeSet().hasText(this.#frame(model, context, options), text);
  }

  #nodeSet(): NodeSetEvaluator {
    return asNodeSet(this.#evaluator, 'the result', 0);
  }

  #frame<N>(model: NodeModel<N>, context: N, options: EvaluateOptions<N> | undefined): Frame {
    return {
      model: model,
      environment: {
        current: options?.current ?? context,
        variables: options?.variables,
        prefixOf: this.#options.prefixOf,
        budget: budgetOf(options),
      },
      node: context,
      position: 1,
      size: 1,
    };
  }
}

const UNLIMITED = new VisitBudget();

function budgetOf(options: EvaluateOptions<unknown> | undefined): VisitBudget {
  if (options?.budget) return options.budget;
  return options?.maxVisits === undefined ? UNLIMITED : new VisitBudget(options.maxVisits);
}
