/**
 * The one interface between the device server and whatever forwards packets.
 *
 * Embedding the server in firmware means implementing {@link DataPlane}. Only `prepare` may refuse a
 * change; what it returns is the only way to apply or abort it.
 */
import type { Branch } from '../../src/data/index.ts';
import type { ListNode } from '../../src/yang/index.ts';
import type { LeafValue } from '../../src/yang/index.ts';

/** What a plane supports of one kind (`sami/device/kind`). It does not change while the plane is open. */
export interface KindSupport {
  readonly kind: string;
  /** Entries that fit; undefined when there is no fixed limit. */
  readonly limit: bigint | undefined;
  /** Details that the plane supports, such as 'window-scale'; compared between devices before a move. */
  readonly features: readonly string[];
}

/** How much of a kind is in use. */
export interface KindUse {
  readonly kind: string;
  /** Entries present, of all VMs and of none. */
  readonly used: bigint;
  /** Entries that standing reservations hold free beyond what their VMs have. */
  readonly reserved: bigint;
}

/**
 * What a commit changes for one VM. Both sides are entries of `/sami:sami/vm` as in the running
 * datastore before and after; undefined where the VM is absent.
 *
 * While `after` is in standby its dynamic tables are exactly the ones to have loaded, and must not age.
 * In the other modes the tables belong to the plane, and entries in `after` that were not in `before`
 * are combined with what is there (`sami:combine`). When they leave again before they have settled (a
 * rollback), exactly what had been added is taken away: an entry that was there before stays, with what
 * traffic has added to it since. A VM that returns from another mode to standby (a rollback) has its
 * tables replaced by those of `after`. A VM that disappears takes all its entries along.
 */
export interface VmChange {
  readonly id: string;
  readonly before: Branch | undefined;
  readonly after: Branch | undefined;
}

/** A change that the plane has accepted and holds ready. Exactly one of the two is called, once. */
export interface PreparedChange {
  /**
   * Makes the change. When it resolves, the new mode is in force; on a freeze, every earlier change of
   * the tables has been given to the watchers. Must not fail for a reason that `prepare` could have seen.
   */
  apply(): Promise<void>;
  abort(): Promise<void>;
}

export interface ReadRequest {
  readonly vm: Branch;
  /** A list directly below the container of a kind. Nested lists come inside its entries. */
  readonly list: ListNode;
  /** Values of all keys in schema order, to read just that entry. */
  readonly keys?: readonly LeafValue[];
}

/** A change in a table, with the absolute new value, in the order in which they happened. */
export type TableChange =
  | { readonly kind: 'set'; readonly list: ListNode; readonly row: Branch }
  /** `row` has at least the key leaves. */
  | { readonly kind: 'remove'; readonly list: ListNode; readonly row: Branch }
  /** Changes have been lost: whoever watches has to read everything again. */
  | { readonly kind: 'lost' };

export interface Watch {
  close(): Promise<void>;
}

/** Count and digest of one kind of one VM (`vm/table`). */
export interface TableState {
  readonly kind: string;
  readonly entries: number;
  /** See {@link ../../src/sami/digest.ts}. */
  readonly digest: string;
}

export interface DataPlane {
  readonly name: string;
  /** Names of the kinds that this plane serves. */
  readonly kinds: readonly string[];

  /**
   * Called once, before anything else, with the VMs that the configuration has after a restart. Entries
   * of VMs in standby are dropped, entries of VMs that are absent from the list are left alone.
   */
  start(vms: readonly Branch[]): Promise<void>;
  support(): Promise<readonly KindSupport[]>;
  use(): Promise<readonly KindUse[]>;
  /** Throws RpcErrorException with the reason and path when it cannot do it. Changes nothing yet. */
  prepare(changes: readonly VmChange[]): Promise<PreparedChange>;
  /** The commit that brought the VMs out of standby is confirmed: their entries are the plane's own now. */
  settle(vms: readonly Branch[]): Promise<void>;
  /** Entries in batches, from a consistent point where the plane can, as they are read. */
  read(request: ReadRequest): AsyncIterable<readonly Branch[]>;
  /** Resolves once the watch is in force. `onChange` is called in order and must not block. */
  watch(vm: Branch, onChange: (change: TableChange) => void): Promise<Watch>;
  tables(vm: Branch): Promise<readonly TableState[]>;
  close(): Promise<void>;
}
