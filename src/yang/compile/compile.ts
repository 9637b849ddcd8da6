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

export interface CompileOptions {
  /** Modules to implement, in the order in which their nodes will stand. */
  readonly modules: readonly ModuleRequest[];
  /** Features of modules that are imported only, or implemented because others need them: none by default. */
  readonly features?: 'all' | undefined;
  /**
   * `imports` implements every module that is imported too, as a server would that has them all; by
   * default only those asked for and those that they need (RFC 7950, section 5.6.5).
   */
  readonly implement?: 'requested' | 'imports' | undefined;
  /** Limit of nodes that groupings may expand to. */
  readonly maxNodes?: number;
}

/** The whole of a large router has about a million; a node of a grouping takes 250 bytes, and 900 while it is made. */
const MAX_NODES = 2_000_000;

/**
 * Compiles `modules` and everything they import (RFC 7950, section 5). `sources` is a repository, or a map of texts by
 * file name (`a@2026-01-01.yang`, `a.yang`) or module name. Whatever is wrong with the texts is a diagnostic: nothing
 * is thrown.
 */
export function compile(
  sources: ModuleRepository | ReadonlyMap<string, string>,
  { modules, features, implement = 'requested', maxNodes = MAX_NODES }: CompileOptions,
): CompileResult {
  const repository = 'find' in sources ? sources : createMapRepository(sources);
  const compilation = new Compilation(repository, { modules, features, implement, maxNodes });
  for (const { run } of PHASES) {
    run(compilation);
    if (compilation.isExhausted(compilation.modules[0]?.units[0]?.statement)) break;
  }
  const { hasErrors } = compilation.sink;
  const context = hasErrors ? undefined : compilation.context;
  compilation.release();
  return { context, diagnostics: inOrder(compilation.sink.diagnostics) };
}

/** File by file, from the top; the files in the order in which something was found in them. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.map(({ file }) => file))];
  const place = new Map(files.map((file, index) => [file, index]));
  return diagnostics.toSorted(
    (a, b) => (place.get(a.file) ?? 0) - (place.get(b.file) ?? 0) || a.at.start - b.at.start,
  );
}
