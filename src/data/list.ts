/**
 * A persistent list of entries: a copy is O(1), a change O(log n), and the difference between two
 * versions costs what has changed between them.
 *
 * Entries of a list ordered by the system are kept in the order of their keys. Lists ordered by user,
 * and state lists without keys, keep the order they were given (RFC 7950, section 7.7.7).
 */
import type { LeafValue, ListNode } from '../yang/index.ts';
import { Branch } from './node.ts';
import type { Slot } from './node.ts';
import type { RowChange } from './list/change-log.ts';
import { KeyedRows } from './list/keyed-rows.ts';
import { OrderedRows } from './list/ordered-rows.ts';

/** Where an entry of a list ordered by user goes (RFC 7950, section 7.8.6). */
export type InsertPosition =
  | { readonly where: 'first' }
  | { readonly where: 'last' }
  /** `anchor` is an entry, or a probe with its keys. It must be present. */
  | { readonly where: 'before' | 'after'; readonly anchor: Branch };

/** Receives what differs between two versions of a list, in no particular order. */
export interface ListDiffVisitor {
  added(row: Branch): void;
  removed(row: Branch): void;
  changed(before: Branch, after: Branch): void;
}

type Rows = KeyedRows | OrderedRows;

/** All entries of one list. Immutable; {@link DataList.edit} gives what makes the next version. */
export class DataList implements Iterable<Branch> {
  readonly schema: ListNode;
  readonly #rows: Rows;

  private constructor(schema: ListNode, rows: Rows) {
    this.schema = schema;
    this.#rows = rows;
  }

  static empty(schema: ListNode): DataList {
    return new DataList(
      schema,
      keepsOrder(schema) ? new OrderedRows(schema) : new KeyedRows(schema),
    );
  }

  /** Entries with equal keys replace each other: the last one stays. */
  static from(schema: ListNode, rows: Iterable<Branch>): DataList {
    const all = Array.isArray(rows) ? (rows as readonly Branch[]) : [...rows];
    if (!keepsOrder(schema)) {
      const loaded = KeyedRows.from(schema, all);
      if (loaded) return new DataList(schema, loaded);
    }
    const editor = DataList.empty(schema).edit();
    for (const row of all) editor.set(row);
    return editor.done();
  }

  /** @internal */
  static fromRows(schema: ListNode, rows: Rows): DataList {
    return new DataList(schema, rows);
  }

  get size(): number {
    return this.#rows.size;
  }

  /** True when the order of the entries is part of the data. */
  get ordered(): boolean {
    return this.#rows instanceof OrderedRows;
  }

  /** Entry by the values of its keys, in the order of the `key` statement. */
  find(keys: readonly LeafValue[]): Branch | undefined {
    return this.#rows.get(keyProbe(this.schema, keys));
  }

  /** The entry that has the same keys as `probe`. */
  get(probe: Branch): Branch | undefined {
    return this.#rows.get(probe);
  }

  [Symbol.iterator](): Iterator<Branch> {
    return this.#rows.iterate();
  }

  /** The entries in arrays of at most `size`. */
  *batches(size: number): Iterable<readonly Branch[]> {
    let batch: Branch[] = [];
    for (const row of this) {
      batch.push(row);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  /** Calls `visit` for every entry; faster than iterating. */
  forEach(visit: (row: Branch) => void): void {
    this.#rows.forEach(visit);
  }

  /**
   * A copy with `row` in the place of the entry with the same keys, or added. Without a position an
   * entry that is present keeps its place and a new one goes to the end.
   */
  with(row: Branch, position?: InsertPosition): DataList {
    const editor = this.edit();
    editor.set(row, position);
    return editor.done();
  }

  /** A copy without the entry that has the same keys as `probe`; `this` when there is none. */
  without(probe: Branch): DataList {
    const editor = this.edit();
    editor.delete(probe);
    return editor.done();
  }

  /** An editor on a copy. O(1). */
  edit(): DataListEditor {
    return new DataListEditor(this, this.#rows);
  }

  /**
   * Negative, zero or positive as `a` comes before, is, or comes after `b`. Both must be in the list.
   */
  compareOrder(a: Branch, b: Branch): number {
    return this.#rows.compareOrder(a, b);
  }

  /** Tells what differs. What two versions share is not looked at. */
  static diff(
    before: DataList | undefined,
    after: DataList | undefined,
    visit: ListDiffVisitor,
  ): void {
    if (before === after) return;
    if (before === undefined)
      after?.forEach((row) => {
        visit.added(row);
      });
    else if (after === undefined)
      before.forEach((row) => {
        visit.removed(row);
      });
    else before.#rows.diff(after.#rows as never, visit);
  }

  /** True when both have the same keys in the same order; entries with equal keys may differ. */
  static sameOrder(before: DataList, after: DataList): boolean {
    if (before === after || !(before.#rows instanceof OrderedRows)) return true;
    return before.#rows.sameOrder(after.#rows as OrderedRows);
  }
}

/** Changes a private copy of a list; `done` hands it over. */
export class DataListEditor {
  readonly #origin: DataList;
  readonly #base: Rows;
  #rows: Rows | undefined;
  readonly #changes: RowChange[] = [];
  /** The last answer of {@link get}: whoever sets an entry has mostly just asked for it. */
  #asked: { readonly probe: Branch; readonly found: Branch | undefined } | undefined;

  constructor(origin: DataList, rows: Rows) {
    this.#origin = origin;
    this.#base = rows;
  }

  get size(): number {
    return (this.#rows ?? this.#base).size;
  }

  get(probe: Branch): Branch | undefined {
    const found = (this.#rows ?? this.#base).get(probe);
    this.#asked = { probe, found };
    return found;
  }

  /** Adds `row`, or replaces the entry with the same keys. See {@link DataList.with}. */
  set(row: Branch, position?: InsertPosition): void {
    this.#note(row, row);
    this.#writable().set(row, position);
  }

  /** False when there was no such entry. */
  delete(probe: Branch): boolean {
    if (!this.get(probe)) return false;
    this.#note(probe, undefined);
    this.#writable().delete(probe);
    return true;
  }

  /** The changed list; the one it started from when nothing was changed. The editor is used up. */
  done(): DataList {
    const rows = this.#rows;
    if (!rows) return this.#origin;
    this.#rows = undefined;
    if (rows instanceof KeyedRows && this.#base instanceof KeyedRows) {
      rows.derivedFrom(this.#base, this.#changes);
    }
    return DataList.fromRows(this.#origin.schema, rows);
  }

  #note(probe: Branch, after: Branch | undefined): void {
    if (!(this.#base instanceof KeyedRows)) return;
    const before = this.#asked?.probe === probe ? this.#asked.found : this.get(probe);
    this.#asked = undefined;
    this.#changes.push({ before, after });
  }

  #writable(): Rows {
    this.#rows ??= this.#base.clone();
    return this.#rows;
  }
}

/** An entry that has key leaves only, to look up others by. */
export function keyProbe(schema: ListNode, keys: readonly LeafValue[]): Branch {
  const slots: Slot[] = [];
  for (const [index, key] of schema.keys.entries()) {
    while (slots.length < key.slot) slots.push(undefined);
    slots[key.slot] = keys[index];
  }
  return new Branch(schema, slots);
}

/** Values of the keys of an entry, in the order of the `key` statement. */
export function keysOf(row: Branch): readonly LeafValue[] {
  return (row.schema as ListNode).keys.map((key) => row.slots[key.slot] as LeafValue);
}

function keepsOrder(schema: ListNode): boolean {
  return schema.keys.length === 0 || (schema.config && schema.orderedBy === 'user');
}
