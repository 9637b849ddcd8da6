/** Schema node identifiers: parsing, and following them through drafts (RFC 7950, section 6.5). */
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import type { Compilation, Module } from './compilation.ts';
import { findTopLevel, type Draft } from './draft.ts';

export interface SchemaPathStep {
  /** Undefined where a descendant identifier has no prefix: then any module will do. */
  readonly module: Module | undefined;
  readonly name: string;
}

/**
 * Steps of the identifier in the argument of `statement` (or in `text`). Undefined when it is malformed,
 * which the grammar check reports, or has an unknown prefix, which is reported here.
 */
export function parseSchemaPath(
  compilation: Compilation,
  statement: Statement,
  text = statement.text,
): readonly SchemaPathStep[] | undefined {
  const absolute = text.startsWith('/');
  const names = (absolute ? text.slice(1) : text).split('/');
  const steps: SchemaPathStep[] = [];
  for (const step of names) {
    const [prefix, name] = splitPrefix(step);
    const module = compilation.moduleOf(prefix, statement);
    if (!module) {
      compilation.reportPrefix(prefix, statement, statement.argumentAt);
      return undefined;
    }
    if (name === '') return undefined;
    // Nodes of a grouping have the namespace of the module that uses it, whatever its text says.
    steps.push({ module: absolute ? module : undefined, name });
  }
  return steps;
}

/** Follows a descendant identifier from the children of a node. */
export function findDescendant(
  drafts: readonly Draft[],
  path: readonly SchemaPathStep[],
): Draft | undefined {
  let level = drafts;
  let found: Draft | undefined;
  for (const { module, name } of path) {
    found = level.find(
      (draft) => draft.name === name && (module === undefined || draft.module === module),
    );
    if (!found) return undefined;
    level = found.children;
  }
  return found;
}

/** Follows an absolute identifier from the top level of a module. */
export function findAbsolute(path: readonly SchemaPathStep[]): Draft | undefined {
  const [first, ...rest] = path;
  if (!first?.module) return undefined;
  const top = findTopLevel(first.module, first.name);
  if (!top || rest.length === 0) return top;
  return findDescendant(top.children, rest);
}
