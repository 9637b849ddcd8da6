/** Schema node identifiers: parsing, and following them through drafts (RFC 7950, section 6.5). */
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import type { Compilation, Module } from './compilation.ts';
import { findNamed, type Draft } from './draft.ts';

export interface SchemaPathStep {
  /** What the prefix stands for, or the module of the text where there is none. */
  readonly module: Module;
  /** In a descendant identifier the nodes of a grouping have the namespace of whoever uses it. */
  readonly isBound: boolean;
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
    steps.push({ module, isBound: absolute, name });
  }
  return steps;
}

/** Follows an identifier from the nodes of a level: the children of a node, or the top level of a module. */
export function findNode(
  level: readonly Draft[],
  path: readonly SchemaPathStep[],
): Draft | undefined {
  let found: Draft | undefined;
  let drafts = level;
  for (const step of path) {
    found = findStep(drafts, step);
    if (!found) return undefined;
    drafts = found.children;
  }
  return found;
}

function findStep(level: readonly Draft[], step: SchemaPathStep): Draft | undefined {
  const named = findNamed(level, step.name);
  const exact = named.find(({ module }) => module.name === step.module.name);
  return exact ?? (step.isBound ? undefined : named[0]);
}

/** Follows an absolute identifier from the top level of the module that it begins with. */
export function findAbsolute(
  compilation: Compilation,
  path: readonly SchemaPathStep[],
): Draft | undefined {
  return findNode(topLevel(compilation, path), path);
}

/** The nodes among which an absolute identifier begins. */
export function topLevel(
  compilation: Compilation,
  [first]: readonly SchemaPathStep[],
): readonly Draft[] {
  return first ? compilation.effectiveRevision(first.module).nodes : [];
}
