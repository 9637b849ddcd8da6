/** What a compiled expression offers, and what compiling takes: the types of this layer's API. */
import type { Axis, Expression } from './syntax/ast.ts';
import type { VisitBudget } from './budget.ts';
import type { NodeModel } from './model.ts';

/** A value of one of the four XPath types; a node-set is in document order without duplicates. */
export type XPathValue<N> = string | number | boolean | readonly N[];

export interface EvaluateOptions<N> {
  /** What `current()` returns; by default the context node. */
  readonly current?: N;
  readonly variables?: Readonly<Record<string, XPathValue<N>>>;
  /** Nodes that the evaluation may look at before it fails with an XPathError. Default: no limit. */
  readonly maxVisits?: number;
  /** In place of `maxVisits`, for several evaluations together. */
  readonly budget?: VisitBudget;
}

/** A step of a path that an expression reads. Undefined is any name, or any namespace. */
export interface ReadStep {
  readonly axis: Axis;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** What the step may lead to: `node()` and `text()` find the texts of leaves too. */
  readonly test: 'element' | 'node' | 'text' | 'none';
}

/**
 * A path that an expression reads: for `/a/b[c = current()/d]/e` these are `/a/b/e`, `/a/b/c` and `d`.
 * A path in a predicate is joined to the steps before the predicate.
 */
export interface ReadPath {
  /**
   * Where the first step starts: at the root, at the initial context node (which is also what
   * `current()` returns), at what the leaf at the end of `of` refers to, or at nodes that are not known before
   * evaluation (a variable, a function of the host).
   */
  readonly origin: 'root' | 'context' | 'deref' | 'unknown';
  /** For origin `deref`: the path to the leafref or instance-identifier. */
  readonly of: ReadPath | undefined;
  readonly steps: readonly ReadStep[];
  /** The text of its nodes is read, so that all leaves below them count, and not only which nodes there are. */
  readonly whole: boolean;
}

export interface CompiledXPath {
  readonly text: string;
  readonly ast: Expression;
  /** All paths that an evaluation may read, those in predicates too. Without duplicates. */
  readonly paths: readonly ReadPath[];
  evaluate<N>(model: NodeModel<N>, context: N, options?: EvaluateOptions<N>): XPathValue<N>;
  /** As by the function boolean(). Stops at the first node of a node-set. */
  boolean<N>(model: NodeModel<N>, context: N, options?: EvaluateOptions<N>): boolean;
  number<N>(model: NodeModel<N>, context: N, options?: EvaluateOptions<N>): number;
  string<N>(model: NodeModel<N>, context: N, options?: EvaluateOptions<N>): string;
  /** In document order, without duplicates. Throws XPathError when the result is not a node-set. */
  nodes<N>(model: NodeModel<N>, context: N, options?: EvaluateOptions<N>): N[];
  /** Calls `visit` for nodes of the result in no order, some perhaps twice, until it returns true. */
  some<N>(
    model: NodeModel<N>,
    context: N,
    visit: (node: N) => boolean,
    options?: EvaluateOptions<N>,
  ): boolean;
  /** Whether some node of the result has this text; by key, where the path ends at the key of a list. */
  hasText<N>(model: NodeModel<N>, context: N, text: string, options?: EvaluateOptions<N>): boolean;
}

/** A function that the host adds to the library. */
export interface XPathFunction {
  readonly minArguments: number;
  readonly maxArguments: number;
  /** Static type of the result; 'any' when it differs from call to call. */
  readonly result: 'string' | 'number' | 'boolean' | 'node-set' | 'any';
  call(
    args: readonly XPathValue<unknown>[],
    context: {
      readonly model: NodeModel<unknown>;
      readonly node: unknown;
      readonly current: unknown;
    },
  ): XPathValue<unknown>;
}

export interface XPathLimits {
  /** Characters of an expression. */
  readonly maxLength: number;
  /** Nesting of parentheses, predicates and calls. */
  readonly maxDepth: number;
  /** Operators and steps in all. */
  readonly maxParts: number;
}

export interface CompileOptions {
  /** Namespace of a prefix; undefined makes the expression an error. */
  readonly resolvePrefix: (prefix: string) => string | undefined;
  /** Namespace of names without a prefix: in YANG that of the current module (RFC 7950, section 6.4.1). Default ''. */
  readonly defaultNamespace?: string;
  /** Names without a prefix stand for those of any namespace, as clients write them that know one module only. */
  readonly anyNamespace?: boolean;
  /**
   * Prefix that the module with the expression has for a namespace: the string value of an identityref has
   * that prefix (RFC 7950, section 9.10.3). By default the model chooses one.
   */
  readonly prefixOf?: (namespace: string) => string | undefined;
  /** Names of the variables that may be used; by default none. */
  readonly variables?: Iterable<string>;
  readonly functions?: ReadonlyMap<string, XPathFunction>;
  readonly limits?: Partial<XPathLimits>;
}
