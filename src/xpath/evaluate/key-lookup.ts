/**
 * Looks list entries up by key instead of testing each: for a step such as `user[name = current()/../who]` the model is
 * asked for the children whose leaves have the values that the predicates demand.
 */
import type { Expression, NodeTest, Step } from '../syntax/ast.ts';
import type { Walk } from './axes.ts';
import type { Compiler } from './compiler.ts';
import { isConstant } from './dependence.ts';
import type { AnyEvaluator, NodeSetEvaluator } from './evaluator.ts';
import { countVisit, stringValue } from './frame.ts';
import type { Frame, Node } from './frame.ts';

type Keys = Map<string, string | number>;

interface Pin {
  readonly name: string;
  readonly evaluator: AnyEvaluator;
  readonly literal: string | number | undefined;
}

/** The step's axis and test by key, or `walk` where no predicate pins a key. */
export function compileKeyLookup(walk: Walk, step: Step, compiler: Compiler): Walk {
  const { axis, test } = step;
  if (axis !== 'child' || test.kind !== 'name') return walk;
  const { namespace, name } = test;
  if (namespace === undefined || name === undefined) return walk;
  const pins = findPins(step, namespace, compiler);
  if (pins.length === 0) return walk;
  const fixed = literalKeys(pins);
  return (frame, node, visit) => {
    const { model, environment } = frame;
    if (!model.childrenByKeys) return walk(frame, node, visit);
    const keys = fixed ?? evaluateKeys(pins, frame);
    if (keys === 'none') return false;
    const children =
      keys === 'many' ? undefined : model.childrenByKeys(node, namespace, name, keys);
    if (!children) return walk(frame, node, visit);
    for (const child of children) {
      countVisit(environment);
      if (visit(child)) return true;
    }
    return false;
  };
}

/** From the leading predicates; after one that pins nothing, positions would be counted differently. */
function findPins(step: Step, namespace: string, compiler: Compiler): Pin[] {
  const pins: Pin[] = [];
  for (const predicate of step.predicates) {
    const terms = conjunction(predicate);
    const found = terms.flatMap((term) => findPin(term, namespace, compiler) ?? []);
    pins.push(...found);
    if (found.length < terms.length) break;
  }
  return pins;
}

function conjunction(expression: Expression): Expression[] {
  if (expression.kind !== 'binary' || expression.operator !== 'and') return [expression];
  return [...conjunction(expression.left), ...conjunction(expression.right)];
}

function findPin(term: Expression, namespace: string, compiler: Compiler): Pin | undefined {
  if (term.kind !== 'binary' || term.operator !== '=') return undefined;
  const { left, right } = term;
  const name = leafName(left, namespace) ?? leafName(right, namespace);
  const value = leafName(left, namespace) === undefined ? left : right;
  if (name === undefined || !isConstant(value)) return undefined;
  const evaluator = compiler.expression(value);
  const exact =
    evaluator.type === 'string' || evaluator.type === 'node-set' || evaluator.type === 'number';
  const literal = value.kind === 'literal' || value.kind === 'number' ? value.value : undefined;
  return exact ? { name, evaluator, literal } : undefined;
}

/** The name, when the expression is a path of one child step to a leaf in `namespace`. */
function leafName(expression: Expression, namespace: string): string | undefined {
  if (expression.kind !== 'path' || expression.absolute || expression.steps.length !== 1) {
    return undefined;
  }
  const [step] = expression.steps;
  if (step?.axis !== 'child' || step.test.kind !== 'name' || step.predicates.length > 0) {
    return undefined;
  }
  return step.test.namespace === namespace ? step.test.name : undefined;
}

/** The keys, when all are literals and none is given twice: these need no evaluation. */

function literalKeys(pins: readonly Pin[]): Keys | undefined {
  const keys: Keys = new Map();
  for (const { name, literal } of pins) if (literal !== undefined) keys.set(name, literal);
  return keys.size === pins.length ? keys : undefined;
}

/** 'none' when no child can match; 'many' when a key may have any of several values. */
function evaluateKeys(pins: readonly Pin[], frame: Frame): Keys | 'none' | 'many' {
  const keys: Keys = new Map();
  for (const { name, evaluator } of pins) {
    const value =
      evaluator.type === 'number' ? evaluator.number(frame) : onlyText(evaluator, frame);
    if (value === undefined) return 'none';
    if (value === many) return 'many';
    const before = keys.get(name);
    if (before !== undefined && typeof before !== typeof value) return 'many';
    if (before !== undefined && before !== value) return 'none';
    keys.set(name, value);
  }
  return keys;
}

const many = Symbol('many');

function onlyText(evaluator: AnyEvaluator, frame: Frame): string | typeof many | undefined {
  if (evaluator.type !== 'node-set') return evaluator.string(frame);
  let text: string | undefined;
  const differs = evaluator.some(frame, (node) => {
    const next = stringValue(frame, node);
    if (text !== undefined && text !== next) return true;
    text = next;
    return false;
  });
  return differs ? many : text;
}

type FullName = NodeTest & {
  readonly kind: 'name';
  readonly namespace: string;
  readonly name: string;
};

/**
 * `set`, the nodes of a path with `steps`, that looks a text up by key where the path ends with an entry of a list
 * and a leaf in it. `compile` makes the nodes of the steps before these two.
 */
export function withTextLookup(
  set: NodeSetEvaluator,
  steps: readonly Step[],
  compile: (before: readonly Step[]) => NodeSetEvaluator,
): NodeSetEvaluator {
  const entry = childName(steps.at(-2));
  const leaf = childName(steps.at(-1));
  if (!entry || entry.namespace !== leaf?.namespace) return set;
  const { namespace, name } = entry;
  const parents = compile(steps.slice(0, -2));
  const hasText = (frame: Frame, text: string): boolean => {
    const { model, environment } = frame;
    const keys = new Map([[leaf.name, text]]);
    let isIndexed = model.childrenByKeys !== undefined;
    const isText = (node: Node): boolean => stringValue(frame, node) === text;
    const found =
      isIndexed &&
      parents.some(frame, (parent) => {
        const entries = model.childrenByKeys?.(parent, namespace, name, keys);
        isIndexed = entries !== undefined;
        for (const each of entries ?? []) {
          countVisit(environment);
          for (const node of model.children(each, namespace, leaf.name)) {
            if (isText(node)) return true;
          }
        }
        return !isIndexed;
      });
    return isIndexed ? found : set.some(frame, isText);
  };
  return { ...set, hasText };
}

function childName(step: Step | undefined): FullName | undefined {
  if (step?.axis !== 'child' || step.predicates.length > 0 || step.test.kind !== 'name')
    return undefined;
  const { namespace, name } = step.test;
  return namespace === undefined || name === undefined
    ? undefined
    : { ...step.test, namespace, name };
}
