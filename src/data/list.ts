/**
 * A persistent keyed list: a B+ tree with copy-on-write, so that a copy is O(1), a change O(log n) and
 * a difference between two versions O(changes).
 *
 * Entries are ordered by key. A list ordered by user keeps a rank beside each entry.
 */
import BTree from 'sorted-btree';
import diffAgainst from 'sorted-btree/extended/diffAgainst.js';
