/**
 * Finds the leaf that the path of each leafref leads to (RFC 7950, section 9.9.2), in types of leafs and
 * in members of unions.
 */
import type { Expression, Step } from '../../xpath/index.ts';
import type { LeafListNode, LeafNode, SchemaNode } from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import type { LeafrefType, UnionType, YangType } from '../types/index.ts';
import type { Compilation } from './compilation.ts';
import type { Draft } from './draft.ts';
import { followType } from './type-chain.ts';
import { rootOf, walkStep } from './walk-path.ts';

/** A leafref whose path leads nowhere was asked for a value; the path has been reported. */
export class UnboundLeafrefError extends Error {
  constructor(path: string) {
    super(`leafref "${path}" has no target`);
    this.name = 'UnboundLeafrefError';
  }
}

export function resolveLeafrefs(compilation: Compilation): void {
  for (const [draft, node] of compilation.frozen) {
    if (node.kind !== 'leaf' && node.kind !== 'leaf-list') continue;
    const type = draft.property('type');
    if (type) new LeafrefResolver(compilation, draft, node).resolve(type, node.type);
  }
  checkCycles(compilation);
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
    const isOpen = this.#compilation.openRoots.has(rootOf(this.#leaf));
    if (this.#leaf.config && !target.config && type.requireInstance && !isOpen) {
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
    // Of a grouping by itself nobody knows what is around it.
    if (!target && !this.#compilation.openRoots.has(rootOf(this.#leaf))) {
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

function walkPath({ absolute, steps }: PathSteps, start: SchemaNode): SchemaNode | undefined {
  let node: SchemaNode | undefined = absolute ? rootOf(start) : start;
  for (const { axis, test } of steps) {
    if (!node) return undefined;
    const named = test.kind === 'name' ? test : { namespace: undefined, name: undefined };
    node = walkStep(node, { axis, namespace: named.namespace, name: named.name }, start);
  }
  return node;
}

/** A leafref whose value would depend on itself. */
function checkCycles(compilation: Compilation): void {
  const targets = new Map<SchemaNode, readonly [Statement, SchemaNode][]>();
  for (const [draft, paths] of compilation.leafrefTargets) {
    const node = compilation.frozen.get(draft);
    if (node) targets.set(node, [...paths]);
  }
  const done = new Set<SchemaNode>();
  const visit = (node: SchemaNode, path: readonly SchemaNode[]): void => {
    if (done.has(node)) return;
    for (const [statement, target] of targets.get(node) ?? []) {
      if (target === node || path.includes(target)) {
        const message = `leafref "${statement.text}" leads back to itself`;
        compilation.sink.report('circular-leafref', statement.argumentAt, message);
      } else {
        visit(target, [...path, node]);
      }
    }
    done.add(node);
  };
  for (const node of targets.keys()) visit(node, []);
}
