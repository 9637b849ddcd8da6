/** What an operation or notification stands in, for its expressions to look at (RFC 7950, section 6.4.1). */
import { dataMissing } from '../../error/index.ts';
import type { PathStep, RpcError } from '../../error/index.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import { branchStep } from '../tree/path.ts';
import { NodeRef } from '../tree/node-ref.ts';
import { rootRef } from '../tree/tree-model.ts';
import type { DocumentOperation } from './document.ts';

export interface MessageParent {
  readonly parent: NodeRef;
  /** What the operation is in does not exist. */
  readonly missing: RpcError | undefined;
}

/**
 * `operational` is the data that is there; without it, what the document itself says about the way to the operation
 * is taken for it.
 */
export function parentOfMessage(
  { ancestors }: Pick<DocumentOperation, 'ancestors'>,
  root: Branch,
  operational: Branch | undefined,
): MessageParent {
  if (!operational) return { parent: refAlong(rootRef(root), ancestors), missing: undefined };
  let parent = rootRef(operational);
  const path: PathStep[] = [];
  for (const ancestor of ancestors) {
    const step = branchStep(ancestor);
    if (step) path.push(step);
    const found = instanceOf(ancestor, parent.value as Branch);
    if (!found) {
      const message = 'what the operation is in does not exist';
      const missing = { ...dataMissing({ path }), message };
      return { parent: refAlong(rootRef(root), ancestors), missing };
    }
    parent = new NodeRef(found.schema, found, parent);
  }
  return { parent, missing: undefined };
}

function refAlong(root: NodeRef, ancestors: readonly Branch[]): NodeRef {
  return ancestors.reduce((parent, branch) => new NodeRef(branch.schema, branch, parent), root);
}

/** The instance in `parent` that has the schema, and for a list the keys, of `branch`. */
function instanceOf({ schema, slots }: Branch, parent: Branch): Branch | undefined {
  if (schema.kind !== 'container' && schema.kind !== 'list') return undefined;
  const slot = parent.slots[schema.slot];
  if (slot instanceof DataList) return slot.get(new Branch(schema, slots));
  if (slot instanceof Branch) return slot;
  // A container without presence is there even when nothing is in it.
  return schema.kind === 'container' && !schema.presence ? new Branch(schema, []) : undefined;
}
