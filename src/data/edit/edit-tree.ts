/**
 * The content of an edit-config request (RFC 6241, section 7.2): data with operations.
 *
 * What carries no attributes of its own, and nothing below it does, is plain data: a bare value or a
 * Branch, exactly as a datastore holds it. So a hundred thousand new entries need no second form.
 */
import type { AnyNode, BranchSchemaNode, LeafValue, ListNode } from '../../yang/index.ts';
import { Branch } from '../node.ts';
import type { AnyValue, Slot } from '../node.ts';
import type { RpcError } from '../../error/index.ts';

export type EditOperation = 'merge' | 'replace' | 'create' | 'delete' | 'remove';
export type DefaultOperation = 'merge' | 'replace' | 'none';

/** What is done with a node: its own operation, or what it inherits; `none` only leads to others. */
export type EffectiveOperation = EditOperation | 'none';

/** The attributes `insert`, and `key` or `value`, of RFC 7950, sections 7.7.9 and 7.8.6. */
export type EditInsert<A> =
  | { readonly where: 'first' }
  | { readonly where: 'last' }
  | { readonly where: 'before' | 'after'; readonly anchor: A };

/** Container or list entry with an operation on it or below it. */
export class EditBranch {
  readonly schema: BranchSchemaNode;
  readonly slots: readonly EditSlot[];
  readonly operation: EditOperation | undefined;
  /** For an entry of a list ordered by user. The anchor is a probe with the keys. */
  readonly insert: EditInsert<Branch> | undefined;

  constructor(
    schema: BranchSchemaNode,
    slots: readonly EditSlot[],
    operation?: EditOperation,
    insert?: EditInsert<Branch>,
  ) {
    this.schema = schema;
    this.slots = slots;
    this.operation = operation;
    this.insert = insert;
  }
}

/** A leaf or anydata with an operation. The value is undefined when a deletion left it out. */
export class EditLeaf {
  readonly value: LeafValue | AnyValue | undefined;
  readonly operation: EditOperation;

  constructor(value: LeafValue | AnyValue | undefined, operation: EditOperation) {
    this.value = value;
    this.operation = operation;
  }
}

export interface EditItem {
  readonly value: LeafValue;
  readonly operation: EditOperation | undefined;
  readonly insert: EditInsert<LeafValue> | undefined;
}

/** Entries of a leaf-list of which at least one has an attribute, in the order of the request. */
export class EditLeafList {
  /** Empty with a deletion of the whole leaf-list, which is not standard and not accepted. */
  readonly items: readonly EditItem[];

  constructor(items: readonly EditItem[]) {
    this.items = items;
  }
}

/** Entries of a list of which at least one has an attribute in it, in the order of the request. */
export class EditRows {
  readonly schema: ListNode;
  readonly rows: readonly (Branch | EditBranch)[];

  constructor(schema: ListNode, rows: readonly (Branch | EditBranch)[]) {
    this.schema = schema;
    this.rows = rows;
  }
}

export type EditSlot = Slot | EditBranch | EditLeaf | EditLeafList | EditRows;

/** What a decoder has made of the children of an element. */
export interface DecodedTree {
  readonly schema: BranchSchemaNode;
  /** An EditBranch only when the request was decoded as an edit and has operations. */
  readonly content: Branch | EditBranch;
  /** Faults in the content. What is at fault is left out of `content`. */
  readonly errors: readonly RpcError[];
  /** What the `anyContent` option made of anydata and anyxml nodes. */
  readonly anyContent: ReadonlyMap<AnyNode, unknown>;
}

/** The content as plain data. Throws RpcErrorException's cause when it has operations: our fault. */
export function plainContent(decoded: DecodedTree): Branch {
  if (decoded.content instanceof Branch) return decoded.content;
  throw new Error('the content carries edit operations');
}
