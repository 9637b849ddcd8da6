/**
 * Which schema nodes an expression may read, and from where: worked out once from its paths, so that a
 * change is met by evaluating what depends on it and nothing else.
 */
import type { CompiledXPath, ReadPath, ReadStep } from '../../xpath/index.ts';
import type {
  BranchSchemaNode,
  DataSchemaNode,
  LeafrefType,
  SchemaNode,
} from '../../yang/index.ts';
import { isNonPresence, schemaDefault } from '../tree/implied.ts';
import { layoutOf } from '../tree/layout.ts';
import { conditionsOf } from '../tree/tree-model.ts';

/** Data nodes and the branches without an element of their own. */
export type TreeNode = BranchSchemaNode | DataSchemaNode;

export interface ReadTarget {
  readonly node: DataSchemaNode;
  /** The highest node on the way from where the expression is evaluated to `node`. */
  readonly anchor: TreeNode;
}

interface Position {
  readonly node: TreeNode;
  readonly anchor: TreeNode;
}

/** Everything that `expression` may read when it is evaluated at an instance of `context`. */
export function readTargets(expression: CompiledXPath, context: TreeNode): readonly ReadTarget[] {
  const reader = new PathReader(context);
  for (const path of expression.paths) reader.read(path);
  return withImplied(reader.targets());
}

/**
 * Whether a default or a non-presence container is there depends on conditions and on other cases, so an
 * expression that reads it depends on what these read.
 */
function withImplied(targets: readonly ReadTarget[]): readonly ReadTarget[] {
  const all = [...targets];
  const isKnown = (target: ReadTarget): boolean =>
    all.some(({ node, anchor }) => node === target.node && anchor === target.anchor);
  // The list grows while it is gone through.
  for (const target of all) {
    for (const { node, anchor } of deciding(target.node)) {
      const common = isAbove(anchor, target.anchor) ? anchor : target.anchor;
      if (!isKnown({ node, anchor: common })) all.push({ node, anchor: common });
    }
  }
  return all;
}

/** What decides whether an implied node is there. */
function deciding(node: DataSchemaNode): readonly ReadTarget[] {
  if (schemaDefault(node) === undefined && !isNonPresence(node)) return [];
  const parent = node.dataParent;
  const found: ReadTarget[] = [];
  for (const when of conditionsOf(node, parent)) {
    const reader = new PathReader(when.context === 'self' ? node : parent);
    for (const path of when.expression.paths) reader.read(path);
    found.push(...reader.targets());
  }
  const { cases } = layoutOf(parent);
  for (const { choice } of cases[node.slot] ?? []) {
    for (const [slot, memberships] of cases.entries()) {
      if (memberships?.some((membership) => membership.choice === choice) !== true) continue;
      found.push({ node: parent.dataChildren[slot] as DataSchemaNode, anchor: parent });
    }
  }
  return found;
}

class PathReader {
  readonly #context: TreeNode;
  readonly #root: TreeNode;
  readonly #found = new Map<DataSchemaNode, Set<TreeNode>>();

  constructor(context: TreeNode) {
    this.#context = context;
    this.#root = rootOf(context);
  }

  targets(): readonly ReadTarget[] {
    return [...this.#found].flatMap(([node, anchors]) =>
      [...anchors].map((anchor) => ({ node, anchor })),
    );
  }

  /** Where the path ends. */
  read(path: ReadPath): readonly Position[] {
    let positions = this.#start(path);
    for (const step of path.steps) {
      positions = unique(positions.flatMap((position) => this.#step(position, step)));
      for (const { node, anchor } of positions) this.#note(node, anchor);
    }
    return positions;
  }

  #start(path: ReadPath): readonly Position[] {
    switch (path.origin) {
      case 'root':
        return [{ node: this.#root, anchor: this.#root }];
      case 'context':
        if (path.steps.length === 0) this.#note(this.#context, this.#context);
        return [{ node: this.#context, anchor: this.#context }];
      case 'deref': {
        const references = path.of ? this.read(path.of) : [];
        return references.flatMap(({ node }) => this.#targetOf(node));
      }
      case 'unknown':
        return this.#everything();
    }
  }

  #targetOf(node: TreeNode): readonly Position[] {
    if (node.kind !== 'leaf' && node.kind !== 'leaf-list') return [];
    if (node.type.base !== 'leafref') return this.#everything();
    const { target } = node.type as LeafrefType;
    this.#note(target, this.#root);
    return [{ node: target, anchor: this.#root }];
  }

  #everything(): readonly Position[] {
    return descendants(this.#root).map((node) => ({ node, anchor: this.#root }));
  }

  #step({ node, anchor }: Position, step: ReadStep): readonly Position[] {
    const at = (found: readonly TreeNode[]): readonly Position[] =>
      found.map((each) => ({ node: each, anchor: isAbove(each, anchor) ? each : anchor }));
    switch (step.axis) {
      case 'child':
        return at(childrenOf(node).filter((child) => matches(child, step)));
      case 'self':
        return at([node]);
      case 'parent':
        return at(parentOf(node));
      case 'descendant':
        return at(descendants(node).filter((child) => matches(child, step)));
      case 'descendant-or-self':
        return at([node, ...descendants(node)].filter((child) => matches(child, step)));
      case 'ancestor':
        return at(ancestors(node));
      case 'ancestor-or-self':
        return at([node, ...ancestors(node)]);
      case 'attribute':
      case 'namespace':
        return [];
      default:
        // Siblings and what comes before or after: seldom used, so it may be coarse.
        return this.#everything();
    }
  }

  #note(node: TreeNode, anchor: TreeNode): void {
    if (!isDataNode(node)) return;
    let anchors = this.#found.get(node);
    if (!anchors) this.#found.set(node, (anchors = new Set()));
    anchors.add(anchor);
  }
}

export function isDataNode(node: SchemaNode): node is DataSchemaNode {
  return 'slot' in node;
}

function childrenOf(node: TreeNode): readonly DataSchemaNode[] {
  return 'dataChildren' in node ? node.dataChildren : [];
}

function parentOf(node: TreeNode): readonly TreeNode[] {
  return isDataNode(node) ? [node.dataParent] : [];
}

function ancestors(node: TreeNode): readonly TreeNode[] {
  const [parent] = parentOf(node);
  return parent ? [parent, ...ancestors(parent)] : [];
}

function descendants(node: TreeNode): readonly DataSchemaNode[] {
  return childrenOf(node).flatMap((child) => [child, ...descendants(child)]);
}

function rootOf(node: TreeNode): TreeNode {
  return ancestors(node).at(-1) ?? node;
}

/** True when `above` is a proper ancestor of `node`. */
export function isAbove(above: TreeNode, node: TreeNode): boolean {
  return ancestors(node).includes(above);
}

function matches(node: TreeNode, { namespace, name }: ReadStep): boolean {
  if (!isDataNode(node)) return name === undefined;
  if (name !== undefined && node.name !== name) return false;
  return namespace === undefined || node.module.namespace === namespace;
}

function unique(positions: readonly Position[]): readonly Position[] {
  const seen = new Map<TreeNode, Set<TreeNode>>();
  return positions.filter(({ node, anchor }) => {
    const anchors = seen.get(node) ?? new Set();
    if (anchors.has(anchor)) return false;
    seen.set(node, anchors.add(anchor));
    return true;
  });
}
