/** `sami yang types`: TypeScript types and builders for what modules describe. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  readonly directory?: string;
}

export function addTypes(yang: Command, environment: CliEnvironment): void {
  addSchemaOptions(
    yang
      .command('types <schema...>')
      .description('write TypeScript types and builders for what modules describe')
      .option('-o, --output <file>', 'write there instead of standard output')
      .option('--directory <dir>', 'write a file for each module there')
      .option('--check', 'write nothing; fail when a file is not up to date')
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
  const { output, directory, check, from, rootName } = options;
  if (output !== undefined && directory !== undefined) {
    throw new UsageError('--output and --directory exclude each other');
  }
  if (check === true && (output ?? directory) === undefined) {
    throw new UsageError('--check needs --output or --directory');
  }
  if (rootName !== undefined && !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(rootName)) {
    throw new UsageError(`--root-name wants a name that a type can have, not "${rootName}"`);
  }
  const set = requireSchemas(environment, schemas, options);
  if (!set) return;
  const { compareTypes, generateTypes } = await import('../../../src/typegen/index.ts');
  const names = [...new Set(set.given.map(({ module }) => module))];
  const files = directory === undefined ? [names] : names.map((name) => [name]);
  let exitCode: number = EXIT_CODES.ok;
  for (const modules of files) {
    const file = directory === undefined ? output : join(directory, `${modules.join()}.ts`);
    const text = generateTypes(set.context, {
      modules,
      ...(from !== undefined && { from }),
      ...(rootName !== undefined && { rootName }),
    });
    if (check !== true || file === undefined) {
      if (directory !== undefined) mkdirSync(directory, { recursive: true });
      writeResult(environment, file, text);
      continue;
    }
    const existing = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    const difference = compareTypes(existing, text);
    if (difference === undefined) continue;
    environment.output.err(`sami: "${file}" ${difference}\n`);
    exitCode = EXIT_CODES.error;
  }
  environment.exit(exitCode);
}
