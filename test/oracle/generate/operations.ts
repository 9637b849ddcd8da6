/** Documents that invoke operations, answer them and notify (RFC 7950, sections 7.14 to 7.16). */
import type {
  BranchSchemaNode,
  NotificationNode,
  OperationNode,
  SchemaContext,
  SchemaNode,
} from '../../../src/yang/index.ts';
import type { DocumentGenerator } from './documents.ts';
import { Item } from './item.ts';
import { resolveReferences } from './references.ts';

export type MessageKind = 'rpc' | 'reply' | 'notification';

type Inner = Exclude<SchemaNode, { kind: 'root' }>;

/** All operations or notifications of the implemented modules, those in data too. */
export function messageNodes(
  context: SchemaContext,
  kind: MessageKind,
): readonly (OperationNode | NotificationNode)[] {
  const found: (OperationNode | NotificationNode)[] = [];
  const visit = (node: SchemaNode): void => {
    const isOperation = node.kind === 'rpc' || node.kind === 'action';
    if (isOperation && kind !== 'notification') found.push(node);
    if (node.kind === 'notification' && kind === 'notification') found.push(node);
    if ('children' in node && node.kind !== 'notification') node.children.forEach(visit);
  };
  visit(context.root);
  for (const node of kind === 'notification'
    ? context.notifications.values()
    : context.rpcs.values()) {
    if (!found.includes(node)) found.push(node);
  }
  return found;
}

/**
 * A document around `node`. What an action or nested notification is in is taken from `data`, and made
 * there if need be. Undefined where that fails.
 */
export function makeMessage(
  node: OperationNode | NotificationNode,
  kind: MessageKind,
  data: Item,
  generator: DocumentGenerator,
): Item | undefined {
  const root = Item.root();
  let place = root;
  let source = data;
  for (const ancestor of dataAncestors(node)) {
    let present = generator.options.random.pick(
      source.children.filter((it) => it.schema === ancestor),
    );
    if (!present) {
      present = generator.instance(ancestor, 10);
      if (!present) return undefined;
      source.add(present);
    }
    source = present;
    const shown = Item.of(ancestor);
    if (ancestor.kind === 'list') {
      for (const key of ancestor.keys) {
        const child = present.child(key);
        if (child) shown.add(child.copy());
      }
    }
    place.add(shown);
    place = shown;
  }
  const message = Item.of(node);
  place.add(message);
  generator.content(message, contentOf(node, kind));
  resolveReferences(data, generator);
  resolveReferences(root, generator, data);
  return message.parent ? root : undefined;
}

function contentOf(node: OperationNode | NotificationNode, kind: MessageKind): BranchSchemaNode {
  if (node.kind === 'notification') return node;
  return kind === 'reply' ? node.output : node.input;
}

function dataAncestors(node: Inner): readonly (Inner & { kind: 'container' | 'list' })[] {
  const { parent } = node;
  if (parent.kind === 'root') return [];
  const above = dataAncestors(parent);
  return parent.kind === 'container' || parent.kind === 'list' ? [...above, parent] : above;
}
