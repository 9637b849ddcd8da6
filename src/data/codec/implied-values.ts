/** Defaults in use, for the encoders (RFC 6243, section 3). */
import type { LeafValue, DataSchemaNode } from '../../yang/index.ts';
import { XPathError } from '../../xpath/index.ts';
import type { Branch } from '../node.ts';
import { isNonPresence, schemaDefault } from '../tree/implied.ts';
import { childRefs } from '../tree/child-refs.ts';
import type { NodeRef } from '../tree/node-ref.ts';

/**
 * What is in use of a child that the tree does not hold. Nothing where its condition cannot be evaluated, which
 * `onFault` is told: validation reports such data, but what is printed need not be valid.
 */
export function impliedValues(
  ref: NodeRef,
  child: DataSchemaNode,
  onFault: (reason: string) => void,
): readonly (Branch | LeafValue)[] {
  if (!isNonPresence(child) && schemaDefault(child) === undefined) return [];
  try {
    return Array.from(childRefs(ref, child), ({ value }) => value as Branch | LeafValue);
  } catch (error) {
    if (!(error instanceof XPathError)) throw error;
    onFault(`whether its default is in use cannot be told: ${error.reason}`);
    return [];
  }
}
