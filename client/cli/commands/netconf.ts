/** `sami netconf`: single protocol operations, in the order of the command line. */
import { readFile } from 'node:fs/promises';
import { Option } from 'commander';
import type { Command } from 'commander';
import { connectNetconf } from '../../connect.ts';
import { accessOf, addAccessOptions } from '../access-arguments.ts';
import type { SharedAccess } from '../access-arguments.ts';
import { connectOptionsOf } from '../credentials.ts';
import { parseEndpoint } from '../endpoint.ts';
import type { CliEnvironment } from '../environment.ts';
import { EXIT_CODES, UsageError } from '../exit-code.ts';
import { NETCONF_ARGUMENTS, argumentName, checkOrder } from '../netconf-arguments.ts';
import type { ArgumentEntry } from '../netconf-arguments.ts';
import { OperationRunner } from '../netconf-operations.ts';

/** An argument as it was given, with the value if it has one. */
interface GivenArgument {
  readonly entry: ArgumentEntry;
  readonly value: string | undefined;
}

interface NetconfOptions extends SharedAccess {
  readonly json?: boolean;
}

export function addNetconf(program: Command, environment: CliEnvironment): void {
  const command = program
    .command('netconf <user@host:port>')
    .description('perform NETCONF operations on one device, in the order given')
    .option('--json', 'print replies as JSON objects');
  addAccessOptions(command);
  const given: GivenArgument[] = [];
  for (const entry of NETCONF_ARGUMENTS) {
    command.addOption(new Option(entry.flags, entry.description));
    // Commander keeps one value per option; here the order among all of them matters.
    command.on(`option:${argumentName(entry)}`, (value: string | null) => {
      given.push({ entry, value: value ?? undefined });
    });
  }
  command.action((target: string, options: NetconfOptions) =>
    runOperations(environment, { target, options, given }),
  );
}

async function runOperations(
  environment: CliEnvironment,
  { target, options, given }: { target: string; options: NetconfOptions; given: GivenArgument[] },
): Promise<void> {
  if (given.length === 0) throw new UsageError('no operation was given; see "sami netconf --help"');
  checkOrder(given.map(({ entry }) => entry));
  const endpoint = parseEndpoint(target, environment.username);
  const access = { ...endpoint, access: accessOf(options) };
  const { variables, clock, output, signal } = environment;
  const connect = await connectOptionsOf(access, variables);
  await using client = await connectNetconf({ ...connect, clock, signal });
  const runner = new OperationRunner({
    client,
    signal,
    json: options.json === true,
    write: (text) => {
      output.out(text);
    },
    readFile: (path) => readFile(path === '-' ? '/dev/stdin' : path, 'utf8'),
  });
  for (const { entry, value } of given) await runner[entry.method](value);
  environment.exit(EXIT_CODES.ok);
}
