/**
 * A subsystem of the device that the running configuration is for: it agrees to a change before it is made.
 * Data planes are asked about VMs only; a participant sees the whole configuration.
 */
import type { Branch } from '../../src/data/index.ts';
import type { PreparedChange } from '../plane/plane.ts';

/** The trees are immutable; comparing them costs what differs (`diffTree`). */
export interface ConfigurationChange {
  readonly before: Branch;
  readonly after: Branch;
}

/** Is asked before running changes, and told when it has. */
export interface ConfigurationParticipant {
  /** For messages and the log. */
  readonly name: string;
  /** Called once, before anything else, with the configuration that is in force when the server starts. */
  start?(running: Branch): void | Promise<void>;
  /**
   * Called with every change of running. Throws RpcErrorException with reason and path to refuse it; nothing is
   * changed then. Of what it returns exactly one method is called, once; `apply` must not fail for a reason
   * that could have been seen here.
   */
  prepare(change: ConfigurationChange): PreparedChange | Promise<PreparedChange>;
}
