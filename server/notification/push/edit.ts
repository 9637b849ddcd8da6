/** One edit of a push-change-update (RFC 8641, section 3.5.2; RFC 8072, section 2.5). */
import { Branch, DataList, encodeChildren } from '../../../src/data/index.ts';
import type { Slot } from '../../../src/data/index.ts';
import { YANG_PUSH_NS } from '../../../src/netconf/index.ts';
import type { XmlWriter } from '../../../src/xml/index.ts';
import type { DataSchemaNode, LeafValue } from '../../../src/yang/index.ts';
import type { ChangeType } from '../../generated/ietf-subscribed-notifications.ts';

/** What has happened to a node. What it is now is looked up when an update is made. */
export interface Change {
  readonly operation: ChangeType;
  /** A data resource identifier (RFC 8040, section 3.5.3). */
  readonly target: string;
  /** The targets of what it is in, from the top down. */
  readonly ancestors: readonly string[];
  readonly node: DataSchemaNode;
  /** Its value in a tree. */
  value(root: Branch): Slot;
  /** With `insert` and `move`: its list in a tree, which is ordered by user. */
  readonly list?: OrderedList | undefined;
}

export interface OrderedList {
  /** The target of the list, without keys. */
  readonly target: string;
  /** The targets of its entries, in order. */
  entries(root: Branch): readonly string[];
}

export interface Edit {
  readonly operation: ChangeType;
  readonly target: string;
  readonly node: DataSchemaNode;
  readonly value: Slot;
  /** With `insert` and `move`: the target of the entry before; undefined for the first place. */
  readonly after?: string | undefined;
}

/** Operations that come with a value. */
const WITH_VALUE: ReadonlySet<ChangeType> = new Set(['create', 'insert', 'replace']);

export function writeEdit(writer: XmlWriter, edit: Edit, number: number): void {
  const { operation, target, node, value, after } = edit;
  const leaf = (name: string, text: string): void => {
    writer.leaf(YANG_PUSH_NS, name, text);
  };
  writer.open(YANG_PUSH_NS, 'edit');
  leaf('edit-id', String(number));
  leaf('operation', operation);
  leaf('target', target);
  if (operation === 'insert' || operation === 'move') {
    if (after !== undefined) leaf('point', after);
    leaf('where', after === undefined ? 'first' : 'after');
  }
  if (value !== undefined && WITH_VALUE.has(operation)) {
    writer.open(YANG_PUSH_NS, 'value');
    encodeChildren(writer, new Branch(node.dataParent, []).with(node, inSlot(node, value)));
    writer.close();
  }
  writer.close();
}

/** An entry of a list or leaf-list as its slot would hold it. */
function inSlot(node: DataSchemaNode, value: Slot): Slot {
  if (node.kind === 'list') return DataList.from(node, [value as Branch]);
  return node.kind === 'leaf-list' ? [value as LeafValue] : value;
}
