/**
 * The data tree as XPath sees it (RFC 7950, section 6.4.1): default values in use and non-presence
 * containers are there although the tree does not hold them.
 */
import type { PathStep } from '../../error/index.ts';
import type { NodeKind, NodeModel, PrefixOf } from '../../xpath/index.ts';
import type {
  BitsType,
  BranchSchemaNode,
  DataSchemaNode,
  EnumerationType,
  Identity,
  IdentityValue,
  LeafNode,
  LeafValue,
  ListNode,
  UnionType,
  YangType,
} from '../../yang/index.ts';
import { dependsOnScope } from '../codec/leaf-codec.ts';
import { DataList, keyProbe } from '../list.ts';
import { sameValue } from '../list/compare.ts';
import { Branch } from '../node.ts';
import type { AnyValue } from '../node.ts';
import { casesAllow, emptyBranch } from './defaults.ts';
import { isNonPresence, schemaDefault } from './implied.ts';
import { layoutOf } from './layout.ts';
import type { BranchLayout } from './layout.ts';
import { pathStep } from './path.ts';
import { resolveReference } from './references.ts';

/**
 * A node of a tree with the way to it; made anew whenever it is needed. An entry of a list or leaf-list
 * has a reference of its own. The text node of a leaf is a reference whose parent is the leaf.
 */
export class NodeRef {
  readonly schema: BranchSchemaNode | DataSchemaNode;
  readonly value: Branch | LeafValue | AnyValue;
  readonly parent: NodeRef | undefined;
  #layout: BranchLayout | undefined;

  constructor(
    schema: BranchSchemaNode | DataSchemaNode,
    value: Branch | LeafValue | AnyValue,
    parent: NodeRef | undefined,
  ) {
    this.schema = schema;
    this.value = value;
    this.parent = parent;
  }

  /** For a branch: an expression asks it for one child after the other. */
  get layout(): BranchLayout {
    return (this.#layout ??= layoutOf((this.value as Branch).schema));
  }
}

const NONE: readonly NodeRef[] = [];

/** Reference to the root of a tree. */
export function rootRef(root: Branch): NodeRef {
  return new NodeRef(root.schema, root, undefined);
}

/** References to the instances of a child node, defaults in use included. */
export function childRefs(ref: NodeRef, child: DataSchemaNode): Iterable<NodeRef> {
  const branch = ref.value as Branch;
  const value = branch.slots[child.slot];
  if (value === undefined) {
    return ref.layout.implied[child.slot] === true ? impliedRefs(ref, branch, child) : NONE;
  }
  if (value instanceof DataList) return rowRefs(ref, value);
  if (child.kind === 'leaf-list') {
    return (value as readonly LeafValue[]).map((item) => new NodeRef(child, item, ref));
  }
  return [new NodeRef(child, value as Branch | LeafValue, ref)];
}

function impliedRefs(ref: NodeRef, branch: Branch, child: DataSchemaNode): readonly NodeRef[] {
  if (isNonPresence(child)) {
    return isImplied(ref, branch, child) ? [new NodeRef(child, emptyBranch(child), ref)] : NONE;
  }
  const value = schemaDefault(child);
  if (value === undefined || !isImplied(ref, branch, child)) return NONE;
  if (child.kind === 'leaf') return [new NodeRef(child, value as LeafValue, ref)];
  return (value as readonly LeafValue[]).map((item) => new NodeRef(child, item, ref));
}

/** Conditions being evaluated: a `when` may lead back to the node that it is about. */
const evaluating = new WeakSet<NodeRef>();

function isImplied(ref: NodeRef, branch: Branch, child: DataSchemaNode): boolean {
  if (!casesAllow(branch, child)) return false;
  if (!hasWhen(child, branch.schema)) return true;
  if (evaluating.has(ref)) return false;
  evaluating.add(ref);
  try {
    return whenHolds(ref, child);
  } finally {
    evaluating.delete(ref);
  }
}

function* rowRefs(ref: NodeRef, list: DataList): Iterable<NodeRef> {
  for (const row of list) yield new NodeRef(list.schema, row, ref);
}

/** Whether the node, or a choice or case that it lies in, has a `when`. */
export function hasWhen(node: DataSchemaNode, branch: BranchSchemaNode): boolean {
  return conditionsOf(node, branch).length > 0;
}

type Condition = DataSchemaNode['when'][number];
const conditions = new WeakMap<DataSchemaNode, readonly Condition[]>();

/** All conditions that a data node stands under within its data parent. */
export function conditionsOf(node: DataSchemaNode, branch: BranchSchemaNode): readonly Condition[] {
  let found = conditions.get(node);
  if (!found) {
    const all: Condition[] = [...node.when];
    let above = node.parent;
    while (above !== branch && (above.kind === 'choice' || above.kind === 'case')) {
      // A choice or case is no data node: its condition is evaluated at the data parent in any event.
      all.push(...above.when.map((when) => ({ ...when, context: 'parent' as const })));
      above = above.parent;
    }
    conditions.set(node, (found = all));
  }
  return found;
}

/**
 * Evaluates the conditions of `child` in the instance `ref` of its parent. The node itself counts as
 * present while they are evaluated (RFC 7950, section 7.21.5). `instance` is the node, if it exists.
 */
export function whenHolds(ref: NodeRef, child: DataSchemaNode, instance?: NodeRef): boolean {
  return failedWhen(ref, child, instance) === undefined;
}

/** The condition that does not hold. */
export function failedWhen(
  ref: NodeRef,
  child: DataSchemaNode,
  instance?: NodeRef,
): Condition | undefined {
  for (const when of conditionsOf(child, (ref.value as Branch).schema)) {
    const context = when.context === 'parent' ? ref : (instance ?? standIn(ref, child));
    if (!when.expression.boolean(TREE_MODEL, context)) return when;
  }
  return undefined;
}

/** A node that is not there, for the evaluation of its own `when`. */
function standIn(ref: NodeRef, child: DataSchemaNode): NodeRef {
  const isBranch = child.kind === 'container' || child.kind === 'list';
  return new NodeRef(child, isBranch ? emptyBranch(child) : '', ref);
}

/** Path of a node from the root, with the keys of list entries. */
export function instancePath(ref: NodeRef): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (let at = ref; at.parent; at = at.parent) {
    const schema = at.schema as DataSchemaNode;
    if (isText(at)) continue;
    const step = pathStep(schema, at.value instanceof Branch ? at.value : undefined);
    steps.push(
      schema.kind === 'leaf-list'
        ? { ...step, value: schema.type.canonical(at.value as LeafValue) }
        : step,
    );
  }
  return steps.reverse();
}

