/** Subtree filters (RFC 6241, section 6). */
import type { XmlElement } from '../../xml/index.ts';
import type { SchemaContext } from '../../yang/schema.ts';
import type { Selection } from './selection.ts';

/** `filter` is the element whose children are the filter. An empty one selects nothing (section 6.4.2). */
export function compileSubtreeFilter(filter: XmlElement, context: SchemaContext): Selection {
  void [filter, context];
  throw new Error('not written yet');
}
