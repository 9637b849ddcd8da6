/** `sami yang lint`: everything that is wrong with modules. */
import type { Command } from 'commander';
import { endOf, type Diagnostic } from '../../../src/yang/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { printJson } from '../output.ts';
import { countDiagnostics, printDiagnostics } from './diagnostics.ts';
import { addSchemaOptions, type SchemaOptions } from './schema-arguments.ts';
import { loadSchemas, type SchemaSet } from './schema-set.ts';

interface LintOptions extends SchemaOptions {
  readonly json?: boolean;
  readonly werror?: boolean;
  readonly allWarnings?: boolean;
}

export function addLint(yang: Command, environment: CliEnvironment): void {
  addSchemaOptions(
    yang
      .command('lint <schema...>')
      .description('check modules; prints every error and warning with its place')
      .option('--json', 'print diagnostics as a JSON object')
      .option('-W, --werror', 'let warnings count as errors')
      .option('--all-warnings', 'warnings of imported modules too'),
  ).action((schemas: readonly string[], options: LintOptions) => {
    lint(environment, schemas, options);
  });
}

function lint(environment: CliEnvironment, schemas: readonly string[], options: LintOptions): void {
  const set = loadSchemas(environment, schemas, options);
  const diagnostics = set.diagnostics.filter((diagnostic) => isWanted(diagnostic, set, options));
  const { output } = environment;
  if (options.json === true) {
    printJson(output, { diagnostics: diagnostics.map(toJson) });
  } else if (diagnostics.length > 0) {
    output.err(`${printDiagnostics(diagnostics)}${countDiagnostics(diagnostics)}\n`);
  }
  const failed = diagnostics.some(
    ({ severity }) => severity === 'error' || options.werror === true,
  );
  environment.exit(failed ? EXIT_CODES.error : EXIT_CODES.ok);
}

/** Errors always; warnings of what was given, because others cannot mend those of what they import. */
function isWanted(
  { severity, file }: Diagnostic,
  { given }: SchemaSet,
  { quiet, allWarnings }: LintOptions,
): boolean {
  if (severity === 'error') return true;
  if (quiet === true) return false;
  return allWarnings === true || given.some(({ text }) => text === undefined || text.file === file);
}

function toJson(diagnostic: Diagnostic): object {
  const { code, severity, file, line, column, message, suggestion } = diagnostic;
  const { line: endLine, column: endColumn } = endOf(diagnostic);
  const place = { code, severity, file, line, column, endLine, endColumn, message };
  return suggestion === undefined ? place : { ...place, suggestion };
}
