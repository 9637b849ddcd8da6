/**
 * Entries as JSON, compactly: an array of slots. Numbers, strings and booleans stand for themselves and
 * null for an absent value; everything rarer is an object with one member that says what it is.
 */
import { Branch, DataList } from '../../../../src/data/index.ts';
import type { Slot } from '../../../../src/data/index.ts';
import type {
  BranchSchemaNode,
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  LeafValue,
} from '../../../../src/yang/index.ts';

export type JsonSlot =
  | string
  | number
  | boolean
  | null
  | { readonly n: string }
  | { readonly e: 1 }
  | { readonly t: string }
  | { readonly a: readonly JsonSlot[] }
  | { readonly b: readonly JsonSlot[] }
  | { readonly l: readonly (readonly JsonSlot[])[] };

export function encodeSlots(branch: Branch): readonly JsonSlot[] {
  const { slots, schema } = branch;
  const encoded: JsonSlot[] = new Array<JsonSlot>(slots.length);
  for (let slot = 0; slot < slots.length; slot += 1) {
    const value = slots[slot];
    if (value === undefined) encoded[slot] = null;
    else if (typeof value === 'number' || typeof value === 'string') encoded[slot] = value;
    else encoded[slot] = encodeRare(schema.dataChildren[slot], value);
  }
  return encoded;
}

function encodeRare(node: DataSchemaNode | undefined, value: Slot): JsonSlot {
  if (value === null) return { e: 1 };
  if (typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number')
    return value;
  if (typeof value === 'bigint') return { n: String(value) };
  if (value instanceof Branch) return { b: encodeSlots(value) };
  if (value instanceof DataList) return { l: [...value].map(encodeSlots) };
  if (Array.isArray(value))
    return { a: (value as readonly LeafValue[]).map((item) => encodeRare(node, item)) };
  if (node?.kind === 'leaf' || node?.kind === 'leaf-list') {
    return { t: node.type.canonical(value as LeafValue) };
  }
  throw new Error(`cannot store a value of ${node?.name ?? 'an unknown node'}`);
}

/** Decodes what {@link encodeSlots} made for the same schema. */
export class RowDecoder {
  readonly #strings = new Map<string, string>();
  readonly #namespaceOf: (module: string) => string | undefined;

  /** `namespaceOf` gives the namespace of a module, by which stored values name identities. */
  constructor(namespaceOf: (module: string) => string | undefined) {
    this.#namespaceOf = namespaceOf;
  }

  decode(schema: BranchSchemaNode, encoded: readonly JsonSlot[]): Branch {
    const slots: Slot[] = new Array<Slot>(encoded.length);
    for (let slot = 0; slot < encoded.length; slot += 1) {
      const value = encoded[slot];
      if (value === null || value === undefined) slots[slot] = undefined;
      else if (typeof value === 'number') slots[slot] = value;
      else if (typeof value === 'string') slots[slot] = this.#shared(value);
      else slots[slot] = this.#decodeRare(schema.dataChildren[slot], value);
    }
    return new Branch(schema, slots);
  }

  #decodeRare(node: DataSchemaNode | undefined, value: JsonSlot): Slot {
    if (!node || value === null || typeof value !== 'object') return value as Slot;
    if ('n' in value) return BigInt(value.n);
    if ('e' in value) return null;
    if ('b' in value) return this.decode(node as BranchSchemaNode, value.b);
    if ('t' in value) {
      return (node as LeafNode | LeafListNode).type.parse(value.t, this.#namespaceOf);
    }
    if ('a' in value) return value.a.map((item) => this.#decodeRare(node, item) as LeafValue);
    if (node.kind !== 'list') throw new Error(`"${node.name}" is no list`);
    return DataList.from(
      node,
      value.l.map((inner) => this.decode(node, inner)),
    );
  }

  /** One string object for equal texts: the same addresses come again and again. */
  #shared(text: string): string {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    if (this.#strings.size >= 65_536) this.#strings.clear();
    this.#strings.set(text, text);
    return text;
  }
}
