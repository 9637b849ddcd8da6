/** What a tree may imply without holding it (RFC 7950, sections 7.5.1 and 7.6.1). */
import type { ContainerNode, DataSchemaNode, LeafValue } from '../../yang/index.ts';

/** The default in the schema, whether or not it is in use; undefined for nodes without one. */
export function schemaDefault(node: DataSchemaNode): LeafValue | readonly LeafValue[] | undefined {
  if (node.kind === 'leaf') return node.defaultValue;
  if (node.kind === 'leaf-list' && node.defaultValues.length > 0) return node.defaultValues;
  return undefined;
}

/** A container that exists even when no data of it is there. */
export function isNonPresence(node: DataSchemaNode): node is ContainerNode {
  return node.kind === 'container' && !node.presence;
}
