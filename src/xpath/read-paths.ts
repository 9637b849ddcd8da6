/**
 * Which paths an expression reads: what its value can depend on.
 *
 * A path in a predicate is joined to the path before the predicate, and `..` after a child step takes that
 * step back, so that each result leads through the schema tree step by step.
 */
import type { ReadPath, ReadStep } from './compiled.ts';
import type { CallExpression, Expression, Step } from './syntax/ast.ts';

const UNKNOWN: ReadPath = { origin: 'unknown', of: undefined, steps: [], whole: false };
const ROOT: ReadPath = { origin: 'root', of: undefined, steps: [], whole: false };
const CONTEXT: ReadPath = { origin: 'context', of: undefined, steps: [], whole: false };

/** Beyond this the result is one path of unknown origin: unions in nested predicates multiply. */
const MAX_PATHS = 500;

type Paths = readonly ReadPath[];

export function collectReadPaths(expression: Expression): Paths {
  const collector = new Collector();
  collector.read(expression, [CONTEXT]);
  return collector.result();
}

class Collector {
  readonly #found = new Map<string, ReadPath>();

  result(): Paths {
    return this.#found.size > MAX_PATHS ? [UNKNOWN] : [...this.#found.values()];
  }

  /** Records what `expression` reads at a node that `context` leads to; returns the paths to its nodes. */
  read(expression: Expression, context: Paths): Paths {
    switch (expression.kind) {
      case 'literal':
      case 'number':
        return [];
      case 'variable':
        return this.#record([UNKNOWN]);
      case 'negate':
        return this.#readText(expression.operand, context);
      case 'binary':
        return this.#binary(expression, context);
      case 'union':
        return limit([
          ...this.read(expression.left, context),
          ...this.read(expression.right, context),
        ]);
      case 'path':
        return this.#record(this.#follow(expression.absolute ? [ROOT] : context, expression.steps));
      case 'filter': {
        const start = this.read(expression.primary, context);
        for (const predicate of expression.predicates) this.read(predicate, start);
        return this.#record(this.#follow(start, expression.steps));
      }
      case 'call':
        return this.#call(expression, context);
    }
  }

  /** As {@link read}, where nodes stand for their texts. The result is no node-set. */
  #readText(expression: Expression, context: Paths): Paths {
    this.#record(this.read(expression, context), true);
    return [];
  }

  #binary(expression: Expression & { kind: 'binary' }, context: Paths): Paths {
    const isLogical = expression.operator === 'and' || expression.operator === 'or';
    for (const operand of [expression.left, expression.right]) {
      if (isLogical) this.read(operand, context);
      else this.#readText(operand, context);
    }
    return [];
  }

  #call({ name, arguments: args }: CallExpression, context: Paths): Paths {
    const read = args.map((argument, index) =>
      index === 0 && OF_NODES.has(name)
        ? this.read(argument, context)
        : this.#readText(argument, context),
    );
    if (name === 'current') return this.#record([CONTEXT]);
    if (name === 'deref') {
      const targets = (read[0] ?? []).map((of): ReadPath => ({
        origin: 'deref',
        of,
        steps: [],
        whole: false,
      }));
      return this.#record(targets);
    }
    if (args.length === 0 && OF_CONTEXT_NODE.has(name)) this.#record(context, true);
    return PLAIN.has(name) ? [] : this.#record([UNKNOWN]);
  }

  #follow(start: Paths, steps: readonly Step[]): Paths {
    let paths = start;
    for (const step of steps) {
      // Which nodes there are counts, even where the path goes up again or a predicate counts them.
      if (step.axis === 'parent') this.#record(paths.filter(leadsDown));
      paths = paths.map((path) => extend(path, step));
      if (step.predicates.length > 0) this.#record(paths);
      for (const predicate of step.predicates) this.read(predicate, paths);
    }
    return paths;
  }

  #record(paths: Paths, whole = false): Paths {
    for (const path of paths) {
      const key = keyOf(path);
      const known = this.#found.get(key);
      if (known ? known.whole || !whole : this.#found.size > MAX_PATHS) continue;
      this.#found.set(key, whole ? { ...path, whole } : path);
    }
    return paths;
  }
}

/** Whether its nodes may be missing, which what is above the context cannot. */
function leadsDown({ steps }: ReadPath): boolean {
  const last = steps.at(-1);
  return last !== undefined && last.axis !== 'parent';
}

function limit(paths: Paths): Paths {
  return paths.length > MAX_PATHS ? [UNKNOWN] : paths;
}

function extend(path: ReadPath, step: Step): ReadPath {
  if (path.origin === 'unknown') return path;
  const { axis, test } = step;
  const anyNode = test.kind === 'node';
  if (axis === 'self' && anyNode) return path;
  const last = path.steps.at(-1);
  if (axis === 'parent' && anyNode && last?.axis === 'child') {
    return { ...path, steps: path.steps.slice(0, -1) };
  }
  return { ...path, steps: [...path.steps, readStep(step)] };
}

function readStep({ axis, test }: Step): ReadStep {
  if (test.kind === 'name') {
    return { axis, namespace: test.namespace, name: test.name, test: 'element' };
  }
  const kind = test.kind === 'node' || test.kind === 'text' ? test.kind : 'none';
  return { axis, namespace: undefined, name: undefined, test: kind };
}

function keyOf({ origin, of, steps }: ReadPath): string {
  const texts = steps.map(({ axis, namespace, name, test }) => [axis, namespace, name, test]);
  return JSON.stringify([origin, of ? keyOf(of) : '', texts]);
}

const OF_CONTEXT_NODE = new Set(['string', 'number', 'string-length', 'normalize-space']);

/** Functions that ask their first argument which nodes there are, or for a leaf, and not for a text of many. */
const OF_NODES = new Set([
  'bit-is-set',
  'boolean',
  'count',
  'deref',
  'derived-from',
  'derived-from-or-self',
  'enum-value',
  'local-name',
  'name',
  'namespace-uri',
  'not',
]);

/** Functions whose result is no node-set and which read nothing but their arguments and the context node. */
const PLAIN = new Set([
  ...OF_CONTEXT_NODE,
  ...OF_NODES,
  'ceiling',
  'concat',
  'contains',
  'false',
  'floor',
  'id',
  'lang',
  'last',
  'position',
  're-match',
  'round',
  'starts-with',
  'substring',
  'substring-after',
  'substring-before',
  'sum',
  'translate',
  'true',
]);
