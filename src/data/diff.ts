/**
 * What differs between two trees. What they share is not looked at, so the cost is that of the changes.
 *
 * Content counts, not identity: equal data in other objects is no difference.
 */
import type { PathStep } from '../error/index.ts';
import type { DataSchemaNode, LeafValue } from '../yang/index.ts';
import { DataList } from './list.ts';
import { compareValues, sameValue } from './list/compare.ts';
import { Branch } from './node.ts';
import type { AnyValue, Slot } from './node.ts';
import { isNonPresence } from './tree/implied.ts';
import { branchStep } from './tree/path.ts';

/** The branch whose child has changed, and those above it. Valid as long as you like. */
export interface DiffPlace {
  /** The branch in the tree before; undefined when it, or its list, was not there. */
  readonly before: Branch | undefined;
  readonly after: Branch | undefined;
  readonly parent: DiffPlace | undefined;
}

/**
 * Receives changes. A created or deleted container or list entry is told once, with all its content.
 * For a leaf-list `before` and `after` are the whole lists of values.
 */
export interface DiffVisitor {
  created?(node: DataSchemaNode, after: NonNullable<Slot> | null, place: DiffPlace): void;
  deleted?(node: DataSchemaNode, before: NonNullable<Slot> | null, place: DiffPlace): void;
  /** A leaf, leaf-list or anydata has another value. */
  changed?(
    node: DataSchemaNode,
    before: NonNullable<Slot> | null,
    after: NonNullable<Slot> | null,
    place: DiffPlace,
  ): void;
  /**
   * A container or list entry that both have is not the same object and may differ inside. False: do not
   * go into it.
   */
  enter?(node: DataSchemaNode, before: Branch, after: Branch, place: DiffPlace): boolean;
  /** The inside of what was entered is done. */
  leave?(node: DataSchemaNode, before: Branch, after: Branch, place: DiffPlace): void;
  /** The entries of a list ordered by user that both have may be in another order. */
  reordered?(node: DataSchemaNode, before: DataList, after: DataList, place: DiffPlace): void;
}

/** Both are instances of the same schema node. */
export function diffTree(before: Branch, after: Branch, visit: DiffVisitor): void {
  if (before !== after) {
    new Differ(visit).branches(before, after, { before, after, parent: undefined });
  }
}

/** Path of the branch at `place`. */
export function placePath(place: DiffPlace): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (let at: DiffPlace | undefined = place; at; at = at.parent) {
    const branch = at.after ?? at.before;
    const step = branch && branchStep(branch);
    if (step) steps.push(step);
  }
  return steps.reverse();
}

class Differ {
  readonly #visit: DiffVisitor;

  constructor(visit: DiffVisitor) {
    this.#visit = visit;
  }

  branches(before: Branch, after: Branch, place: DiffPlace): void {
    const { dataChildren } = after.schema;
    const length = Math.max(before.slots.length, after.slots.length);
    for (let slot = 0; slot < length; slot += 1) {
      const old = before.slots[slot];
      const now = after.slots[slot];
      if (old !== now) this.#slots(dataChildren[slot] as DataSchemaNode, old, now, place);
    }
  }

  #slots(node: DataSchemaNode, old: Slot, now: Slot, place: DiffPlace): void {
    if (node.kind === 'list') {
      this.#lists(node, old as DataList | undefined, now as DataList | undefined, place);
    } else if (old instanceof Branch && now instanceof Branch) {
      this.#enter(node, old, now, place);
    } else if (old === undefined) {
      this.#appears(node, now as NonNullable<Slot> | null, place);
    } else if (now === undefined) {
      this.#disappears(node, old, place);
    } else if (!sameSlot(node, old, now)) {
      this.#visit.changed?.(node, old, now, place);
    }
  }

  #appears(node: DataSchemaNode, now: NonNullable<Slot> | null, place: DiffPlace): void {
    if (isNonPresence(node) && (now as Branch).slots.length === 0) return;
    this.#visit.created?.(node, now, place);
  }

  #disappears(node: DataSchemaNode, old: NonNullable<Slot> | null, place: DiffPlace): void {
    if (isNonPresence(node) && (old as Branch).slots.length === 0) return;
    this.#visit.deleted?.(node, old, place);
  }

  #enter(node: DataSchemaNode, old: Branch, now: Branch, place: DiffPlace): void {
    if (this.#visit.enter?.(node, old, now, place) === false) return;
    this.branches(old, now, { before: old, after: now, parent: place });
    this.#visit.leave?.(node, old, now, place);
  }

  #lists(
    node: DataSchemaNode,
    old: DataList | undefined,
    now: DataList | undefined,
    place: DiffPlace,
  ): void {
    const visit = this.#visit;
    DataList.diff(old, now, {
      added: (row) => visit.created?.(node, row, place),
      removed: (row) => visit.deleted?.(node, row, place),
      changed: (before, after) => {
        this.#enter(node, before, after, place);
      },
    });
    if (visit.reordered && old?.ordered && now && !DataList.sameOrder(old, now)) {
      visit.reordered(node, old, now, place);
    }
  }
}

/** Equality of two values of one slot that are both there. */
export function sameSlot(node: DataSchemaNode, a: Slot, b: Slot): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return isEmptySlot(a) && isEmptySlot(b);
  switch (node.kind) {
    case 'leaf':
      return sameValue(a as LeafValue, b as LeafValue);
    case 'leaf-list': {
      const isOrdered = !node.config || node.orderedBy === 'user';
      return sameValues(a as readonly LeafValue[], b as readonly LeafValue[], isOrdered);
    }
    case 'container':
      return sameTree(a as Branch, b as Branch);
    case 'list':
      return sameList(a as DataList, b as DataList);
    default:
      return JSON.stringify((a as AnyValue).element) === JSON.stringify((b as AnyValue).element);
  }
}

/** An absent list or non-presence container is the same as an empty one. */
function isEmptySlot(value: Slot): boolean {
  if (value === undefined) return true;
  if (value instanceof DataList) return value.size === 0;
  if (value instanceof Branch) {
    return isNonPresence(value.schema as DataSchemaNode) && value.slots.every(isEmptySlot);
  }
  return Array.isArray(value) && value.length === 0;
}

function sameValues(a: readonly LeafValue[], b: readonly LeafValue[], isOrdered: boolean): boolean {
  if (a.length !== b.length) return false;
  const left = isOrdered ? a : a.toSorted(compareValues);
  const right = isOrdered ? b : b.toSorted(compareValues);
  return left.every((value, index) => sameValue(value, right[index] as LeafValue));
}

function sameList(a: DataList, b: DataList): boolean {
  if (a.size !== b.size) return false;
  if (a.schema.keys.length === 0) {
    const others = [...b];
    return [...a].every((row, index) => sameTree(row, others[index] as Branch));
  }
  let same = DataList.sameOrder(a, b);
  DataList.diff(a, b, {
    added: () => (same = false),
    removed: () => (same = false),
    changed: (old, now) => (same = same && sameTree(old, now)),
  });
  return same;
}

/** True when both have the same content. */
export function sameTree(a: Branch, b: Branch): boolean {
  if (a === b) return true;
  const { dataChildren } = a.schema;
  const length = Math.max(a.slots.length, b.slots.length);
  for (let slot = 0; slot < length; slot += 1) {
    const node = dataChildren[slot] as DataSchemaNode;
    if (!sameSlot(node, a.slots[slot], b.slots[slot])) return false;
  }
  return true;
}
