/** `sami yang print`: modules in canonical form, as YANG or YIN (RFC 7950, sections 13 and 14). */
import { Option, type Command } from 'commander';
import { parseModule, printYang, printYin, type Statement } from '../../../src/yang/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { parseCount } from '../numbers.ts';
import { requireSchemas } from './diagnostics.ts';
import { addSchemaOptions, type SchemaOptions } from './schema-arguments.ts';
import { writeResult } from './write-result.ts';

interface PrintOptions extends SchemaOptions {
  readonly format: 'yang' | 'yin';
  readonly lineLength?: number;
  readonly output?: string;
}

export function addPrint(yang: Command, environment: CliEnvironment): void {
  addSchemaOptions(
    yang
      .command('print <schema...>')
      .description('print modules in canonical form')
      .addOption(
        new Option('-f, --format <format>', 'format to print')
          .choices(['yang', 'yin'])
          .default('yang'),
      )
      .option('-L, --line-length <columns>', 'break longer strings', parseCount)
      .option('-o, --output <file>', 'write there instead of standard output'),
  ).action((schemas: readonly string[], options: PrintOptions) => {
    printModules(environment, schemas, options);
  });
}

function printModules(
  environment: CliEnvironment,
  schemas: readonly string[],
  options: PrintOptions,
): void {
  const set = requireSchemas(environment, schemas, options);
  if (!set) return;
  const { lineLength } = options;
  const print = (statement: Statement): string =>
    options.format === 'yin' ? printYin(statement) : printYang(statement, { lineLength });
  const texts = set.given.flatMap(({ name, revision }) => {
    const found = set.repository.find(name, revision);
    const { statement } = found ? parseModule(found.text, found.file) : {};
    return statement ? [print(statement)] : [];
  });
  writeResult(environment, options.output, texts.join('\n'));
  environment.exit(EXIT_CODES.ok);
}
