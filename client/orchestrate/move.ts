/**
 * A hot move: the stages in order, then undone or driven to its end.
 *
 * Up to the decision any failure undoes the move; after it the move only goes forward. Either way what
 * is left when this process dies is done by {@link resume}, from the journal.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../src/util/index.ts';
import { abortMove } from './abort.ts';
import { MoveContext } from './context.ts';
import type { ProgressEvent } from './context.ts';
import type { Connector } from './device.ts';
import { NO_HYPERVISOR } from './hypervisor.ts';
import type { Hypervisor } from './hypervisor.ts';
import type { KindChoice } from './kind-choice.ts';
import { Journal, lockPath } from './journal.ts';
import { JournalState } from './journal-state.ts';
import { withLockFile } from './lock-file.ts';
import { buildReport } from './build-report.ts';
import type { MoveReport, Outcome, Stage } from './report.ts';
import type { Schemas } from './schema.ts';
import { completeSettings } from './settings.ts';
import type { MoveSettings } from './settings.ts';
import { OrchestratorCrash } from './steps.ts';
import type { StepListener } from './steps.ts';
import { catchUp } from './stages/catch-up.ts';
import { decide } from './stages/decide.ts';
import { RefusedError, plan } from './stages/plan.ts';
import { preCopy } from './stages/pre-copy.ts';
import { prepare } from './stages/prepare.ts';
import { retire } from './stages/retire.ts';
import { switchOver } from './stages/switch-over.ts';
import { verify } from './stages/verify.ts';

/** What a move, or its resumption, works with. */
export interface MoveEnvironment {
  readonly old: Connector;
  readonly new: Connector;
  /** Default: nobody is told. */
  readonly hypervisor?: Hypervisor | undefined;
  /** Where journals are kept. */
  readonly stateDir: string;
  readonly schemas: Schemas;
  readonly clock: Clock;
  readonly settings?: Partial<MoveSettings> | undefined;
  /** Ends the move: it is undone if it is not decided yet, and driven on otherwise. */
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: StepListener | undefined;
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
}

export interface MoveOptions extends MoveEnvironment {
  readonly vm: string;
  /** Default: made from date and chance. Also a file name in `stateDir`. */
  readonly id?: string | undefined;
  /** Default: kinds that have entries are essential. */
  readonly choice?: KindChoice | undefined;
  /** Port of the new device that the VM will be attached to (`vm/port`). */
  readonly port?: string | undefined;
  /** Kept in the journal and given back on resume, such as the addresses of the devices. No secrets. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** The move is decided, and could not be brought to its end for now. */
export class UnfinishedMoveError extends Error {
  readonly code = 'unfinished';
  readonly id: string;

  constructor(id: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`move ${id} is decided but not finished (${reason}): run "sami resume ${id}"`, { cause });
    this.name = 'UnfinishedMoveError';
    this.id = id;
  }
}

const UNTIL_DECISION: readonly (readonly [Stage, (context: MoveContext) => Promise<void>])[] = [
  ['plan', plan],
  ['prepare', prepare],
  ['pre-copy', preCopy],
  ['catch-up', catchUp],
  ['switch-over', switchOver],
  ['verify', verify],
  ['decide', decide],
];

/** An id that sorts by time: `20261120T063000-1a2b3c4d`. */
export function createMoveId(clock: Clock): string {
  const stamp = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+Z/g, '');
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}

/**
 * Moves the state of a VM. Resolves with the report whatever the outcome was; rejects with
 * UnfinishedMoveError or NotResumedError when somebody has to come back to it.
 */
export async function move(options: MoveOptions): Promise<MoveReport> {
  const id = options.id ?? createMoveId(options.clock);
  return withLockFile(lockPath(options.stateDir, id), () => beginMove(options, id));
}

async function beginMove(options: MoveOptions, id: string): Promise<MoveReport> {
  const { clock, stateDir } = options;
  const settings = completeSettings(options.settings);
  await using journal = await Journal.create(stateDir, id, () => clock.now());
  const context = createContext(options, settings, journal, new JournalState());
  await context.recordDurably({
    type: 'start',
    id,
    vm: options.vm,
    from: options.old.name,
    to: options.new.name,
    persistIds: { old: `${id}-old`, new: `${id}-new` },
    confirmTimeoutS: settings.confirmTimeoutS,
    standbyLeaseS: settings.standbyLeaseS,
    choice: options.choice,
    port: options.port,
    details: options.details ?? {},
  });
  return await withSessions(context, () => runStages(context));
}

export function createContext(
  environment: MoveEnvironment,
  settings: MoveSettings,
  journal: Journal,
  state: JournalState,
): MoveContext {
  const { old, new: target, schemas, clock, signal, onStep, onProgress } = environment;
  const hypervisor = environment.hypervisor ?? NO_HYPERVISOR;
  const parties = { old, new: target, hypervisor };
  const tools = { journal, state, settings, clock, schemas };
  return new MoveContext({ ...parties, ...tools, signal, onStep, onProgress });
}

/** Closes all sessions at the end; cuts them when the orchestrator is made to crash. */
export async function withSessions(
  context: MoveContext,
  run: () => Promise<MoveReport>,
): Promise<MoveReport> {
  try {
    const report = await run();
    await context.feed?.close();
    await Promise.all([context.old.close(), context.new.close()]);
    return report;
  } finally {
    await Promise.all([context.old.cut(), context.new.cut()]);
  }
}

async function runStages(context: MoveContext): Promise<MoveReport> {
  try {
    for (const [stage, run] of UNTIL_DECISION) {
      context.checkAborted();
      await context.runStage(stage, run);
    }
  } catch (error) {
    if (error instanceof OrchestratorCrash) throw error;
    return context.state.decision === 'commit' ? giveUp(context, error) : undo(context, error);
  }
  return finishForward(context);
}

function giveUp(context: MoveContext, error: unknown): never {
  throw new UnfinishedMoveError(context.state.begin.id, error);
}

/** The last stage, and the end. */
export async function finishForward(context: MoveContext): Promise<MoveReport> {
  try {
    await context.runStage('retire', retire);
  } catch (error) {
    if (error instanceof OrchestratorCrash) throw error;
    giveUp(context, error);
  }
  return end(context, 'migrated');
}

/** Undoes what was done, for the reason given. */
export async function undo(context: MoveContext, cause: unknown): Promise<MoveReport> {
  if (cause instanceof RefusedError) {
    for (const problem of cause.problems) await context.record({ type: 'problem', problem });
  } else {
    await context.recordProblem(cause);
  }
  const refused = context.stage === 'plan';
  if (!refused) await abortMove(context);
  return end(context, refused ? 'refused' : 'rolled-back');
}

async function end(context: MoveContext, outcome: Outcome): Promise<MoveReport> {
  const report = buildReport(context, outcome);
  await context.recordDurably({ type: 'end', report });
  return report;
}
