/**
 * Annotations in JSON (RFC 7952, section 5.2). The attributes of edit-config, which have no form in JSON of their own,
 * are written like annotations of the modules `ietf-netconf` and `yang`; `default` of RFC 6243 like one of
 * `ietf-netconf-with-defaults` (RFC 8040, section 4.8.9).
 */
import { badAttribute, unknownAttribute } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import type { NamespaceScope, XmlAttribute } from '../../xml/index.ts';
import type { DataSchemaNode, LeafListNode, LeafValue, SchemaContext } from '../../yang/index.ts';
import { EditLeaf } from '../edit/edit-tree.ts';
import type { Slot } from '../node.ts';
import type { AnnotationValue } from './annotations.ts';
import type { LeafItems } from './decoder-frame.ts';
import { DEFAULTS_MODULE, checkTagged, taggedAttributes } from './default-tag.ts';
import { NETCONF_NAMESPACE, YANG_NAMESPACE, readEditAttributes } from './edit-attributes.ts';
import type { EditAttributes } from './edit-attributes.ts';
import { parseJsonLeaf } from './json-leaf.ts';
import { parseMemberName } from './json-names.ts';
import type { MemberName } from './json-names.ts';
import { isArray, isObject } from './json-tree.ts';
import type { JsonTree } from './json-tree.ts';
import type { BuildOptions } from './build-options.ts';
import type { TreeBuilder } from './tree-builder.ts';
import { parseAnnotation } from './xml-annotations.ts';

/** Module names that stand for the namespaces of the attributes of edit-config. */
const EDIT_MODULES: Readonly<Record<string, string>> = {
  'ietf-netconf': NETCONF_NAMESPACE,
  yang: YANG_NAMESPACE,
};

/** A metadata member, to be applied when what it is about has been read. */
export interface PendingMetadata {
  /** With `@`. */
  readonly name: string;
  readonly tree: JsonTree;
  readonly offset: number;
}

interface Setting {
  readonly context: SchemaContext;
  readonly builder: TreeBuilder;
  readonly options: BuildOptions;
}

interface Metadata {
  readonly values: readonly AnnotationValue[];
  readonly attributes: EditAttributes | undefined;
  readonly isDefault: boolean;
}

/** Applies `@`, which is about the object that it is in. */
export function applyOwnMetadata(setting: Setting, { tree }: PendingMetadata): void {
  const { builder } = setting;
  const { schema } = builder.frame;
  if (schema.kind !== 'container' && schema.kind !== 'list') {
    const message = '"@" is not in a container, entry of a list or anydata';
    builder.report(unknownAttribute('@', '', { path: builder.path(), message }));
    return;
  }
  const report = (error: RpcError): void => {
    builder.report({ ...error, path: builder.path() });
  };
  const metadata = readMetadata(setting, schema, tree, report);
  if (!metadata) return;
  if (metadata.values.length > 0) builder.frame.ownAnnotations = metadata.values;
  if (metadata.attributes) builder.applyToBranch(builder.frame, metadata.attributes);
}

/** Applies `@name`, which is about the child `node` beside it. */
export function applyMetadata(
  setting: Setting,
  node: DataSchemaNode,
  { name, tree }: PendingMetadata,
): void {
  const { builder } = setting;
  const report = (error: RpcError): void => {
    builder.report({ ...error, path: builder.pathTo(node) });
  };
  const slot = builder.frame.slots[node.slot];
  if (slot === undefined) {
    if (builder.frame.noted(node)) return;
    const message = `"${name}" is about something that is not there`;
    report(unknownAttribute(name, node.name, { message }));
  } else if (node.kind === 'leaf-list') {
    applyToEntries(setting, node, slot as LeafItems, tree, report);
  } else if (node.kind === 'container' || node.kind === 'list') {
    const message = `metadata of ${node.kind} "${node.name}" belongs into its object, as "@"`;
    report(unknownAttribute(name, node.name, { message }));
  } else {
    const metadata = readMetadata(setting, node, tree, report);
    if (metadata) applyToChild(setting, node, slot as Slot | EditLeaf, metadata);
  }
}

