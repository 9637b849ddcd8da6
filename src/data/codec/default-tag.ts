/** The attribute `default` on input: a value that is to be the default (RFC 6243, sections 4.5.1, 4.5.2 and 6). */
import { badAttribute, invalidValue } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import type { XmlAttribute } from '../../xml/index.ts';
import type { DataSchemaNode, LeafListNode, LeafNode, LeafValue } from '../../yang/index.ts';
import { sameValue } from '../list/compare.ts';
import { schemaDefault } from '../tree/implied.ts';
import type { EditAttributes } from './edit-attributes.ts';
import type { TreeBuilder } from './tree-builder.ts';

export const DEFAULTS_NAMESPACE = 'urn:ietf:params:xml:ns:netconf:default:1.0';

/** The module that stands for the attribute's namespace in JSON (RFC 8040, section 4.8.9). */
export const DEFAULTS_MODULE = 'ietf-netconf-with-defaults';

/** Whether the element is tagged as a default. */
export function readDefaultTag(
  node: DataSchemaNode,
  attributes: readonly XmlAttribute[],
  report: (error: RpcError) => void,
): boolean {
  const found = attributes.find(
    ({ namespace, local }) => local === 'default' && namespace === DEFAULTS_NAMESPACE,
  );
  if (!found) return false;
  const { value } = found;
  if (value === 'true' || value === '1') return true;
  if (value !== 'false' && value !== '0') report(badAttribute('default', node.name));
  return false;
}

/** Whether a tagged value is the default in the schema, as it has to be. */
export function checkTagged(
  builder: TreeBuilder,
  node: LeafNode | LeafListNode,
  value: LeafValue,
): boolean {
  const byDefault = schemaDefault(node);
  const defaults = Array.isArray(byDefault) ? (byDefault as readonly LeafValue[]) : [byDefault];
  if (defaults.some((it) => it !== undefined && sameValue(it as LeafValue, value))) return true;
  const text = node.type.canonical(value);
  const message = `"${text}" is tagged as default of "${node.name}", which it is not`;
  builder.report(invalidValue(message, { path: builder.pathTo(node) }));
  builder.frame.note(node);
  return false;
}

/** What a tag makes of the operation in an edit; undefined after a report. */
export function taggedAttributes(
  builder: TreeBuilder,
  node: LeafNode | LeafListNode,
  attributes: EditAttributes | undefined,
): EditAttributes | undefined {
  const operation = attributes?.operation ?? 'merge';
  if (operation === 'delete' || operation === 'remove') {
    const message = `operation "${operation}" does not go with the attribute "default"`;
    builder.report(invalidValue(message, { path: builder.pathTo(node) }));
    return undefined;
  }
  // RFC 6243, section 4.5.2: a valid "create" is one of something that is not there, so nothing is to be removed.
  return operation === 'create' ? attributes : { operation: 'remove', insert: undefined };
}

/**
 * Puts a tagged value into its slot: it asks for no value to be stored, so outside of edits nothing is. In an
 * edit it removes what is there.
 */
export function putTagged(
  builder: TreeBuilder,
  node: LeafNode | LeafListNode,
  value: LeafValue,
  edit: boolean,
): void {
  if (!checkTagged(builder, node, value)) return;
  if (!edit) {
    if (node.kind === 'leaf') builder.frame.note(node);
    return;
  }
  const attributes = taggedAttributes(builder, node, builder.attributes);
  if (!attributes) return;
  builder.attributes = attributes;
  builder.put(node, value);
}
