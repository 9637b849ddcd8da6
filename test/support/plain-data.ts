/** Data trees from plain objects and back: `{ name: value, container: {…}, list: [{…}] }`. */
import { Branch, DataList } from '../../src/data/index.ts';
import type { Slot } from '../../src/data/index.ts';
import type { BranchSchemaNode, DataSchemaNode, LeafValue } from '../../src/yang/index.ts';

export type Plain = Readonly<Record<string, unknown>>;

/** Leaf values have to be canonical. */
export function fromPlain(schema: BranchSchemaNode, plain: Plain): Branch {
  const slots: Slot[] = [];
  for (const [name, value] of Object.entries(plain)) {
    const node = schema.dataChildren.find((child) => child.name === name);
    if (!node) throw new Error(`the schema has no "${name}" here`);
    while (slots.length <= node.slot) slots.push(undefined);
    slots[node.slot] = value === undefined ? undefined : fromPlainValue(node, value);
  }
  return new Branch(schema, slots);
}

function fromPlainValue(node: DataSchemaNode, value: unknown): Slot {
  switch (node.kind) {
    case 'container':
      return fromPlain(node, value as Plain);
    case 'list':
      return DataList.from(
        node,
        (value as readonly Plain[]).map((row) => fromPlain(node, row)),
      );
    case 'leaf-list':
      return value as readonly LeafValue[];
    default:
      return value as LeafValue;
  }
}

export function toPlain(branch: Branch): Plain {
  const plain: Record<string, unknown> = {};
  for (const node of branch.schema.dataChildren) {
    const value = branch.get(node);
    if (value === undefined) continue;
    if (value instanceof Branch) plain[node.name] = toPlain(value);
    else if (value instanceof DataList) plain[node.name] = [...value].map(toPlain);
    else plain[node.name] = value;
  }
  return plain;
}
