/**
 * Stage 7: the decision is written down, then both devices are told to keep what they have, then the VM
 * goes on. Once the decision is on the disk there is no way back: whatever fails is done again.
 */
import { confirmBoth } from '../confirm.ts';
import type { MoveContext } from '../context.ts';
import { killOrphans } from '../orphans.ts';
import { OrchestratorCrash } from '../steps.ts';

/** So much of the confirm-timeout has passed that the devices might undo the move while it is decided. */
export class TooLateError extends Error {
  readonly code = 'too-late';
}

/** The part of the confirm-timeout after which nothing is decided any more. */
const LATEST = 0.5;

export async function decide(context: MoveContext): Promise<void> {
  checkTime(context);
  try {
    await context.decide('commit');
  } catch (error) {
    if (error instanceof OrchestratorCrash || context.state.decision !== 'commit') throw error;
    await context.recordProblem(error);
  }
  await completeDecision(context);
}

function checkTime({ clock, state, settings }: MoveContext): void {
  const passed = clock.now() - Date.parse(state.frozenAt ?? '');
  if (passed > settings.confirmTimeoutS * 1000 * LATEST) {
    throw new TooLateError('switching over took too long; the devices are about to undo it');
  }
}

/** Both devices confirmed and the VM running, by whatever it takes. */
export async function completeDecision(context: MoveContext): Promise<void> {
  await context.persist([context.old, context.new], async () => {
    if (!context.state.done.has('continue')) {
      await killOrphans(context, context.old, context.new);
      await confirmBoth(context);
      await continueVm(context);
    }
  });
}

async function continueVm(context: MoveContext): Promise<void> {
  // Whoever takes over from here must know that the VM may be running: its tables change again.
  if (!context.state.begun.has('continue')) {
    await context.recordDurably({ type: 'begin', action: 'continue' });
  }
  await context.tell('continue');
  await context.record({ type: 'done', action: 'continue' });
}
