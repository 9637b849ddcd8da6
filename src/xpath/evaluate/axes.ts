/** Axes (XPath 1.0, section 2.2): each visits its nodes in the order that position() counts in. */
import type { Axis, NodeTest } from '../syntax/ast.ts';
import { countVisit } from './frame.ts';
import type { Environment, Frame, Model, Node, Visit } from './frame.ts';
import { compileNodeTest } from './node-test.ts';
import type { Matches } from './node-test.ts';

/** Visits the nodes of an axis from `node` until `visit` returns true, and says whether it did. */
export type Walk = (frame: Frame, node: Node, visit: Visit) => boolean;

/** An axis with its node test. */
export function compileAxis(axis: Axis, test: NodeTest): Walk {
  if (axis === 'child') return compileChildAxis(test);
  const walk = WALKS[axis];
  if (test.kind === 'node') {
    return ({ model, environment }, node, visit) => walk(model, node, environment, visit);
  }
  const matches = compileNodeTest(axis, test);
  return (frame, node, visit) => {
    const { model, environment } = frame;
    return walk(model, node, environment, (found) => matches(model, found) && visit(found));
  };
}

function compileChildAxis(test: NodeTest): Walk {
  const { namespace, name } =
    test.kind === 'name' ? test : { namespace: undefined, name: undefined };
  if (namespace === undefined) return compileAnyChild(compileNodeTest('child', test));
  return ({ model, environment }, node, visit) => {
    for (const child of model.children(node, namespace, name)) {
      countVisit(environment);
      if (visit(child)) return true;
    }
    return false;
  };
}

function compileAnyChild(matches: Matches): Walk {
  return ({ model, environment }, node, visit) => {
    for (const child of model.children(node)) {
      countVisit(environment);
      if (matches(model, child) && visit(child)) return true;
    }
    return false;
  };
}

type PlainWalk = (model: Model, node: Node, environment: Environment, visit: Visit) => boolean;

const WALKS: Readonly<Record<Exclude<Axis, 'child'>, PlainWalk>> = {
  self: (_model, node, _environment, visit) => visit(node),
  parent: (model, node, _environment, visit) => {
    const parent = model.parent(node);
    return parent !== undefined && visit(parent);
  },
  ancestor,
  'ancestor-or-self': (model, node, environment, visit) =>
    visit(node) || ancestor(model, node, environment, visit),
  attribute: (model, node, _environment, visit) => {
    for (const attribute of model.attributes?.(node) ?? []) if (visit(attribute)) return true;
    return false;
  },
  // Namespace nodes are not part of the data model of YANG.
  namespace: () => false,
  descendant,
  'descendant-or-self': descendantOrSelf,
  'following-sibling': (model, node, environment, visit) => {
    return siblingsAfter(model, node, environment).some(visit);
  },
  'preceding-sibling': (model, node, environment, visit) => {
    return siblingsBefore(model, node, environment).some(visit);
  },
  following: (model, node, environment, visit) => {
    for (let at: Node = node; at !== undefined; at = model.parent(at)) {
      for (const sibling of siblingsAfter(model, at, environment)) {
        if (descendantOrSelf(model, sibling, environment, visit)) return true;
      }
    }
    return false;
  },
  preceding: (model, node, environment, visit) => {
    for (let at: Node = node; at !== undefined; at = model.parent(at)) {
      for (const sibling of siblingsBefore(model, at, environment)) {
        if (reverseDescendantOrSelf(model, sibling, environment, visit)) return true;
      }
    }
    return false;
  },
};

function ancestor(model: Model, node: Node, environment: Environment, visit: Visit): boolean {
  for (let at = model.parent(node); at !== undefined; at = model.parent(at)) {
    countVisit(environment);
    if (visit(at)) return true;
  }
  return false;
}

function descendant(model: Model, node: Node, environment: Environment, visit: Visit): boolean {
  for (const child of model.children(node)) {
    countVisit(environment);
    if (visit(child) || descendant(model, child, environment, visit)) return true;
  }
  return false;
}

function descendantOrSelf(
  model: Model,
  node: Node,
  environment: Environment,
  visit: Visit,
): boolean {
  return visit(node) || descendant(model, node, environment, visit);
}

function reverseDescendantOrSelf(
  model: Model,
  node: Node,
  environment: Environment,
  visit: Visit,
): boolean {
  for (const child of [...model.children(node)].reverse()) {
    countVisit(environment);
    if (reverseDescendantOrSelf(model, child, environment, visit)) return true;
  }
  return visit(node);
}

function siblingsAfter(model: Model, node: Node, environment: Environment): Node[] {
  const { siblings, index } = siblingsOf(model, node, environment);
  return index < 0 ? [] : siblings.slice(index + 1);
}

/** The nearest first. */
function siblingsBefore(model: Model, node: Node, environment: Environment): Node[] {
  const { siblings, index } = siblingsOf(model, node, environment);
  return index < 0 ? [] : siblings.slice(0, index).reverse();
}

function siblingsOf(model: Model, node: Node, environment: Environment) {
  const parent = model.parent(node);
  const siblings = parent === undefined ? [] : [...model.children(parent)];
  // They are gone through more than once.
  environment.budget.spend(3 * siblings.length);
  return { siblings, index: siblings.findIndex((sibling) => model.same(sibling, node)) };
}
