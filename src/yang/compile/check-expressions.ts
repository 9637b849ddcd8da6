/**
 * Warns of names in must, when and path expressions that lead to no node (RFC 7950, section 6.4.1): such
 * an expression is valid XPath, but nearly always a slip.
 */
import { shorten } from '../diagnostic.ts';
import type { CompiledXPath, ReadPath } from '../../xpath/index.ts';
import type { SchemaNode } from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';
import type { Draft } from './draft.ts';
import { dataParentOf, isBranch, rootOf, walkStep, type WalkStep } from './walk-path.ts';

export function checkExpressions(compilation: Compilation): void {
  const checker = new ExpressionChecker(compilation);
  for (const [draft, node] of compilation.frozen) {
    for (const must of draft.all('must')) checker.check(must, draft, node);
    for (const when of draft.all('when')) checker.check(when, draft, whenContext(node));
    for (const when of draft.outerWhens) checker.check(when, draft, dataParentOf(node));
  }
}

/** A choice or case is not in the data tree: its when is about the data around it. */
function whenContext(node: SchemaNode): SchemaNode | undefined {
  return node.kind === 'choice' || node.kind === 'case' ? dataParentOf(node) : node;
}

class ExpressionChecker {
  readonly #compilation: Compilation;
  readonly #drafts: ReadonlyMap<SchemaNode, Draft>;
  readonly #namesOff = new Map<SchemaNode | 'top', ReadonlySet<string>>();

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
    this.#drafts = new Map([...compilation.frozen].map(([draft, node]) => [node, draft]));
  }

  check(statement: Statement, draft: Draft, context: SchemaNode | undefined): void {
    const { namespace } = draft.module.info;
    const expression = this.#compilation.expressions.compile(statement, namespace);
    if (!expression || !context || this.#compilation.openRoots.has(rootOf(context))) return;
    for (const path of readPaths(expression)) {
      const missing = this.#walk(path, context);
      if (!missing) continue;
      const message = `"${shorten(statement.text)}" names a node "${shorten(missing)}" that is not there`;
      this.#compilation.sink.report('unknown-xpath-node', statement.argumentAt, message);
    }
  }

  /** The first name that leads nowhere, if the path can be followed that far. */
  #walk(path: ReadPath, context: SchemaNode): string | undefined {
    let node: SchemaNode = path.origin === 'root' ? rootOf(context) : context;
    for (const step of path.steps) {
      if (step.axis === 'self' && step.name === undefined) continue;
      if (step.axis !== 'parent' && (step.axis !== 'child' || step.name === undefined)) {
        return undefined;
      }
      const next = walkStep(node, step, context);
      if (!next) return this.#isExcused(node, step) ? undefined : (step.name ?? '..');
      node = next;
    }
    return undefined;
  }

  /** Names in modules that are not implemented, and of nodes that a feature switches off, are no slips. */
  #isExcused(node: SchemaNode, { name, namespace }: WalkStep): boolean {
    if (node.kind === 'anydata' || node.kind === 'anyxml') return true;
    const { context } = this.#compilation;
    const module = context?.moduleByNamespace.get(namespace ?? '');
    if (!module?.implemented) return name !== undefined;
    if (name === undefined) return false;
    const isTop = isBranch(node) && node.kind === 'root';
    return this.#switchedOff(isTop ? 'top' : node).has(name);
  }

  /** Names of children of a node that a feature switches off, and of what is in cases of it. */
  #switchedOff(node: SchemaNode | 'top'): ReadonlySet<string> {
    const known = this.#namesOff.get(node);
    if (known) return known;
    const names = new Set<string>();
    const collect = (draft: Draft): void => {
      if (draft.disabled) names.add(draft.name);
      if (!draft.disabled && draft.keyword !== 'choice' && draft.keyword !== 'case') return;
      for (const child of draft.children) {
        names.add(child.name);
        collect(child);
      }
    };
    const top = (): readonly Draft[] => this.#compilation.modules.flatMap(({ nodes }) => nodes);
    for (const draft of node === 'top' ? top() : (this.#drafts.get(node)?.children ?? [])) {
      collect(draft);
    }
    this.#namesOff.set(node, names);
    return names;
  }
}

function readPaths({ paths }: CompiledXPath): readonly ReadPath[] {
  return paths.filter(({ origin }) => origin === 'root' || origin === 'context');
}
