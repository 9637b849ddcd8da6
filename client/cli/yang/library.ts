/** `sami yang library`: modules as a server would list them (RFC 8525, RFC 7895). */
import { Option, type Command } from 'commander';
import type { DocumentFormat } from '../../../src/data/index.ts';
import { yangLibrary, yangLibraryJson } from '../../../src/yang/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { requireSchemas } from './diagnostics.ts';
import { addSchemaOptions, type SchemaOptions } from './schema-arguments.ts';
import { writeResult } from './write-result.ts';

interface LibraryOptions extends SchemaOptions {
  readonly format: DocumentFormat;
  readonly modulesState?: boolean;
  readonly output?: string;
}

export function addLibrary(yang: Command, environment: CliEnvironment): void {
  addSchemaOptions(
    yang
      .command('library <schema...>')
      .description('print the modules and what they import as ietf-yang-library data')
      .addOption(
        new Option('-f, --format <format>', 'encoding').choices(['xml', 'json']).default('xml'),
      )
      .option('--modules-state', 'in the form of RFC 7895 instead of RFC 8525')
      .option('-o, --output <file>', 'write there instead of standard output'),
  ).action(async (schemas: readonly string[], options: LibraryOptions) => {
    await printSchemas(environment, schemas, options);
  });
}

async function printSchemas(
  environment: CliEnvironment,
  schemas: readonly string[],
  options: LibraryOptions,
): Promise<void> {
  const set = requireSchemas(environment, schemas, options);
  if (!set) return;
  const { printLibrary } = await import('./library-document.ts');
  const tree = options.modulesState === true ? 'modules-state' : 'yang-library';
  const name = `ietf-yang-library:${tree}`;
  const content = { [name]: yangLibraryJson(yangLibrary(set.context))[name] };
  writeResult(environment, options.output, printLibrary(content, options.format));
  environment.exit(EXIT_CODES.ok);
}
