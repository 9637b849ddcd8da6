/** The conditions that data nodes stand under, as the schema has them (RFC 7950, section 7.21.5). */
import type { BranchSchemaNode, DataSchemaNode } from '../../yang/index.ts';

export type Condition = DataSchemaNode['when'][number];

const conditions = new WeakMap<DataSchemaNode, readonly Condition[]>();

/** All conditions that a data node stands under within its data parent. */
export function conditionsOf(node: DataSchemaNode, branch: BranchSchemaNode): readonly Condition[] {
  let found = conditions.get(node);
  if (!found) {
    const all: Condition[] = [...node.when];
    let above = node.parent;
    while (above !== branch && (above.kind === 'choice' || above.kind === 'case')) {
      // A choice or case is no data node: its condition is evaluated at the data parent in any event.
      all.push(...above.when.map((when) => ({ ...when, context: 'parent' as const })));
      above = above.parent;
    }
    conditions.set(node, (found = all));
  }
  return found;
}

/** Whether the node, or a choice or case that it lies in, has a `when`. */
export function hasWhen(node: DataSchemaNode, branch: BranchSchemaNode): boolean {
  return conditionsOf(node, branch).length > 0;
}
