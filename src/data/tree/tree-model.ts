/**
 * The data tree as XPath sees it (RFC 7950, section 6.4.1): default values in use and non-presence
 * containers are there although the tree does not hold them.
 */
import type { PathStep } from '../../error/index.ts';
import type { NodeKind, NodeModel, PrefixOf } from '../../xpath/index.ts';
import type { BitsType, DataSchemaNode, EnumerationType, LeafValue } from '../../yang/index.ts';
import { DataList, keyProbe } from '../list.ts';
import { Branch } from '../node.ts';
import { childRefs, isMasked, messageRefs } from './child-refs.ts';
import { DataTree, NodeRef, elementNode } from './node-ref.ts';
import type { MessageSchemaNode, TreeOptions } from './node-ref.ts';
import { compareNodes, isSameNode } from './node-order.ts';
import { isIdentity, keyValues, nodeText, valueType } from './node-text.ts';
import { pathStep } from './path.ts';
import { resolveReference } from './references.ts';

const NONE: readonly NodeRef[] = [];

/** Reference to the root of a tree, or to a branch that is looked at by itself. */
export function rootRef(root: Branch, options?: TreeOptions): NodeRef {
  return new DataTree(TREE_MODEL, root, options).root;
}

/**
 * Reference to a container or list entry below `parent`, which need not be in the tree: expressions on it
 * see what is around `parent`.
 */
export function childRef(parent: NodeRef, node: DataSchemaNode, value: Branch): NodeRef {
  return new NodeRef(node, value, parent);
}

/**
 * Reference to the content of an operation or notification that stands in `parent` (RFC 7950, section 6.4.1):
 * the root of a datastore, or the container or list entry that an action or notification is defined in. The
 * tree that `parent` belongs to has one such content at a time.
 */
export function messageRef(message: Branch, parent: NodeRef): NodeRef {
  const ref = new NodeRef(message.schema, message, parent);
  parent.tree.message = ref;
  return ref;
}

/** Path of a node from the root, with the keys of list entries. */
export function instancePath(ref: NodeRef): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (let at = ref; at.parent; at = at.parent) {
    if (!at.isText) steps.push(stepTo(at));
  }
  return steps.reverse();
}

function stepTo({ schema, value }: NodeRef): PathStep {
  if (!('slot' in schema)) {
    const { name, module } = elementNode(schema as MessageSchemaNode);
    return { name, module: module.name, namespace: module.namespace };
  }
  const step = pathStep(schema, value instanceof Branch ? value : undefined);
  if (schema.kind !== 'leaf-list') return step;
  return { ...step, value: schema.type.canonical(value as LeafValue) };
}

class TreeModel implements NodeModel<NodeRef> {
  root(node: NodeRef): NodeRef {
    return node.tree.root;
  }

  parent(node: NodeRef): NodeRef | undefined {
    return node.parent;
  }

  children(node: NodeRef, namespace?: string, name?: string): Iterable<NodeRef> {
    const { value } = node;
    if (!(value instanceof Branch)) {
      return name === undefined && namespace === undefined ? textRefs(node) : NONE;
    }
    if (name === undefined || namespace === undefined) {
      return allChildRefs(node, value, namespace, name);
    }
    const child = node.layout.find(namespace, name);
    if (child) return childRefs(node, child);
    return node.tree.message ? messageRefs(node, namespace, name) : NONE;
  }

  childrenByKeys(
    node: NodeRef,
    namespace: string,
    name: string,
    keys: ReadonlyMap<string, string | number>,
  ): Iterable<NodeRef> | undefined {
    if (!(node.value instanceof Branch)) return NONE;
    const child = node.layout.find(namespace, name);
    if (child?.kind !== 'list' || child.keys.length === 0) return undefined;
    const { configOnly, mask } = node.tree;
    if (configOnly && !child.config) return NONE;
    if (mask && (node.isDummy || isMasked(node, child, mask))) return undefined;
    const values = keyValues(child, keys);
    if (values === 'unknown') return undefined;
    const list = node.value.slots[child.slot];
    if (values === 'none' || !(list instanceof DataList)) return NONE;
    const row = list.get(keyProbe(child, values));
    return row ? [new NodeRef(child, row, node)] : NONE;
  }

  namespace(node: NodeRef): string {
    const { schema } = node;
    return schema.kind === 'root' || node.isText ? '' : elementNode(schema).module.namespace;
  }

  localName(node: NodeRef): string {
    const { schema } = node;
    return schema.kind === 'root' || node.isText ? '' : elementNode(schema).name;
  }

  stringValue(node: NodeRef, prefixOf?: PrefixOf): string {
    const { value } = node;
    return typeof value === 'string' ? value : nodeText(node, prefixOf);
  }

  kind(node: NodeRef): NodeKind {
    if (node.parent === undefined) return 'root';
    return node.isText ? 'text' : 'element';
  }

  same(a: NodeRef, b: NodeRef): boolean {
    return isSameNode(a, b);
  }

  compareOrder(a: NodeRef, b: NodeRef): number {
    return compareNodes(a, b);
  }

  deref(node: NodeRef): Iterable<NodeRef> {
    return resolveReference(this, node);
  }

  isDerivedFrom(
    { value }: NodeRef,
    text: string,
    resolve: (prefix: string) => string | undefined,
    orSelf: boolean,
  ): boolean {
    if (!isIdentity(value)) return false;
    const colon = text.indexOf(':');
    const namespace = resolve(colon < 0 ? '' : text.slice(0, colon));
    const name = text.slice(colon + 1);
    for (const ancestor of value.identity.ancestors) {
      if (ancestor.name !== name || ancestor.module.namespace !== namespace) continue;
      if (orSelf || ancestor !== value.identity) return true;
    }
    return false;
  }

  enumValue(node: NodeRef): number {
    const type = valueType(node, 'enumeration') as EnumerationType | undefined;
    return type?.enums.get(node.value as string) ?? Number.NaN;
  }

  bitIsSet(node: NodeRef, bit: string): boolean {
    const type = valueType(node, 'bits') as BitsType | undefined;
    return type !== undefined && (node.value as string).split(' ').includes(bit);
  }
}

/** The one model of data trees: it has no state, the references have it all. */
export const TREE_MODEL: NodeModel<NodeRef> = new TreeModel();

function textRefs(node: NodeRef): readonly NodeRef[] {
  const { schema, value } = node;
  if (node.isText || (schema.kind !== 'leaf' && schema.kind !== 'leaf-list')) return NONE;
  return nodeText(node) === '' ? NONE : [new NodeRef(schema, value, node)];
}

function* allChildRefs(
  node: NodeRef,
  branch: Branch,
  namespace: string | undefined,
  name: string | undefined,
): Iterable<NodeRef> {
  for (const child of branch.schema.dataChildren) {
    if (namespace !== undefined && child.module.namespace !== namespace) continue;
    if (name !== undefined && child.name !== name) continue;
    yield* childRefs(node, child);
  }
  if (node.tree.message) yield* messageRefs(node, namespace, name);
}
