/**
 * XPath filters (RFC 6241, section 8.9).
 *
 * The usual form, absolute paths that name one child after the other with conditions on leaves, becomes
 * selectors as a subtree filter does, so that it finds entries by key and prunes what streams by. Any
 * other expression is evaluated over the tree.
 */
import { invalidValue, RpcErrorException } from '../../error/index.ts';
import { XPathError, compileXPath } from '../../xpath/index.ts';
import type { CompileOptions, CompiledXPath, Expression, Step } from '../../xpath/index.ts';
import type { BranchSchemaNode, DataSchemaNode, SchemaContext } from '../../yang/index.ts';
import { emptyRoot } from '../tree/defaults.ts';
import { EvaluatedSelection } from './evaluated-selection.ts';
import { predicateTest } from './predicate-test.ts';
import { leafTest } from './leaf-test.ts';
import type { PredicateTest } from './predicate-test.ts';
import type { Selection } from './selection.ts';
import { SELECT_ALL, either, selectionIn } from './selector.ts';
import type { ChildSelector, Selector } from './selector.ts';

/** Nodes that the evaluation of a filter may visit: a second or two of work, and no more. */
const MAX_VISITS = 50_000_000;

/** Selectors that one filter may become: `//` leads to every place in the schema. */
const MAX_SELECTORS = 20_000;

/**
 * `bindings` are the namespace declarations in scope where the expression stands. Names without a prefix are in the
 * default namespace if that is one of the schema's, and else in any, since there is no data without a namespace.
 * Throws RpcErrorException (`invalid-value`)
 * for a bad expression.
 */
export function compileXPathFilter(
  text: string,
  bindings: ReadonlyMap<string, string>,
  context: SchemaContext,
  { maxVisits = MAX_VISITS }: { readonly maxVisits?: number } = {},
): Selection {
  const options = compileOptions(bindings, context);
  const expression = compileExpression(text, options);
  const { root } = context;
  const simple = new SimplePaths(options).selector(expression.ast, root);
  const selection = simple && selectionIn(root, [simple], emptyRoot(context));
  return selection ?? new EvaluatedSelection({ expression, maxVisits }, emptyRoot(context));
}

function compileOptions(
  bindings: ReadonlyMap<string, string>,
  context: SchemaContext,
): CompileOptions {
  const byDefault = bindings.get('');
  const module = byDefault === undefined ? undefined : context.moduleByNamespace.get(byDefault);
  // The namespace of messages is that of most filters by inheritance only: it has no data.
  const isKnown = module !== undefined && module.name !== 'ietf-netconf';
  return {
    resolvePrefix: (prefix) => bindings.get(prefix),
    ...(isKnown ? { defaultNamespace: module.namespace } : { anyNamespace: true }),
  };
}

function compileExpression(text: string, options: CompileOptions): CompiledXPath {
  try {
    return compileXPath(text, options);
  } catch (error) {
    if (!(error instanceof XPathError)) throw error;
    const message = `the filter expression is not valid: ${error.message}`;
    throw new RpcErrorException(invalidValue(message, { type: 'protocol' }), { cause: error });
  }
}

function alternativesOf(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'union') return [expression];
  return [...alternativesOf(expression.left), ...alternativesOf(expression.right)];
}

type Children = Map<DataSchemaNode, ChildSelector>;

/** Makes selectors of paths that go down only, with conditions on the leaves of each branch on the way. */
class SimplePaths {
  readonly #options: CompileOptions;
  #made = 0;

  constructor(options: CompileOptions) {
    this.#options = options;
  }

  /** Undefined when the expression is of another form. The context node of a filter is the root. */
  selector(expression: Expression, root: BranchSchemaNode): Selector | undefined {
    const children: Children = new Map();
    for (const part of alternativesOf(expression)) {
      const found =
        part.kind === 'path' && part.steps.length > 0 && this.#children(root, part.steps);
      if (!found) return undefined;
      merge(children, found);
    }
    return { tests: [], all: false, children, keys: undefined };
  }

  /** Selectors for the children that the first step leads to; undefined when it is not simple. */
  #children(schema: BranchSchemaNode, steps: readonly Step[]): Children | undefined {
    const [step, ...rest] = steps;
    if (step?.axis === 'descendant-or-self') return this.#descendants(schema, step, rest);
    if (step?.axis !== 'child' || step.test.kind !== 'name') return undefined;
    const { namespace, name } = step.test;
    const found: Children = new Map();
    for (const child of schema.dataChildren) {
      if (name !== undefined && child.name !== name) continue;
      if (namespace !== undefined && child.module.namespace !== namespace) continue;
      const selector = this.#child(child, step, rest);
      if (selector === 'complex') return undefined;
      if (selector) found.set(child, selector);
    }
    return found;
  }

  /** `//`: what the rest leads to from here, and from everything below. */
  #descendants(
    schema: BranchSchemaNode,
    { test, predicates }: Step,
    rest: readonly Step[],
  ): Children | undefined {
    this.#made += 1;
    if (test.kind !== 'node' || predicates.length > 0 || rest.length === 0) return undefined;
    if (this.#made > MAX_SELECTORS) return undefined;
    const found = this.#children(schema, rest);
    if (!found) return undefined;
    for (const child of schema.dataChildren) {
      if (child.kind !== 'container' && child.kind !== 'list') continue;
      const inside = this.#descendants(
        child,
        { axis: 'descendant-or-self', test, predicates },
        rest,
      );
      if (!inside) return undefined;
      if (inside.size === 0) continue;
      const selector: Selector = { tests: [], all: false, children: inside, keys: undefined };
      const below: ChildSelector = { all: false, alternatives: [selector] };
      found.set(child, either(found.get(child), below));
    }
    return found;
  }

  #child(
    child: DataSchemaNode,
    step: Step,
    rest: readonly Step[],
  ): ChildSelector | undefined | 'complex' {
    if (step.predicates.length === 0 && rest.length === 0) return SELECT_ALL;
    if (child.kind !== 'container' && child.kind !== 'list') {
      return rest.length > 0 ? undefined : 'complex';
    }
    const tests: PredicateTest[] = [];
    for (const predicate of step.predicates) {
      const test = predicateTest(predicate, child) ?? leafTest(predicate, child, this.#options);
      if (!test) return 'complex';
      tests.push(...test);
    }
    const children = rest.length > 0 ? this.#children(child, rest) : new Map();
    if (!children) return 'complex';
    const keys = keysIn(tests, child);
    return { all: false, alternatives: [{ tests, all: rest.length === 0, children, keys }] };
  }
}

function merge(into: Children, more: Children): void {
  for (const [child, selector] of more) into.set(child, either(into.get(child), selector));
}

function keysIn(tests: readonly PredicateTest[], schema: BranchSchemaNode): Selector['keys'] {
  if (schema.kind !== 'list' || schema.keys.length === 0) return undefined;
  const values = schema.keys.map(
    (key) => tests.find((test) => test.fixed?.node === key)?.fixed?.value,
  );
  return values.every((value) => value !== undefined) ? values : undefined;
}
