/**
 * What a device has to be able to do for {@link ./table-plane.ts} to make a data plane of it: say what is
 * in its tables, check edits and make them. Modes, capacity, combining, watching, freezing and digests
 * are the same for all such devices and are not its business.
 */
import type { Branch } from '../../../src/data/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import type { Mode } from '../../../src/sami/index.ts';
import type { KindSupport } from '../plane.ts';
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
  /** Entries as the device has them. */
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
   * dynamic tables, with `before` equal to `after` where nothing else changes: in standby entries must
   * not age, and on leaving they start to run down from the times they have.
   */
  readonly tables: readonly TableEdit[];
}

export interface TableDriver {
  readonly name: string;
  /** Kinds of the schema that the device serves. */
  readonly kinds: readonly string[];

  /**
   * Called once. `edits` sets up each VM of the configuration as it has to be after a restart: static kinds
   * in full, dynamic tables empty for VMs in standby, left alone otherwise.
   */
  open(edits: readonly VmEdit[]): Promise<void>;
  support(): Promise<readonly KindSupport[]>;
  /** Entries present by kind, of all VMs and of none. Undefined: the sum over the VMs is all there is. */
  used?(): Promise<ReadonlyMap<string, number>>;
  /** The entries that the device has for a VM in a dynamic table, as they are now. */
  read(vm: Branch, table: TableSchema): AsyncIterable<readonly Branch[]>;
  /** Everything that the device has against these edits; nothing when it can make them. Changes nothing. */
  check(edits: readonly VmEdit[]): Promise<readonly RpcError[]>;
  apply(edits: readonly VmEdit[]): Promise<void>;
  /** Calls `changed` when tables may have changed, so that they are read before the next poll is due. */
  onChange?(changed: () => void): void;
  /** Modes stay in force: packets of a frozen VM have to stay out also when the server is not there. */
  close(): Promise<void>;
}
