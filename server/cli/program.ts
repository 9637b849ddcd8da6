/** The command line of `samid`: commands, and options made of their table. */
import { Command, Option } from 'commander';
import { packageVersion } from '../../src/node/package-files.ts';
import { SERVER_FEATURES } from '../features.ts';
import { printHash } from './hash-password.ts';
import { SERVE_OPTIONS } from './options.ts';
import type { OptionRow } from './option-row.ts';
import type { ServeOptions } from './options.ts';

export interface ProgramActions {
  readonly serve: (options: ServeOptions) => Promise<void>;
  /** Descriptions of the data planes for the help text. */
  readonly planes: string;
}

export function program({ serve, planes }: ProgramActions): Command {
  const command = new Command('samid')
    .exitOverride()
    .description('A network device that is managed over NETCONF: the server of sami.')
    .version(packageVersion());
  const serving = command
    .command('serve', { isDefault: true })
    .description('run the server; this is what happens without a command')
    .action(async (options: ServeOptions) => serve(options));
  for (const row of Object.values(SERVE_OPTIONS)) serving.addOption(makeOption(row));
  command
    .command('hash-password')
    .description('read a password from standard input and print its hash for the users file')
    .action(printHash);
  const more = `\n${planes}\n\n${describeFeatures()}`;
  serving.addHelpText('after', more);
  command.addHelpText('after', () => `\n${serving.helpInformation()}${more}`);
  return command;
}

function makeOption({ flags, about, group, parse, repeats, ...row }: OptionRow): Option {
  const option = new Option(flags, about).helpGroup(group);
  option.mandatory = row.required === true;
  if (parse && repeats) {
    option.argParser((text, before: readonly unknown[]) => [...before, parse(text)]);
  } else if (parse) {
    option.argParser(parse);
  }
  if (row.value !== undefined) option.default(row.value, row.valueText);
  return option;
}

function describeFeatures(): string {
  const rows = SERVER_FEATURES.map(
    ({ name, isDefault, description }) =>
      `  ${name.padEnd(24)}${description}${isDefault ? ' (there unless left out)' : ''}`,
  );
  return ['Features:', ...rows].join('\n');
}
