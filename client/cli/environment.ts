/** What commands work with: made by main.ts alone, replaced in tests. */
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../../src/util/index.ts';
import type { Schemas } from '../orchestrate/schema.ts';
import type { Output } from './output.ts';

export interface CliEnvironment {
  readonly output: Output;
  readonly clock: Clock;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Name of the user who runs the command. */
  readonly username: string;
  /** Aborted when the user wants it to end (Ctrl-C). */
  readonly signal: AbortSignal;
  /** Modules that come with the package. */
  schemas(): Schemas;
  /** Where people type; undefined where nobody does. */
  readonly terminal?: ConsoleTerminal;
  /** Sets the exit code of the process. */
  exit(code: number): void;
}

/** Standard input, and where what people type is shown: not standard output, which has data alone. */
export interface ConsoleTerminal {
  /** Both ends are a terminal; otherwise the input is a script. */
  readonly isTerminal: boolean;
  readonly input: Readable;
  readonly output: Writable;
}
