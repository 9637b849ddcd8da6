/** Prints the report of a move and says what the exit code is. */
import { printReport } from '../orchestrate/index.ts';
import type { MoveReport } from '../orchestrate/index.ts';
import type { CliEnvironment } from './environment.ts';
import { EXIT_CODES } from './exit-code.ts';
import { printJson } from './output.ts';

export function showReport({ output }: CliEnvironment, report: MoveReport, json: boolean): void {
  if (json) printJson(output, report);
  else output.out(printReport(report));
}

export function exitCodeOf({ outcome }: MoveReport): number {
  if (outcome === 'refused') return EXIT_CODES.refused;
  return outcome === 'rolled-back' ? EXIT_CODES.rolledBack : EXIT_CODES.ok;
}
