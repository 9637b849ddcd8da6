/** The parameters of `list-pagination`, checked (draft-ietf-netconf-list-pagination, section 3.1). */
import { compareValues } from '../../src/data/index.ts';
import { RpcErrorException, invalidValue } from '../../src/error/index.ts';
import { VisitBudget, XPathError, compileXPath } from '../../src/xpath/index.ts';
import type { CompiledXPath } from '../../src/xpath/index.ts';
import type { DataSchemaNode, LeafValue, ListNode, SchemaContext } from '../../src/yang/index.ts';
import type { GetConfigInputListPagination } from '../generated/ietf-netconf.ts';
import type { ReadLimits } from './limits.ts';
import type { PageRequest } from './page.ts';

/** The same in every operation that takes it. */
export type PageParameters = GetConfigInputListPagination;

export interface PageSurroundings {
  readonly context: SchemaContext;
  readonly limits: ReadLimits;
  /** What the filter is about. */
  readonly target: DataSchemaNode | undefined;
  /** Prefixes of `where` and `sort-by`. */
  readonly bindings: ReadonlyMap<string, string>;
}

/** Evaluations of `where` on one entry each can be interrupted, so together they may take longer than a filter. */
const WHERE_FACTOR = 50;

/** Throws invalid-value for what does not fit together, or does not fit the target. */
export function pageRequest(parameters: PageParameters, around: PageSurroundings): PageRequest {
  const { target, limits } = around;
  const { cursor, offset = 0, direction, limit, sublistLimit } = parameters;
  const where = parameters.where === 'unfiltered' ? undefined : parameters.where;
  const sortBy = parameters.sortBy === 'none' ? undefined : parameters.sortBy;
  const isAboutTarget =
    where !== undefined ||
    sortBy !== undefined ||
    direction === 'backwards' ||
    cursor !== undefined ||
    offset > 0 ||
    typeof limit === 'number';
  if (isAboutTarget && !target) {
    throw invalid('the filter has to lead to the one list or leaf-list that is paged through');
  }
  if (cursor !== undefined && offset > 0) throw invalid('"cursor" and "offset" exclude each other');
  if (cursor !== undefined && target?.kind === 'leaf-list') {
    throw invalid('"cursor" is not for leaf-lists');
  }
  if (parameters.locale !== undefined && sortBy === undefined) {
    throw invalid('"locale" takes "sort-by"');
  }
  return {
    target,
    where: where === undefined ? undefined : expression(where, around),
    budget: new VisitBudget(limits.maxFilterVisits * WHERE_FACTOR),
    sort: sortBy === undefined ? undefined : sorting(sortBy, parameters.locale, around),
    backwards: direction === 'backwards',
    cursor,
    offset,
    limit: typeof limit === 'number' ? limit : undefined,
    sublistLimit: typeof sublistLimit === 'number' ? sublistLimit : undefined,
    maxHeld: limits.maxHeldEntries,
    isBelow: (child) => typeof sublistLimit === 'number' && isBelow(child, target),
  };
}

function expression(text: string, { bindings, target }: PageSurroundings): CompiledXPath {
  try {
    return compileXPath(text, {
      resolvePrefix: (prefix) => bindings.get(prefix),
      defaultNamespace: target?.module.namespace ?? '',
    });
  } catch (error) {
    if (!(error instanceof XPathError)) throw error;
    throw invalid(`"where" is not valid: ${error.message}`);
  }
}

function sorting(
  sortBy: string,
  locale: string | undefined,
  around: PageSurroundings,
): PageRequest['sort'] {
  const { target } = around;
  if (target?.kind !== 'list') throw invalid('"sort-by" is for lists');
  const path = descend(target, sortBy.split('/'), around);
  const last = path.at(-1);
  if (last?.kind !== 'leaf') throw invalid(`"${sortBy}" is no leaf in entries of "${target.name}"`);
  if (locale === undefined) return { path, locale: 'C', compare: compareValues };
  const collator = collatorOf(locale);
  const text = (value: LeafValue): string => last.type.canonical(value);
  return {
    path,
    locale: collator.resolvedOptions().locale,
    compare: (a, b) =>
      typeof a === 'string' ? collator.compare(text(a), text(b)) : compareValues(a, b),
  };
}

/** The way down through containers; names without a prefix are of the module of the list. */
function descend(
  list: ListNode,
  names: readonly string[],
  { context, bindings }: PageSurroundings,
): readonly DataSchemaNode[] {
  const path: DataSchemaNode[] = [];
  let children: readonly DataSchemaNode[] = list.dataChildren;
  for (const qualified of names) {
    const [name = '', prefix] = qualified.split(':').reverse();
    const namespace =
      prefix === undefined
        ? list.module.namespace
        : (bindings.get(prefix) ?? context.modules.get(prefix)?.namespace);
    const node = children.find((it) => it.name === name && it.module.namespace === namespace);
    if (!node) throw invalid(`entries of "${list.name}" have no "${names.join('/')}"`);
    path.push(node);
    children = node.kind === 'container' ? node.dataChildren : [];
  }
  return path;
}

/** `sv_SE` or `sv_SE.UTF-8`: the characters are UTF-8 anyway. */
function collatorOf(locale: string): Intl.Collator {
  const tag = locale.replace(/\.UTF-8$/i, '').replaceAll('_', '-');
  try {
    if (Intl.Collator.supportedLocalesOf(tag).length > 0) return new Intl.Collator(tag);
  } catch {
    // A tag that is none is as unknown as one of another language.
  }
  throw new RpcErrorException(
    invalidValue(`the locale "${locale}" is not known here`, {
      appTag: 'ietf-list-pagination:locale-unavailable',
    }),
  );
}

function isBelow(child: DataSchemaNode, target: DataSchemaNode | undefined): boolean {
  if (child === target) return false;
  if (!target) return true;
  for (let at: unknown = child.dataParent; at; at = parentOf(at)) if (at === target) return true;
  return false;
}

function parentOf(node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'dataParent' in node
    ? node.dataParent
    : undefined;
}

function invalid(message: string): RpcErrorException {
  return new RpcErrorException(invalidValue(message));
}
