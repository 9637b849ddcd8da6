/**
 * Filters of subscriptions as they are given: in the request, or by the name of one in the container `filters`
 * (RFC 8639, section 2.2; RFC 8641, section 3.6).
 */
import { Branch, compileSubtreeFilter, compileXPathFilter } from '../../src/data/index.ts';
import type { AnyValue, Selection } from '../../src/data/index.ts';
import { RpcErrorException } from '../../src/error/index.ts';
import { XPathError } from '../../src/xpath/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { Filters } from '../generated/ietf-subscribed-notifications.ts';
import {
  subtreeNotificationFilter,
  xpathNotificationFilter,
} from './stream/notification-filter.ts';
import type { NotificationFilter } from './stream/notification-filter.ts';

/** A filter with its content. */
export type FilterContent =
  | { readonly kind: 'none' }
  | { readonly kind: 'subtree'; readonly value: AnyValue }
  | {
      readonly kind: 'xpath';
      readonly text: string;
      /** Declarations in scope of the expression; the names of all modules count besides. */
      readonly bindings: ReadonlyMap<string, string>;
    };

export type FilterSpec = FilterContent | { readonly kind: 'reference'; readonly name: string };

export const NO_FILTER: FilterContent = { kind: 'none' };

/** A filter that cannot be used: an expression that is not valid, or a name that nothing has. */
export class FilterError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FilterError';
  }
}

/** What the request says: `subtree`, `xpath` and `reference` exclude each other in the schema. */
export function filterSpec(
  given: {
    readonly subtree: AnyValue | undefined;
    readonly xpath: string | undefined;
    readonly reference: string | undefined;
  },
  bindings: ReadonlyMap<string, string>,
): FilterSpec {
  if (given.reference !== undefined) return { kind: 'reference', name: given.reference };
  if (given.subtree) return { kind: 'subtree', value: given.subtree };
  if (given.xpath !== undefined) return { kind: 'xpath', text: given.xpath, bindings };
  return NO_FILTER;
}

/** The content of a filter for streams; undefined when a reference leads nowhere. */
export function streamFilterContent(
  spec: FilterSpec,
  running: Branch,
  context: SchemaContext,
): FilterContent | undefined {
  if (spec.kind !== 'reference') return spec;
  const found = filtersIn(running, context)?.streamFilter?.find(({ name }) => name === spec.name);
  return found && contentOf(found.streamSubtreeFilter, found.streamXpathFilter);
}

/** The content of a filter for datastores; undefined when a reference leads nowhere. */
export function selectionFilterContent(
  spec: FilterSpec,
  running: Branch,
  context: SchemaContext,
): FilterContent | undefined {
  if (spec.kind !== 'reference') return spec;
  const found = filtersIn(running, context)?.selectionFilter?.find(
    ({ filterId }) => filterId === spec.name,
  );
  return found && contentOf(found.datastoreSubtreeFilter, found.datastoreXpathFilter);
}

function contentOf(subtree: AnyValue | undefined, xpath: string | undefined): FilterContent {
  if (subtree) return { kind: 'subtree', value: subtree };
  return xpath === undefined ? NO_FILTER : { kind: 'xpath', text: xpath, bindings: new Map() };
}

function filtersIn(running: Branch, context: SchemaContext): Filters | undefined {
  const node = Filters.find(context);
  const found = node?.kind === 'container' ? running.get(node) : undefined;
  return found instanceof Branch ? Filters.fromTree(found) : undefined;
}

/** Whether both are the same filter, written the same way. */
export function sameFilter(a: FilterContent, b: FilterContent): boolean {
  if (a.kind === 'subtree' && b.kind === 'subtree') {
    return a.value === b.value || elementText(a.value) === elementText(b.value);
  }
  if (a.kind === 'xpath' && b.kind === 'xpath') return a.text === b.text;
  return a.kind === b.kind;
}

function elementText({ element }: AnyValue): string {
  return JSON.stringify(element, (key, value: unknown) => (key === 'bindings' ? undefined : value));
}

/** A test of event records; undefined passes all. Throws {@link FilterError}. */
export function toNotificationFilter(
  content: FilterContent,
  context: SchemaContext,
): NotificationFilter | undefined {
  if (content.kind === 'none') return undefined;
  if (content.kind === 'subtree') return subtreeNotificationFilter(content.value.element);
  try {
    return xpathNotificationFilter(
      content.text,
      withModuleNames(content.bindings, context),
      context,
    );
  } catch (error) {
    throw filterError(error);
  }
}

/** A selection of data; undefined selects everything. Throws {@link FilterError}. */
export function toSelection(
  content: FilterContent,
  context: SchemaContext,
  maxVisits: number,
): Selection | undefined {
  if (content.kind === 'none') return undefined;
  if (content.kind === 'subtree') return compileSubtreeFilter(content.value.element, context);
  try {
    const bindings = withModuleNames(content.bindings, context);
    return compileXPathFilter(content.text, bindings, context, { maxVisits });
  } catch (error) {
    throw filterError(error);
  }
}

/** RFC 8639, section 4 (`stream-xpath-filter`): declarations in scope, and the names of all modules. */
function withModuleNames(
  bindings: ReadonlyMap<string, string>,
  context: SchemaContext,
): ReadonlyMap<string, string> {
  const names = [...context.modules.values()].map((it) => [it.name, it.namespace] as const);
  return new Map([...names, ...bindings]);
}

function filterError(error: unknown): unknown {
  if (error instanceof RpcErrorException) {
    const [first] = error.errors;
    return new FilterError(first?.message ?? error.message, { cause: error });
  }
  if (!(error instanceof XPathError)) return error;
  return new FilterError(`the filter expression is not valid: ${error.message}`, { cause: error });
}
