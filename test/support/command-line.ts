/** The command line of `sami` in this process: what it prints, and the exit code. */
import { runProgram } from '../../client/cli/program.ts';
import { Schemas } from '../../client/index.ts';
import {
  SystemClock,
  createFileModuleRepository,
  packageYangDirectory,
} from '../../src/node/index.ts';

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function runCommand(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const result = { code: 0, out: '', err: '' };
  await runProgram(
    {
      output: {
        out: (text) => (result.out += text),
        err: (text) => (result.err += text),
        interactive: false,
      },
      clock: new SystemClock(),
      variables,
      username: 'nobody',
      signal: new AbortController().signal,
      schemas: () => new Schemas(createFileModuleRepository([packageYangDirectory()])),
      exit: (code) => (result.code = code),
    },
    args,
  );
  return result;
}
