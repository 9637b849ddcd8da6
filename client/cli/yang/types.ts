/** `sami yang types`: TypeScript types and builders for what modules describe. */
import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CliEnvironment } from '../environment.ts';
import { EXIT_CODES, UsageError } from '../exit-code.ts';
import { requireSchemas } from './diagnostics.ts';
import { addSchemaOptions, type SchemaOptions } from './schema-arguments.ts';
import { writeResult } from './write-result.ts';

interface TypesOptions extends SchemaOptions {
  readonly from?: string;
  readonly rootName?: string;
  readonly check?: boolean;
  readonly output?: string;
}

export function addTypes(yang: Command, environment: CliEnvironment): void {
  addSchemaOptions(
    yang
      .command('types <schema...>')
      .description('write TypeScript types and builders for what modules describe')
      .option('-o, --output <file>', 'write there instead of standard output')
      .option('--check', 'write nothing; fail when the file of --output is not up to date')
      .option('--from <module>', 'what the types import, by default "sami/data"')
      .option('--root-name <name>', 'name of the type of all data'),
  ).action(async (schemas: readonly string[], options: TypesOptions) => {
    await writeTypes(environment, schemas, options);
  });
}

async function writeTypes(
  environment: CliEnvironment,
  schemas: readonly string[],
  options: TypesOptions,
): Promise<void> {
  const { output: file, check, from, rootName } = options;
  if (check === true && file === undefined) throw new UsageError('--check needs --output');
  const set = requireSchemas(environment, schemas, options);
  if (!set) return;
  const { compareTypes, generateTypes } = await import('../../../src/typegen/index.ts');
  const text = generateTypes(set.context, {
    modules: [...new Set(set.given.map(({ module }) => module))],
    ...(from !== undefined && { from }),
    ...(rootName !== undefined && { rootName }),
  });
  if (check !== true || file === undefined) {
    writeResult(environment, file, text);
    environment.exit(EXIT_CODES.ok);
    return;
  }
  const difference = compareTypes(existsSync(file) ? readFileSync(file, 'utf8') : undefined, text);
  if (difference !== undefined) environment.output.err(`sami: "${file}" ${difference}\n`);
  environment.exit(difference === undefined ? EXIT_CODES.ok : EXIT_CODES.error);
}
