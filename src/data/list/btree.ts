/** The B+ tree of the package sorted-btree, a CommonJS module, under a name and types of our own. */
import btree from 'sorted-btree';
import bulkLoadModule from 'sorted-btree/extended/bulkLoad.js';
import diffModule from 'sorted-btree/extended/diffAgainst.js';

export const BTree = btree.default;
export type Tree<K, V> = InstanceType<typeof BTree<K, V>>;

export const bulkLoad = bulkLoadModule.bulkLoad;
export const diffAgainst = diffModule.default;
