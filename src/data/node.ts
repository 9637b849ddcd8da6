/**
 * The data tree: immutable, schema-driven, compact.
 *
 * A branch (root, container, list entry) keeps its children in an array by schema slot; a leaf is the
 * bare value in its slot, not an object. The array may be shorter than the schema's list of children:
 * what lies beyond its end is absent. A list is a persistent keyed tree of branches. A change makes
 * new branches along the path to the root and shares everything else.
 */
import type { BranchSchemaNode, DataSchemaNode, LeafValue } from '../yang/index.ts';
import type { XmlElement } from '../xml/index.ts';
import type { JsonTree } from './codec/json-tree.ts';
import type { DataList } from './list.ts';

/** The entries of a leaf-list, in order. */
export type LeafListValue = readonly LeafValue[];

/** Content of an anydata or anyxml node. */
export interface AnyValue {
  readonly kind: 'any';
  readonly element: XmlElement;
  /** What it was read from in JSON, which may say more than the element does. */
  readonly json?: JsonTree;
  /** Why the element does not have all that was read from JSON. */
  readonly loss?: string;
}

/** What a slot holds; its schema node says which. `undefined` is absent, `null` is a leaf of type empty. */
export type Slot = LeafValue | LeafListValue | Branch | DataList | AnyValue | undefined;

/** An instance of a node with children: a container, list entry, message or root. Immutable. */
export class Branch {
  readonly schema: BranchSchemaNode;
  readonly slots: readonly Slot[];

  constructor(schema: BranchSchemaNode, slots: readonly Slot[]) {
    this.schema = schema;
    this.slots = slots;
  }

  /** The child in the slot of `node`, which must be one of `schema.dataChildren`. */
  get(node: DataSchemaNode): Slot {
    return this.slots[node.slot];
  }

  /** A copy with one slot replaced; `this` when nothing changes. */
  with(node: DataSchemaNode, value: Slot): Branch {
    if (this.slots[node.slot] === value) return this;
    const slots = this.slots.slice();
    while (slots.length < node.slot) slots.push(undefined);
    slots[node.slot] = value;
    return new Branch(this.schema, slots);
  }
}

/** Schema child of `schema` by name, preferring the schema's own module. Throws on a name it lacks: our fault. */
export function childNode(
  schema: BranchSchemaNode,
  name: string,
  namespace?: string,
): DataSchemaNode {
  const found =
    namespace === undefined
      ? schema.dataChildren.find((child) => child.name === name)
      : schema.dataChild(namespace, name);
  if (!found) throw new Error(`schema has no child "${name}"`);
  return found;
}

/** Child value by name, for code that knows its modules. See {@link childNode}. */
export function childValue(branch: Branch, name: string, namespace?: string): Slot {
  return branch.get(childNode(branch.schema, name, namespace));
}
