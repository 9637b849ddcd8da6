/** Operations of an edit as members of metadata in JSON; see {@link EDIT_MODULES}. */
import { quoteXPath } from '../../error/index.ts';
import type { LeafListNode, LeafValue, ListNode } from '../../yang/index.ts';
import { EditBranch, EditLeaf } from '../edit/edit-tree.ts';
import type { EditInsert, EditItem } from '../edit/edit-tree.ts';
import { Branch } from '../node.ts';

export interface MetadataMember {
  readonly name: string;
  /** Its value as JSON. */
  readonly json: string;
}

/** `node` for an entry of a leaf-list. */
export function editMetadata(
  item: Branch | EditBranch | EditLeaf | EditItem,
  node?: LeafListNode,
): readonly MetadataMember[] {
  if (item instanceof Branch) return [];
  const members: MetadataMember[] = [];
  const add = (name: string, value: string): void => {
    members.push({ name, json: JSON.stringify(value) });
  };
  if (item.operation !== undefined) add('ietf-netconf:operation', item.operation);
  if (item instanceof EditLeaf || !item.insert) return members;
  const insert = item.insert as EditInsert<Branch | LeafValue>;
  add('yang:insert', insert.where);
  if (!('anchor' in insert)) return members;
  if (item instanceof EditBranch) {
    add('yang:key', keyPredicates(item.schema as ListNode, insert.anchor as Branch));
  } else if (node) add('yang:value', node.type.canonical(insert.anchor as LeafValue));
  return members;
}

/** Keys are of the module of their list, so their names need none. */
function keyPredicates(list: ListNode, row: Branch): string {
  return list.keys
    .map((key) => {
      const text = key.type.canonical(row.slots[key.slot] as LeafValue);
      return `[${key.name}=${quoteXPath(text)}]`;
    })
    .join('');
}
