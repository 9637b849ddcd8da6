/**
 * Takes up a move that was cut short, from its journal; undoes or completes it.
 *
 * The journal says what had been begun; the devices say how far it got. Points at which the orchestrator
 * may have died, and what is done from there:
 *
 * | last sign of life | old device | new device | VM | what resume does |
 * |---|---|---|---|---|
 * | `start`, stage plan | untouched | untouched | runs on old | ends as refused |
 * | begin create | untouched | nothing, or standby | runs on old | deletes the standby VM |
 * | pre-copy, catch-up | watched | standby, some entries | runs on old | ends orphaned sessions, deletes the standby VM |
 * | begin stop | locked | standby, all entries | may be stopped | the same, and tells the hypervisor to abort |
 * | begin freeze | frozen until time-out, or not | standby | stopped | cancels the commit, sees that it learns, then the VM resumes |
 * | begin activate | frozen until time-out | learning until time-out, or standby | stopped | cancels both, deletes the standby VM |
 * | decision commit | frozen until time-out | learning until time-out | stopped | confirms both |
 * | the same, a time-out has run out | learning again | standby again | stopped | freezes by a plain commit, copies what differs, confirms |
 * | the same, the new device restarted | frozen | standby without entries, or gone | stopped | freezes if need be, copies all, confirms |
 * | confirmed new, confirmed old | frozen | learning | stopped | tells the hypervisor to continue |
 * | begin continue | frozen | learning | may run on new | tells it again; its tables change now, so they are not compared |
 * | done continue, begin retire | frozen, or gone | learning | runs on new | deletes the VM on the old device |
 * | `end` | | | | nothing; gives the report |
 *
 * A standby VM on a new device that cannot be reached goes when its lease runs out.
 */
import { readJournal, Journal, lockPath } from './journal.ts';
import { JournalState } from './journal-state.ts';
import { withLockFile } from './lock-file.ts';
import type { MoveContext } from './context.ts';
import { UnfinishedMoveError, createContext, finishForward, undo, withSessions } from './move.ts';
import type { MoveEnvironment } from './move.ts';
import type { MoveReport } from './report.ts';
import { completeSettings } from './settings.ts';
import { completeDecision } from './stages/decide.ts';
import { OrchestratorCrash } from './steps.ts';

export interface ResumeOptions extends MoveEnvironment {
  readonly id: string;
}

/** The move cannot be rolled back. */
export class NotRollableError extends Error {
  readonly code = 'not-rollable';
}

/** Completes a decided move, undoes another; gives the report of one that has ended. */
export async function resume(options: ResumeOptions): Promise<MoveReport> {
  return takeUp(options, (context) =>
    context.state.decision === 'commit'
      ? complete(context)
      : undo(context, new Error(`the orchestrator was interrupted in stage ${context.stage}`)),
  );
}

/** Undoes a move that is not decided. Throws {@link NotRollableError} for one that is. */
export async function rollback(options: ResumeOptions): Promise<MoveReport> {
  const { id } = options;
  const report = await takeUp(options, async (context) => {
    if (context.state.decision === 'commit') {
      throw new NotRollableError(
        `move ${id} is decided and can only go forward: run "sami resume ${id}"`,
      );
    }
    return undo(context, new Error('rolled back by the operator'));
  });
  if (report.outcome === 'migrated') {
    throw new NotRollableError(
      `move ${id} is complete: the VM runs on the new device; move it back instead`,
    );
  }
  return report;
}

type TakeUp = (context: MoveContext) => Promise<MoveReport>;

async function takeUp(options: ResumeOptions, run: TakeUp): Promise<MoveReport> {
  const { stateDir, id } = options;
  // Said before a lock file is made for a move that does not exist.
  await readJournal(stateDir, id);
  return withLockFile(lockPath(stateDir, id), () => takeUpLocked(options, run));
}

async function takeUpLocked(options: ResumeOptions, run: TakeUp): Promise<MoveReport> {
  const { stateDir, id, clock } = options;
  const state = JournalState.of(await readJournal(stateDir, id));
  if (state.report) return state.report;
  const { confirmTimeoutS, standbyLeaseS } = state.begin;
  const settings = completeSettings({ ...options.settings, confirmTimeoutS, standbyLeaseS });
  await using journal = await Journal.reopen(stateDir, id, () => clock.now());
  const context = createContext(options, settings, journal, state);
  context.stage = state.stage;
  return await withSessions(context, () => run(context));
}

async function complete(context: MoveContext): Promise<MoveReport> {
  try {
    if (!context.state.done.has('continue')) await context.runStage('decide', completeDecision);
  } catch (error) {
    if (error instanceof OrchestratorCrash) throw error;
    throw new UnfinishedMoveError(context.state.begin.id, error);
  }
  return finishForward(context);
}
