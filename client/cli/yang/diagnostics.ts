/** How `sami yang` shows diagnostics to people. */
import {
  printDiagnostic,
  type Diagnostic,
  type ModuleRequest,
  type SchemaContext,
} from '../../../src/yang/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { loadSchemas, type SchemaSet } from './schema-set.ts';
import type { SchemaOptions } from './schema-arguments.ts';

/** Diagnostics with their excerpts. */
export function printDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => `${printDiagnostic(diagnostic)}\n`).join('');
}

/** `2 errors, 1 warning`. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const count = (number: number, word: string): readonly string[] =>
    number === 0 ? [] : [`${number} ${word}${number === 1 ? '' : 's'}`];
  return [...count(errors, 'error'), ...count(warnings, 'warning')].join(', ');
}

/** Modules without errors. */
export interface CompiledSet extends SchemaSet {
  readonly context: SchemaContext;
}

/**
 * The compiled schema for a command that prints something else than diagnostics. These go to standard
 * error; when there are errors among them, the exit code says so and nothing is returned.
 */
export function requireSchemas(
  environment: CliEnvironment,
  args: readonly string[],
  options: SchemaOptions,
  others: readonly ModuleRequest[] = [],
): CompiledSet | undefined {
  const set = loadSchemas(environment, args, options, others);
  const shown = set.diagnostics.filter(
    ({ severity }) => severity === 'error' || options.quiet !== true,
  );
  environment.output.err(printDiagnostics(shown));
  if (set.context) return { ...set, context: set.context };
  environment.output.err(`${countDiagnostics(shown)}\n`);
  environment.exit(EXIT_CODES.error);
  return undefined;
}
