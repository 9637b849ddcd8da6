/** Ways through the schema tree as data goes: choices and cases are no steps. */
import type { BranchSchemaNode, DataSchemaNode, SchemaNode } from '../../yang/index.ts';

/** Data nodes and the branches without an element of their own. */
export type TreeNode = BranchSchemaNode | DataSchemaNode;

export function isDataNode(node: SchemaNode): node is DataSchemaNode {
  return 'slot' in node;
}

export function childrenOf(node: TreeNode): readonly DataSchemaNode[] {
  return 'dataChildren' in node ? node.dataChildren : [];
}

/** Empty for what is no data node. */
export function parentOf(node: TreeNode): readonly TreeNode[] {
  return isDataNode(node) ? [node.dataParent] : [];
}

/** From the parent up. */
export function ancestorsOf(node: TreeNode): readonly TreeNode[] {
  const found: TreeNode[] = [];
  for (let at = node; isDataNode(at); at = at.dataParent) found.push(at.dataParent);
  return found;
}

export function descendantsOf(node: TreeNode): readonly DataSchemaNode[] {
  return childrenOf(node).flatMap((child) => [child, ...descendantsOf(child)]);
}

export function rootOf(node: TreeNode): TreeNode {
  let at = node;
  while (isDataNode(at)) at = at.dataParent;
  return at;
}

/** True when `above` is a proper ancestor of `node`. */
export function isAbove(above: TreeNode, node: TreeNode): boolean {
  for (let at = node; isDataNode(at); at = at.dataParent) if (at.dataParent === above) return true;
  return false;
}

/** The child of `node` through which the way to `target` leads; undefined for the node itself. */
export function slotBelow(node: DataSchemaNode, target: DataSchemaNode): number | undefined {
  for (let at: TreeNode = target; at !== node && isDataNode(at); at = at.dataParent) {
    if (at.dataParent === node) return at.slot;
  }
  return undefined;
}

/** The branches from below `anchor` down to the parent of `node`. */
export function wayDown(anchor: TreeNode, node: DataSchemaNode): readonly BranchSchemaNode[] {
  const way: BranchSchemaNode[] = [];
  let at: BranchSchemaNode = node.dataParent;
  while (at !== anchor && isDataNode(at)) {
    way.unshift(at);
    at = at.dataParent;
  }
  return way;
}
