/** Replies as lines `PATH=VALUE`, which --set takes as they are: for `grep`, `diff` and scripts. */
import { textContent } from '../../../../src/xml/index.ts';
import type { XmlElement } from '../../../../src/xml/index.ts';
import { InvalidValueError } from '../../../../src/yang/index.ts';
import type { LeafListNode, LeafNode, SchemaNode } from '../../../../src/yang/index.ts';
import { quoteXPath } from '../../../../src/error/index.ts';
import type { Names } from '../schema/names.ts';

/** One line for each leaf, entry of a leaf-list, and element without children. */
export function* pathLines(names: Names, element: XmlElement): Generator<string> {
  const root = names.context?.root;
  for (const child of childrenOf(element)) yield* linesOf(names, child, { path: '', schema: root });
}

interface Place {
  readonly path: string;
  readonly schema: SchemaNode | undefined;
  readonly namespace?: string;
}

function* linesOf(names: Names, element: XmlElement, parent: Place): Generator<string> {
  const schema = childOf(parent.schema, element);
  const { namespace, local } = element;
  const prefix = namespace === parent.namespace ? '' : `${names.prefixOf(namespace) ?? '?'}:`;
  const path = `${parent.path}/${prefix}${local}${keysOf(element, schema)}`;
  const keys = new Set(schema?.kind === 'list' ? schema.keys.map(({ name }) => name) : []);
  const children = childrenOf(element).filter(
    (child) => !keys.has(child.local) || child.namespace !== namespace,
  );
  for (const child of children) yield* linesOf(names, child, { path, schema, namespace });
  if (children.length > 0) return;
  const isLeaf = schema ? schema.kind === 'leaf' || schema.kind === 'leaf-list' : keys.size === 0;
  const text = isLeaf ? valueOf(element, schema) : '';
  yield isLeaf && (schema || text !== '') ? `${path}=${text}\n` : `${path}\n`;
}

function childOf(schema: SchemaNode | undefined, element: XmlElement): SchemaNode | undefined {
  if (!schema || !('dataChild' in schema)) return undefined;
  return schema.dataChild(element.namespace, element.local);
}

function keysOf(element: XmlElement, schema: SchemaNode | undefined): string {
  if (schema?.kind !== 'list') return '';
  return schema.keys
    .map((key) => {
      const leaf = childrenOf(element).find(
        ({ local, namespace }) => local === key.name && namespace === key.module.namespace,
      );
      return leaf ? `[${key.name}=${quoteXPath(valueOf(leaf, key))}]` : '';
    })
    .join('');
}

/** Prefixes of values are names of modules, because a line stands alone. */
function valueOf(element: XmlElement, schema: SchemaNode | undefined): string {
  const text = textContent(element);
  if (schema?.kind !== 'leaf' && schema?.kind !== 'leaf-list') return text;
  return canonicalText(schema, text, element).replaceAll('\n', '\\n');
}

function canonicalText(
  { type }: LeafNode | LeafListNode,
  text: string,
  { bindings }: XmlElement,
): string {
  try {
    return type.canonical(type.parse(text, (prefix) => bindings.get(prefix)));
  } catch (error) {
    if (error instanceof InvalidValueError) return text;
    throw error;
  }
}

function childrenOf({ children }: XmlElement): readonly XmlElement[] {
  return children.filter((child): child is XmlElement => typeof child !== 'string');
}
