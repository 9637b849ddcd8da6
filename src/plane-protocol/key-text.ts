/**
 * The key of an entry as one text: the canonical values of its key leaves, joined by commas. It has no
 * quotes, backslashes, control or non-ASCII characters, so that a plane can take it as it is written.
 */
import { Branch } from '../data/index.ts';
import type { Slot } from '../data/index.ts';
import type { LeafValue, ListNode } from '../yang/index.ts';

/** Everything else becomes `%` and two hexadecimal digits for each byte in UTF-8 (docs/plane-protocol.md, section 4). */
const PLAIN = /^[A-Za-z0-9._:/@+-]*$/;
const OTHERS = /[^A-Za-z0-9._:/@+-]+/g;

export function keyText(row: Branch): string {
  return (row.schema as ListNode).keys
    .map((key) => escape(key.type.canonical(row.slots[key.slot] as LeafValue)))
    .join(',');
}

export function keyTextOf(list: ListNode, keys: readonly LeafValue[]): string {
  return list.keys.map((key, index) => escape(key.type.canonical(keys[index] ?? ''))).join(',');
}

/** The entry with just these keys; undefined when the text is none of this list. */
export function rowOfKey(list: ListNode, text: string): Branch | undefined {
  const parts = text.split(',');
  if (parts.length !== list.keys.length) return undefined;
  const slots: Slot[] = [];
  try {
    for (const [index, key] of list.keys.entries()) {
      while (slots.length <= key.slot) slots.push(undefined);
      slots[key.slot] = key.type.parse(decodeURIComponent(parts[index] ?? ''), () => undefined);
    }
  } catch {
    return undefined;
  }
  return new Branch(list, slots);
}

function escape(value: string): string {
  return PLAIN.test(value) ? value : value.replaceAll(OTHERS, percentEncoded);
}

function percentEncoded(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
