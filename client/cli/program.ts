/** The command line of `sami`. */
import { Command, CommanderError } from 'commander';
import { RpcErrorException, describeRpcError } from '../../src/error/index.ts';
import { packageVersion } from '../../src/node/package-files.ts';
import type { CliEnvironment } from './environment.ts';
import { EXIT_CODES, UsageError } from './exit-code.ts';
import { oneLine } from './output.ts';

type AddCommand = (program: Command, environment: CliEnvironment) => void;

/**
 * Commands by name. Only the one that is asked for is loaded: checking a module should not wait for an SSH
 * library.
 */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  plan: async () => (await import('./commands/plan.ts')).addPlan,
  migrate: async () => (await import('./commands/migrate.ts')).addMigrate,
  resume: async () => (await import('./commands/resume.ts')).addResume,
  rollback: async () => (await import('./commands/resume.ts')).addRollback,
  report: async () => (await import('./commands/report.ts')).addReport,
  netconf: async () => (await import('./commands/netconf.ts')).addNetconf,
  yang: async () => (await import('./commands/yang.ts')).addYang,
  'plane-test': async () => (await import('./commands/plane-test.ts')).addPlaneTest,
  demo: async () => (await import('./commands/demo.ts')).addDemo,
};

const EXIT_CODE_HELP = `
Exit codes: 0 done, 1 error, 2 wrong usage, 3 move refused (nothing changed), 4 move undone,
5 plan: the move would be made at a risk.`;

/** The program with the command `name`, or with all commands when there is none of that name. */
async function createProgram(
  environment: CliEnvironment,
  name: string | undefined,
): Promise<Command> {
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
  const wanted = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  for (const load of wanted ? [wanted] : Object.values(COMMANDS)) {
    const add = await load();
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
    const program = await createProgram(environment, argv[0]);
    await program.parseAsync([...argv], { from: 'user' });
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
