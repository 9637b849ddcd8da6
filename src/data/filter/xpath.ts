/** XPath filters (RFC 6241, section 8.9). */
import type { SchemaContext } from '../../yang/schema.ts';
import type { Selection } from './selection.ts';

/**
 * `bindings` are the namespace declarations in scope where the expression stands. Throws
 * RpcErrorException (`invalid-value`) for a bad expression.
 */
export function compileXPathFilter(
  text: string,
  bindings: ReadonlyMap<string, string>,
  context: SchemaContext,
): Selection {
  void [text, bindings, context];
  throw new Error('not written yet');
}
