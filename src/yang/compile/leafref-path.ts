/**
 * The form of a leafref path (RFC 7950, section 9.9.2 and rule "path-arg" of section 14): a subset of XPath
 * that goes up first and down then, and whose predicates give the keys of lists the values of other leafs. Modules
 * in use also begin a path with `deref(…)`, which some tools have taken since before there was YANG 1.1.
 */
import type { Expression, FilterExpression, Step } from '../../xpath/index.ts';

export interface LeafrefPath {
  /** The path begins at what the leaf at the end of this one refers to. */
  readonly deref: LeafrefPath | undefined;
  readonly absolute: boolean;
  /** Number of `..` that a relative path begins with. */
  readonly up: number;
  readonly down: readonly PathStep[];
}

export interface NodeName {
  readonly namespace: string | undefined;
  readonly name: string;
}

export interface PathStep extends NodeName {
  readonly keys: readonly KeyPredicate[];
}

/** `[key = current()/../…/leaf]` */
export interface KeyPredicate {
  readonly key: NodeName;
  /** Number of `..` that follow `current()`. */
  readonly up: number;
  readonly down: readonly NodeName[];
}

/** The path that an expression is, or what it would have to be. */
export function readLeafrefPath(ast: Expression): LeafrefPath | string {
  if (ast.kind === 'filter') return readDeref(ast);
  if (ast.kind !== 'path') return NO_PATH;
  return readSteps(ast.steps, ast.absolute);
}

const NO_PATH = 'it is not a path of names and ".."';

/** `deref(…)/../name`; the expression inside may be of this kind too. */
function readDeref({ primary, predicates, steps }: FilterExpression): LeafrefPath | string {
  if (primary.kind !== 'call' || primary.name !== 'deref' || predicates.length > 0) return NO_PATH;
  const [argument] = primary.arguments;
  const deref = argument ? readLeafrefPath(argument) : NO_PATH;
  if (typeof deref === 'string') return deref;
  const path = readSteps(steps, false);
  return typeof path === 'string' ? path : { ...path, deref };
}

function readSteps(steps: readonly Step[], absolute: boolean): LeafrefPath | string {
  const split = splitSteps(steps);
  if (!split) return 'it may have ".." at its beginning and names after that, nothing else';
  const { up, down } = split;
  if (absolute && up > 0) return 'an absolute path has no ".."';
  if (!absolute && up === 0) return 'a path begins with "/" or "../"';
  if (down.length === 0) return 'it does not end with a name';
  if (!absolute && (down.at(-1)?.predicates.length ?? 0) > 0) {
    return 'the last name of a relative path has no predicate';
  }
  const named: PathStep[] = [];
  for (const { predicates, ...name } of down) {
    const keys = predicates.map(readPredicate);
    if (!keys.every((key) => key !== undefined)) {
      return 'a predicate has the form [key = current()/../name]';
    }
    named.push({ ...name, keys });
  }
  return { deref: undefined, absolute, up, down: named };
}

interface NamedStep extends NodeName {
  readonly predicates: readonly Expression[];
}

/** Steps to the parent without predicates, then steps to children. */
function splitSteps(
  steps: readonly Step[],
): { readonly up: number; readonly down: readonly NamedStep[] } | undefined {
  const isUp = ({ axis, test, predicates }: Step): boolean =>
    axis === 'parent' && test.kind === 'node' && predicates.length === 0;
  const first = steps.findIndex((step) => !isUp(step));
  const up = first < 0 ? steps.length : first;
  const down: NamedStep[] = [];
  for (const { axis, test, predicates } of steps.slice(up)) {
    if (axis !== 'child' || test.kind !== 'name' || test.name === undefined) return undefined;
    down.push({ namespace: test.namespace, name: test.name, predicates });
  }
  return { up, down };
}

function readPredicate(predicate: Expression): KeyPredicate | undefined {
  if (predicate.kind !== 'binary' || predicate.operator !== '=') return undefined;
  const { left, right } = predicate;
  if (left.kind !== 'path' || left.absolute || right.kind !== 'filter') return undefined;
  const { primary, predicates, steps } = right;
  if (primary.kind !== 'call' || primary.name !== 'current' || predicates.length > 0) {
    return undefined;
  }
  const key = splitSteps(left.steps);
  const value = splitSteps(steps);
  const [name] = key?.down ?? [];
  if (!name || !value || key?.up !== 0 || key.down.length !== 1) return undefined;
  if (value.up === 0 || value.down.length === 0) return undefined;
  if ([name, ...value.down].some((it) => it.predicates.length > 0)) return undefined;
  return { key: name, up: value.up, down: value.down };
}
