/** The content of an edit-config request as XML, with its attributes (RFC 6241, section 7.2). */
import { quoteXPath } from '../../error/index.ts';
import type { XmlWriter, XmlWriterAttribute } from '../../xml/index.ts';
import type { DataSchemaNode, LeafListNode, LeafValue, ListNode } from '../../yang/index.ts';
import { NETCONF_NAMESPACE, YANG_NAMESPACE } from '../codec/edit-attributes.ts';
import { encodeBranch, encodeLeaf, writeOrder } from '../codec/xml-encode.ts';
import type { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import type { AnyValue } from '../node.ts';
import { EditLeaf, EditLeafList, EditRows } from './edit-tree.ts';
import type { DecodedTree, EditInsert, EditOperation, EditSlot, EditBranch } from './edit-tree.ts';

/** Writes the children of the element that stands for the edit's schema node. */
export function encodeEdit(writer: XmlWriter, edit: DecodedTree): void {
  encodeSlots(writer, edit.content);
}

function encodeSlots(writer: XmlWriter, branch: Branch | EditBranch): void {
  const slots: readonly EditSlot[] = branch.slots;
  for (const child of writeOrder(branch.schema)) {
    const value = slots[child.slot];
    if (value !== undefined) encodeSlot(writer, child, value);
  }
}

function encodeSlot(writer: XmlWriter, node: DataSchemaNode, value: EditSlot): void {
  switch (node.kind) {
    case 'leaf':
    case 'anydata':
    case 'anyxml':
      encodeValue(writer, node, value as LeafValue | AnyValue | EditLeaf);
      break;
    case 'leaf-list':
      encodeItems(writer, node, value as readonly LeafValue[] | EditLeafList);
      break;
    case 'container':
      encodeOne(writer, value as Branch | EditBranch);
      break;
    case 'list': {
      const rows = value instanceof EditRows ? value.rows : (value as DataList);
      for (const row of rows as Iterable<Branch | EditBranch>) encodeOne(writer, row);
    }
  }
}

function encodeOne(writer: XmlWriter, branch: Branch | EditBranch): void {
  if (branch instanceof Branch) {
    encodeBranch(writer, branch);
    return;
  }
  const schema = branch.schema as DataSchemaNode;
  const attributes = operationAttribute(branch.operation);
  const bindings = new Map<string, string>();
  if (branch.insert) {
    const { prefix, namespace } = schema.module;
    bindings.set(prefix, namespace);
    attributes.push(
      ...insertAttributes(branch.insert, 'key', (row) => keyPredicates(schema as ListNode, row)),
    );
  }
  writer.open(schema.module.namespace, schema.name, attributes, bindings);
  encodeSlots(writer, branch);
  writer.close();
}

function encodeValue(
  writer: XmlWriter,
  node: DataSchemaNode,
  item: LeafValue | AnyValue | EditLeaf,
): void {
  const attributes = item instanceof EditLeaf ? operationAttribute(item.operation) : undefined;
  const value = item instanceof EditLeaf ? item.value : item;
  if (node.kind === 'leaf' && value !== undefined) {
    encodeLeaf(writer, node, value as LeafValue, attributes);
  } else if (value === undefined) {
    writer.leaf(node.module.namespace, node.name, '', attributes);
  } else {
    const { element } = value as AnyValue;
    writer.element({ ...element, attributes: [...element.attributes, ...(attributes ?? [])] });
  }
}

function encodeItems(
  writer: XmlWriter,
  node: LeafListNode,
  value: readonly LeafValue[] | EditLeafList,
): void {
  if (!(value instanceof EditLeafList)) {
    for (const item of value) encodeLeaf(writer, node, item);
    return;
  }
  for (const item of value.items) {
    const attributes = operationAttribute(item.operation);
    if (item.insert) {
      attributes.push(
        ...insertAttributes(item.insert, 'value', (anchor) => node.type.canonical(anchor)),
      );
    }
    encodeLeaf(writer, node, item.value, attributes);
  }
}

function operationAttribute(operation: EditOperation | undefined): XmlWriterAttribute[] {
  if (operation === undefined) return [];
  const namespace = NETCONF_NAMESPACE;
  return [{ namespace, local: 'operation', value: operation, prefix: 'nc' }];
}

function insertAttributes<A>(
  insert: EditInsert<A>,
  name: 'key' | 'value',
  print: (anchor: A) => string,
): readonly XmlWriterAttribute[] {
  const make = (local: string, value: string): XmlWriterAttribute => {
    return { namespace: YANG_NAMESPACE, local, value, prefix: 'yang' };
  };
  const attributes = [make('insert', insert.where)];
  if ('anchor' in insert) attributes.push(make(name, print(insert.anchor)));
  return attributes;
}

function keyPredicates(list: ListNode, row: Branch): string {
  return list.keys
    .map((key) => {
      const text = key.type.canonical(row.slots[key.slot] as LeafValue);
      return `[${key.module.prefix}:${key.name}=${quoteXPath(text)}]`;
    })
    .join('');
}