function isText(ref: NodeRef): boolean {
  return ref.parent?.schema === ref.schema;
}

const rowIds = new WeakMap<Branch, string>();

/** Entries are told apart by their keys, those of lists without keys as objects. */
function rowId(row: Branch): string {
  let id = rowIds.get(row);
  if (id === undefined) {
    const keys = (row.schema as ListNode).keys;
    id = keys
      .map((key) => JSON.stringify(key.type.canonical(row.slots[key.slot] as LeafValue)))
      .join();
    rowIds.set(row, id);
  }
  return id;
}

class TreeModel implements NodeModel<NodeRef> {
  root(node: NodeRef): NodeRef {
    let at = node;
    while (at.parent) at = at.parent;
    return at;
  }

  parent(node: NodeRef): NodeRef | undefined {
    return node.parent;
  }

  children(node: NodeRef, namespace?: string, name?: string): Iterable<NodeRef> {
    const { value } = node;
    if (!(value instanceof Branch)) return name === undefined ? textRefs(node) : NONE;
    if (name !== undefined && namespace !== undefined) {
      const child = node.layout.find(namespace, name);
      return child ? childRefs(node, child) : NONE;
    }
    return allChildRefs(node, value, namespace, name);
  }

  childrenByKeys(
    node: NodeRef,
    namespace: string,
    name: string,
    keys: ReadonlyMap<string, string>,
  ): Iterable<NodeRef> | undefined {
    if (!(node.value instanceof Branch)) return NONE;
    const child = node.layout.find(namespace, name);
    if (child?.kind !== 'list' || child.keys.length === 0) return undefined;
    const values = keyValues(child, keys);
    if (values === 'unknown') return undefined;
    const list = node.value.slots[child.slot];
    if (values === 'none' || !(list instanceof DataList)) return NONE;
    const row = list.get(keyProbe(child, values));
    return row ? [new NodeRef(child, row, node)] : NONE;
  }

  namespace(node: NodeRef): string {
    const { schema } = node;
    return schema.kind === 'root' || isText(node) ? '' : schema.module.namespace;
  }

  localName(node: NodeRef): string {
    const { schema } = node;
    return schema.kind === 'root' || isText(node) ? '' : schema.name;
  }

  stringValue(node: NodeRef, prefixOf?: PrefixOf): string {
    const { value, schema } = node;
    if (typeof value === 'string') return value;
    if (value instanceof Branch) return branchText(node, prefixOf);
    if (prefixOf && isIdentity(value)) return identityText(value.identity, prefixOf);
    if (schema.kind === 'leaf' || schema.kind === 'leaf-list') {
      return schema.type.canonical(value as LeafValue);
    }
    return '';
  }

  kind(node: NodeRef): NodeKind {
    if (node.parent === undefined) return 'root';
    return isText(node) ? 'text' : 'element';
  }

  same(a: NodeRef, b: NodeRef): boolean {
    if (a === b) return true;
    if (a.schema !== b.schema || isText(a) !== isText(b)) return false;
    if (!sameInstance(a, b)) return false;
    if (a.parent === undefined || b.parent === undefined) return a.parent === b.parent;
    return this.same(a.parent, b.parent);
  }

  id(node: NodeRef): unknown {
    if (node.parent === undefined) return '';
    const parent = this.id(node.parent) as string;
    const { schema } = node;
    if (isText(node)) return `${parent}/text()`;
    if (schema.kind === 'root' || !('slot' in schema)) return parent;
    if (schema.kind === 'list')
      return `${parent}/${String(schema.slot)}[${rowId(node.value as Branch)}]`;
    if (schema.kind === 'leaf-list') {
      const text = schema.type.canonical(node.value as LeafValue);
      return `${parent}/${String(schema.slot)}[${JSON.stringify(text)}]`;
    }
    return `${parent}/${String(schema.slot)}`;
  }

