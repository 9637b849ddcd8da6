/** Operations and notifications by the element that stands for them (RFC 7950, sections 7.14 to 7.16). */
import { qnameKey } from '../../yang/index.ts';
import type {
  BranchSchemaNode,
  InputOutputNode,
  NotificationNode,
  OperationNode,
} from '../../yang/index.ts';

/** Which of them a document has: invocations, their output, or notifications. */
export type OperationPart = 'input' | 'output' | 'notification';

/** The one of that name at the root, or directly below a container or list. */
export function findOperation(
  parent: BranchSchemaNode,
  namespace: string,
  name: string,
  part: OperationPart,
): OperationNode | NotificationNode | undefined {
  if (parent.kind === 'root') {
    const key = qnameKey(namespace, name);
    const { rpcs, notifications } = parent.context;
    return part === 'notification' ? notifications.get(key) : rpcs.get(key);
  }
  const kind = part === 'notification' ? 'notification' : 'action';
  const found = parent.children.find(
    (child) => child.kind === kind && child.name === name && child.module.namespace === namespace,
  );
  return found?.kind === 'action' || found?.kind === 'notification' ? found : undefined;
}

/** The schema of the content. */
export function contentOf(
  node: OperationNode | NotificationNode,
  part: OperationPart,
): InputOutputNode | NotificationNode {
  if (node.kind === 'notification') return node;
  return part === 'output' ? node.output : node.input;
}
