/**
 * Whether leafrefs have their targets (RFC 7950, section 9.9).
 *
 * Many references by the same path from the same place, as from all entries of a list to another list, are looked up
 * in a set of the texts there. A path that ends at the only key of a list needs none.
 */
import type { Expression, Step } from '../../xpath/index.ts';
import type { LeafrefType } from '../../yang/index.ts';
import { leafrefTargetExists } from '../tree/references.ts';
import type { NodeRef } from '../tree/node-ref.ts';
import { TREE_MODEL } from '../tree/tree-model.ts';

/** Look-ups after which a set pays. */
const FEW = 4;

interface Place {
  lookUps: number;
  texts: ReadonlySet<string> | undefined;
}

export class LeafrefIndex {
  readonly #places = new Map<LeafrefType, Map<NodeRef, Place>>();

  hasTarget(node: NodeRef, type: LeafrefType): boolean {
    const start = startOf(node, type);
    if (!start || typeof node.value === 'object')
      return leafrefTargetExists(TREE_MODEL, node, type);
    const place = this.#placeOf(type, start);
    place.lookUps += 1;
    if (place.lookUps <= FEW) return leafrefTargetExists(TREE_MODEL, node, type);
    place.texts ??= textsOf(node, type);
    return place.texts.has(TREE_MODEL.stringValue(node));
  }

  #placeOf(type: LeafrefType, start: NodeRef): Place {
    const byStart = this.#places.get(type) ?? new Map<NodeRef, Place>();
    this.#places.set(type, byStart);
    let place = byStart.get(start);
    if (!place) byStart.set(start, (place = { lookUps: 0, texts: undefined }));
    return place;
  }
}

function textsOf(node: NodeRef, { path }: LeafrefType): ReadonlySet<string> {
  const texts = new Set<string>();
  const add = (target: NodeRef): boolean => {
    texts.add(TREE_MODEL.stringValue(target));
    return false;
  };
  path.some(TREE_MODEL, node, add, { budget: node.tree.budget });
  return texts;
}

/** The node on which the nodes of the path depend; undefined when they depend on the reference itself, or a key is enough. */
function startOf(node: NodeRef, { path, target }: LeafrefType): NodeRef | undefined {
  const ups = climbOf(path.ast);
  if (ups === undefined) return undefined;
  const { dataParent } = target;
  if (
    target.kind === 'leaf' &&
    target.isKey &&
    dataParent.kind === 'list' &&
    dataParent.keys.length === 1
  ) {
    return undefined;
  }
  let start: NodeRef | undefined = ups < 0 ? node.tree.root : node;
  for (let count = 0; count < ups; count += 1) start = start?.parent;
  return start;
}

const climbs = new WeakMap<Expression, number | 'varies'>();

/** How far the path goes up before it goes down without predicates; -1 from the root. */
function climbOf(expression: Expression): number | undefined {
  let climb = climbs.get(expression);
  if (climb === undefined) climbs.set(expression, (climb = measure(expression)));
  return climb === 'varies' ? undefined : climb;
}

function measure(expression: Expression): number | 'varies' {
  if (expression.kind !== 'path') return 'varies';
  const { absolute, steps } = expression;
  const ups = steps.findIndex((step) => step.axis !== 'parent');
  if (ups < 0 || (absolute && ups > 0) || !steps.slice(ups).every(goesDown)) return 'varies';
  return absolute ? -1 : ups;
}

function goesDown({ axis, predicates }: Step): boolean {
  return axis === 'child' && predicates.length === 0;
}
