/** The page that `get`, `get-config` or `get-data` is to read (draft-ietf-netconf-list-pagination-nc, section 3). */
import type { AnyValue } from '../../src/data/index.ts';
import type { DataSchemaNode, SchemaContext } from '../../src/yang/index.ts';
import type { OperationCall } from '../operations/operation.ts';
import { filterAttribute } from './filter-attribute.ts';
import { pageRequest } from './page-request.ts';
import type { PageParameters } from './page-request.ts';
import { subtreeTarget, xpathTarget } from './page-target.ts';
import type { PageRequest } from './page.ts';

export interface PageFilter {
  /** The element `filter` of the operations of RFC 6241. */
  readonly filter?: AnyValue | undefined;
  readonly subtreeFilter?: AnyValue | undefined;
  readonly xpathFilter?: string | undefined;
}

/** Undefined when no page is asked for. Throws invalid-value. */
export function requestedPage(
  parameters: PageParameters | undefined,
  filter: PageFilter,
  { request, server: { context, stateReader } }: OperationCall,
): PageRequest | undefined {
  if (!parameters) return undefined;
  const bindings = request.xpathBindings;
  const target = targetOf(filter, bindings, context);
  return pageRequest(parameters, { context, limits: stateReader.limits, target, bindings });
}

function targetOf(
  { filter, subtreeFilter, xpathFilter }: PageFilter,
  bindings: ReadonlyMap<string, string>,
  context: SchemaContext,
): DataSchemaNode | undefined {
  if (xpathFilter !== undefined) return xpathTarget(xpathFilter, bindings, context);
  const element = (filter ?? subtreeFilter)?.element;
  if (!element) return undefined;
  const select = filterAttribute(element, 'select');
  if (filter && select !== undefined) return xpathTarget(select, element.bindings, context);
  return subtreeTarget(element, context);
}
