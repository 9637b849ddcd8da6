/** Filters of requests from what the line has (RFC 6241, sections 6 and 8.9). */
import { CAPABILITY } from '../../../../src/netconf/index.ts';
import type { Filter } from '../../../../src/netconf/index.ts';
import { UsageError } from '../../exit-code.ts';
import type { FilterText, Parameters } from '../parameters.ts';
import { parsePath } from '../paths/parse-path.ts';
import { PathTree } from '../paths/path-tree.ts';
import { needsSchema, qualifyXPath } from '../paths/qualify-xpath.ts';
import type { Names } from '../schema/names.ts';
import type { ConsoleSession } from '../session.ts';
import { withoutDeclaration } from './xml-text.ts';

/** `path`: an expression that belongs to the operation itself, before what the parameters say. */
export async function filterOf(
  session: ConsoleSession,
  parameters: Parameters,
  path?: string,
): Promise<Filter | undefined> {
  const filter: FilterText | undefined =
    path === undefined ? parameters.filter : { type: 'xpath', expression: path };
  if (!filter) return undefined;
  if (filter.type === 'xpath') return xpathFilter(session, parameters, filter.expression);
  return { type: 'subtree', content: await subtreeContent(session, parameters, filter.text) };
}

/**
 * A device without the capability `:xpath` gets a subtree filter that means the same, when the expression is
 * a path with nothing but keys.
 */
export async function xpathFilter(
  session: ConsoleSession,
  parameters: Parameters,
  expression: string,
): Promise<Filter> {
  const { capabilities } = session.client;
  const early = await session.names(parameters, false);
  const names = needsSchema(expression, early) ? await session.names(parameters, true) : early;
  const hasXPath = capabilities.has(CAPABILITY.xpath) || capabilities.has(CAPABILITY.yangLibrary);
  const content = hasXPath ? undefined : asSubtree(names, expression);
  if (content !== undefined) return { type: 'subtree', content };
  const { select, prefixes } = qualifyXPath(expression, names);
  return { type: 'xpath', select, prefixes };
}

function asSubtree(names: Names, expression: string): string | undefined {
  try {
    return pathFilter(names, expression);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** XML as it is, from a file, or made from a path. */
async function subtreeContent(
  session: ConsoleSession,
  parameters: Parameters,
  text: string,
): Promise<string> {
  if (text.trimStart().startsWith('<')) return withoutDeclaration(text, '--filter');
  if (text.startsWith('/') && !session.options.isFile(text)) {
    return pathFilter(await session.names(parameters, true), text);
  }
  return withoutDeclaration(await session.options.readFile(text), '--filter');
}

export function pathFilter(names: Names, text: string): string {
  const tree = new PathTree(names, 'filter');
  const path = parsePath(text);
  if (path.value !== undefined) throw new UsageError(`"${text}" is not a path: "=" has no meaning`);
  tree.add(path);
  return tree.xml();
}
