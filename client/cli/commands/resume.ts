/** `sami resume` and `sami rollback`: moves that were cut short. */
import type { Command } from 'commander';
import { JournalState, listMoves, readJournal, resume, rollback } from '../../orchestrate/index.ts';
import type { MoveReport, ResumeOptions } from '../../orchestrate/index.ts';
import { accessOf, addAccessOptions, addSideOptions } from '../access-arguments.ts';
import type { SharedAccess } from '../access-arguments.ts';
import type { AccessOptions, DeviceAccess } from '../credentials.ts';
import type { CliEnvironment } from '../environment.ts';
import { EXIT_CODES, UsageError } from '../exit-code.ts';
import { oneLine } from '../output.ts';
import { moveEnvironment } from '../move-environment.ts';
import type { MoveDetails } from '../move-environment.ts';
import { concludeMove } from '../show-report.ts';
import { defaultStateDir } from '../state-dir.ts';

interface TakeUpOptions extends SharedAccess {
  readonly stateDir: string;
  readonly hook?: string;
  readonly json?: boolean;
}

type TakeUp = (options: ResumeOptions) => Promise<MoveReport>;

export function addResume(program: Command, environment: CliEnvironment): void {
  const command = program
    .command('resume [id]')
    .description('complete or undo a move that was cut short; without id all there are');
  addTakeUpOptions(command, environment);
  command.action(async (id: string | undefined, options: TakeUpOptions) => {
    if (id === undefined) await resumeAll(environment, options);
    else await takeUp(environment, { id, options, run: resume });
  });
}

export function addRollback(program: Command, environment: CliEnvironment): void {
  const command = program
    .command('rollback <id>')
    .description('undo a move that is not decided yet');
  addTakeUpOptions(command, environment);
  command.action(async (id: string, options: TakeUpOptions) => {
    await takeUp(environment, { id, options, run: rollback });
  });
}

function addTakeUpOptions(command: Command, environment: CliEnvironment): void {
  command
    .option('--state-dir <dir>', 'where journals are kept', defaultStateDir(environment.variables))
    .option('--hook <command>', 'instead of the one that the move began with')
    .option('--json', 'print the report as JSON');
  addAccessOptions(command);
  addSideOptions(command, 'from', 'old');
  addSideOptions(command, 'to', 'new');
}

async function resumeAll(environment: CliEnvironment, options: TakeUpOptions): Promise<void> {
  let worst = 0;
  for (const id of await listMoves(options.stateDir)) {
    const state = JournalState.of(await readJournal(options.stateDir, id));
    if (state.ended || !state.start) continue;
    try {
      worst = Math.max(worst, await takeUp(environment, { id, options, run: resume }));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      environment.output.err(`sami: ${id}: ${oneLine(message)}\n`);
      worst = Math.max(worst, EXIT_CODES.error);
    }
  }
  environment.exit(worst);
}

/** Returns the exit code, and sets it. */
async function takeUp(
  environment: CliEnvironment,
  { id, options, run }: { id: string; options: TakeUpOptions; run: TakeUp },
): Promise<number> {
  const { stateDir } = options;
  const state = JournalState.of(await readJournal(stateDir, id));
  const details = withOptions(state.begin.details, options);
  const place = { id, vm: state.begin.vm, stateDir, details };
  const report = await run({ ...(await moveEnvironment(environment, place)), id });
  return concludeMove(environment, report, options.json === true);
}

/** What the journal has, with what the command line says in its place. */
function withOptions(
  { from, to, hook }: Partial<MoveDetails>,
  options: TakeUpOptions,
): MoveDetails {
  if (!from || !to) {
    throw new UsageError('this move was not begun by "sami migrate": it cannot be taken up here');
  }
  return {
    from: mergeAccess(from, accessOf(options, 'from')),
    to: mergeAccess(to, accessOf(options, 'to')),
    hook: options.hook ?? hook,
  };
}

function mergeAccess(device: DeviceAccess, given: AccessOptions): DeviceAccess {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...device, access: { ...device.access, ...Object.fromEntries(entries) } };
}
