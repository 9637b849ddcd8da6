/**
 * XPath filters (RFC 6241, section 8.9).
 *
 * The usual form, absolute paths that name one child after the other with conditions on leaves, becomes
 * selectors as a subtree filter does, so that it finds entries by key and prunes what streams by. Any
 * other expression is evaluated over the tree.
 */
import { invalidValue, RpcErrorException } from '../../error/index.ts';
import { XPathError, compileXPath } from '../../xpath/index.ts';
import type { CompiledXPath, Expression, PathExpression, Step } from '../../xpath/index.ts';
import type { BranchSchemaNode, DataSchemaNode, SchemaContext } from '../../yang/index.ts';
import { emptyRoot } from '../tree/defaults.ts';
import { EvaluatedSelection } from './evaluated-selection.ts';
import { predicateTest } from './predicate-test.ts';
import type { PredicateTest } from './predicate-test.ts';
import type { Selection } from './selection.ts';
import { SELECT_ALL, either, selectionIn } from './selector.ts';
import type { ChildSelector, Selector } from './selector.ts';

/** Nodes that the evaluation of a filter may visit: a second or two of work, and no more. */
const MAX_VISITS = 50_000_000;

/**
 * `bindings` are the namespace declarations in scope where the expression stands. Names without a prefix
 * are in the default namespace if that is one of the schema's. Throws RpcErrorException (`invalid-value`)
 * for a bad expression.
 */
export function compileXPathFilter(
  text: string,
  bindings: ReadonlyMap<string, string>,
  context: SchemaContext,
  { maxVisits = MAX_VISITS }: { readonly maxVisits?: number } = {},
): Selection {
  const expression = compileExpression(text, bindings, context);
  const children = new Map<DataSchemaNode, ChildSelector>();
  const { root } = context;
  const isSimple = alternativesOf(expression.ast).every((part) => {
    return part.kind === 'path' && addPath(part, root, children);
  });
  const selector: Selector = { tests: [], all: false, children, keys: undefined };
  const simple = isSimple ? selectionIn(root, [selector], emptyRoot(context)) : undefined;
  return simple ?? new EvaluatedSelection({ expression, maxVisits }, emptyRoot(context));
}

function compileExpression(
  text: string,
  bindings: ReadonlyMap<string, string>,
  context: SchemaContext,
): CompiledXPath {
  const byDefault = bindings.get('');
  const isKnown = byDefault !== undefined && context.moduleByNamespace.has(byDefault);
  try {
    return compileXPath(text, {
      resolvePrefix: (prefix) => bindings.get(prefix),
      defaultNamespace: isKnown ? byDefault : '',
    });
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

/** False when the path is not of the simple form. The context node of a filter is the root. */
function addPath(
  path: PathExpression,
  root: BranchSchemaNode,
  children: Map<DataSchemaNode, ChildSelector>,
): boolean {
  const selectors = path.steps.length > 0 ? childSelectors(root, path.steps) : undefined;
  if (!selectors) return false;
  for (const [child, selector] of selectors) {
    children.set(child, either(children.get(child), selector));
  }
  return true;
}

/** Selectors for the children that the first step leads to; undefined when it is not simple. */
function childSelectors(
  schema: BranchSchemaNode,
  [step, ...rest]: readonly Step[],
): ReadonlyMap<DataSchemaNode, ChildSelector> | undefined {
  if (step?.axis !== 'child' || step.test.kind !== 'name') return undefined;
  const { namespace, name } = step.test;
  const found = new Map<DataSchemaNode, ChildSelector>();
  for (const child of schema.dataChildren) {
    if (name !== undefined && child.name !== name) continue;
    if (namespace !== undefined && child.module.namespace !== namespace) continue;
    const selector = childSelector(child, step, rest);
    if (selector === 'complex') return undefined;
    if (selector) found.set(child, selector);
  }
  return found;
}

function childSelector(
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
    const test = predicateTest(predicate, child);
    if (!test) return 'complex';
    tests.push(...test);
  }
  const children = rest.length > 0 ? childSelectors(child, rest) : new Map();
  if (!children) return 'complex';
  const keys = keysIn(tests, child);
  return { all: false, alternatives: [{ tests, all: rest.length === 0, children, keys }] };
}

function keysIn(tests: readonly PredicateTest[], schema: BranchSchemaNode): Selector['keys'] {
  if (schema.kind !== 'list' || schema.keys.length === 0) return undefined;
  const values = schema.keys.map(
    (key) => tests.find((test) => test.fixed?.node === key)?.fixed?.value,
  );
  return values.every((value) => value !== undefined) ? values : undefined;
}
