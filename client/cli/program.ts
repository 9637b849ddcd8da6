/** The command line of `sami`. */
import { Command, CommanderError } from 'commander';
import { RpcErrorException, describeRpcError } from '../../src/error/index.ts';
import { addDemo } from './commands/demo.ts';
import { addMigrate } from './commands/migrate.ts';
import { addNetconf } from './commands/netconf.ts';
import { addReport } from './commands/report.ts';
import { addResume, addRollback } from './commands/resume.ts';
import { packageVersion } from '../../src/node/index.ts';
import type { CliEnvironment } from './environment.ts';
import { EXIT_CODES, UsageError } from './exit-code.ts';
import { oneLine } from './output.ts';

const EXIT_CODE_HELP = `
Exit codes: 0 done, 1 error, 2 wrong usage, 3 move refused (nothing changed), 4 move undone.`;

export function createProgram(environment: CliEnvironment): Command {
  const program = new Command('sami');
  program
    .description('moves the network state of virtual machines between devices over NETCONF')
    .version(packageVersion())
    .addHelpText('after', EXIT_CODE_HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        environment.output.out(text);
      },
      writeErr: (text) => {
        environment.output.err(text);
      },
    });
  for (const add of [addMigrate, addResume, addRollback, addReport, addNetconf, addDemo]) {
    add(program, environment);
  }
  return program;
}

/** Runs the command line; sets the exit code and prints one line for whatever goes wrong. */
export async function runProgram(
  environment: CliEnvironment,
  argv: readonly string[],
): Promise<void> {
  try {
    await createProgram(environment).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    environment.exit(report(environment, error));
  }
}

function report({ output }: CliEnvironment, error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message; help and version are no errors.
    return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
  }
  output.err(`sami: ${oneLine(describe(error))}\n`);
  return error instanceof UsageError ? EXIT_CODES.usage : EXIT_CODES.error;
}

function describe(error: unknown): string {
  if (error instanceof RpcErrorException) return error.errors.map(describeRpcError).join('; ');
  return error instanceof Error ? error.message : String(error);
}
