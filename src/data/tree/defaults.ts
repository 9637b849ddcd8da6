/** Default values and the empty tree (RFC 7950, sections 7.6.1 and 7.7.2). */
import type { LeafValue } from '../../yang/types/type.ts';
import type { DataSchemaNode, SchemaContext } from '../../yang/schema.ts';
import { Branch } from '../node.ts';

/** The tree without data. */
export function emptyRoot(context: SchemaContext): Branch {
  return new Branch(context.root, []);
}

/** The default in the schema, whether or not it is in use; undefined for nodes without one. */
export function schemaDefault(node: DataSchemaNode): LeafValue | readonly LeafValue[] | undefined {
  if (node.kind === 'leaf') return node.defaultValue;
  if (node.kind === 'leaf-list' && node.defaultValues.length > 0) return node.defaultValues;
  return undefined;
}

/** A copy that holds the defaults in use as if they had been set (`report-all` of RFC 6243). */
export function withDefaults(branch: Branch): Branch {
  void branch;
  throw new Error('not written yet');
}