function applyToChild(
  { builder, options }: Setting,
  node: Exclude<DataSchemaNode, LeafListNode>,
  slot: Slot | EditLeaf,
  { values, attributes, isDefault }: Metadata,
): void {
  const { frame } = builder;
  if (values.length > 0) frame.annotate(node.slot, 0, values);
  let operation = attributes?.operation;
  if (isDefault && node.kind === 'leaf' && !(slot instanceof EditLeaf)) {
    if (!checkTagged(builder, node, slot as LeafValue)) return;
    if (options.edit !== true) {
      frame.clear(node);
      return;
    }
    operation = taggedAttributes(builder, node, attributes)?.operation;
  }
  if (operation === undefined) return;
  frame.edited = true;
  const value = slot instanceof EditLeaf ? undefined : (slot as LeafValue);
  frame.set(node.slot, new EditLeaf(value, operation));
}

function applyToEntries(
  setting: Setting,
  node: LeafListNode,
  items: LeafItems,
  tree: JsonTree,
  report: (error: RpcError) => void,
): void {
  const { frame } = setting.builder;
  if (!isArray(tree) || tree.length > items.values.length) {
    const message = `metadata of leaf-list "${node.name}" is an array, no longer than the leaf-list`;
    report(badAttribute('@', node.name, { message }));
    return;
  }
  const tagged = new Set<number>();
  for (const [index, element] of tree.entries()) {
    if (element === null) continue;
    const metadata = readMetadata(setting, node, element, report);
    if (!metadata) continue;
    if (metadata.values.length > 0) frame.annotate(node.slot, index, metadata.values);
    if (metadata.attributes) {
      items.setAttributes(index, metadata.attributes);
      frame.edited = true;
    }
    if (metadata.isDefault && applyTag(setting, node, items, index)) tagged.add(index);
  }
  if (tagged.size === 0) return;
  items.remove(tagged);
  if (items.values.length === 0) frame.clear(node);
}

/** True when the entry is default data and is not to be kept. */
function applyTag(
  { builder, options }: Setting,
  node: LeafListNode,
  items: LeafItems,
  index: number,
): boolean {
  if (!checkTagged(builder, node, items.values[index] as LeafValue)) return false;
  if (options.edit !== true) return true;
  const attributes = taggedAttributes(builder, node, items.attributes?.[index]);
  if (attributes) items.setAttributes(index, attributes);
  builder.frame.edited = true;
  return false;
}

/** A metadata object; undefined after a report. */
function readMetadata(
  setting: Setting,
  node: DataSchemaNode,
  tree: JsonTree,
  report: (error: RpcError) => void,
): Metadata | undefined {
  if (!isObject(tree)) {
    report(badAttribute('@', node.name, { message: 'metadata is an object' }));
    return undefined;
  }
  const values: AnnotationValue[] = [];
  const edits: XmlAttribute[] = [];
  let isDefault = false;
  for (const [text, value] of tree) {
    const name = parseMemberName(text);
    const edit = setting.options.edit === true ? editAttribute(name, value) : undefined;
    if (edit) edits.push(edit);
    else if (name?.module === DEFAULTS_MODULE && name.name === 'default') {
      if (typeof value === 'boolean') isDefault = value;
      else report(badAttribute('default', node.name));
    } else {
      const found = readAnnotation(setting, node, text, value, report);
      if (found) values.push(found);
    }
  }
  const attributes =
    edits.length > 0
      ? readEditAttributes(node, edits, scopeOf(setting.context, node), report)
      : undefined;
  return { values, attributes, isDefault };
}

function editAttribute(name: MemberName | undefined, value: JsonTree): XmlAttribute | undefined {
  const namespace = name?.module === undefined ? undefined : EDIT_MODULES[name.module];
  if (!name || namespace === undefined || typeof value !== 'string') return undefined;
  return { namespace, local: name.name, value };
}

/** In JSON module names stand where XML has prefixes. */
function scopeOf(context: SchemaContext, { module }: DataSchemaNode): NamespaceScope {
  return {
    resolve: (prefix) =>
      prefix === '' ? module.namespace : context.modules.get(prefix)?.namespace,
    all: () => new Map(),
  };
}

function readAnnotation(
  { context, options }: Setting,
  node: DataSchemaNode,
  text: string,
  tree: JsonTree,
  report: (error: RpcError) => void,
): AnnotationValue | undefined {
  const name = parseMemberName(text);
  const namespace =
    name?.module === undefined ? undefined : context.modules.get(name.module)?.namespace;
  const annotation =
    name && namespace !== undefined
      ? options.annotations?.definition(namespace, name.name)
      : undefined;
  if (!annotation) {
    if (options.annotations && options.allowUnknown !== true) {
      report(unknownAttribute(text, node.name));
    }
    return undefined;
  }
  const value = parseAnnotation(annotation, node, report, () => parseJsonLeaf(tree, annotation));
  return value === undefined ? undefined : { annotation, value };
}
