/**
 * A difference as the content of an edit-config request: what `applyEdit` makes of it is the second tree.
 *
 * It says `replace` and `remove`, never `create` and `delete`, so applying it twice does no harm. State
 * data is left out.
 */
import type { DataSchemaNode, LeafListNode, LeafValue, ListNode } from '../../yang/index.ts';
import { sameSlot } from '../diff.ts';
import { DataList } from '../list.ts';
import { sameValue } from '../list/compare.ts';
import type { Branch } from '../node.ts';
import type { AnyValue, Slot } from '../node.ts';
import { EditBranch, EditLeaf, EditLeafList, EditRows } from './edit-tree.ts';
import type { DecodedTree, EditInsert, EditItem, EditSlot } from './edit-tree.ts';
import { longestIncreasing } from './longest-increasing.ts';

/** The edit that turns `before` into `after`, for the default operation `none` or `merge`. */
export function diffToEdit(before: Branch, after: Branch): DecodedTree {
  const { schema } = after;
  const content = new EditBranch(schema, childEdits(before, after));
  return { schema, content, errors: [], anyContent: new Map() };
}

function childEdits(before: Branch, after: Branch): readonly EditSlot[] {
  const slots: EditSlot[] = [];
  const length = Math.max(before.slots.length, after.slots.length);
  for (let slot = 0; slot < length; slot += 1) {
    const node = after.schema.dataChildren[slot] as DataSchemaNode;
    const old = before.slots[slot];
    const now = after.slots[slot];
    slots.push(old === now || !node.config ? undefined : slotEdit(node, old, now));
  }
  while (slots.length > 0 && slots.at(-1) === undefined) slots.pop();
  return slots;
}

function slotEdit(node: DataSchemaNode, old: Slot, now: Slot): EditSlot {
  if (node.kind === 'list') {
    return listEdit(node, old as DataList | undefined, now as DataList | undefined);
  }
  if (sameSlot(node, old, now)) return undefined;
  switch (node.kind) {
    case 'container':
      return containerEdit(node, old as Branch | undefined, now as Branch | undefined);
    case 'leaf-list': {
      const items = leafListItems(
        node,
        (old ?? []) as readonly LeafValue[],
        (now ?? []) as readonly LeafValue[],
      );
      return new EditLeafList(items);
    }
    default:
      return now === undefined
        ? new EditLeaf(undefined, 'remove')
        : new EditLeaf(now as LeafValue | AnyValue, 'replace');
  }
}

function containerEdit(
  node: DataSchemaNode & { kind: 'container' },
  old: Branch | undefined,
  now: Branch | undefined,
): EditBranch {
  if (now === undefined) return new EditBranch(node, [], 'remove');
  if (old === undefined) return new EditBranch(node, now.slots, 'replace');
  return new EditBranch(node, childEdits(old, now));
}

function leafListItems(
  node: LeafListNode,
  old: readonly LeafValue[],
  now: readonly LeafValue[],
): readonly EditItem[] {
  const has = (values: readonly LeafValue[], value: LeafValue): boolean =>
    values.some((other) => sameValue(other, value));
  const removed = old
    .filter((value) => !has(now, value))
    .map((value): EditItem => ({ value, operation: 'remove', insert: undefined }));
  if (node.orderedBy === 'system') {
    const added = now.filter((value) => !has(old, value));
    return [
      ...removed,
      ...added.map((value): EditItem => ({ value, operation: 'merge', insert: undefined })),
    ];
  }
  const placed = now.map((value, index): EditItem => {
    const anchor = now[index - 1];
    const insert: EditInsert<LeafValue> =
      anchor === undefined ? { where: 'first' } : { where: 'after', anchor };
    return { value, operation: 'merge', insert };
  });
  return [...removed, ...placed];
}

function listEdit(
  node: ListNode,
  old: DataList | undefined,
  now: DataList | undefined,
): EditRows | undefined {
  if (node.keys.length === 0) return undefined;
  const rows: EditBranch[] = [];
  const changes = new Map<Branch, EditBranch>();
  DataList.diff(old, now, {
    removed: (row) => rows.push(new EditBranch(node, keySlots(row), 'remove')),
    added: (row) => changes.set(row, new EditBranch(node, row.slots, 'replace')),
    changed: (before, after) => {
      const edits = childEdits(before, after);
      if (edits.length > 0) changes.set(after, new EditBranch(node, withKeys(after, edits)));
    },
  });
  if (now && (node.orderedBy === 'user' || now.ordered))
    rows.push(...placedRows(old, now, changes));
  else for (const edit of changes.values()) rows.push(edit);
  return rows.length > 0 ? new EditRows(node, rows) : undefined;
}

/** Edits of a list ordered by user: new and moved entries are put after the one before them. */
function placedRows(
  old: DataList | undefined,
  now: DataList,
  changes: ReadonlyMap<Branch, EditBranch>,
): readonly EditBranch[] {
  const staying = stayingRows(old, now);
  const rows: EditBranch[] = [];
  let previous: Branch | undefined;
  for (const row of now) {
    const change = changes.get(row);
    if (!staying.has(row)) {
      const insert: EditInsert<Branch> =
        previous === undefined ? { where: 'first' } : { where: 'after', anchor: previous };
      const slots = change ? change.slots : keySlots(row);
      rows.push(new EditBranch(now.schema, slots, change?.operation ?? 'merge', insert));
    } else if (change) {
      rows.push(change);
    }
    previous = row;
  }
  return rows;
}

/** The largest set of entries of `now` that were there and need not move. */
function stayingRows(old: DataList | undefined, now: DataList): ReadonlySet<Branch> {
  if (!old) return new Set();
  const places = new Map<Branch, number>();
  for (const row of old) places.set(row, places.size);
  const common: { row: Branch; place: number }[] = [];
  for (const row of now) {
    const before = old.get(row);
    const place = before && places.get(before);
    if (place !== undefined) common.push({ row, place });
  }
  const kept = longestIncreasing(common.map(({ place }) => place));
  return new Set(kept.map((index) => (common[index] as { row: Branch }).row));
}

function keySlots(row: Branch): readonly EditSlot[] {
  return withKeys(row, []);
}

function withKeys(row: Branch, edits: readonly EditSlot[]): readonly EditSlot[] {
  const slots = edits.slice();
  for (const key of (row.schema as ListNode).keys) {
    while (slots.length < key.slot) slots.push(undefined);
    slots[key.slot] = row.slots[key.slot];
  }
  return slots;
}
