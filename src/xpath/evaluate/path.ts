/** Location paths, filter expressions and unions (XPath 1.0, sections 2, 3.3). */
import type { FilterExpression, PathExpression, Step } from '../syntax/ast.ts';
import { compileAxis } from './axes.ts';
import type { Walk } from './axes.ts';
import type { Compiler } from './compiler.ts';
import { isPositionFree } from './dependence.ts';
import { asNodeSet, nodeSetEvaluator } from './evaluator.ts';
import type { NodeSetEvaluator, NodeSetTraits } from './evaluator.ts';
import type { Frame, Node, Visit } from './frame.ts';
import { compileKeyLookup, withTextLookup } from './key-lookup.ts';
import { compilePredicates } from './predicates.ts';
import { traitsAfter } from './traits.ts';

const SINGLE: NodeSetTraits = { order: 'single', unique: true, weight: 1 };

const fromContext = nodeSetEvaluator(SINGLE, (frame, visit) => visit(frame.node));
const fromRoot = nodeSetEvaluator(SINGLE, ({ model, node }, visit) => visit(model.root(node)));

export function compilePath(path: PathExpression, compiler: Compiler): NodeSetEvaluator {
  const start = path.absolute ? fromRoot : fromContext;
  return withTextLookup(compileSteps(start, path.steps, compiler), path.steps, (before) =>
    compileSteps(start, before, compiler),
  );
}

export function compileFilter(filter: FilterExpression, compiler: Compiler): NodeSetEvaluator {
  const what =
    filter.predicates.length > 0 ? 'what a predicate filters' : 'what a path begins with';
  const primary = asNodeSet(compiler.expression(filter.primary), what, 0);
  return compileSteps(filterSet(primary, filter, compiler), filter.steps, compiler);
}

/** Here predicates count positions in document order over the whole node-set. */
function filterSet(
  set: NodeSetEvaluator,
  { predicates }: FilterExpression,
  compiler: Compiler,
): NodeSetEvaluator {
  if (predicates.length === 0) return set;
  const inOrder: Walk = (frame, _node, visit) => set.nodes(frame).some(visit);
  const walk = compilePredicates(inOrder, predicates, compiler);
  const order = set.order === 'single' || set.order === 'flat' ? set.order : 'ordered';
  return nodeSetEvaluator({ order, unique: true, weight: set.weight / 2 }, (frame, visit) =>
    walk(frame, frame.node, visit),
  );
}

export function compileUnion(left: NodeSetEvaluator, right: NodeSetEvaluator): NodeSetEvaluator {
  const traits = { order: 'none', unique: false, weight: left.weight + right.weight } as const;
  return nodeSetEvaluator(
    traits,
    (frame, visit) => left.some(frame, visit) || right.some(frame, visit),
  );
}

/** Each step of a run is a few calls deep on the stack. */
const MAX_RUN = 64;

/** `start` followed by steps, in runs that visit no node twice: so work and stack stay bounded. */
function compileSteps(
  start: NodeSetEvaluator,
  steps: readonly Step[],
  compiler: Compiler,
): NodeSetEvaluator {
  let set = start;
  let traits: NodeSetTraits = start;
  let walks: Walk[] = [];
  for (const step of mergeDescendants(steps, compiler)) {
    if (!traits.unique || walks.length === MAX_RUN) {
      set = distinct(chain(set, walks, traits));
      traits = set;
      walks = [];
    }
    walks.push(compileStep(step, compiler));
    traits = traitsAfter(traits, step);
  }
  return chain(set, walks, traits);
}

function compileStep(step: Step, compiler: Compiler): Walk {
  const axis = compileAxis(step.axis, step.test);
  return compilePredicates(compileKeyLookup(axis, step, compiler), step.predicates, compiler);
}

/** `//a` is `descendant::a`, which needs no sorting, unless predicates of `a` count positions. */
function mergeDescendants(steps: readonly Step[], compiler: Compiler): Step[] {
  const merged: Step[] = [];
  for (const step of steps) {
    const last = merged.at(-1);
    const mergeable =
      last?.axis === 'descendant-or-self' &&
      last.test.kind === 'node' &&
      last.predicates.length === 0 &&
      step.axis === 'child' &&
      isPositionFree(step, (expression) => compiler.expression(expression).type);
    if (mergeable) merged[merged.length - 1] = { ...step, axis: 'descendant' };
    else merged.push(step);
  }
  return merged;
}

function chain(
  start: NodeSetEvaluator,
  walks: readonly Walk[],
  traits: NodeSetTraits,
): NodeSetEvaluator {
  const [first, second] = walks;
  if (!first) return start;
  const plain = { order: traits.order, unique: traits.unique, weight: traits.weight };
  if (!second && start === fromContext) {
    return nodeSetEvaluator(plain, (frame, visit) => first(frame, frame.node, visit));
  }
  return nodeSetEvaluator(plain, (frame, visit) =>
    start.some(frame, (node) => walkFrom(walks, 0, frame, node, visit)),
  );
}

function walkFrom(
  walks: readonly Walk[],
  index: number,
  frame: Frame,
  node: Node,
  visit: Visit,
): boolean {
  const walk = walks[index];
  if (!walk) return visit(node);
  if (index + 1 === walks.length) return walk(frame, node, visit);
  return walk(frame, node, (found) => walkFrom(walks, index + 1, frame, found, visit));
}

/** The nodes of `set` each once, in document order. */
function distinct(set: NodeSetEvaluator): NodeSetEvaluator {
  return nodeSetEvaluator({ order: 'ordered', unique: true, weight: set.weight }, (frame, visit) =>
    set.nodes(frame).some(visit),
  );
}
