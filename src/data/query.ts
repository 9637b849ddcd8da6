/** XPath over a data tree, for programs that have no module to put the expression in (RFC 7950, section 6.4). */
import { printPath } from '../error/index.ts';
import { compileXPath } from '../xpath/index.ts';
import type { SchemaContext } from '../yang/index.ts';
import type { Branch } from './node.ts';
import type { NodeRef } from './tree/node-ref.ts';
import { TREE_MODEL, instancePath, rootRef } from './tree/tree-model.ts';

export interface QueryOptions {
  /** The module of names without a prefix. By default the one that all data at the top is of, if it is one. */
  readonly module?: string | undefined;
  /** Nodes that the evaluation may look at before it fails. Default: no limit. */
  readonly maxVisits?: number | undefined;
}

/** A node that an expression has found. */
export interface FoundNode {
  /** From the root, with keys: `/base:top/entry[name='a']`. */
  readonly path: string;
  readonly schema: NodeRef['schema'];
  /** A branch, what an anydata holds, or the value of a leaf or of one entry of a leaf-list. */
  readonly value: NodeRef['value'];
  /** As the function string() has it: of a leaf, its canonical value. */
  readonly text: string;
}

export type QueryResult = string | number | boolean | readonly FoundNode[];

/**
 * Evaluates an XPath expression at the root of a tree. Prefixes are names of modules, or the prefixes that
 * modules give themselves. Defaults in use and containers without presence are found although the tree does
 * not hold them (RFC 7950, section 6.4.1). Throws XPathError for what is no expression, or costs too much.
 */
export function query(
  context: SchemaContext,
  root: Branch,
  expression: string,
  { module, maxVisits }: QueryOptions = {},
): QueryResult {
  const compiled = compileXPath(expression, {
    resolvePrefix: (prefix) => namespaceOf(context, prefix),
    defaultNamespace: defaultNamespace(context, module),
  });
  const limit = maxVisits === undefined ? {} : { maxVisits };
  const result = compiled.evaluate(TREE_MODEL, rootRef(root), limit);
  return typeof result === 'object' ? result.map(toFound) : result;
}

function toFound(ref: NodeRef): FoundNode {
  const path = printPath(instancePath(ref));
  return { path, schema: ref.schema, value: ref.value, text: TREE_MODEL.stringValue(ref) };
}

function namespaceOf({ modules }: SchemaContext, prefix: string): string | undefined {
  const named = modules.get(prefix);
  if (named) return named.namespace;
  // Prefixes are unique only within a module; the name of the module is the sure way.
  const [only, another] = [...modules.values()].filter((module) => module.prefix === prefix);
  return another ? undefined : only?.namespace;
}

function defaultNamespace(context: SchemaContext, module: string | undefined): string {
  if (module !== undefined) return namespaceOf(context, module) ?? '';
  const [only, another] = new Set(context.root.dataChildren.map((node) => node.module.namespace));
  return another === undefined ? (only ?? '') : '';
}
