/** Which nodes are the same, and which comes first in document order (RFC 7950, section 6.4). */
import type { ListNode } from '../../yang/index.ts';
import type { LeafValue } from '../../yang/index.ts';
import { DataList } from '../list.ts';
import type { Branch } from '../node.ts';
import type { NodeRef } from './node-ref.ts';

const rowIds = new WeakMap<Branch, string>();

/** Entries are told apart by their keys, those of lists without keys as objects. */
function rowId(row: Branch): string {
  let id = rowIds.get(row);
  if (id === undefined) {
    const keys = (row.schema as ListNode).keys;
    id = keys
      .map((key) => JSON.stringify(key.type.canonical(row.slots[key.slot] as LeafValue)))
      .join();
    rowIds.set(row, id);
  }
  return id;
}

/** Whether both stand for the same node of one tree. */
export function isSameNode(a: NodeRef, b: NodeRef): boolean {
  if (a === b) return true;
  if (a.schema !== b.schema || a.isText !== b.isText || !isSameInstance(a, b)) return false;
  if (a.parent === undefined || b.parent === undefined) return a.parent === b.parent;
  return isSameNode(a.parent, b.parent);
}

/** Both have the same schema node. */
function isSameInstance(a: NodeRef, b: NodeRef): boolean {
  if (a.schema.kind === 'leaf-list') return a.index === b.index;
  if (a.schema.kind !== 'list' || a.value === b.value) return true;
  return a.schema.keys.length > 0 && rowId(a.value as Branch) === rowId(b.value as Branch);
}

/** Negative when `a` comes first, 0 for the same node. An ancestor comes before what is in it. */
export function compareNodes(a: NodeRef, b: NodeRef): number {
  const difference = depthOf(a) - depthOf(b);
  let left = a;
  let right = b;
  for (let up = difference; up > 0; up -= 1) left = left.parent as NodeRef;
  for (let up = difference; up < 0; up += 1) right = right.parent as NodeRef;
  return compareAtDepth(left, right) || difference;
}

function depthOf(ref: NodeRef): number {
  let depth = 0;
  for (let at = ref.parent; at; at = at.parent) depth += 1;
  return depth;
}

/** Both are equally deep. */
function compareAtDepth(a: NodeRef, b: NodeRef): number {
  if (a === b || !a.parent || !b.parent) return 0;
  return compareAtDepth(a.parent, b.parent) || compareSiblings(a, b);
}

function compareSiblings(a: NodeRef, b: NodeRef): number {
  if (a.schema !== b.schema) return slotOf(a) - slotOf(b);
  if (a.schema.kind === 'leaf-list') return a.index - b.index;
  if (a.schema.kind !== 'list' || a.value === b.value) return 0;
  const rows = (a.parent?.value as Branch).slots[a.schema.slot];
  if (!(rows instanceof DataList)) return 0;
  if (a.schema.keys.length > 0) return rows.compareOrder(a.value as Branch, b.value as Branch);
  const places = placesIn(rows);
  return (places.get(a.value as Branch) ?? 0) - (places.get(b.value as Branch) ?? 0);
}

/** An operation or notification comes after the data beside it. */
function slotOf({ schema }: NodeRef): number {
  return 'slot' in schema ? schema.slot : Infinity;
}

const places = new WeakMap<DataList, ReadonlyMap<Branch, number>>();

/** Entries without keys are where they are, and that is all that tells their order. */
function placesIn(list: DataList): ReadonlyMap<Branch, number> {
  let found = places.get(list);
  if (!found) {
    const made = new Map<Branch, number>();
    for (const row of list) made.set(row, made.size);
    places.set(list, (found = made));
  }
  return found;
}
