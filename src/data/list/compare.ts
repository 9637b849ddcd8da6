/** Total order over leaf values and over the keys of list entries. */
import type { LeafValue, ListNode } from '../../yang/index.ts';
import type { Branch } from '../node.ts';

export type RowComparator = (a: Branch, b: Branch) => number;

const comparators = new WeakMap<ListNode, RowComparator>();

/** Compares two entries by their keys. One function per list node: trees are compared by it. */
export function rowComparator(schema: ListNode): RowComparator {
  let found = comparators.get(schema);
  if (!found) {
    found = compareBySlots(schema.keys.map((key) => key.slot));
    comparators.set(schema, found);
  }
  return found;
}

function compareBySlots(keySlots: readonly number[]): RowComparator {
  const count = keySlots.length;
  return (a, b) => {
    const left = a.slots;
    const right = b.slots;
    for (let index = 0; index < count; index += 1) {
      const slot = keySlots[index] as number;
      const x = left[slot] as LeafValue;
      const y = right[slot] as LeafValue;
      if (x === y) continue;
      if (typeof x === 'string' && typeof y === 'string') return x < y ? -1 : 1;
      if (typeof x === 'number' && typeof y === 'number') return x - y;
      const order = compareValues(x, y);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** Numbers by size, strings by code unit, values of different kinds (in a union) by kind. */
export function compareValues(a: LeafValue, b: LeafValue): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a === b) return 0;
  const kind = kindOrder(a) - kindOrder(b);
  if (kind !== 0) return kind;
  const x = sortable(a);
  const y = sortable(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

function kindOrder(value: LeafValue): number {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return 0;
    case 'string':
      return 1;
    case 'boolean':
      return 2;
    default:
      if (value === null) return 3;
      return value.kind === 'identity' ? 4 : 5;
  }
}

/** What a value is compared by with others of its kind. */
export function sortable(value: LeafValue): string | number | bigint | boolean {
  if (value === null) return 0;
  if (typeof value !== 'object') return value;
  if (value.kind === 'instance-identifier') return value.text;
  return `${value.identity.module.name}:${value.identity.name}`;
}

/** Equality of leaf values; they are canonical, so this is equality of content. */
export function sameValue(a: LeafValue, b: LeafValue): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && compareValues(a, b) === 0);
}
