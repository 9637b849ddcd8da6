/**
 * The points of a move where something leaves the orchestrator or comes back: what tests and `--fail`
 * hook into.
 */
import type { Party, Stage } from './report.ts';

export interface StepPoint {
  readonly stage: Stage;
  /** `back`: the move is being undone. */
  readonly direction: 'forward' | 'back';
  readonly party: Party;
  /** The protocol operation, the word to the hypervisor, or the decision (`commit`, `abort`). */
  readonly message: string;
  readonly when: 'before' | 'after';
}

/** Awaited at each point. What it throws counts as a failure of that message. */
export type StepListener = (point: StepPoint) => Promise<void> | void;

/**
 * Thrown by a {@link StepListener}: the orchestrator stops dead, as if killed. Nothing is undone and
 * nothing more is sent.
 */
export class OrchestratorCrash extends Error {
  constructor(message = 'the orchestrator was made to stop here') {
    super(message);
    this.name = 'OrchestratorCrash';
  }
}

/** What `--fail STAGE` throws. */
export class InjectedFailure extends Error {
  constructor(point: StepPoint) {
    super(`failure injected ${point.when} "${point.message}"`);
    this.name = 'InjectedFailure';
  }
}

/** A listener that fails once, at the first point of `stage`. */
export function failOnceAt(stage: Stage): StepListener {
  let failed = false;
  return (point) => {
    if (failed || point.stage !== stage || point.direction !== 'forward') return;
    failed = true;
    throw new InjectedFailure(point);
  };
}
