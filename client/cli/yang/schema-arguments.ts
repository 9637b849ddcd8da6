/** Options that say which modules a `sami yang` command works on, and where their imports are. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../exit-code.ts';

export interface SchemaOptions {
  readonly path: readonly string[];
  readonly features: readonly string[];
  readonly makeImplemented?: boolean;
  /** False with `--no-search`. */
  readonly search: boolean;
  /** False with `--no-bundled`. */
  readonly bundled: boolean;
  readonly quiet?: boolean;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export const SCHEMA_ARGUMENT_HELP = `
A schema is a .yang or .yin file, "-" for standard input, or the name of a module (name or name@revision) that is
looked for. Imports are looked for in the directories of --path and those below them, beside the files given, in the
current directory, in the directories of the variable YANG_MODPATH, and among the modules that come with sami.`;

export function addSchemaOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-p, --path <dir>', 'directory to look for modules in (repeatable, or a:b)')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '-F, --features <module:list>',
        'features that a module supports: "m:a,b", "m:" none, "m:*" all (repeatable)',
      )
        .argParser(collect)
        .default([], 'all'),
    )
    .option('-i, --make-implemented', 'implement imported modules too')
    .option('-D, --no-search', 'look only in --path and YANG_MODPATH, and beside nothing')
    .option('--no-bundled', 'without the modules that come with sami')
    .option('-q, --quiet', 'no warnings')
    .addHelpText('after', SCHEMA_ARGUMENT_HELP);
}

/** From `--features`: by module, the features it supports. */
export function parseFeatures(
  values: readonly string[],
): ReadonlyMap<string, readonly string[] | 'all'> {
  const features = new Map<string, readonly string[] | 'all'>();
  for (const value of values) {
    const match = /^([A-Za-z_][\w.-]*):(.*)$/.exec(value);
    if (!match) throw new UsageError(`--features wants "module:feature,feature", not "${value}"`);
    const [, module = '', list = ''] = match;
    const names = list.split(',').filter((name) => name !== '');
    const before = features.get(module);
    if (names.includes('*') || before === 'all') features.set(module, 'all');
    else features.set(module, [...(before ?? []), ...names]);
  }
  return features;
}
