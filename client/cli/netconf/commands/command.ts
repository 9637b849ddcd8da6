/** What an operation of the console is: a row of a table, and what it does. */
import { optionRow } from '../option.ts';
import type { OptionRow } from '../option.ts';
import type { ParameterName, Parameters } from '../parameters.ts';
import type { ConsoleSession } from '../session.ts';

/** One use of an operation on a line. */
export interface Call {
  readonly values: readonly string[];
  readonly parameters: Parameters;
  /** Nothing comes after it: what waits for something may wait for ever. */
  readonly isLast: boolean;
}

export interface CommandRow extends OptionRow {
  readonly kind: 'command';
  /** The parameters that mean something to it. */
  readonly uses: readonly ParameterName[];
  run(session: ConsoleSession, call: Call): Promise<void> | void;
}

export interface CommandDetails {
  readonly uses?: readonly ParameterName[];
  readonly choices?: readonly string[];
  readonly run: CommandRow['run'];
}

export function command(flags: string, help: string, details: CommandDetails): CommandRow {
  const { uses = [], choices, run } = details;
  return { ...optionRow('Operations', flags, help, choices), kind: 'command', uses, run };
}
