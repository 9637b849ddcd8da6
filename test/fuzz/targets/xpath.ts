/** XPath expressions of any kind, over a small tree with a budget. */
import { XPathError, compileXPath, type XPathValue } from '../../../src/xpath/index.ts';
import type { RandomSource } from '../../support/random-source.ts';
import { TreeModel, parseTree, type TreeNode } from '../../support/xpath-tree.ts';
import { mutateCharacters } from '../mutate.ts';
import { promise, type Target } from '../target.ts';

const TREE = parseTree(
  '<a x="1"><b k="2">1<c>é</c><c>2</c></b><b/><p:b>-0</p:b><d><d><d>NaN</d></d></d><e>😀x</e></a>',
);
const AXES = [
  ...['child', 'parent', 'self', 'ancestor', 'ancestor-or-self', 'descendant', 'following'],
  ...['descendant-or-self', 'preceding', 'following-sibling', 'preceding-sibling', 'attribute'],
  'namespace',
];
const TESTS = ['a', 'b', 'c', 'd', 'p:b', '*', 'p:*', 'node()', 'text()', 'comment()', 'k'];
const LITERALS = ["'a'", '"é"', '1', '.5', '2.', '-1', "''", "'😀'", '1000000000000000000000'];
const FUNCTIONS: readonly (readonly [string, number])[] = [
  ...(['last', 'position', 'true', 'false', 'current'] as const).map((it) => [it, 0] as const),
  ...(['string', 'number', 'name', 'local-name', 'namespace-uri'] as const).map(
    (it) => [it, 0] as const,
  ),
  ...(['string', 'number', 'not', 'boolean', 'count', 'sum', 'floor', 'round'] as const).map(
    (it) => [it, 1] as const,
  ),
  ...(['ceiling', 'normalize-space', 'string-length', 'id', 'lang', 'deref'] as const).map(
    (it) => [it, 1] as const,
  ),
  ...(['contains', 'starts-with', 'concat', 're-match', 'bit-is-set', 'substring'] as const).map(
    (it) => [it, 2] as const,
  ),
  ...(['substring-before', 'derived-from', 'derived-from-or-self'] as const).map(
    (it) => [it, 2] as const,
  ),
  ...(['translate', 'substring', 'concat'] as const).map((it) => [it, 3] as const),
];
const OPERATORS = ['=', '!=', '<', '>', '<=', '>=', '+', '-', '*', 'div', 'mod', 'and', 'or', '|'];

function expression(random: RandomSource, depth: number): string {
  const inner = (): string => expression(random, depth - 1);
  switch (depth <= 0 ? random.below(2) : random.below(8)) {
    case 0:
      return random.pick(LITERALS);
    case 1:
    case 2:
    case 3:
      return path(random, depth);
    case 4: {
      const [name, count] = random.pick(FUNCTIONS);
      return `${name}(${Array.from({ length: count }, inner).join(', ')})`;
    }
    case 5:
      return `(${inner()})${random.chance(0.3) ? `[${inner()}]/${path(random, 0)}` : ''}`;
    case 6:
      return `-${inner()}`;
    default:
      return `${inner()} ${random.pick(OPERATORS)} ${inner()}`;
  }
}

function path(random: RandomSource, depth: number): string {
  const steps = Array.from({ length: 1 + random.below(3) }, () => {
    if (random.chance(0.2)) return random.pick(['.', '..', '@x', '@*']);
    const axis = random.chance(0.4) ? `${random.pick(AXES)}::` : '';
    const hasPredicate = depth > 0 && random.chance(0.4);
    const predicate = hasPredicate ? `[${expression(random, depth - 1)}]` : '';
    return axis + random.pick(TESTS) + predicate;
  });
  return random.pick(['', '', '/', '//']) + steps.join(random.pick(['/', '/', '//']));
}

export const XPATH: Target = {
  name: 'xpath',
  make(random) {
    let text = expression(random, 1 + random.below(5));
    for (let left = random.below(3); left > 0; left -= 1) text = mutateCharacters(text, random);
    return { text, about: String(random.below(8)) };
  },
  check({ text, about }) {
    const prefixes = new Map([['p', 'urn:p']]);
    try {
      const options = {
        resolvePrefix: (prefix: string) => prefixes.get(prefix),
        defaultNamespace: 'urn:t',
      };
      const compiled = compileXPath(text, options);
      const node = nodesOf(TREE)[Number(about)] ?? TREE;
      const model = new TreeModel();
      const limits = { maxVisits: 100_000 };
      const value = compiled.evaluate(model, node, limits);
      promise(Array.isArray(compiled.paths), () => 'no paths');
      const isTrue = compiled.boolean(model, node, limits);
      promise(isTrue === booleanOf(value), () => `boolean of ${text} is ${String(isTrue)}`);
      if (typeof value === 'number') {
        const number = compiled.number(model, node, limits);
        promise(Object.is(number, value), () => `${text} is ${value} and ${number}`);
      }
      if (typeof value === 'string') {
        promise(compiled.string(model, node, limits) === value, () => `${text} is two strings`);
      }
      if (typeof value === 'object') {
        const nodes = compiled.nodes(model, node, limits);
        promise(new Set(nodes).size === nodes.length, () => `${text} has a node twice`);
        promise(inOrder(nodes), () => `${text} is not in document order`);
        const some = new Set<TreeNode>();
        compiled.some(model, node, (it) => (some.add(it), false), limits);
        promise(some.size === nodes.length, () => `${text}: ${nodes.length} or ${some.size} nodes`);
      }
    } catch (error) {
      if (!(error instanceof XPathError)) throw error;
    }
  },
};

function nodesOf(root: TreeNode): readonly TreeNode[] {
  return [root, ...root.children.flatMap(nodesOf)];
}

function booleanOf(value: XPathValue<TreeNode>): boolean {
  if (typeof value === 'object') return value.length > 0;
  return typeof value === 'number' ? value !== 0 && !Number.isNaN(value) : Boolean(value);
}

function inOrder(nodes: readonly TreeNode[]): boolean {
  return nodes.every((node, at) => at === 0 || (nodes[at - 1]?.index ?? 0) < node.index);
}
