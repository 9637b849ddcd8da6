/** What makes one tree of the other, as edits (RFC 8641, section 3.5.2). */
import { Branch, DataList, diffTree, longestIncreasing } from '../../../src/data/index.ts';
import type { DiffPlace, Slot } from '../../../src/data/index.ts';
import type { DataSchemaNode, LeafListNode, LeafValue, ListNode } from '../../../src/yang/index.ts';
import type { Change, OrderedList } from './edit.ts';
import { PlaceTargets, childTarget, nameOf } from './target.ts';
import type { Target } from './target.ts';

export function treeEdits(before: Branch, after: Branch, emit: (change: Change) => void): void {
  new TreeEdits(emit).between(before, after);
}

/** The entries of a list ordered by user, before and after. */
interface OrderedChange {
  readonly node: ListNode;
  readonly place: DiffPlace;
  readonly before: DataList | undefined;
  readonly after: DataList;
}

class TreeEdits {
  readonly #emit: (change: Change) => void;
  readonly #targets = new PlaceTargets();
  readonly #ordered: OrderedChange[] = [];

  constructor(emit: (change: Change) => void) {
    this.#emit = emit;
  }

  between(before: Branch, after: Branch): void {
    diffTree(before, after, {
      created: (node, value, place) => {
        this.#whole('create', node, place, value);
      },
      deleted: (node, value, place) => {
        this.#whole('delete', node, place, value);
      },
      changed: (node, old, now, place) => {
        if (node.kind !== 'leaf-list') this.#add('replace', node, place, now);
        else this.#leafList(node, old as LeafList, now as LeafList, place);
      },
      reordered: (node, _old, _now, place) => void this.#isOrdered(node, place),
    });
    for (const change of this.#ordered) this.#place(change);
  }

  /** A container without presence neither comes nor goes: what is in it does. */
  #whole(
    operation: 'create' | 'delete',
    node: DataSchemaNode,
    place: DiffPlace,
    value: Slot,
  ): void {
    const isNew = operation === 'create';
    if (node.kind === 'leaf-list') {
      const values = value as LeafList;
      this.#leafList(node, isNew ? [] : values, isNew ? values : [], place);
    } else if (node.kind === 'container' && !node.presence && value instanceof Branch) {
      const below = isNew
        ? { before: undefined, after: value, parent: place }
        : { before: value, after: undefined, parent: place };
      for (const child of node.dataChildren) {
        const inside = value.get(child);
        if (inside instanceof DataList) {
          inside.forEach((row) => {
            this.#whole(operation, child, below, row);
          });
        } else if (inside !== undefined) this.#whole(operation, child, below, inside);
      }
    } else if (!isNew || !this.#isOrdered(node, place)) this.#add(operation, node, place, value);
  }

  /** Entries of a list ordered by user are told in one go, each with its place. */
  #isOrdered(node: DataSchemaNode, place: DiffPlace): boolean {
    const after = place.after?.get(node);
    if (node.kind !== 'list' || !(after instanceof DataList) || !after.ordered) return false;
    if (!this.#ordered.some((it) => it.place === place && it.node === node)) {
      const before = place.before?.get(node);
      const old = before instanceof DataList ? before : undefined;
      this.#ordered.push({ node, place, before: old, after });
    }
    return true;
  }

  #place({ node, place, before, after }: OrderedChange): void {
    const places = new Map<Branch, number>();
    for (const row of before ?? []) places.set(row, places.size);
    const rows = [...after].map((row) => {
      const old = before?.get(row);
      return { row, was: old && places.get(old) };
    });
    const staying = stayingOf(rows.map(({ was }) => was));
    for (const [index, { row, was }] of rows.entries()) {
      const operation = was === undefined ? 'insert' : 'move';
      if (!staying.has(index)) this.#add(operation, node, place, row);
    }
  }

  #leafList(node: LeafListNode, old: LeafList, now: LeafList, place: DiffPlace): void {
    const text = (value: LeafValue): string => node.type.canonical(value);
    const before = new Map(old.map((value, index) => [text(value), index]));
    const kept = new Set(now.map(text));
    for (const value of old) if (!kept.has(text(value))) this.#add('delete', node, place, value);
    const isOrdered = node.orderedBy === 'user';
    const staying = stayingOf(now.map((value) => before.get(text(value))));
    for (const [index, value] of now.entries()) {
      const isNew = !before.has(text(value));
      if (isNew) this.#add(isOrdered ? 'insert' : 'create', node, place, value);
      else if (isOrdered && !staying.has(index)) this.#add('move', node, place, value);
    }
  }

  #add(
    operation: Change['operation'],
    node: DataSchemaNode,
    place: DiffPlace,
    instance: unknown,
  ): void {
    const parent = this.#targets.of(place);
    const { text, ancestors } = childTarget(parent, node, instance);
    const isPlaced = operation === 'insert' || operation === 'move';
    this.#emit({
      operation,
      target: text,
      ancestors,
      node,
      value: (root) => valueAt(root, place, node, instance),
      list: isPlaced ? orderedList(parent, place, node) : undefined,
    });
  }
}

function orderedList(parent: Target, place: DiffPlace, node: DataSchemaNode): OrderedList {
  return {
    target: `${parent.text}/${nameOf(node)}`,
    entries: (root) => {
      const value = branchAt(root, place)?.get(node);
      const entries = value instanceof DataList ? [...value] : ((value ?? []) as LeafList);
      return entries.map((entry) => childTarget(parent, node, entry).text);
    },
  };
}

type LeafList = readonly LeafValue[];

/** Indexes of those that need not be moved; undefined stands for one that is new. */
function stayingOf(places: readonly (number | undefined)[]): ReadonlySet<number> {
  const known = places.flatMap((place, index) => (place === undefined ? [] : [{ place, index }]));
  const kept = longestIncreasing(known.map(({ place }) => place));
  return new Set(kept.map((at) => (known[at] as { readonly index: number }).index));
}

/** The value that a node of the tree has now. */
function valueAt(root: Branch, place: DiffPlace, node: DataSchemaNode, instance: unknown): Slot {
  const parent = branchAt(root, place);
  return parent && instanceIn(parent, node, instance);
}

function branchAt(root: Branch, place: DiffPlace): Branch | undefined {
  if (!place.parent) return root;
  const branch = place.after ?? place.before;
  const parent = branchAt(root, place.parent);
  if (!branch || !parent) return undefined;
  const { schema } = branch;
  if (schema.kind !== 'container' && schema.kind !== 'list') return undefined;
  const found = instanceIn(parent, schema, branch);
  return found instanceof Branch ? found : undefined;
}

function instanceIn(parent: Branch, node: DataSchemaNode, instance: unknown): Slot {
  const value = parent.get(node);
  if (node.kind === 'list') {
    return value instanceof DataList ? value.get(instance as Branch) : undefined;
  }
  return node.kind === 'leaf-list' ? (instance as LeafValue) : value;
}
