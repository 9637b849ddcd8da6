/** What differs between two trees. What they share is not looked at, so the cost is that of the changes. */
import type { PathStep } from '../error/index.ts';
import type { DataSchemaNode } from '../yang/schema.ts';
import type { Branch, Slot } from './node.ts';

/** Place of a change: the branches from the root down to the parent of what changed. */
export interface DiffPlace {
  /** Nearest ancestor in the tree before; undefined where the ancestor was created. */
  readonly before: Branch | undefined;
  readonly after: Branch | undefined;
  readonly parent: DiffPlace | undefined;
}

/**
 * Receives changes. A created or deleted container or list entry is told once, with all its content.
 * For a leaf-list `before` and `after` are the whole lists of values.
 */
export interface DiffVisitor {
  created?(node: DataSchemaNode, after: Slot, place: DiffPlace): void;
  deleted?(node: DataSchemaNode, before: Slot, place: DiffPlace): void;
  /** A leaf, leaf-list or anydata has another value. */
  changed?(node: DataSchemaNode, before: Slot, after: Slot, place: DiffPlace): void;
  /** A container or list entry exists on both sides and differs inside. False: do not go into it. */
  enter?(node: DataSchemaNode, before: Branch, after: Branch, place: DiffPlace): boolean;
  /** The entries of a list ordered by user are in another order. */
  reordered?(node: DataSchemaNode, place: DiffPlace): void;
}

/** Both are instances of the same schema node; undefined is an empty one. */
export function diffTree(
  before: Branch | undefined,
  after: Branch | undefined,
  visit: DiffVisitor,
): void {
  void [before, after, visit];
  throw new Error('not written yet');
}

/** Path of the branch at `place`. */
export function placePath(place: DiffPlace): readonly PathStep[] {
  void place;
  throw new Error('not written yet');
}

/** True when both have the same content. */
export function sameTree(a: Branch | undefined, b: Branch | undefined): boolean {
  void [a, b];
  throw new Error('not written yet');
}
