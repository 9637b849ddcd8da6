/**
 * Content of anydata and anyxml to JSON (RFC 7951, sections 5.5 and 5.6): as it was read, if that was JSON; with the
 * types of the schema where its names are known; and else by its structure, every value being a string.
 */
import { replay, textContent } from '../../xml/index.ts';
import type { XmlElement, XmlNode } from '../../xml/index.ts';
import type { AnyNode, SchemaContext } from '../../yang/index.ts';
import { Branch } from '../node.ts';
import type { AnyValue } from '../node.ts';
import { Annotations } from './annotations.ts';
import { JsonReader } from './json-reader.ts';
import type { JsonTree } from './json-tree.ts';
import { DataDecoder } from './xml-decode.ts';

/** The value, or why there is none. */
export type AnyToJson =
  | { readonly tree: JsonTree; readonly problem?: undefined }
  | { readonly tree?: undefined; readonly problem: string };

/** Writes members at the top of a document; undefined when that does not do. */
export type EncodeKnown = (branch: Branch, annotations: Annotations) => string | undefined;

export function anyToJson(
  context: SchemaContext,
  node: AnyNode,
  value: AnyValue,
  encodeKnown: EncodeKnown,
): AnyToJson {
  if (value.json !== undefined) return { tree: value.json };
  const { element } = value;
  if (element.attributes.length > 0) return { problem: 'attributes have no form in JSON' };
  const elements = element.children.filter((child) => typeof child !== 'string');
  if (elements.length === 0) return textToJson(node, textContent(element));
  const known = knownToJson(context, element.children, encodeKnown);
  if (known !== undefined) return { tree: known };
  return contentToJson(context, element, node.module.namespace);
}

function textToJson(node: AnyNode, text: string): AnyToJson {
  if (node.kind === 'anyxml') return { tree: text };
  return /\S/.test(text) ? { problem: 'text in anydata has no form in JSON' } : { tree: new Map() };
}

/** Undefined when the schema does not have all of it. */
function knownToJson(
  context: SchemaContext,
  children: readonly XmlNode[],
  encodeKnown: EncodeKnown,
): JsonTree | undefined {
  const annotations = new Annotations(context);
  const decoder = new DataDecoder(context.root, {
    annotations,
    keepEmpty: true,
    maxErrors: 1,
  });
  for (const child of children) replay(child, decoder);
  const { content, errors } = decoder.finish();
  if (errors.length > 0 || !(content instanceof Branch)) return undefined;
  // It is our own text, as large and deep as what was read.
  const limits = { maxDepth: Infinity, maxTreeSize: Infinity };
  const json = encodeKnown(content, annotations);
  return json === undefined ? undefined : new JsonReader(json, limits).tree();
}

/** What an element has in it, by its structure alone. */
function contentToJson(
  context: SchemaContext,
  { children }: XmlElement,
  parent: string,
): AnyToJson {
  const members = new Map<string, JsonTree[]>();
  for (const child of children) {
    if (typeof child === 'string') {
      if (/\S/.test(child)) return { problem: 'text between elements has no form in JSON' };
      continue;
    }
    const { namespace, local } = child;
    const module = context.moduleByNamespace.get(namespace);
    if (!module && namespace !== parent) {
      return { problem: `namespace "${namespace}" is that of no module known` };
    }
    const name = namespace === parent || !module ? local : `${module.name}:${local}`;
    const value = elementToJson(context, child);
    if (value.tree === undefined) return value;
    const values = members.get(name);
    if (values) values.push(value.tree);
    else members.set(name, [value.tree]);
  }
  const entries = [...members].map(([name, values]): [string, JsonTree] => {
    const [only] = values;
    return [name, values.length === 1 && only !== undefined ? only : values];
  });
  return { tree: new Map(entries) };
}

function elementToJson(context: SchemaContext, element: XmlElement): AnyToJson {
  if (element.attributes.length > 0) return { problem: 'attributes have no form in JSON' };
  if (element.children.some((child) => typeof child !== 'string')) {
    return contentToJson(context, element, element.namespace);
  }
  const text = textContent(element);
  return { tree: text === '' ? [null] : text };
}
