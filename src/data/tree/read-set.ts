/**
 * Which schema nodes an expression may read, and from where: worked out once from its paths, so that a
 * change is met by evaluating what depends on it and nothing else.
 */
import type { CompiledXPath, ReadPath, ReadStep } from '../../xpath/index.ts';
import type { DataSchemaNode, LeafrefType } from '../../yang/index.ts';
import { conditionsOf } from './conditions.ts';
import { isNonPresence, schemaDefault } from './implied.ts';
import { layoutOf } from './layout.ts';
import {
  ancestorsOf,
  childrenOf,
  descendantsOf,
  isAbove,
  isDataNode,
  parentOf,
  rootOf,
} from './schema-walk.ts';
import type { TreeNode } from './schema-walk.ts';

export interface ReadTarget {
  readonly node: DataSchemaNode;
  /** The highest node on the way from where the expression is evaluated to `node`. */
  readonly anchor: TreeNode;
  /** Not read itself, but decides whether what is read is there: when it comes, others may go. */
  readonly decides: boolean;
}

/** What is read, or 'everything' when that cannot be told, or is not worth telling. */
export type ReadSet = readonly ReadTarget[] | 'everything';

interface Position extends Place {
  /** The text of the leaf, which is a node of its own. */
  readonly isText: boolean;
}

interface Place {
  readonly node: TreeNode;
  readonly anchor: TreeNode;
}

/** Everything that `expression` may read when it is evaluated at an instance of `context`. */
export function readTargets(expression: CompiledXPath, context: TreeNode): ReadSet {
  const collector = new TargetCollector();
  collector.read(expression, context);
  return collector.result();
}

/**
 * What decides whether an instance of `node` is there although the tree does not hold it: conditions on it and on
 * what is around it, and other cases.
 */
export function existenceTargets(node: DataSchemaNode): ReadSet {
  const collector = new TargetCollector();
  collector.existence(node, node);
  return collector.result();
}

class TargetCollector {
  readonly #targets: ReadTarget[] = [];
  readonly #known = {
    read: new Map<DataSchemaNode, Set<TreeNode>>(),
    decides: new Map<DataSchemaNode, Set<TreeNode>>(),
  };
  readonly #decided = new Map<DataSchemaNode, Set<TreeNode>>();
  #everything = false;

  result(): ReadSet {
    if (this.#hasEverything()) return 'everything';
    // The list grows while it is gone through.
    for (const { node, anchor } of this.#targets) this.existence(node, anchor);
    return this.#hasEverything() ? 'everything' : this.#targets;
  }

  #hasEverything(): boolean {
    return this.#everything;
  }

  read(expression: CompiledXPath, context: TreeNode, above = context, decides = false): void {
    const reader = new PathReader({ node: context, anchor: context });
    for (const path of expression.paths) reader.record(path);
    if (reader.isOpen) this.#everything = true;
    for (const { node, anchor } of reader.found) this.#add(node, higher(anchor, above), decides);
  }

  /** What decides whether `node`, and what it lies in up to `top`, is there. */
  existence(node: DataSchemaNode, top: TreeNode): void {
    for (let at: TreeNode = node; isDataNode(at); at = at.dataParent) {
      if (isNonPresence(at) || schemaDefault(at) !== undefined) this.#deciding(at, top);
    }
  }

  #deciding(node: DataSchemaNode, top: TreeNode): void {
    const tops = this.#decided.get(node) ?? new Set();
    if (tops.has(top)) return;
    this.#decided.set(node, tops.add(top));
    const parent = node.dataParent;
    for (const when of conditionsOf(node, parent)) {
      this.read(when.expression, when.context === 'self' ? node : parent, top, true);
    }
    const { cases } = layoutOf(parent);
    for (const { choice } of cases[node.slot] ?? []) {
      for (const [slot, memberships] of cases.entries()) {
        if (memberships?.some((membership) => membership.choice === choice) !== true) continue;
        this.#add(parent.dataChildren[slot] as DataSchemaNode, higher(parent, top), true);
      }
    }
  }

  #add(node: DataSchemaNode, anchor: TreeNode, decides: boolean): void {
    const known = decides ? this.#known.decides : this.#known.read;
    const anchors = known.get(node) ?? new Set();
    if (anchors.has(anchor)) return;
    known.set(node, anchors.add(anchor));
    this.#targets.push({ node, anchor, decides });
  }
}

/** That of the two that is further up; both are above one node. */
function higher(a: TreeNode, b: TreeNode): TreeNode {
  return isAbove(a, b) ? a : b;
}

class PathReader {
  readonly #context: Place;
  readonly found: { readonly node: DataSchemaNode; readonly anchor: TreeNode }[] = [];
  /** Something is read that cannot be told. */
  isOpen = false;

  constructor(context: Place) {
    this.#context = context;
  }

  /** Notes what the path reads. */
  record(path: ReadPath): void {
    for (const { node, anchor } of this.#follow(path)) {
      this.#note(node, anchor);
      if (!path.whole) continue;
      if (!isDataNode(node)) this.isOpen = true;
      else for (const below of descendantsOf(node)) this.#note(below, anchor);
    }
  }

