/** Entries in the order of their keys: a B+ tree with copy-on-write. */
import type { ListNode } from '../../yang/index.ts';
import type { Branch } from '../node.ts';
import type { ListDiffVisitor } from '../list.ts';
import { BTree, bulkLoad, diffAgainst } from './btree.ts';
import type { Tree } from './btree.ts';
import { ChangeLog, coalesce } from './change-log.ts';
import type { RowChange } from './change-log.ts';
import { rowComparator } from './compare.ts';
import type { RowComparator } from './compare.ts';

/** Entries of a tree node. Larger nodes make loading faster and a single change dearer. */
const NODE_SIZE = 48;
/** How full nodes are made, so that the next entries do not split all of them. */
const FILL = 0.9;

export class KeyedRows {
  readonly #tree: Tree<Branch, Branch>;
  #log: ChangeLog | undefined;

  constructor(schema: ListNode, tree?: Tree<Branch, Branch>) {
    this.#tree = tree ?? new BTree<Branch, Branch>(undefined, rowComparator(schema), NODE_SIZE);
  }

  /** Undefined when two entries have the same keys. */
  static from(schema: ListNode, rows: readonly Branch[]): KeyedRows | undefined {
    const compare = rowComparator(schema);
    const all = isAscending(rows, compare) ? (rows as Branch[]) : rows.toSorted(compare);
    if (all !== rows && !isAscending(all, compare)) return undefined;
    return new KeyedRows(schema, bulkLoad(all, all, NODE_SIZE, compare, FILL));
  }

  get size(): number {
    return this.#tree.size;
  }

  get(probe: Branch): Branch | undefined {
    return this.#tree.get(probe);
  }

  set(row: Branch): void {
    this.#tree.set(row, row);
  }

  delete(probe: Branch): void {
    this.#tree.delete(probe);
  }

  iterate(): Iterator<Branch> {
    return this.#tree.values();
  }

  forEach(visit: (row: Branch) => void): void {
    this.#tree.forEachPair((row) => {
      visit(row);
    });
  }

  clone(): KeyedRows {
    return new KeyedRows(undefined as never, this.#tree.clone());
  }

  compareOrder(a: Branch, b: Branch): number {
    return rowComparator(a.schema as ListNode)(a, b);
  }

  /** Notes how this version was made from `base`. */
  derivedFrom(base: KeyedRows, changes: readonly RowChange[]): void {
    this.#log = ChangeLog.after(base, base.#log, changes);
  }

  diff(after: KeyedRows, visit: ListDiffVisitor): void {
    const logged = after.#log?.since(this);
    if (!logged) {
      this.#compare(after, visit);
      return;
    }
    for (const { before, after: now } of coalesce(logged, finder)) {
      if (before && now) visit.changed(before, now);
      else if (now) visit.added(now);
      else if (before) visit.removed(before);
    }
  }

  #compare(after: KeyedRows, visit: ListDiffVisitor): void {
    diffAgainst(
      this.#tree,
      after.#tree,
      (row) => {
        visit.removed(row);
      },
      (row) => {
        visit.added(row);
      },
      (_key, before, now) => {
        visit.changed(before, now);
      },
    );
  }
}

/** Finds entries by the keys of others. */
function finder(rows: readonly Branch[]): (row: Branch) => Branch | undefined {
  const [first] = rows;
  const found = new KeyedRows(first?.schema as ListNode);
  for (const row of rows) found.set(row);
  return (row) => found.get(row);
}

function isAscending(rows: readonly Branch[], compare: RowComparator): boolean {
  for (let index = 1; index < rows.length; index += 1) {
    if (compare(rows[index - 1] as Branch, rows[index] as Branch) >= 0) return false;
  }
  return true;
}
