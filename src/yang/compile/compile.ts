/** Compiles modules to a schema (RFC 7950). Faults of the modules are values, never exceptions. */
import type { Diagnostic } from '../diagnostic.ts';
import { createMapRepository, type ModuleRepository } from '../module-repository.ts';
import type { SchemaContext } from '../schema.ts';
import { Compilation, type ModuleRequest } from './compilation.ts';
import { PHASES } from './phases.ts';

export interface CompileResult {
  /** Undefined when there are errors. */
  readonly context: SchemaContext | undefined;
  /** Errors and warnings of all modules. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles `modules` and everything they import. `sources` is a repository, or a map of texts by file
 * name (`a@2026-01-01.yang`, `a.yang`) or module name.
 */
export function compile(
  sources: ModuleRepository | ReadonlyMap<string, string>,
  { modules }: { readonly modules: readonly ModuleRequest[] },
): CompileResult {
  const repository = 'find' in sources ? sources : createMapRepository(sources);
  const compilation = new Compilation(repository, modules);
  for (const { run } of PHASES) run(compilation);
  const { diagnostics, hasErrors } = compilation.sink;
  return { context: hasErrors ? undefined : compilation.context, diagnostics };
}
