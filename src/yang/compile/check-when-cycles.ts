/**
 * Finds when expressions whose values depend on each other, or on the nodes they are for (RFC 7950, section 7.21.5).
 *
 * An expression depends on those of the nodes that it steps down to. Steps whose names are not known before
 * evaluation are not followed: a cycle through them need not be one.
 */
import type { ReadPath } from '../../xpath/index.ts';
import type { SchemaNode } from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';
import { walkDepthFirst } from './depth-first.ts';
import type { Draft } from './draft.ts';
import { dataParentOf, rootOf, walkStep } from './walk-path.ts';

/** A when statement at one place: that of a uses is for all nodes that it brings there. */
interface Condition {
  readonly statement: Statement;
  readonly namespace: string;
  readonly context: SchemaNode;
}

export function checkWhenCycles(compilation: Compilation): void {
  const graph = new ConditionGraph(compilation);
  walkDepthFirst({
    roots: graph.conditions,
    next: (condition) => graph.dependencies(condition),
    cycle: (members) => {
      const [first] = members;
      if (!first) return;
      const message = `the value of "${first.statement.text}" depends on itself, ${wayBack(members)}`;
      compilation.sink.report('circular-when', first.statement.argumentAt, message);
    },
  });
}

/** So many members of a cycle are named. */
const MAX_NAMED = 4;

function wayBack([, ...others]: readonly Condition[]): string {
  if (others.length === 0) return 'because it is about the node that it is for';
  const named = others.slice(0, MAX_NAMED).map(({ statement }) => `"${statement.text}"`);
  return `by ${named.join(', ')}${others.length > named.length ? ' and others' : ''}`;
}

class ConditionGraph {
  readonly conditions: Condition[] = [];
  readonly #compilation: Compilation;
  readonly #ofNode = new Map<SchemaNode, Condition[]>();
  readonly #known = new Map<Statement, Map<SchemaNode, Condition>>();

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
    for (const [draft, node] of compilation.frozen) {
      if (draft.outerWhens.length === 0 && !draft.property('when')) continue;
      const outer = dataParentOf(node);
      const own = node.kind === 'choice' || node.kind === 'case' ? outer : node;
      for (const statement of draft.all('when')) this.#add(statement, draft, node, own);
      for (const statement of draft.outerWhens) this.#add(statement, draft, node, outer);
    }
  }

  #add(
    statement: Statement,
    draft: Draft,
    node: SchemaNode,
    context: SchemaNode | undefined,
  ): void {
    if (!context) return;
    const places = this.#known.get(statement) ?? new Map<SchemaNode, Condition>();
    this.#known.set(statement, places);
    let condition = places.get(context);
    if (!condition) {
      condition = { statement, namespace: draft.module.info.namespace, context };
      places.set(context, condition);
      this.conditions.push(condition);
    }
    const conditions = this.#ofNode.get(node);
    if (conditions) conditions.push(condition);
    else this.#ofNode.set(node, [condition]);
  }

  /** The conditions that have to be evaluated first. */
  dependencies(condition: Condition): readonly Condition[] {
    const { statement, namespace } = condition;
    const expression = this.#compilation.expressions.compile(statement, namespace);
    const found = new Set<Condition>();
    for (const path of expression?.paths ?? []) {
      if (path.origin === 'root' || path.origin === 'context') this.#follow(path, condition, found);
    }
    return [...found];
  }

  #follow(path: ReadPath, condition: Condition, found: Set<Condition>): void {
    const { context } = condition;
    let node: SchemaNode = path.origin === 'root' ? rootOf(context) : context;
    let isOtherEntry = false;
    for (const step of path.steps) {
      if (step.axis === 'self' && step.name === undefined) continue;
      const next = walkStep(node, step, context);
      if (!next) return;
      node = next;
      if (step.axis !== 'child') continue;
      isOtherEntry ||= node.kind === 'list';
      for (const other of this.#conditionsOf(node)) {
        // In another entry of a list the same condition is about another node.
        if (other !== condition || !isOtherEntry) found.add(other);
      }
    }
  }

  /** Conditions of a data node and of the choices and cases around it. */
  *#conditionsOf(node: SchemaNode): Iterable<Condition> {
    yield* this.#ofNode.get(node) ?? [];
    if (node.kind === 'root') return;
    let { parent } = node;
    while (parent.kind === 'choice' || parent.kind === 'case') {
      yield* this.#ofNode.get(parent) ?? [];
      ({ parent } = parent);
    }
  }
}
