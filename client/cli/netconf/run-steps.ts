/** Carries out what was planned, one after the other. The first that fails ends it. */
import type { PlannedStep } from './plan.ts';
import type { ConsoleSession } from './session.ts';

export async function runSteps(
  session: ConsoleSession,
  steps: readonly PlannedStep[],
  /** More comes after these. */
  goesOn = false,
): Promise<void> {
  for (const [at, { row, values, parameters }] of steps.entries()) {
    const isLast = !goesOn && at === steps.length - 1;
    await row.run(session, { values, parameters, isLast });
  }
}