  /** Where the path ends. The nodes on the way down count only through what is below them. */
  #follow(path: ReadPath): readonly Position[] {
    let positions = this.#start(path);
    for (const step of path.steps) {
      if (!GOES_DOWN.has(step.axis))
        for (const { node, anchor } of positions) this.#note(node, anchor);
      positions = unique(positions.flatMap((position) => stepFrom(position, step)));
    }
    return positions;
  }

  #start(path: ReadPath): readonly Position[] {
    const { node } = this.#context;
    switch (path.origin) {
      case 'root': {
        const root = rootOf(node);
        return [{ node: root, anchor: root, isText: false }];
      }
      case 'context':
        return [{ ...this.#context, isText: false }];
      case 'deref':
        return path.of ? this.#follow(path.of).flatMap((position) => this.#referred(position)) : [];
      case 'unknown':
        this.isOpen = true;
        return [];
    }
  }

  /** Where the leafrefs at `position` lead, by paths that read something themselves. */
  #referred(position: Position): readonly Position[] {
    const { node } = position;
    this.#note(node, position.anchor);
    if (node.kind !== 'leaf' && node.kind !== 'leaf-list') return [];
    if (node.type.base === 'instance-identifier' || node.type.base === 'union') this.isOpen = true;
    if (node.type.base !== 'leafref') return [];
    const { target, path } = node.type as LeafrefType;
    const reader = new PathReader(position);
    for (const part of path.paths) reader.record(part);
    this.isOpen ||= reader.isOpen;
    this.found.push(...reader.found);
    return reader.found
      .filter((place) => place.node === target)
      .map((place) => ({ ...place, isText: false }));
  }

  #note(node: TreeNode, anchor: TreeNode): void {
    if (isDataNode(node)) this.found.push({ node, anchor });
  }
}

/** Axes whose nodes are not there without the node that they start from. */
const GOES_DOWN = new Set<ReadStep['axis']>([
  'self',
  'child',
  'descendant',
  'descendant-or-self',
  'attribute',
  'namespace',
]);

function stepFrom(position: Position, step: ReadStep): readonly Position[] {
  const found = nodesOnAxis(position, step.axis).filter((node) => matches(node, step));
  return found.map(({ node, isText }) => {
    const top = topOfWay(position.node, node, step.axis);
    return { node, isText, anchor: higher(position.anchor, top) };
  });
}

/** The highest node on the way along an axis: from one entry of a list to another it goes through their parent. */
function topOfWay(from: TreeNode, to: TreeNode, axis: ReadStep['axis']): TreeNode {
  switch (axis) {
    case 'following-sibling':
    case 'preceding-sibling':
      return parentOf(from)[0] ?? from;
    case 'following':
    case 'preceding':
      return rootOf(from);
    default:
      return isAbove(to, from) ? to : from;
  }
}

type AxisNode = Pick<Position, 'node' | 'isText'>;

function nodesOnAxis({ node, isText }: Position, axis: ReadStep['axis']): readonly AxisNode[] {
  const elements = (nodes: readonly TreeNode[]): readonly AxisNode[] =>
    nodes.map((each) => ({ node: each, isText: false }));
  const own: AxisNode = { node, isText };
  switch (axis) {
    case 'self':
      return [own];
    case 'child':
      return isText ? [] : [...elements(childrenOf(node)), ...textOf(node)];
    case 'parent':
      return elements(isText ? [node] : parentOf(node));
    case 'descendant':
      return isText ? [] : below(node);
    case 'descendant-or-self':
      return isText ? [own] : [own, ...below(node)];
    case 'ancestor':
      return elements(isText ? [node, ...ancestorsOf(node)] : ancestorsOf(node));
    case 'ancestor-or-self':
      return [own, ...elements(isText ? [node, ...ancestorsOf(node)] : ancestorsOf(node))];
    case 'following-sibling':
    case 'preceding-sibling':
      return isText ? [] : elements(parentOf(node).flatMap(childrenOf));
    case 'following':
    case 'preceding':
      return below(rootOf(node));
    case 'attribute':
    case 'namespace':
      return [];
  }
}

function below(node: TreeNode): readonly AxisNode[] {
  const nodes = descendantsOf(node);
  return [
    ...nodes.map((each) => ({ node: each, isText: false })),
    ...[node, ...nodes].flatMap(textOf),
  ];
}

function textOf(node: TreeNode): readonly AxisNode[] {
  return node.kind === 'leaf' || node.kind === 'leaf-list' ? [{ node, isText: true }] : [];
}

function matches({ node, isText }: AxisNode, { namespace, name, test }: ReadStep): boolean {
  if (test === 'node') return true;
  if (test !== 'element' || isText) return test === 'text' && isText;
  if (!isDataNode(node)) return false;
  if (name !== undefined && node.name !== name) return false;
  return namespace === undefined || node.module.namespace === namespace;
}

function unique(positions: readonly Position[]): readonly Position[] {
  const elements = new Map<TreeNode, Set<TreeNode>>();
  const texts = new Map<TreeNode, Set<TreeNode>>();
  return positions.filter(({ node, anchor, isText }) => {
    const seen = isText ? texts : elements;
    const anchors = seen.get(node) ?? new Set();
    if (anchors.has(anchor)) return false;
    seen.set(node, anchors.add(anchor));
    return true;
  });
}
