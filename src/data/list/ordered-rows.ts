/**
 * Entries in an order of their own: lists ordered by user, and state lists without keys.
 *
 * Each entry has a rank, a number between those of its neighbours; a second tree leads from keys to
 * ranks. When two neighbours leave no room for another number all ranks are given anew.
 */
import { invariant } from '../../util/index.ts';
import type { ListNode } from '../../yang/index.ts';
import type { Branch } from '../node.ts';
import type { InsertPosition, ListDiffVisitor } from '../list.ts';
import { BTree, diffAgainst } from './btree.ts';
import type { Tree } from './btree.ts';
import { rowComparator } from './compare.ts';

const byNumber = (a: number, b: number): number => a - b;

interface Ranked {
  readonly rank: number;
  readonly row: Branch;
}

export class OrderedRows {
  readonly #schema: ListNode;
  #byRank: Tree<number, Branch>;
  /** Undefined for a list without keys. */
  #byKey: Tree<Branch, Ranked> | undefined;

  constructor(schema: ListNode) {
    this.#schema = schema;
    this.#byRank = new BTree<number, Branch>(undefined, byNumber);
    this.#byKey =
      schema.keys.length === 0
        ? undefined
        : new BTree<Branch, Ranked>(undefined, rowComparator(schema));
  }

  get size(): number {
    return this.#byRank.size;
  }

  get(probe: Branch): Branch | undefined {
    return this.#byKey?.get(probe)?.row;
  }

  set(row: Branch, position?: InsertPosition): void {
    const present = this.#byKey?.get(row);
    if (present && !position) {
      this.#put(row, present.rank);
      return;
    }
    if (present) this.delete(row);
    this.#put(row, this.#rankAt(position));
  }

  delete(probe: Branch): void {
    const present = this.#byKey?.get(probe);
    if (!present) return;
    this.#byRank.delete(present.rank);
    this.#byKey?.delete(probe);
  }

  iterate(): Iterator<Branch> {
    return this.#byRank.values();
  }

  forEach(visit: (row: Branch) => void): void {
    this.#byRank.forEachPair((_rank, row) => {
      visit(row);
    });
  }

  clone(): OrderedRows {
    const copy = new OrderedRows(this.#schema);
    copy.#byRank = this.#byRank.clone();
    copy.#byKey = this.#byKey?.clone();
    return copy;
  }

  compareOrder(a: Branch, b: Branch): number {
    return (this.#byKey?.get(a)?.rank ?? 0) - (this.#byKey?.get(b)?.rank ?? 0);
  }

  diff(after: OrderedRows, visit: ListDiffVisitor): void {
    if (this.#byKey && after.#byKey) this.#diffByKey(this.#byKey, after.#byKey, visit);
    else this.#diffByPlace(after, visit);
  }

  #diffByKey(
    before: Tree<Branch, Ranked>,
    after: Tree<Branch, Ranked>,
    visit: ListDiffVisitor,
  ): void {
    diffAgainst(
      before,
      after,
      (_key, { row }) => {
        visit.removed(row);
      },
      (_key, { row }) => {
        visit.added(row);
      },
      (_key, old, now) => {
        if (old.row !== now.row) visit.changed(old.row, now.row);
      },
    );
  }

  /** Entries without keys have no identity: those that are not the same object are other entries. */
  #diffByPlace(after: OrderedRows, visit: ListDiffVisitor): void {
    const old = new Set<Branch>();
    this.forEach((row) => old.add(row));
    after.forEach((row) => {
      if (!old.delete(row)) visit.added(row);
    });
    for (const row of old) visit.removed(row);
  }

  sameOrder(after: OrderedRows): boolean {
    if (this.size !== after.size) return false;
    const compare = rowComparator(this.#schema);
    const others = after.iterate();
    for (const row of this.#byRank.values()) {
      const other = others.next();
      if (other.done === true) return false;
      if (row !== other.value && (!this.#byKey || compare(row, other.value) !== 0)) return false;
    }
    return true;
  }

  #put(row: Branch, rank: number): void {
    this.#byRank.set(rank, row);
    this.#byKey?.set(row, { rank, row });
  }

  #rankAt(position: InsertPosition | undefined): number {
    if (this.#byRank.size === 0) return 0;
    if (!position || position.where === 'last') return (this.#byRank.maxKey() as number) + 1;
    if (position.where === 'first') return (this.#byRank.minKey() as number) - 1;
    const anchor = this.#byKey?.get(position.anchor)?.rank;
    invariant(anchor !== undefined, 'an entry is inserted beside one that is present');
    const neighbour =
      position.where === 'before'
        ? (this.#byRank.nextLowerKey(anchor) ?? anchor - 2)
        : (this.#byRank.nextHigherKey(anchor) ?? anchor + 2);
    const rank = (anchor + neighbour) / 2;
    if (rank !== anchor && rank !== neighbour) return rank;
    this.#renumber();
    return this.#rankAt(position);
  }

  #renumber(): void {
    const rows = [...this.#byRank.values()];
    this.#byRank = new BTree<number, Branch>(undefined, byNumber);
    this.#byKey &&= new BTree<Branch, Ranked>(undefined, rowComparator(this.#schema));
    rows.forEach((row, index) => {
      this.#put(row, index);
    });
  }
}
