/** The children of a node as XPath sees them: what is implied is there (RFC 7950, section 6.4.1). */
import type { DataSchemaNode, LeafValue } from '../../yang/index.ts';
import { DataList } from '../list.ts';
import type { Branch } from '../node.ts';

import { emptyBranch } from './defaults.ts';
import { isNonPresence, schemaDefault } from './implied.ts';
import { NodeRef, elementNode } from './node-ref.ts';
import type { TreeMask } from './node-ref.ts';
import { isImplied } from './when.ts';

const NONE: readonly NodeRef[] = [];

/** References to the instances of a child node, defaults in use included. */
export function childRefs(ref: NodeRef, child: DataSchemaNode): Iterable<NodeRef> {
  const { configOnly, mask } = ref.tree;
  if (configOnly && !child.config) return NONE;
  if (mask && (ref.isDummy || isMasked(ref, child, mask))) return maskedRefs(ref, mask);
  const branch = ref.value as Branch;
  const value = branch.slots[child.slot];
  if (value === undefined) {
    return ref.layout.implied[child.slot] === true ? impliedRefs(ref, branch, child) : NONE;
  }
  if (value instanceof DataList) return rowRefs(ref, value);
  if (child.kind === 'leaf-list') return valueRefs(ref, child, value as readonly LeafValue[]);
  return [new NodeRef(child, value as Branch | LeafValue, ref)];
}

export function isMasked(ref: NodeRef, child: DataSchemaNode, mask: TreeMask): boolean {
  return mask.hidden.has(child) && ref.tree.model.same(ref, mask.parent);
}

function maskedRefs(ref: NodeRef, { dummy }: TreeMask): readonly NodeRef[] {
  return dummy && !ref.isDummy ? [dummy] : NONE;
}

function impliedRefs(ref: NodeRef, branch: Branch, child: DataSchemaNode): readonly NodeRef[] {
  if (!isImplied(ref, branch, child)) return NONE;
  if (isNonPresence(child)) return [new NodeRef(child, emptyBranch(child), ref)];
  const value = schemaDefault(child);
  if (child.kind === 'leaf') return [new NodeRef(child, value as LeafValue, ref)];
  return valueRefs(ref, child, value as readonly LeafValue[]);
}

function valueRefs(
  ref: NodeRef,
  child: DataSchemaNode,
  values: readonly LeafValue[],
): readonly NodeRef[] {
  return values.map((value, index) => new NodeRef(child, value, ref, ref.tree, index));
}

function* rowRefs(ref: NodeRef, list: DataList): Iterable<NodeRef> {
  for (const row of list) yield new NodeRef(list.schema, row, ref);
}

/** The operation or notification in `ref`, if it is the one that is looked at and has this name. */
export function messageRefs(
  ref: NodeRef,
  namespace: string | undefined,
  name: string | undefined,
): readonly NodeRef[] {
  const { message, model } = ref.tree;
  if (!message?.parent || message.schema.kind === 'root') return NONE;
  const element = elementNode(message.schema);
  if (name !== undefined && element.name !== name) return NONE;
  if (namespace !== undefined && element.module.namespace !== namespace) return NONE;
  if (ref === message.parent) return [message];
  return ref.schema === message.parent.schema && model.same(ref, message.parent) ? [message] : NONE;
}
