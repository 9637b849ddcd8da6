/** `sami yang print`: modules in canonical form (RFC 7950, sections 13 and 14), and what can be listed of them. */
import { Option, type Command } from 'commander';
import {
  moduleDependencies,
  parseModule,
  printSkeleton,
  printYang,
  printYin,
  schemaPaths,
  type Statement,
} from '../../../src/yang/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { parseCount } from '../numbers.ts';
import { requireSchemas, type CompiledSet } from './diagnostics.ts';
import { addSchemaOptions, type SchemaOptions } from './schema-arguments.ts';
import type { GivenSchema } from './given-schema.ts';
import { writeResult } from './write-result.ts';

interface PrintOptions extends SchemaOptions {
  readonly format: keyof typeof FORMATS;
  readonly lineLength?: number;
  readonly output?: string;
}

/** What each format makes of the schemas that were given. */
const FORMATS = {
  yang: (set: CompiledSet, { lineLength }: PrintOptions): readonly string[] =>
    set.given
      .flatMap((schema) => statementsOf(set, schema))
      .map((statement) => printYang(statement, { lineLength })),
  yin: (set: CompiledSet): readonly string[] =>
    set.given
      .flatMap((schema) => statementsOf(set, schema))
      .map((statement) => printYin(statement, set)),
  paths: (set: CompiledSet): readonly string[] =>
    modulesOf(set).map((module) =>
      Array.from(schemaPaths(set.context, { module }), ({ path }) => `${path}\n`).join(''),
    ),
  depends: (set: CompiledSet): readonly string[] => [
    moduleDependencies(set.context)
      .map(
        (module) =>
          `${[`${labelOf(module)}:`, ...module.includes.map(labelOf), ...module.imports.map(labelOf)].join(' ')}\n`,
      )
      .join(''),
  ],
  modules: ({ context }: CompiledSet): readonly string[] => [
    context.allModules
      .map((module) => {
        const use = module.implemented ? 'implemented' : 'imported';
        const features = module.features.size > 0 ? ` ${[...module.features].join(',')}` : '';
        return `${use} ${labelOf(module)}${features}\n`;
      })
      .join(''),
  ],
  skeleton: (set: CompiledSet): readonly string[] =>
    modulesOf(set).map((module) => printSkeleton(set.context, { module })),
};

const FORMAT_HELP = `
Formats: yang and yin are the modules themselves, paths the paths of all nodes, depends what each module includes and
imports, in an order in which they can be loaded, modules all that are used, with the features that they have on,
skeleton a document with every element, to be filled in.`;

export function addPrint(yang: Command, environment: CliEnvironment): void {
  addSchemaOptions(
    yang
      .command('print <schema...>')
      .description('print modules in canonical form, or what they have')
      .addOption(
        new Option('-f, --format <format>', 'what to print')
          .choices(Object.keys(FORMATS))
          .default('yang'),
      )
      .option('-L, --line-length <columns>', 'break longer strings of YANG', parseCount)
      .option('-o, --output <file>', 'write there instead of standard output')
      .addHelpText('after', FORMAT_HELP),
  ).action((schemas: readonly string[], options: PrintOptions) => {
    const set = requireSchemas(environment, schemas, options);
    if (!set) return;
    writeResult(environment, options.output, FORMATS[options.format](set, options).join('\n'));
    environment.exit(EXIT_CODES.ok);
  });
}

function statementsOf(
  { repository }: CompiledSet,
  { name, revision }: GivenSchema,
): readonly Statement[] {
  const found = repository.find(name, revision);
  const statement = found && parseModule(found.text, found.file).statement;
  return statement ? [statement] : [];
}

function modulesOf({ given }: CompiledSet): readonly string[] {
  return [...new Set(given.map(({ module }) => module))];
}

function labelOf({
  name,
  revision,
}: {
  readonly name: string;
  readonly revision: string | undefined;
}): string {
  return revision === undefined ? name : `${name}@${revision}`;
}
