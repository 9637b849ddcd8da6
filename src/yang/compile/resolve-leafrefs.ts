/**
 * Finds the leaf that the path of each leafref leads to (RFC 7950, section 9.9.2), in types of leafs and
 * in members of unions.
 */
import type { Expression, Step } from '../../xpath/index.ts';
import {
  qnameKey,
  type BranchSchemaNode,
  type LeafListNode,
  type LeafNode,
  type SchemaNode,
} from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import type { LeafrefType, UnionType, YangType } from '../types/index.ts';
import type { Compilation } from './compilation.ts';
import type { Draft } from './draft.ts';
import { followType } from './type-chain.ts';

export function resolveLeafrefs(compilation: Compilation): void {
  for (const { draft, node } of compilation.frozen) {
    if (node.kind !== 'leaf' && node.kind !== 'leaf-list') continue;
    const type = draft.property('type');
    if (type) new LeafrefResolver(compilation, draft, node).resolve(type, node.type);
  }
}

class LeafrefResolver {
  readonly #compilation: Compilation;
  readonly #draft: Draft;
  readonly #leaf: LeafNode | LeafListNode;

  constructor(compilation: Compilation, draft: Draft, leaf: LeafNode | LeafListNode) {
    this.#compilation = compilation;
    this.#draft = draft;
    this.#leaf = leaf;
  }

  /** `type` is what the statement was compiled to. */
  resolve(statement: Statement, type: YangType): void {
    if (type.base !== 'leafref' && type.base !== 'union') return;
    const base = followType(this.#compilation, statement)?.types.at(-1);
    if (type.base === 'union') {
      const { members } = type as UnionType;
      base?.all('type').forEach((member, index) => {
        const memberType = members[index];
        if (memberType) this.resolve(member, memberType);
      });
      return;
    }
    const path = base?.find('path');
    if (path) this.#resolvePath(path, type as LeafrefType);
  }

  #resolvePath(path: Statement, type: LeafrefType): void {
    const { sink, leafrefTargets } = this.#compilation;
    const target = this.#follow(path, type.path.ast);
    if (!target) return;
    if (target.kind !== 'leaf' && target.kind !== 'leaf-list') {
      const message = `"${path.text}" leads to a ${target.kind}, not to a leaf`;
      sink.report('leafref-target-not-leaf', path.argumentAt, message);
      return;
    }
    if (this.#leaf.config && !target.config && type.requireInstance) {
      const message = `configuration "${this.#leaf.name}" refers to state "${target.name}"`;
      sink.report('leafref-to-state', path.argumentAt, message);
    }
    const targets =
      leafrefTargets.get(this.#draft) ?? new Map<Statement, LeafNode | LeafListNode>();
    leafrefTargets.set(this.#draft, targets.set(path, target));
  }

  #follow(path: Statement, ast: Expression): SchemaNode | undefined {
    const { sink } = this.#compilation;
    const steps = pathSteps(ast);
    if (!steps) {
      const message = `"${path.text}" is not the path of a leafref`;
      sink.report('invalid-path', path.argumentAt, message);
      return undefined;
    }
    const target = walkPath(steps, this.#leaf);
    if (!target) {
      const message = `there is no node "${path.text}" for leafref "${this.#draft.path}"`;
      sink.report('leafref-target-not-found', path.argumentAt, message);
    }
    return target;
  }
}

interface PathSteps {
  readonly absolute: boolean;
  readonly steps: readonly Step[];
}

/** The steps of an expression that is a plain path. */
function pathSteps(ast: Expression): PathSteps | undefined {
  if (ast.kind !== 'path') return undefined;
  const plain = ast.steps.every(
    ({ axis, test }) =>
      (axis === 'child' && test.kind === 'name' && test.name !== undefined) ||
      (axis === 'parent' && test.kind === 'node'),
  );
  return plain && ast.steps.length > 0 ? ast : undefined;
}

/** Follows a path through the schema tree as it would go through data. */
export function walkPath(
  { absolute, steps }: PathSteps,
  start: SchemaNode,
): SchemaNode | undefined {
  let node: SchemaNode | undefined = absolute ? rootOf(start) : start;
  for (const { axis, test } of steps) {
    if (!node) return undefined;
    if (axis === 'parent') node = dataParentOf(node);
    else if (test.kind !== 'name') return undefined;
    else node = childOf(node, test.namespace ?? '', test.name ?? '', start);
  }
  return node;
}

function rootOf(node: SchemaNode): SchemaNode {
  let root = node;
  while (root.kind !== 'root') root = root.parent;
  return root;
}

/**
 * The parent in the data tree. Input and output stand for the operation they belong to, whose
 * parameters are its children (section 6.4.1).
 */
function dataParentOf(node: SchemaNode): SchemaNode | undefined {
  if (node.kind === 'root') return undefined;
  let parent = node.kind === 'input' || node.kind === 'output' ? node.parent : node;
  do {
    if (parent.kind === 'root') return undefined;
    parent = parent.parent;
  } while (parent.kind === 'choice' || parent.kind === 'case');
  return parent;
}

function childOf(
  node: SchemaNode,
  namespace: string,
  name: string,
  start: SchemaNode,
): SchemaNode | undefined {
  if (!isBranch(node)) return undefined;
  const child = node.dataChild(namespace, name);
  if (child || node.kind !== 'root') return child;
  const key = qnameKey(namespace, name);
  const notification = node.context.notifications.get(key);
  if (notification) return notification;
  // The parameters that are meant are those of the message that the leaf is in.
  const operation = node.context.rpcs.get(key);
  return operation && messageOf(start, operation);
}

function messageOf(start: SchemaNode, operation: SchemaNode): SchemaNode | undefined {
  let node = start;
  while (node.kind !== 'root') {
    if (node.parent === operation) return node;
    node = node.parent;
  }
  return undefined;
}

function isBranch(node: SchemaNode): node is BranchSchemaNode {
  return 'dataChildren' in node;
}
