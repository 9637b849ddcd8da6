/** Edits of leaf-lists, entry by entry (RFC 7950, section 7.7.9). */
import { dataExists, dataMissing, missingInstance } from '../../error/index.ts';
import type { PathStep, RpcError } from '../../error/index.ts';
import type { LeafListNode, LeafValue } from '../../yang/index.ts';
import { sameSlot } from '../diff.ts';
import { sameValue } from '../list/compare.ts';
import { pathStep } from '../tree/path.ts';
import { EditLeafList } from './edit-tree.ts';
import type { EditItem, EffectiveOperation } from './edit-tree.ts';

/** Where a leaf-list is, and what becomes of its faults. */
export interface LeafListPlace {
  readonly node: LeafListNode;
  /** Path of the parent. */
  readonly path: () => readonly PathStep[];
  /** May throw, to end the edit. */
  readonly fail: (error: RpcError) => void;
}

/** The values after the edit; undefined when none are left, `base` itself when nothing has changed. */
export function editLeafList(
  place: LeafListPlace,
  base: readonly LeafValue[] | undefined,
  edit: EditLeafList | readonly LeafValue[],
  inherited: EffectiveOperation,
): readonly LeafValue[] | undefined {
  if (!(edit instanceof EditLeafList) && base === undefined && inherited !== 'none') return edit;
  let values = base ?? [];
  for (const item of itemsOf(edit)) {
    values = editEntry(place, values, item, item.operation ?? inherited);
  }
  if (values.length === 0) return undefined;
  return base !== undefined && sameSlot(place.node, base, values) ? base : values;
}

function itemsOf(edit: EditLeafList | readonly LeafValue[]): readonly EditItem[] {
  if (edit instanceof EditLeafList) return edit.items;
  return edit.map((value) => ({ value, operation: undefined, insert: undefined }));
}

function editEntry(
  { node, path, fail }: LeafListPlace,
  values: readonly LeafValue[],
  { value, insert }: EditItem,
  operation: EffectiveOperation,
): readonly LeafValue[] {
  const index = values.findIndex((present) => sameValue(present, value));
  const entryPath = (): readonly PathStep[] => [
    ...path(),
    { ...pathStep(node), value: node.type.canonical(value) },
  ];
  if (index < 0 && (operation === 'delete' || operation === 'none')) {
    fail(dataMissing({ path: entryPath() }));
  } else if (index >= 0 && operation === 'create') {
    fail(dataExists({ path: entryPath() }));
  } else if (operation === 'delete' || operation === 'remove') {
    return index < 0 ? values : values.toSpliced(index, 1);
  } else if (operation !== 'none') {
    if (index >= 0 && !insert) return values;
    const others = index < 0 ? values : values.toSpliced(index, 1);
    const place = placeOf(others, insert);
    if (place >= 0) return others.toSpliced(place, 0, value);
    fail(missingInstance(entryPath(), 'value', node.name));
  }
  return values;
}

/** Index to insert at; -1 when the anchor is not there. */
function placeOf(values: readonly LeafValue[], insert: EditItem['insert']): number {
  if (!insert || insert.where === 'last') return values.length;
  if (insert.where === 'first') return 0;
  const anchor = values.findIndex((value) => sameValue(value, insert.anchor));
  if (anchor < 0) return -1;
  return insert.where === 'before' ? anchor : anchor + 1;
}
