/**
 * What a device has to be able to do for {@link ./table-plane.ts} to make a data plane of it: say what is
 * in its tables, check edits and make them. Modes, capacity, combining, watching, freezing and digests
 * are the same for all such devices and are not its business.
 */
import type { Branch } from '../../../src/data/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import type { Mode } from '../../../src/sami/index.ts';
import type { LeafValue } from '../../../src/yang/index.ts';
import type { KindSupport, TableChange, Watch } from '../plane.ts';
import type { TableSchema } from './catalog.ts';

/** An entry that is to be as `after` says. */
export interface RowEdit {
  /** The entry that the device has; undefined when it is new there. */
  readonly before: Branch | undefined;
  /** Absolute values. What counts up with traffic is best added to by the difference from `before`. */
  readonly after: Branch;
}

export interface TableEdit {
  readonly table: TableSchema;
  readonly set: readonly RowEdit[];
  /** Entries as the device had them at `check`; some may have run out since, which is no error. */
  readonly remove: readonly Branch[];
}

/** What happens to one VM. All of it at once, where the device has transactions. */
export interface VmEdit {
  readonly id: string;
  /** The VM's configuration before and after: addresses, MAC address, VLANs, port, in-flight, static kinds. */
  readonly before: Branch | undefined;
  readonly after: Branch | undefined;
  readonly modeBefore: Mode | undefined;
  readonly mode: Mode | undefined;
  /**
   * Only tables with something to do. When a VM enters or leaves standby, `set` has every entry of its
   * dynamic tables, with `before` equal to `after` (the same object) where nothing else changes: in standby
   * entries must not age, and on leaving they start to run down from the times they have. When the VM is
   * deleted, `remove` has every entry, of static tables too.
   */
  readonly tables: readonly TableEdit[];
}

export interface TableDriver {
  readonly name: string;
  /** Kinds of the schema that the device serves. */
  readonly kinds: readonly string[];

  /**
   * Called once. `edits` sets up each VM of the configuration as it has to be after a restart: its mode, and
   * its static tables, which have to hold exactly the entries in `set`. Dynamic tables are left alone; those
   * of VMs in standby are emptied by an `apply` that follows.
   */
  open(edits: readonly VmEdit[]): Promise<void>;
  /** Asked once after `open`, and again by whoever reads `sami/device`. */
  support(): Promise<readonly KindSupport[]>;
  /** Entries present by kind, of all VMs and of none. Undefined: the sum over the VMs is all there is. */
  used?(): Promise<ReadonlyMap<string, number>>;
  /**
   * The entries that the device has for a VM in a dynamic table, as they are now. `vm` may be in any mode
   * and is its configuration before a change that is on its way.
   */
  read(vm: Branch, table: TableSchema): AsyncIterable<readonly Branch[]>;
  /** One entry by the values of its keys in schema order. Undefined: {@link read} is filtered. */
  readOne?(vm: Branch, table: TableSchema, keys: readonly LeafValue[]): Promise<Branch | undefined>;
  /** Everything that the device has against these edits; nothing when it can make them. Changes nothing. */
  check(edits: readonly VmEdit[]): Promise<readonly RpcError[]>;
  /**
   * Makes the edits: the very array that `check` was given. One that was not checked comes after `open`, and
   * to take back a freeze before which the tables could not be read. On a freeze the tables stand still when
   * it resolves. When it throws, the device is as before.
   *
   * Right after a VM has left standby its tables are read: what was loaded has to be there, or the change is
   * taken back with the inverse edits.
   */
  apply(edits: readonly VmEdit[]): Promise<void>;
  /** The edits that `check` had nothing against will not be applied. */
  abort?(edits: readonly VmEdit[]): Promise<void>;
  /** The entries of these VMs are the device's own now; their configuration comes without them. */
  settle?(vms: readonly Branch[]): Promise<void>;
  /** Calls `changed` when tables may have changed, so that they are read before the next poll is due. */
  onChange?(changed: () => void): void;
  /**
   * Tells of every change in the dynamic tables of a VM, in order, from when it resolves; it is not polled
   * then. 'lost' when changes were missed. When `apply` resolves, every change before it has been told.
   */
  watch?(vm: Branch, report: (change: TableChange) => void): Promise<Watch>;
  /** Modes stay in force: packets of a frozen VM have to stay out also when the server is not there. */
  close(): Promise<void>;
}
