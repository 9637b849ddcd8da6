/** Reads and makes entries by the names of their leaves. */
import { Branch } from '../../../src/data/index.ts';
import type { Slot } from '../../../src/data/index.ts';
import type { BranchSchemaNode, DataSchemaNode, LeafValue } from '../../../src/yang/index.ts';

export type FieldValues = Readonly<Record<string, Slot>>;

export class Fields {
  readonly schema: BranchSchemaNode;
  readonly #byName: ReadonlyMap<string, DataSchemaNode>;

  constructor(schema: BranchSchemaNode) {
    this.schema = schema;
    this.#byName = new Map(schema.dataChildren.map((child) => [child.name, child]));
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Slot of a child that the schema must have. */
  slot(name: string): number {
    return this.node(name).slot;
  }

  node(name: string): DataSchemaNode {
    const node = this.#byName.get(name);
    if (!node) throw new Error(`the schema has no "${name}" here`);
    return node;
  }

  get(row: Branch, name: string): Slot {
    return row.slots[this.slot(name)];
  }

  text(row: Branch, name: string): string | undefined {
    return this.get(row, name) as string | undefined;
  }

  number(row: Branch, name: string): number | undefined {
    const value = this.get(row, name) as number | bigint | undefined;
    return typeof value === 'bigint' ? Number(value) : value;
  }

  /** Leaf value with the schema's default. */
  leaf(row: Branch, name: string): LeafValue | undefined {
    const node = this.node(name);
    const value = row.slots[node.slot] as LeafValue | undefined;
    return value === undefined && node.kind === 'leaf' ? node.defaultValue : value;
  }

  /** Container child; undefined when it is absent. */
  branch(row: Branch, name: string): Branch | undefined {
    const value = this.get(row, name);
    return value instanceof Branch ? value : undefined;
  }

  make(values: FieldValues): Branch {
    return new Branch(this.schema, this.#fill([], values));
  }

  /** A copy with these values; `undefined` takes a leaf away. */
  change(row: Branch, values: FieldValues): Branch {
    return new Branch(this.schema, this.#fill(row.slots.slice(), values));
  }

  #fill(slots: Slot[], values: FieldValues): Slot[] {
    for (const name in values) {
      const { slot } = this.node(name);
      while (slots.length <= slot) slots.push(undefined);
      slots[slot] = canonical(values[name]);
    }
    let length = slots.length;
    while (length > 0 && slots[length - 1] === undefined) length -= 1;
    return slots.length === length ? slots : slots.slice(0, length);
  }
}

/** Equal numbers are equal by `===`, whatever a device counts with: as the types of leaves have it. */
function canonical(value: Slot): Slot {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const known = new WeakMap<BranchSchemaNode, Fields>();

export function fieldsOf(schema: BranchSchemaNode): Fields {
  let fields = known.get(schema);
  if (!fields) {
    fields = new Fields(schema);
    known.set(schema, fields);
  }
  return fields;
}
