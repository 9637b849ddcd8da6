/**
 * Conditions of containers that a document has and the tree has not, because they are empty and mean nothing: where
 * their `when` is false they must not be there all the same (RFC 7950, sections 7.21.5 and 8.1).
 */
import { whenFalse } from '../../error/index.ts';
import type { PathStep, RpcError } from '../../error/index.ts';
import type { EmptyContainer } from '../codec/tree-builder.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import { emptyBranch } from '../tree/defaults.ts';
import { NodeRef } from '../tree/node-ref.ts';
import { pathStep } from '../tree/path.ts';
import { failedWhen } from '../tree/when.ts';
import { rootRef } from '../tree/tree-model.ts';

/** One error for each whose condition does not hold. */
export function checkEmptyContainers(
  root: Branch,
  containers: readonly EmptyContainer[],
): readonly RpcError[] {
  if (containers.length === 0) return [];
  const ref = rootRef(root);
  return containers.flatMap(({ node, path }) => {
    const parent = path.slice(0, -1).reduce<NodeRef | undefined>(childAt, ref);
    const failed = parent && failedWhen(parent, node);
    return failed ? [whenFalse(path, node.name, failed.expression.text)] : [];
  });
}

function childAt(parent: NodeRef | undefined, step: PathStep): NodeRef | undefined {
  if (!parent || !(parent.value instanceof Branch)) return undefined;
  const child = parent.value.schema.dataChild(step.namespace, step.name);
  if (child?.kind !== 'container' && child?.kind !== 'list') return undefined;
  const slot = parent.value.slots[child.slot];
  if (slot instanceof DataList) {
    const keys = JSON.stringify(step.keys);
    for (const row of slot) {
      if (JSON.stringify(pathStep(child, row).keys) === keys)
        return new NodeRef(child, row, parent);
    }
    return undefined;
  }
  const branch = slot instanceof Branch ? slot : emptyBranch(child);
  return new NodeRef(child, branch, parent);
}
