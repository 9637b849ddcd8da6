/** Follows paths through the schema tree as they would go through data (RFC 7950, section 6.4.1). */
import type { Axis } from '../../xpath/index.ts';
import { qnameKey, type BranchSchemaNode, type SchemaNode } from '../schema.ts';

/** A step along the child or parent axis. */
export interface WalkStep {
  readonly axis: Axis;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** One step from `node`; `start` is where the whole path is written. Undefined when there is nothing. */
export function walkStep(
  node: SchemaNode,
  step: WalkStep,
  start: SchemaNode,
): SchemaNode | undefined {
  if (step.axis === 'parent') return dataParentOf(node);
  if (step.axis !== 'child' || step.name === undefined) return undefined;
  return childOf(node, step.namespace ?? '', step.name, start);
}

export function rootOf(node: SchemaNode): SchemaNode {
  let root = node;
  while (root.kind !== 'root') root = root.parent;
  return root;
}

/**
 * The parent in the data tree. Input and output stand for the operation they belong to, whose
 * parameters are its children.
 */
export function dataParentOf(node: SchemaNode): SchemaNode | undefined {
  if (node.kind === 'root') return undefined;
  let parent: SchemaNode = node.kind === 'input' || node.kind === 'output' ? node.parent : node;
  do {
    if (parent.kind === 'root') return undefined;
    parent = parent.parent;
  } while (parent.kind === 'choice' || parent.kind === 'case');
  return parent;
}

function childOf(
  node: SchemaNode,
  namespace: string,
  name: string,
  start: SchemaNode,
): SchemaNode | undefined {
  if (!isBranch(node)) return undefined;
  const child = node.dataChild(namespace, name);
  if (child) return child;
  return enclosingMessage(node, namespace, name, start);
}

/** The operation or notification that `start` is part of is also a child of the node it is defined in. */
function enclosingMessage(
  node: SchemaNode,
  namespace: string,
  name: string,
  start: SchemaNode,
): SchemaNode | undefined {
  for (let message = start; message.kind !== 'root'; message = message.parent) {
    const { kind } = message;
    if (kind !== 'input' && kind !== 'output' && kind !== 'notification') continue;
    const named = kind === 'notification' ? message : message.parent;
    if (
      named.kind === 'root' ||
      qnameKey(named.module.namespace, named.name) !== qnameKey(namespace, name)
    ) {
      return undefined;
    }
    return dataParentOf(message) === node ? message : undefined;
  }
  return undefined;
}

export function isBranch(node: SchemaNode): node is BranchSchemaNode {
  return 'dataChildren' in node;
}
