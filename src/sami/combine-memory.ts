/**
 * Remembers what entries that arrived have been combined with, until they have settled, so that taking
 * them away again takes away exactly what they added.
 *
 * Of an entry that met none with its key nothing is kept: that there is no memory of it says so.
 */
import type { Branch } from '../data/index.ts';
import type { LeafValue, ListNode } from '../yang/index.ts';
import { combineEntries, separateEntries } from './combine.ts';

interface Combined {
  /** What was there without the entry that arrived. */
  readonly before: Branch;
  readonly result: Branch;
  /** There was an entry before any arrived: `before` is more than what traffic has done since. */
  readonly existed: boolean;
}

/** By list, then by key; null where a staged memory has forgotten what the one below still knows. */
type Entries = Map<ListNode, Map<string, Combined | null>>;

export class CombineMemory {
  readonly #below: CombineMemory | undefined;
  #entries: Entries = new Map();
  /** What the memory below knows is no longer so. */
  #forgotten = false;

  constructor(below?: CombineMemory) {
    this.#below = below;
  }

  /** A memory on top of this one, for a change that may not come to be; {@link commit} makes it true. */
  stage(): CombineMemory {
    return new CombineMemory(this);
  }

  /** Writes what a staged memory has learnt into the one below. */
  commit(): void {
    const below = this.#below;
    if (!below) return;
    if (this.#forgotten) below.settle();
    for (const [list, entries] of this.#entries) {
      for (const [key, combined] of entries) below.#put(list, key, combined);
    }
    this.#entries = new Map();
    this.#forgotten = false;
  }

  /** `row` arrives where the device has `present`. Returns the entry that it is to have. */
  arrive(row: Branch, present: Branch | undefined): Branch {
    if (!present) return row;
    const result = combineEntries(present, row);
    this.#remember(row, { before: present, result, existed: true });
    return result;
  }

  /**
   * `row`, which arrived before, is to go, and the device has `present`. Returns what it is to have; undefined
   * when the entry is to go as a whole.
   */
  depart(row: Branch, present: Branch | undefined): Branch | undefined {
    const combined = this.#recall(row);
    if (combined) this.#remember(row, null);
    if (!present || combined?.existed !== true) return undefined;
    return separateEntries(present, combined.before, combined.result);
  }

  /** `row`, which arrived before, is to be `arriving`. Returns the entry that the device is to have. */
  change(row: Branch, arriving: Branch, present: Branch | undefined): Branch {
    const known = this.#recall(row);
    if (!present) {
      if (known) this.#remember(row, null);
      return arriving;
    }
    const before = separateEntries(present, known?.before, known?.result ?? row);
    const result = combineEntries(before, arriving);
    this.#remember(arriving, { before, result, existed: known?.existed === true });
    return result;
  }

  /** What has arrived is the device's own now, or has gone as a whole. */
  settle(): void {
    this.#entries = new Map();
    this.#forgotten = this.#below !== undefined;
  }

  /** Number of entries remembered here. */
  get size(): number {
    let size = 0;
    for (const entries of this.#entries.values()) size += entries.size;
    return size;
  }

  #recall(row: Branch): Combined | undefined {
    const found = this.#entries.get(row.schema as ListNode)?.get(keyText(row));
    if (found !== undefined) return found ?? undefined;
    const below = this.#forgotten ? undefined : this.#below;
    return below && below.#recall(row);
  }

  #remember(row: Branch, combined: Combined | null): void {
    this.#put(row.schema as ListNode, keyText(row), combined);
  }

  #put(list: ListNode, key: string, combined: Combined | null): void {
    const entries = this.#entries.get(list) ?? new Map<string, Combined | null>();
    this.#entries.set(list, entries);
    if (combined || this.#below) entries.set(key, combined);
    else entries.delete(key);
  }
}

function keyText(row: Branch): string {
  const { keys } = row.schema as ListNode;
  return keys.map((key) => key.type.canonical(row.slots[key.slot] as LeafValue)).join('\u0000');
}
