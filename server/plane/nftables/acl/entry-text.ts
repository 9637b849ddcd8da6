/**
 * Dynamic entries as texts that the kernel keeps for us: as comments of the elements of a set, because a
 * rule does not say all of an entry, such as who has authenticated for it. So the kernel's table alone
 * tells what is in force, also after a restart of the server.
 */
import { Branch } from '../../../../src/data/index.ts';
import type { Slot } from '../../../../src/data/index.ts';
import type { BranchSchemaNode, LeafValue, ListNode } from '../../../../src/yang/index.ts';
import { fieldsOf } from '../../kit/fields.ts';
import type { NftElement } from '../../kit/nft-tool.ts';

export interface StoredEntry {
  readonly number: number;
  readonly vm: string;
  readonly row: Branch;
  /** Keys of the elements that hold it. */
  readonly pieces: readonly number[];
}

interface Plain {
  readonly [name: string]: LeafValue | Plain;
}

/** Comments may have 128 bytes. */
const PIECE = 88;

/** Comments, one for each element that it takes. */
export function toPieces(number: number, vm: string, row: Branch): readonly string[] {
  const text = Buffer.from(JSON.stringify([vm, toPlain(row)])).toString('base64url');
  const count = Math.ceil(text.length / PIECE);
  return Array.from({ length: count }, (_, index) =>
    [number, index, count, text.slice(index * PIECE, (index + 1) * PIECE)].join('.'),
  );
}

/** What {@link toPieces} made. What is incomplete or not ours is left out. */
export function fromPieces(
  elements: readonly NftElement[],
  list: ListNode,
): readonly StoredEntry[] {
  const texts = new Map<
    number,
    { readonly parts: string[]; readonly keys: number[]; count: number }
  >();
  for (const { key, comment = '' } of elements) {
    const [number, index, count, text] = comment.split('.');
    if (text === undefined) continue;
    const entry = texts.get(Number(number)) ?? { parts: [], keys: [], count: Number(count) };
    entry.parts[Number(index)] = text;
    entry.keys.push(Number(key[0]));
    texts.set(Number(number), entry);
  }
  const entries: StoredEntry[] = [];
  for (const [number, { parts, keys, count }] of texts) {
    if (keys.length !== count) continue;
    const text = Buffer.from(parts.join(''), 'base64url').toString();
    const [vm, plain] = JSON.parse(text) as [string, Plain];
    entries.push({ number, vm, row: fromPlain(list, plain), pieces: keys });
  }
  return entries;
}

function toPlain(branch: Branch): Plain {
  const plain: Record<string, LeafValue | Plain> = {};
  for (const node of branch.schema.dataChildren) {
    const value = branch.get(node);
    if (value instanceof Branch) plain[node.name] = toPlain(value);
    else if (value !== undefined) plain[node.name] = value as LeafValue;
  }
  return plain;
}

/** Names that a later schema does not have are left out. */
function fromPlain(schema: BranchSchemaNode, plain: Plain): Branch {
  const fields = fieldsOf(schema);
  const values: Record<string, Slot> = {};
  for (const [name, value] of Object.entries(plain)) {
    if (!fields.has(name)) continue;
    const node = fields.node(name);
    values[name] =
      node.kind === 'container' ? fromPlain(node, value as Plain) : (value as LeafValue);
  }
  return fields.make(values);
}
