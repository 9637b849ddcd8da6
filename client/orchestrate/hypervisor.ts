/**
 * The hypervisor, seen from the move: only it knows when the VM stops and starts.
 *
 * Every method may be called again after it has succeeded or failed, because a move that was cut short
 * cannot know whether its last call was carried out. A call that finds its work done does nothing.
 */
export interface Hypervisor {
  /** The VM runs nowhere when this resolves. */
  stop(): Promise<void>;
  /** The VM runs on its new host. */
  continueOnNew(): Promise<void>;
  /** The VM runs on its old host, as if nothing had been tried. */
  resumeOnOld(): Promise<void>;
}

/** For moves of network state alone: nothing is told, nobody waits. */
export const NO_HYPERVISOR: Hypervisor = {
  stop: () => Promise.resolve(),
  continueOnNew: () => Promise.resolve(),
  resumeOnOld: () => Promise.resolve(),
};
