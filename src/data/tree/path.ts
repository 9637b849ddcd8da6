/** Paths of instances, for errors and notifications. */
import type { PathStep } from '../../error/index.ts';
import type {
  DataSchemaNode,
  LeafValue,
  ListNode,
  NotificationNode,
  OperationNode,
} from '../../yang/index.ts';
import type { Branch } from '../node.ts';

/** The step to `node`; for a list entry give the entry, or as much of it as is known. */
export function pathStep(
  node: DataSchemaNode | OperationNode | NotificationNode,
  entry?: { readonly slots: readonly unknown[] },
): PathStep {
  const step = { namespace: node.module.namespace, module: node.module.name, name: node.name };
  if (node.kind !== 'list' || !entry) return step;
  return { ...step, keys: keyTexts(node, entry.slots) };
}

/** Canonical texts of the keys that `slots` has. */
function keyTexts(
  list: ListNode,
  slots: readonly unknown[],
): readonly (readonly [string, string])[] {
  const keys: (readonly [string, string])[] = [];
  for (const key of list.keys) {
    const value = slots[key.slot] as LeafValue | undefined;
    if (value !== undefined) keys.push([key.name, key.type.canonical(value)]);
  }
  return keys;
}

/** The step to a branch itself; undefined for the root and for the content of operations. */
export function branchStep(branch: Branch): PathStep | undefined {
  const { schema } = branch;
  return schema.kind === 'container' || schema.kind === 'list'
    ? pathStep(schema, branch)
    : undefined;
}
