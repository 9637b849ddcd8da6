/** What the datastores tell those who want to know, after it has happened (RFC 6470). */
import type { Branch } from '../../src/data/index.ts';
import type { Requester } from '../session/requester.ts';
import type { VmChange } from '../plane/plane.ts';
import type { DatastoreName } from './lock-table.ts';

/** Who changed something: a session, or the server for a reason of its own such as a time-out. */
export type ChangedBy = Requester | 'server';

/** A configuration datastore has other content now. */
export interface DatastoreChange {
  /** `candidate` changes with every edit and is not reported. */
  readonly datastore: Exclude<DatastoreName, 'candidate'>;
  readonly before: Branch;
  readonly after: Branch;
  readonly by: ChangedBy;
  /** Of running: what happened to VMs. */
  readonly vms: readonly VmChange[];
}

/** RFC 6470, section 2.2, `netconf-confirmed-commit`. */
export interface ConfirmedCommitEvent {
  readonly event: 'start' | 'cancel' | 'timeout' | 'extend' | 'complete';
  readonly by: ChangedBy;
  /** Seconds until it is reverted; with `start` and `extend`. */
  readonly timeout: number | undefined;
}

export interface DatastoreListener {
  changed?(change: DatastoreChange): void;
  /** The candidate that the session works on is what running is: it was committed or given up. */
  candidateReset?(by: Requester): void;
  confirmedCommit?(event: ConfirmedCommitEvent): void;
}
