/** Makes branches of state data from plain values, by the schema. */
import { Branch, DataList } from '../../src/data/index.ts';
import type { Slot } from '../../src/data/index.ts';
import type {
  BranchSchemaNode,
  DataSchemaNode,
  Identity,
  LeafListNode,
  LeafNode,
  LeafValue,
} from '../../src/yang/index.ts';

/** A leaf as JavaScript has it; `null` is a leaf of type empty. */
export type StateLeaf = string | number | bigint | boolean | null | Identity;

export type StateValue = StateLeaf | StateFields | readonly (StateLeaf | StateFields)[] | undefined;

/** Children by name; undefined leaves the child out. */
export interface StateFields {
  readonly [name: string]: StateValue;
}

/** A branch of `schema` with these children. A name that the schema lacks is our fault. */
export function buildBranch(schema: BranchSchemaNode, fields: StateFields): Branch {
  const slots: Slot[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const node = schema.dataChildren.find((child) => child.name === name);
    if (!node) throw new Error(`schema has no child "${name}"`);
    while (slots.length <= node.slot) slots.push(undefined);
    slots[node.slot] = buildSlot(node, value);
  }
  return new Branch(schema, slots.slice());
}

function buildSlot(node: DataSchemaNode, value: StateValue): Slot {
  switch (node.kind) {
    case 'container':
      return buildBranch(node, value as StateFields);
    case 'list':
      return DataList.from(
        node,
        (value as readonly StateFields[]).map((fields) => buildBranch(node, fields)),
      );
    case 'leaf':
      return leafValue(node, value as StateLeaf);
    case 'leaf-list':
      return (value as readonly StateLeaf[]).map((item) => leafValue(node, item));
    default:
      throw new Error(`state of kind "${node.kind}" is not supported`);
  }
}

function leafValue(node: LeafNode | LeafListNode, value: StateLeaf): LeafValue {
  if (value === null) return null;
  if (typeof value === 'object') return { kind: 'identity', identity: value };
  return node.type.parse(String(value), () => undefined);
}
