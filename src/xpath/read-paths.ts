/**
 * Which paths an expression reads: what its value can depend on.
 *
 * A path in a predicate is joined to the path before the predicate, and `..` after a child step takes that
 * step back, so that each result leads through the schema tree step by step.
 */
import type { ReadPath, ReadStep } from './compiled.ts';
import type { CallExpression, Expression, Step } from './syntax/ast.ts';

const UNKNOWN: ReadPath = { origin: 'unknown', of: undefined, steps: [] };
const ROOT: ReadPath = { origin: 'root', of: undefined, steps: [] };
const CONTEXT: ReadPath = { origin: 'context', of: undefined, steps: [] };

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
        return this.read(expression.operand, context);
      case 'binary':
        this.read(expression.left, context);
        this.read(expression.right, context);
        return [];
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

  #call({ name, arguments: args }: CallExpression, context: Paths): Paths {
    const read = args.map((argument) => this.read(argument, context));
    if (name === 'current') return this.#record([CONTEXT]);
    if (name === 'deref') {
      const targets = (read[0] ?? []).map((of): ReadPath => ({ origin: 'deref', of, steps: [] }));
      return this.#record(targets);
    }
    if (args.length === 0 && OF_CONTEXT_NODE.has(name)) this.#record(context);
    return PLAIN.has(name) ? [] : this.#record([UNKNOWN]);
  }

  #follow(start: Paths, steps: readonly Step[]): Paths {
    let paths = start;
    for (const step of steps) {
      paths = paths.map((path) => extend(path, step));
      for (const predicate of step.predicates) this.read(predicate, paths);
    }
    return paths;
  }

  #record(paths: Paths): Paths {
    for (const path of paths) {
      if (this.#found.size <= MAX_PATHS) this.#found.set(keyOf(path), path);
    }
    return paths;
  }
}

function limit(paths: Paths): Paths {
  return paths.length > MAX_PATHS ? [UNKNOWN] : paths;
}

function extend(path: ReadPath, { axis, test }: Step): ReadPath {
  if (path.origin === 'unknown') return path;
  const anyNode = test.kind === 'node';
  if (axis === 'self' && anyNode) return path;
  if (axis === 'parent' && anyNode && path.steps.at(-1)?.axis === 'child') {
    return { ...path, steps: path.steps.slice(0, -1) };
  }
  const { namespace, name } =
    test.kind === 'name' ? test : { namespace: undefined, name: undefined };
  const step: ReadStep = { axis, namespace, name };
  return { ...path, steps: [...path.steps, step] };
}

function keyOf({ origin, of, steps }: ReadPath): string {
  return JSON.stringify([origin, of ? keyOf(of) : '', steps]);
}

const OF_CONTEXT_NODE = new Set(['string', 'number', 'string-length', 'normalize-space']);

/** Functions whose result is no node-set and which read nothing but their arguments and the context node. */
const PLAIN = new Set([
  ...OF_CONTEXT_NODE,
  'bit-is-set',
  'boolean',
  'ceiling',
  'concat',
  'contains',
  'count',
  'derived-from',
  'derived-from-or-self',
  'enum-value',
  'false',
  'floor',
  'id',
  'lang',
  'last',
  'local-name',
  'name',
  'namespace-uri',
  'not',
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
