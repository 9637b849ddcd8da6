/** Numbers the data children of a branch. */
import type { DataSchemaNode, LeafNode, SchemaNode } from '../schema.ts';

/**
 * The data children below `children`, choices flattened, each with its slot. Key leafs come first, in the
 * order of the key statement, because that is the order in which content is written (RFC 7950, section 7.8.5).
 */
export function assignSlots(
  children: readonly SchemaNode[],
  keys: readonly LeafNode[],
): readonly DataSchemaNode[] {
  const data = new Set<DataSchemaNode>(keys);
  collectData(children, data);
  const ordered = [...data];
  ordered.forEach((node, index) => {
    // The node is ours and not yet published.
    (node as { slot: number }).slot = index;
  });
  return ordered;
}

function collectData(nodes: readonly SchemaNode[], data: Set<DataSchemaNode>): void {
  for (const node of nodes) {
    switch (node.kind) {
      case 'choice':
      case 'case':
        collectData(node.children, data);
        break;
      case 'container':
      case 'list':
      case 'leaf':
      case 'leaf-list':
      case 'anydata':
      case 'anyxml':
        data.add(node);
        break;
      default:
    }
  }
}
