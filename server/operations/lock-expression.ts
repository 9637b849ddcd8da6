/** The expressions of partial-lock (RFC 5717, section 2.4.1.1). */
import { TREE_MODEL, rootRef } from '../../src/data/index.ts';
import type { Branch, NodeRef } from '../../src/data/index.ts';
import { RpcErrorException, invalidValue, resourceDenied } from '../../src/error/index.ts';
import { XPathError, compileXPath } from '../../src/xpath/index.ts';
import type { CompiledXPath, Expression, Step, VisitBudget } from '../../src/xpath/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { hasFeature } from '../features.ts';
import type { XPathText } from '../session/request-reader.ts';

export interface Evaluation {
  readonly context: SchemaContext;
  /** What of running the session may read. */
  readonly tree: Branch;
  /** Of all expressions of a request. */
  readonly budget: VisitBudget;
  readonly maxNodes: number;
}

/** The nodes that an expression finds, the root standing for all that is in it. Throws invalid-value. */
export function nodesOf(
  { text, bindings }: XPathText,
  { context, tree, budget, maxNodes }: Evaluation,
): readonly NodeRef[] {
  const expression = compiled(text, bindings);
  const hasXPath = hasFeature(context, 'ietf-netconf', 'xpath');
  if (!hasXPath && !isInstanceIdentifier(expression.ast)) {
    throw refused(`"${text}" is no instance-identifier`, 'invalid-lock-specification');
  }
  const root = rootRef(tree, { configOnly: true, budget });
  const found = evaluated(expression, root, budget);
  if (typeof found !== 'object') throw refused(`"${text}" finds no nodes`, 'not-a-node-set');
  const nodes = [...found].flatMap((node) => {
    if (node.isText) return node.parent ?? [];
    return node.parent ? node : [...TREE_MODEL.children(node)];
  });
  if (nodes.length <= maxNodes) return nodes;
  throw new RpcErrorException(
    resourceDenied(`"${text}" finds more than ${String(maxNodes)} nodes`, { type: 'protocol' }),
  );
}

function compiled(text: string, bindings: ReadonlyMap<string, string>): CompiledXPath {
  try {
    return compileXPath(text.trim(), {
      resolvePrefix: (prefix) => bindings.get(prefix),
      defaultNamespace: '',
    });
  } catch (error) {
    throw explained(text, error);
  }
}

function evaluated(
  expression: CompiledXPath,
  root: NodeRef,
  budget: VisitBudget,
): string | number | boolean | readonly NodeRef[] {
  try {
    return expression.evaluate(TREE_MODEL, root, { budget });
  } catch (error) {
    if (budget.isSpent) {
      const message = 'the expressions look at too many nodes: narrow them';
      throw new RpcErrorException(resourceDenied(message, { type: 'protocol' }), { cause: error });
    }
    throw explained('the expression', error);
  }
}

function explained(text: string, error: unknown): unknown {
  if (!(error instanceof XPathError)) return error;
  return refused(`"${text}" is not valid: ${error.message}`, undefined);
}

function refused(message: string, appTag: string | undefined): RpcErrorException {
  return new RpcErrorException(invalidValue(message, { type: 'protocol', appTag }));
}

/** An absolute path by names, with predicates for keys, values or positions only (RFC 7950, section 9.13). */
function isInstanceIdentifier(expression: Expression): boolean {
  if (expression.kind !== 'path' || !expression.absolute) return false;
  return expression.steps.length > 0 && expression.steps.every(isPlainStep);
}

function isPlainStep({ axis, test, predicates }: Step): boolean {
  const isNamed = axis === 'child' && test.kind === 'name' && test.name !== undefined;
  return isNamed && predicates.every(isKeyPredicate);
}

function isKeyPredicate(predicate: Expression): boolean {
  if (predicate.kind === 'number') return true;
  if (predicate.kind !== 'binary' || predicate.operator !== '=') return false;
  const { left, right } = predicate;
  if (left.kind !== 'path' || left.absolute || right.kind !== 'literal') return false;
  const [step, ...more] = left.steps;
  if (!step || more.length > 0 || step.predicates.length > 0) return false;
  if (step.axis === 'self') return step.test.kind === 'node';
  return isPlainStep(step);
}
