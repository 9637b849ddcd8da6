/** The report of a move from what its context and journal have gathered. */
import type { MoveContext } from './context.ts';
import type { KindReport, MoveReport, Outcome } from './report.ts';
import { kindReports } from './tables.ts';

export function buildReport(context: MoveContext, outcome: Outcome): MoveReport {
  const { state, clock, survey } = context;
  const { id, vm, from, to } = state.begin;
  const start = state.startTime ?? new Date(clock.now()).toISOString();
  return {
    id,
    vm,
    procedure: 'hot',
    outcome,
    from,
    to,
    planes: survey?.new.planes ?? [],
    start,
    durationMs: clock.now() - Date.parse(start),
    blackoutMs: blackoutOf(context),
    kinds: kindsOf(context),
    risks: state.risks,
    stages: state.stages,
    errors: state.problems,
  };
}

function blackoutOf({ state, clock }: MoveContext): number {
  if (state.stoppedAt === undefined) return 0;
  const end = state.runningAt === undefined ? clock.now() : Date.parse(state.runningAt);
  return end - Date.parse(state.stoppedAt);
}

/** A move that was taken up by another process knows what was verified, and that it was equal. */
function kindsOf({ tables, state }: MoveContext): Readonly<Record<string, KindReport>> {
  const { verified, behind, behindTables } = state;
  if (tables) return kindReports(tables.before, tables.after, behind);
  return verified ? kindReports([...verified, ...behindTables], verified, behind) : {};
}
