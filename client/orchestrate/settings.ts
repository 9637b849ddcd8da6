/** What can be tuned about a move, with its defaults. */

export interface MoveSettings {
  /** Time after which a device undoes what was not confirmed (RFC 6241, section 8.4). */
  readonly confirmTimeoutS: number;
  /** Time after which the new device drops the VM in standby if nobody comes back. */
  readonly standbyLeaseS: number;
  /** How long a device may take to answer. */
  readonly answerTimeoutMs: number;
  /** How long to wait for locks and pending commits of others. */
  readonly busyTimeoutMs: number;
  /** Wait between two attempts. */
  readonly retryMs: number;
  /** How long a decided move is driven on against failures before it is left to `resume`. */
  readonly persistenceMs: number;
  /** Entries per edit-config. */
  readonly batchEntries: number;
  /** Batches sent and not answered. */
  readonly batchesInFlight: number;
  /** Switch over when no more changed entries than this are left. */
  readonly restEntries: number;
  /** Rounds of catching up before switching over anyway. */
  readonly maxRounds: number;
  /** Times that everything is read again because changes were lost. */
  readonly maxResyncs: number;
  /** Room kept on the new device beyond what the old one holds, as a fraction of that. */
  readonly headroom: number;
  /** How long packets in flight to the old device are waited for before it forgets the VM. */
  readonly graceMs: number;
}

export const DEFAULT_SETTINGS: MoveSettings = {
  confirmTimeoutS: 30,
  standbyLeaseS: 600,
  answerTimeoutMs: 30_000,
  busyTimeoutMs: 30_000,
  retryMs: 200,
  persistenceMs: 120_000,
  batchEntries: 5000,
  batchesInFlight: 3,
  restEntries: 500,
  maxRounds: 8,
  maxResyncs: 3,
  headroom: 0.1,
  graceMs: 0,
};

/** Defaults with what is given in their place. */
export function completeSettings(given: Partial<MoveSettings> = {}): MoveSettings {
  return { ...DEFAULT_SETTINGS, ...given };
}
