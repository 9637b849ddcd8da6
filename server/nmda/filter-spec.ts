/** The choice `filter-spec` of operations on NMDA datastores (RFC 8526, RFC 9144). */
import { compileSubtreeFilter, compileXPathFilter } from '../../src/data/index.ts';
import type { AnyValue, Selection } from '../../src/data/index.ts';
import type { OperationCall } from '../operations/operation.ts';

export interface FilterSpec {
  readonly subtreeFilter?: AnyValue | undefined;
  readonly xpathFilter?: string | undefined;
}

/** What it selects; undefined without a filter. Throws invalid-value for what is no expression. */
export function compileFilterSpec(
  { subtreeFilter, xpathFilter }: FilterSpec,
  { request, server: { context, stateReader } }: OperationCall,
): Selection | undefined {
  if (subtreeFilter) return compileSubtreeFilter(subtreeFilter.element, context);
  if (xpathFilter === undefined) return undefined;
  const { maxFilterVisits: maxVisits } = stateReader.limits;
  return compileXPathFilter(xpathFilter, request.xpathBindings, context, { maxVisits });
}
