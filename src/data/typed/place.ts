/** Where a value stands, for paths of errors; the path itself is made only when there is an error. */
import type { PathStep } from '../../error/index.ts';
import type { BranchSchemaNode, DataSchemaNode, SchemaNode } from '../../yang/index.ts';
import { pathStep } from '../tree/path.ts';

export interface Place {
  readonly parent: Place | undefined;
  readonly schema: BranchSchemaNode;
  /** What is known of a list entry so far, its keys among it. */
  readonly slots: readonly unknown[];
}

/** Steps from the top of the data tree, or of the content of an operation. */
export function placePath(place: Place | undefined, last?: DataSchemaNode): readonly PathStep[] {
  const steps: PathStep[] = last ? [pathStep(last)] : [];
  let top: BranchSchemaNode | undefined;
  for (let it = place; it; it = it.parent) {
    top = it.schema;
    if (isInstance(top)) steps.unshift(pathStep(top, it));
  }
  // The keys of entries above a value are not known.
  for (let node: SchemaNode | undefined = parentOf(top); node; node = parentOf(node)) {
    if (isInstance(node)) steps.unshift(pathStep(node));
  }
  return steps;
}

function isInstance(node: SchemaNode): node is DataSchemaNode {
  return node.kind === 'container' || node.kind === 'list';
}

/** Content of operations and notifications is not part of the tree above them. */
function parentOf(node: SchemaNode | undefined): SchemaNode | undefined {
  return node && 'dataParent' in node ? node.dataParent : undefined;
}
