/**
 * What a user may not do with an entry of a list and all that can be in it, as far as rules decide without knowing the
 * data. A rule about single entries further down counts as one that denies: nobody knows which entries there will be.
 */
import { isNonPresence } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import type { DataSchemaNode, ListNode } from '../../src/yang/index.ts';
import type { InstanceState } from './instance-state.ts';
import type { Policy } from './policy.ts';

export interface WithheldNode {
  /** The topmost node of which this is true. */
  readonly node: DataSchemaNode;
  /** Whether some of it is left out of what the user reads. */
  readonly read: boolean;
  /** Whether some of it may not be created, changed or deleted. */
  readonly write: boolean;
}

const WRITES = ['create', 'update', 'delete'] as const;

/** `entry` has at least its keys. The nodes above it have to be containers. */
export function withheldFrom(policy: Policy, entry: Branch): readonly WithheldNode[] {
  const list = entry.schema as ListNode;
  for (let above = list.dataParent; above.kind === 'container'; above = above.dataParent) {
    // Without presence it takes no right to create it.
    if (!policy.start.allows(above, 'read')) return [{ node: list, read: true, write: false }];
  }
  return withheldAt(list, policy.start.enter(entry));
}

function withheldAt(node: DataSchemaNode, state: InstanceState): readonly WithheldNode[] {
  const read = !state.allows(node, 'read');
  const write =
    node.config && !isNonPresence(node) && !WRITES.every((it) => state.allows(node, it));
  if (read || write) return [{ node, read, write }];
  if (!('dataChildren' in node)) return [];
  return node.dataChildren.flatMap((child) => {
    const isList = child.kind === 'list' || child.kind === 'leaf-list';
    if (isList && state.policy.conditionsAt(child)) {
      return [{ node: child, read: true, write: child.config }];
    }
    return withheldAt(child, state);
  });
}
