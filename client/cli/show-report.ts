/** Prints the report of a move and says what the exit code is. */
import { describeProblem, printReport } from '../orchestrate/index.ts';
import type { MoveReport } from '../orchestrate/index.ts';
import type { CliEnvironment } from './environment.ts';
import { EXIT_CODES } from './exit-code.ts';
import { oneLine, printJson } from './output.ts';

export function showReport({ output }: CliEnvironment, report: MoveReport, json: boolean): void {
  if (json) printJson(output, report);
  else output.out(printReport(report));
}

/**
 * Shows how a move has ended and returns the exit code. A move that did not go through is also said in
 * one line on stderr, where whoever runs this from a script looks.
 */
export function concludeMove(
  environment: CliEnvironment,
  report: MoveReport,
  json: boolean,
): number {
  showReport(environment, report, json);
  const { outcome, errors } = report;
  if (outcome !== 'migrated') {
    const reasons = errors.map(describeProblem).join('; ');
    environment.output.err(`sami: ${outcome}: ${oneLine(reasons)}\n`);
  }
  const code = exitCodeOf(report);
  environment.exit(code);
  return code;
}

function exitCodeOf({ outcome }: MoveReport): number {
  if (outcome === 'refused') return EXIT_CODES.refused;
  return outcome === 'rolled-back' ? EXIT_CODES.rolledBack : EXIT_CODES.ok;
}
