/** The data tree as XPath sees it: with default values and non-presence containers (RFC 7950, section 6.4.1). */
import type { PathStep } from '../../error/index.ts';
import type { NodeModel } from '../../xpath/index.ts';
import type { BranchSchemaNode, DataSchemaNode } from '../../yang/schema.ts';
import type { LeafValue } from '../../yang/types/type.ts';
import type { AnyValue, Branch } from '../node.ts';

/** A node of a tree with the way to it. Cheap; made anew whenever it is needed. */
export interface NodeRef {
  readonly schema: BranchSchemaNode | DataSchemaNode;
  /** One entry of a list or leaf-list has a reference of its own. */
  readonly value: Branch | LeafValue | AnyValue;
  readonly parent: NodeRef | undefined;
}

/** Reference to the root of a tree. */
export function rootRef(root: Branch): NodeRef {
  return { schema: root.schema, value: root, parent: undefined };
}

/** Path of a node from the root, with the keys of list entries. */
export function instancePath(ref: NodeRef): readonly PathStep[] {
  void ref;
  throw new Error('not written yet');
}

export function treeModel(): NodeModel<NodeRef> {
  throw new Error('not written yet');
}
