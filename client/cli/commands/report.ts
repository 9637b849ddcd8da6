/** `sami report`: what moves have cost, from their journals. */
import type { Command } from 'commander';
import { JournalState, listMoves, readJournal } from '../../orchestrate/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { UsageError } from '../exit-code.ts';
import { printJson } from '../output.ts';
import { showReport } from '../show-report.ts';
import { defaultStateDir } from '../state-dir.ts';

interface ReportOptions {
  readonly stateDir: string;
  readonly json?: boolean;
}

interface Summary {
  readonly id: string;
  readonly vm: string;
  readonly from: string;
  readonly to: string;
  readonly start: string | undefined;
  readonly outcome: string;
  readonly blackoutMs: number | undefined;
}

export function addReport(program: Command, environment: CliEnvironment): void {
  program
    .command('report [id]')
    .description('show the report of a move; without id a list of all moves')
    .option('--state-dir <dir>', 'where journals are kept', defaultStateDir(environment.variables))
    .option('--json', 'print JSON')
    .action((id: string | undefined, options: ReportOptions) =>
      id === undefined ? listReports(environment, options) : showOne(environment, id, options),
    );
}

async function showOne(
  environment: CliEnvironment,
  id: string,
  { stateDir, json }: ReportOptions,
): Promise<void> {
  const { report, stage } = JournalState.of(await readJournal(stateDir, id));
  if (!report) {
    throw new UsageError(
      `move ${id} is in stage ${stage} and has no report yet: run "sami resume ${id}"`,
    );
  }
  showReport(environment, report, json === true);
}

async function listReports(
  { output }: CliEnvironment,
  { stateDir, json }: ReportOptions,
): Promise<void> {
  const summaries: Summary[] = [];
  for (const id of await listMoves(stateDir)) {
    const state = JournalState.of(await readJournal(stateDir, id));
    if (state.start) summaries.push(summarize(state));
  }
  if (json === true) printJson(output, summaries);
  else if (summaries.length === 0) output.err(`no moves in ${stateDir}\n`);
  else for (const summary of summaries) output.out(`${describe(summary)}\n`);
}

function summarize(state: JournalState): Summary {
  const { id, vm, from, to } = state.begin;
  const outcome = state.report?.outcome ?? `unfinished in stage ${state.stage}`;
  const { startTime: start, report } = state;
  return { id, vm, from, to, start, outcome, blackoutMs: report?.blackoutMs };
}

function describe({ id, vm, from, to, outcome, blackoutMs }: Summary): string {
  const blackout = blackoutMs === undefined ? '' : `  blackout ${blackoutMs} ms`;
  return `${id}  ${vm}  ${from} -> ${to}  ${outcome}${blackout}`;
}