  compareOrder(a: NodeRef, b: NodeRef): number {
    const left = chain(a);
    const right = chain(b);
    const depth = Math.min(left.length, right.length);
    for (let index = 1; index < depth; index += 1) {
      const order = compareSiblings(left[index] as NodeRef, right[index] as NodeRef);
      if (order !== 0) return order;
    }
    return left.length - right.length;
  }

  deref(node: NodeRef): Iterable<NodeRef> {
    return resolveReference(this, node);
  }

  isDerivedFrom(
    node: NodeRef,
    text: string,
    resolve: (prefix: string) => string | undefined,
    orSelf: boolean,
  ): boolean {
    const { value } = node;
    if (typeof value !== 'object' || value === null || value instanceof Branch) return false;
    if (value.kind !== 'identity') return false;
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

export function treeModel(): NodeModel<NodeRef> {
  return TREE_MODEL;
}

function textRefs(node: NodeRef): readonly NodeRef[] {
  if (isText(node) || (node.schema.kind !== 'leaf' && node.schema.kind !== 'leaf-list'))
    return NONE;
  return node.value === null || node.value === ''
    ? NONE
    : [new NodeRef(node.schema, node.value, node)];
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
}

/** Values for all keys; 'none' when no entry can have them, 'unknown' when it takes a look at each. */
function keyValues(
  list: ListNode,
  keys: ReadonlyMap<string, string>,
): readonly LeafValue[] | 'none' | 'unknown' {
  const values: LeafValue[] = [];
  for (const key of list.keys) {
    const text = keys.get(key.name);
    if (text === undefined || dependsOnScope(key.type)) return 'unknown';
    const value = parseOrUndefined(key, text);
    if (value === undefined) return 'none';
    values.push(value);
  }
  return values;
}

function parseOrUndefined(key: LeafNode, text: string): LeafValue | undefined {
  try {
    return key.type.parse(text, () => undefined);
  } catch {
    return undefined;
  }
}

/** The text of all leaves below. */
function branchText(node: NodeRef, prefixOf: PrefixOf | undefined): string {
  let text = '';
  for (const child of TREE_MODEL.children(node)) text += TREE_MODEL.stringValue(child, prefixOf);
  return text;
}

function isIdentity(value: NodeRef['value']): value is IdentityValue {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'identity'
  );
}

/** RFC 7950, section 9.10.3: the name has the prefix of the module that the expression is in. */
function identityText({ module, name }: Identity, prefixOf: PrefixOf): string {
  return `${prefixOf(module.namespace) ?? module.name}:${name}`;
}

/** Both have the same schema node. */
function sameInstance(a: NodeRef, b: NodeRef): boolean {
  switch (a.schema.kind) {
    case 'list': {
      if (a.value === b.value) return true;
      return a.schema.keys.length > 0 && rowId(a.value as Branch) === rowId(b.value as Branch);
    }
    case 'leaf-list':
      return sameValue(a.value as LeafValue, b.value as LeafValue);
    default:
      return true;
  }
}

/** From the root down to the node itself. */
function chain(node: NodeRef): readonly NodeRef[] {
  const nodes: NodeRef[] = [];
  for (let at: NodeRef | undefined = node; at; at = at.parent) nodes.push(at);
  return nodes.reverse();
}

function compareSiblings(a: NodeRef, b: NodeRef): number {
  if (a.schema !== b.schema) {
    const left = 'slot' in a.schema ? a.schema.slot : 0;
    const right = 'slot' in b.schema ? b.schema.slot : 0;
    return left - right;
  }
  if (a.schema.kind !== 'list' && a.schema.kind !== 'leaf-list') return 0;
  if (a.value === b.value) return 0;
  const siblings = (a.parent?.value as Branch).slots[a.schema.slot];
  if (siblings instanceof DataList)
    return siblings.compareOrder(a.value as Branch, b.value as Branch);
  const values = (siblings ?? schemaDefault(a.schema) ?? []) as readonly LeafValue[];
  const place = (ref: NodeRef): number =>
    values.findIndex((value) => sameValue(value, ref.value as LeafValue));
  return place(a) - place(b);
}

/** The type of built-in kind `base` that the value of a leaf belongs to, through unions and leafrefs. */
function valueType(node: NodeRef, base: YangType['base']): YangType | undefined {
  const { schema, value } = node;
  if (schema.kind !== 'leaf' && schema.kind !== 'leaf-list') return undefined;
  let type: YangType = schema.type;
  for (;;) {
    if (type.base === 'union') type = (type as UnionType).memberOf(value as LeafValue);
    else if (type.base === 'leafref') type = (type as LeafrefLike).target.type;
    else return type.base === base ? type : undefined;
  }
}

type LeafrefLike = YangType & { readonly target: { readonly type: YangType } };
