/** Predicates of XPath filters that look at leaves of the branch they are on, and at nothing else. */
import type { Expression, PathExpression } from '../../xpath/index.ts';
import type { BranchSchemaNode, DataSchemaNode, LeafNode, LeafValue } from '../../yang/index.ts';
import { dependsOnScope } from '../codec/leaf-codec.ts';
import type { Branch } from '../node.ts';
import { childRefs } from '../tree/child-refs.ts';
import type { NodeRef } from '../tree/node-ref.ts';
import { TREE_MODEL, rootRef } from '../tree/tree-model.ts';
import type { BranchTest } from './selector.ts';

export interface PredicateTest extends BranchTest {
  /** The leaf must have this value. */
  readonly fixed?: { readonly node: LeafNode; readonly value: LeafValue };
}

/** Tests that together are the predicate; undefined when it is not of this kind. */
export function predicateTest(
  predicate: Expression,
  schema: BranchSchemaNode,
): readonly PredicateTest[] | undefined {
  if (predicate.kind === 'binary' && predicate.operator === 'and') {
    const left = predicateTest(predicate.left, schema);
    const right = predicateTest(predicate.right, schema);
    return left && right && [...left, ...right];
  }
  const test = singleTest(predicate, schema);
  return test && [test];
}

function singleTest(predicate: Expression, schema: BranchSchemaNode): PredicateTest | undefined {
  if (predicate.kind === 'path') return existence(predicate, schema);
  if (predicate.kind === 'call' && predicate.name === 'not' && predicate.arguments.length === 1) {
    const inner = predicateTest(predicate.arguments[0] as Expression, schema);
    return inner && { matches: (branch) => !inner.every((test) => test.matches(branch)) };
  }
  if (predicate.kind !== 'binary') return undefined;
  const { operator, left, right } = predicate;
  if (operator === 'or') {
    const one = predicateTest(left, schema);
    const other = predicateTest(right, schema);
    if (!one || !other) return undefined;
    return {
      matches: (branch) =>
        one.every((test) => test.matches(branch)) || other.every((test) => test.matches(branch)),
    };
  }
  if (operator !== '=') return undefined;
  return left.kind === 'path' ? equality(left, right, schema) : equality(right, left, schema);
}

function existence(path: PathExpression, schema: BranchSchemaNode): PredicateTest | undefined {
  const nodes = childrenNamed(path, schema);
  return nodes && { matches: (branch) => nodes.some((node) => refs(branch, node).length > 0) };
}

function equality(
  path: Expression,
  constant: Expression,
  schema: BranchSchemaNode,
): PredicateTest | undefined {
  if (path.kind !== 'path') return undefined;
  if (constant.kind !== 'literal' && constant.kind !== 'number') return undefined;
  const nodes = childrenNamed(path, schema);
  if (!nodes) return undefined;
  const wanted = constant.value;
  const isWanted = (ref: NodeRef): boolean => {
    const text = TREE_MODEL.stringValue(ref);
    return typeof wanted === 'string' ? text === wanted : Number(text) === wanted;
  };
  const matches = (branch: Branch): boolean =>
    nodes.some((node) => refs(branch, node).some(isWanted));
  const fixed = fixedValue(nodes, String(wanted));
  return fixed ? { matches, fixed } : { matches };
}

function fixedValue(nodes: readonly DataSchemaNode[], text: string): PredicateTest['fixed'] {
  const [node] = nodes;
  if (nodes.length !== 1 || node?.kind !== 'leaf' || dependsOnScope(node.type)) return undefined;
  try {
    return { node, value: node.type.parse(text, () => undefined) };
  } catch {
    return undefined;
  }
}

/** The leaves that a path of one step down leads to; undefined for other paths, and for what may be read elsewhere. */
function childrenNamed(
  { absolute, steps }: PathExpression,
  schema: BranchSchemaNode,
): readonly DataSchemaNode[] | undefined {
  const [step] = steps;
  if (absolute || steps.length !== 1 || step?.axis !== 'child') return undefined;
  if (step.test.kind !== 'name' || step.predicates.length > 0) return undefined;
  const { namespace, name } = step.test;
  const found = schema.dataChildren.filter(
    (child) =>
      (name === undefined || child.name === name) &&
      (namespace === undefined || child.module.namespace === namespace),
  );
  return found.some(({ kind }) => kind === 'container' || kind === 'list') ? undefined : found;
}

function refs(branch: Branch, node: DataSchemaNode): readonly NodeRef[] {
  return [...childRefs(rootRef(branch), node)];
}
