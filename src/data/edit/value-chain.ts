/** The values of a leaf-list while it is edited: each change costs the same, however many values there are. */
import type { LeafListNode, LeafValue } from '../../yang/index.ts';
import { sameValue } from '../list/compare.ts';

export interface ChainEntry {
  readonly value: LeafValue;
  before: ChainEntry | undefined;
  behind: ChainEntry | undefined;
}

export class ValueChain {
  readonly #node: LeafListNode;
  /** By what equal values have in common. */
  readonly #entries = new Map<unknown, ChainEntry[]>();
  #first: ChainEntry | undefined;
  #last: ChainEntry | undefined;

  constructor(node: LeafListNode, values: readonly LeafValue[]) {
    this.#node = node;
    for (const value of values) this.insertBehind(this.#last, value);
  }

  get last(): ChainEntry | undefined {
    return this.#last;
  }

  find(value: LeafValue): ChainEntry | undefined {
    return this.#entries.get(this.#keyOf(value))?.find((entry) => sameValue(entry.value, value));
  }

  /** Behind an entry, or at the beginning. */
  insertBehind(before: ChainEntry | undefined, value: LeafValue): void {
    const behind = before ? before.behind : this.#first;
    const entry: ChainEntry = { value, before, behind };
    if (before) before.behind = entry;
    else this.#first = entry;
    if (behind) behind.before = entry;
    else this.#last = entry;
    const key = this.#keyOf(value);
    const others = this.#entries.get(key);
    if (others) others.push(entry);
    else this.#entries.set(key, [entry]);
  }

  remove(entry: ChainEntry): void {
    const { value, before, behind } = entry;
    if (before) before.behind = behind;
    else this.#first = behind;
    if (behind) behind.before = before;
    else this.#last = before;
    const key = this.#keyOf(value);
    const others = (this.#entries.get(key) ?? []).filter((it) => it !== entry);
    if (others.length > 0) this.#entries.set(key, others);
    else this.#entries.delete(key);
  }

  values(): readonly LeafValue[] {
    const values: LeafValue[] = [];
    for (let entry = this.#first; entry; entry = entry.behind) values.push(entry.value);
    return values;
  }

  #keyOf(value: LeafValue): unknown {
    return typeof value === 'object' ? this.#node.type.canonical(value) : value;
  }
}
