/**
 * Conditions of containers that a document has and the tree has not, because they are empty and mean nothing: where
 * their `when` is false they must not be there all the same (RFC 7950, sections 7.21.5 and 8.1).
 */
import { operationFailed, whenFalse } from '../../error/index.ts';
import type { PathStep, RpcError } from '../../error/index.ts';
import { XPathError } from '../../xpath/index.ts';
import type { EmptyContainer } from '../codec/build-options.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import { emptyBranch } from '../tree/defaults.ts';
import { NodeRef } from '../tree/node-ref.ts';
import { pathStep } from '../tree/path.ts';
import { failedWhen } from '../tree/when.ts';
import { rootRef } from '../tree/tree-model.ts';

/** One error for each whose condition does not hold, up to the number given. */
export function checkEmptyContainers(
  root: Branch,
  containers: readonly EmptyContainer[],
  maxErrors: number,
): readonly RpcError[] {
  const errors: RpcError[] = [];
  const ref = rootRef(root);
  const rows: RowsByKeys = new Map();
  for (const { node, path } of containers) {
    if (errors.length >= maxErrors) break;
    let parent: NodeRef | undefined = ref;
    for (const step of path.slice(0, -1)) parent = childAt(parent, step, rows);
    try {
      const failed = parent && failedWhen(parent, node);
      if (failed) errors.push(whenFalse(path, node.name, failed.expression.text));
    } catch (error) {
      if (!(error instanceof XPathError)) throw error;
      errors.push(operationFailed(error.message, { type: 'application', path }));
    }
  }
  return errors;
}

/** The rows of lists that were looked into, by the text of their keys: there may be a container in each. */
type RowsByKeys = Map<DataList, ReadonlyMap<string, Branch>>;

function rowAt(list: DataList, { keys }: PathStep, known: RowsByKeys): Branch | undefined {
  let rows = known.get(list);
  if (!rows) {
    rows = new Map(
      Array.from(list, (row) => [JSON.stringify(pathStep(list.schema, row).keys), row] as const),
    );
    known.set(list, rows);
  }
  return rows.get(JSON.stringify(keys));
}

function childAt(
  parent: NodeRef | undefined,
  step: PathStep,
  rows: RowsByKeys,
): NodeRef | undefined {
  if (!parent || !(parent.value instanceof Branch)) return undefined;
  const child = parent.value.schema.dataChild(step.namespace, step.name);
  if (child?.kind !== 'container' && child?.kind !== 'list') return undefined;
  const slot = parent.value.slots[child.slot];
  if (slot instanceof DataList) {
    const row = rowAt(slot, step, rows);
    return row && new NodeRef(child, row, parent);
  }
  const branch = slot instanceof Branch ? slot : emptyBranch(child);
  return new NodeRef(child, branch, parent);
}
