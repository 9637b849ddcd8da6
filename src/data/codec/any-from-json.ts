/**
 * Content of anydata and anyxml from JSON (RFC 7951, sections 5.5 and 5.6). It is kept as it is, and as XML as far
 * as that is possible: with the types of the schema where its names are known, and else by its structure.
 */
import { parseXml } from '../../xml/index.ts';
import type { XmlElement, XmlNode } from '../../xml/index.ts';
import type { AnyNode, SchemaContext } from '../../yang/index.ts';
import type { AnyValue, Branch } from '../node.ts';
import { isEmptyValue } from './json-leaf.ts';
import { parseMemberName } from './json-names.ts';
import { JsonNumber, isArray, isObject } from './json-tree.ts';
import type { JsonTree } from './json-tree.ts';
import { printJsonTree } from './json-writer.ts';
import { encodeData } from './xml-encode.ts';

type Members = ReadonlyMap<string, JsonTree>;

export interface AnyFromJson {
  readonly value: AnyValue;
  /** The member `@` of anydata (RFC 7952, section 5.2.2). */
  readonly metadata: JsonTree | undefined;
  /** Why it is no anydata. */
  readonly problem: string | undefined;
}

/** Decodes members at the top of a document; undefined when the schema does not have all of them. */
export type DecodeKnown = (json: string) => Branch | undefined;

export function anyFromJson(
  context: SchemaContext,
  node: AnyNode,
  tree: JsonTree,
  decodeKnown: DecodeKnown,
): AnyFromJson {
  const metadata = node.kind === 'anydata' && isObject(tree) ? tree.get('@') : undefined;
  const json = metadata !== undefined && isObject(tree) ? without(tree, '@') : tree;
  const problem = node.kind === 'anydata' ? findProblem(json) : undefined;
  const { children, loss } = childrenOf(context, node, json, decodeKnown);
  const { namespace } = node.module;
  const element: XmlElement = {
    namespace,
    local: node.name,
    attributes: [],
    children,
    bindings: new Map([['', namespace]]),
  };
  const value: AnyValue = { kind: 'any', element, json, ...(loss === undefined ? {} : { loss }) };
  return { value, metadata, problem };
}

function without(members: Members, name: string): Members {
  return new Map([...members].filter(([key]) => key !== name));
}

/** What anydata must not have, lest no schema could describe it (RFC 7951, section 5.5). */
function findProblem(tree: JsonTree): string | undefined {
  if (isObject(tree)) return findInMembers(tree);
  if (tree === null) return 'null in anydata is only allowed as [null]';
  if (!isArray(tree) || isEmptyValue(tree)) return undefined;
  const elements = tree;
  const objects = elements.filter(isObject);
  if (objects.length > 0) {
    if (objects.length < elements.length) return 'an array in anydata has objects and other values';
    return objects.map(findProblem).find((problem) => problem !== undefined);
  }
  // A value may come twice: in state it may in a leaf-list (RFC 7950, section 7.7).
  if (elements.some((element) => isArray(element) && !isEmptyValue(element))) {
    return 'anydata has an array in an array';
  }
  return elements.map(findProblem).find((problem) => problem !== undefined);
}

function findInMembers(members: Members): string | undefined {
  for (const [name, value] of members) {
    const isMetadata = name.startsWith('@');
    if (!isMetadata && !parseMemberName(name)) return `"${name}" is no name of a member`;
    const problem = isMetadata ? undefined : findProblem(value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

interface Converted {
  readonly children: readonly XmlNode[];
  readonly loss: string | undefined;
}

function childrenOf(
  context: SchemaContext,
  node: AnyNode,
  tree: JsonTree,
  decodeKnown: DecodeKnown,
): Converted {
  if (isObject(tree)) {
    if (tree.size === 0) return { children: [], loss: undefined };
    const known = decodeKnown(printJsonTree(tree));
    if (known) return elementsOf(known);
    const converter = new StructureConverter(context);
    const children = converter.members(tree, node.module.namespace);
    return { children, loss: converter.loss };
  }
  const text = scalarText(tree);
  if (text === undefined) return { children: [], loss: 'an array or null has no form in XML' };
  return { children: text === '' ? [] : [text], loss: undefined };
}

function elementsOf(branch: Branch): Converted {
  let loss: string | undefined;
  const xml = encodeData(branch, {
    onLoss: (_node, reason) => {
      loss ??= reason;
    },
  });
  // It is our own text, which may be as deep as JSON may be.
  const { children } = parseXml(`<content>${xml}</content>`, { maxDepth: Infinity });
  return { children, loss };
}

/** Undefined for what is no scalar. */
function scalarText(tree: JsonTree): string | undefined {
  if (tree instanceof JsonNumber) return tree.text;
  if (typeof tree === 'boolean') return String(tree);
  return typeof tree === 'string' ? tree : undefined;
}

/** By the structure alone: every array is a list or leaf-list. */
class StructureConverter {
  readonly #context: SchemaContext;
  loss: string | undefined;

  constructor(context: SchemaContext) {
    this.#context = context;
  }

  members(members: Members, parent: string): readonly XmlElement[] {
    return [...members].flatMap(([text, value]) => {
      const name = parseMemberName(text);
      const namespace =
        name?.module === undefined ? parent : this.#context.modules.get(name.module)?.namespace;
      if (!name || namespace === undefined) {
        this.loss ??= name ? `module "${name.module ?? ''}" is not known` : `"${text}" is metadata`;
        return [];
      }
      const instances = isArray(value) && !isEmptyValue(value) ? value : [value];
      return instances.map((instance) => this.#element(namespace, name.name, instance));
    });
  }

  #element(namespace: string, local: string, tree: JsonTree): XmlElement {
    const children = this.#children(namespace, tree);
    return { namespace, local, attributes: [], children, bindings: new Map([['', namespace]]) };
  }

  #children(namespace: string, tree: JsonTree): readonly XmlNode[] {
    if (isObject(tree)) return this.members(tree, namespace);
    if (isEmptyValue(tree)) return [];
    const text = scalarText(tree);
    if (text === undefined) this.loss ??= 'an array within an array, or null, has no form in XML';
    return text === undefined || text === '' ? [] : [text];
  }
}
