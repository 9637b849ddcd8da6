/**
 * The alternatives of a filter for the entries of one list, by the keys that they ask for. A filter may name thousands
 * of entries; each entry is held only against the alternatives that can mean it.
 */
import { RpcErrorException, resourceDenied } from '../../error/index.ts';
import type { LeafValue, ListNode } from '../../yang/index.ts';
import { sortable } from '../list/compare.ts';
import type { Branch } from '../node.ts';
import type { Selector } from './selector.ts';

/** Alternatives that leave a key open: every entry is held against each of them. */
const MAX_OPEN = 1000;

const known = new WeakMap<readonly Selector[], Alternatives>();

/** Throws resource-denied when entries would have to be held against too many. */
export function alternativesOf(selectors: readonly Selector[]): Alternatives {
  let found = known.get(selectors);
  if (!found) known.set(selectors, (found = new Alternatives(selectors)));
  return found;
}

export class Alternatives {
  /** Those that leave a key open; all of them where there are no keys. */
  readonly open: readonly Selector[];
  /** All combinations of keys that are asked for, each once; undefined when some alternative leaves a key open. */
  readonly keys: readonly (readonly LeafValue[])[] | undefined;
  readonly #byKeys = new Map<string, [Selector, ...Selector[]]>();

  constructor(selectors: readonly Selector[]) {
    const keys: (readonly LeafValue[])[] = [];
    for (const selector of selectors) {
      if (!selector.keys) continue;
      const text = textOf(selector.keys);
      const same = this.#byKeys.get(text);
      if (same) same.push(selector);
      else {
        this.#byKeys.set(text, [selector]);
        keys.push(selector.keys);
      }
    }
    this.open = selectors.filter((selector) => !selector.keys);
    this.keys = this.open.length === 0 ? keys : undefined;
    if (this.open.length <= MAX_OPEN) return;
    const message = `the filter has more than ${String(MAX_OPEN)} alternatives for one node`;
    throw new RpcErrorException(resourceDenied(message, { type: 'protocol' }));
  }

  /** Those that can mean the entry, going by its keys. */
  of(row: Branch): readonly Selector[] {
    if (this.#byKeys.size === 0) return this.open;
    const keys = (row.schema as ListNode).keys.map(({ slot }) => row.slots[slot] as LeafValue);
    if (keys.includes(undefined as unknown as LeafValue)) return this.open;
    const named = this.#byKeys.get(textOf(keys));
    return named ? [...named, ...this.open] : this.open;
  }
}

/** The same for values that compare as equal. */
function textOf(values: readonly LeafValue[]): string {
  return JSON.stringify(
    values.map((value) => {
      const text = sortable(value);
      // Of a union: a number is no string, but it is the same as a whole number of another size.
      return typeof text === 'bigint' || typeof text === 'number' ? [String(text)] : text;
    }),
  );
}
