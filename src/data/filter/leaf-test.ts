/**
 * Predicates of any form that look at nothing but leaves of the branch they are on: they can be evaluated on one
 * entry as it streams by, where others would need the whole tree.
 */
import { RpcErrorException, invalidValue } from '../../error/index.ts';
import { VisitBudget, XPathError, compilePart } from '../../xpath/index.ts';
import type { CompileOptions, CompiledXPath, Expression } from '../../xpath/index.ts';
import type { BranchSchemaNode } from '../../yang/index.ts';
import type { Branch } from '../node.ts';
import { TREE_MODEL, rootRef } from '../tree/tree-model.ts';
import type { PredicateTest } from './predicate-test.ts';

/** Functions whose result depends on their arguments alone, and is no number, which would be a position. */
const TRUTHS: ReadonlySet<string> = new Set([
  'bit-is-set',
  'boolean',
  'concat',
  'contains',
  'derived-from',
  'derived-from-or-self',
  'false',
  'not',
  're-match',
  'starts-with',
  'string',
  'substring',
  'substring-after',
  'substring-before',
  'normalize-space',
  'translate',
  'true',
]);
const NUMBERS: ReadonlySet<string> = new Set([
  'ceiling',
  'count',
  'enum-value',
  'floor',
  'number',
  'round',
  'string-length',
  'sum',
]);
const COMPARING: ReadonlySet<string> = new Set(['or', 'and', '=', '!=', '<', '<=', '>', '>=']);

/** What one entry may cost. */
const MAX_VISITS = 10_000;

/** A test that is the predicate; undefined when it looks further. */
export function leafTest(
  predicate: Expression,
  schema: BranchSchemaNode,
  options: CompileOptions,
): readonly PredicateTest[] | undefined {
  if (isNumber(predicate) || !looksAtLeaves(predicate, schema)) return undefined;
  const compiled = compilePart(predicate, options);
  return [{ matches: (branch) => holds(compiled, branch) }];
}

function holds(compiled: CompiledXPath, branch: Branch): boolean {
  const budget = new VisitBudget(MAX_VISITS);
  try {
    return compiled.boolean(TREE_MODEL, rootRef(branch, { budget }), { budget });
  } catch (error) {
    if (!(error instanceof XPathError)) throw error;
    const message = `a condition of the filter cannot be evaluated: ${error.reason}`;
    throw new RpcErrorException(invalidValue(message, { type: 'protocol' }), { cause: error });
  }
}

/** Its value would be compared with the position of the node (XPath 1.0, section 2.4). */
function isNumber(expression: Expression): boolean {
  switch (expression.kind) {
    case 'number':
    case 'negate':
      return true;
    case 'binary':
      return !COMPARING.has(expression.operator);
    case 'call':
      return NUMBERS.has(expression.name);
    default:
      return false;
  }
}

function looksAtLeaves(expression: Expression, schema: BranchSchemaNode): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'number':
      return true;
    case 'negate':
      return looksAtLeaves(expression.operand, schema);
    case 'binary':
      return looksAtLeaves(expression.left, schema) && looksAtLeaves(expression.right, schema);
    case 'call':
      return (
        (TRUTHS.has(expression.name) || NUMBERS.has(expression.name)) &&
        // Without an argument some look at the context node, which is the entry as a whole.
        (expression.arguments.length > 0 || ['true', 'false'].includes(expression.name)) &&
        expression.arguments.every((it) => looksAtLeaves(it, schema))
      );
    case 'path':
      return isChildLeaf(expression, schema);
    default:
      return false;
  }
}

function isChildLeaf(
  { absolute, steps }: Extract<Expression, { kind: 'path' }>,
  schema: BranchSchemaNode,
): boolean {
  const [step] = steps;
  if (absolute || steps.length !== 1 || step?.axis !== 'child') return false;
  if (step.test.kind !== 'name' || step.predicates.length > 0) return false;
  const { namespace, name } = step.test;
  const found = schema.dataChildren.filter(
    (child) =>
      (name === undefined || child.name === name) &&
      (namespace === undefined || child.module.namespace === namespace),
  );
  return found.every(({ kind }) => kind === 'leaf' || kind === 'leaf-list');
}
