/** Edits of leaf-lists, entry by entry (RFC 7950, section 7.7.9). */
import { dataExists, dataMissing, missingInstance } from '../../error/index.ts';
import type { PathStep, RpcError } from '../../error/index.ts';
import type { LeafListNode, LeafValue } from '../../yang/index.ts';
import { sameSlot } from '../diff.ts';
import { pathStep } from '../tree/path.ts';
import { EditLeafList } from './edit-tree.ts';
import type { EditItem, EffectiveOperation } from './edit-tree.ts';
import { ValueChain, type ChainEntry } from './value-chain.ts';

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
  const chain = new ValueChain(place.node, base ?? []);
  for (const item of itemsOf(edit)) editEntry(place, chain, item, item.operation ?? inherited);
  const values = chain.values();
  if (values.length === 0) return undefined;
  return base !== undefined && sameSlot(place.node, base, values) ? base : values;
}

function itemsOf(edit: EditLeafList | readonly LeafValue[]): readonly EditItem[] {
  if (edit instanceof EditLeafList) return edit.items;
  return edit.map((value) => ({ value, operation: undefined, insert: undefined }));
}

function editEntry(
  { node, path, fail }: LeafListPlace,
  chain: ValueChain,
  { value, insert }: EditItem,
  operation: EffectiveOperation,
): void {
  const present = chain.find(value);
  const entryPath = (): readonly PathStep[] => [
    ...path(),
    { ...pathStep(node), value: node.type.canonical(value) },
  ];
  if (!present && (operation === 'delete' || operation === 'none')) {
    fail(dataMissing({ path: entryPath() }));
  } else if (present && operation === 'create') {
    fail(dataExists({ path: entryPath() }));
  } else if (operation === 'delete' || operation === 'remove') {
    if (present) chain.remove(present);
  } else if (operation !== 'none' && (!present || insert)) {
    const anchor = insert && 'anchor' in insert ? chain.find(insert.anchor) : undefined;
    if (insert && 'anchor' in insert && (!anchor || anchor === present)) {
      fail(missingInstance(entryPath(), 'value', node.name));
      return;
    }
    if (present) chain.remove(present);
    chain.insertBehind(entryBefore(chain, insert, anchor), value);
  }
}

/** What a value is put behind; undefined at the beginning. */
function entryBefore(
  chain: ValueChain,
  insert: EditItem['insert'],
  anchor: ChainEntry | undefined,
): ChainEntry | undefined {
  switch (insert?.where ?? 'last') {
    case 'first':
      return undefined;
    case 'last':
      return chain.last;
    case 'before':
      return anchor?.before;
    default:
      return anchor;
  }
}
