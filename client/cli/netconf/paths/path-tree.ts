/**
 * XML from paths: the content of edits, subtree filters, actions and rpcs. Several paths share the elements
 * that they have in common.
 */
import { NETCONF_BASE_NS } from '../../../../src/netconf/index.ts';
import { XmlWriter } from '../../../../src/xml/index.ts';
import type { XmlWriterAttribute } from '../../../../src/xml/index.ts';
import type { LeafListNode, LeafNode, ListNode } from '../../../../src/yang/index.ts';
import { UsageError } from '../../exit-code.ts';
import type { Names } from '../schema/names.ts';
import { leafText } from './leaf-text.ts';
import type { LeafText } from './leaf-text.ts';
import type { ParsedPath, PathPart, PathPredicate } from './parse-path.ts';
import { branchOf, takeStep } from './schema-step.ts';
import type { StepNode, StepPlace } from './schema-step.ts';

/** An element to be. */
export interface PathElement {
  readonly namespace: string;
  readonly name: string;
  readonly schema: StepNode | undefined;
  /** Tells entries of a list apart. */
  readonly key: string;
  readonly children: PathElement[];
  value: LeafText | undefined;
  operation: string | undefined;
}

/**
 * What predicates mean. `edit`: keys, of which none may be missing. `filter`: what is selected, or what it has
 * to be. `invoke`: input of an operation.
 */
export type PathUse = 'edit' | 'filter' | 'invoke';

export class PathTree {
  readonly #names: Names;
  readonly #use: PathUse;
  readonly #top: PathElement[] = [];

  constructor(names: Names, use: PathUse) {
    this.#names = names;
    this.#use = use;
  }

  /** Adds what leads to the end of the path and returns that. Throws {@link UsageError}. */
  add(path: ParsedPath): PathElement {
    let place: StepPlace = {
      schema: this.#names.context?.root,
      namespace: '',
      path: '',
      withOperations: this.#use === 'invoke',
    };
    let siblings = this.#top;
    let element: PathElement | undefined;
    for (const [at, part] of path.parts.entries()) {
      const isLast = at === path.parts.length - 1;
      element = this.#addPart(place, part, siblings, isLast);
      const here = `${place.path}/${part.prefix === '' ? '' : `${part.prefix}:`}${part.name}`;
      if (!isLast && isLeaf(element.schema)) {
        throw new UsageError(`nothing can be in ${here}, which is a ${element.schema.kind}`);
      }
      siblings = element.children;
      place = {
        schema: branchOf(element.schema),
        namespace: element.namespace,
        path: here,
        withOperations: this.#use === 'invoke',
      };
    }
    if (!element) throw new UsageError(`"${path.text}" is not a path`);
    return element;
  }

  /** The elements that stand at the top. */
  get tops(): readonly PathElement[] {
    return this.#top;
  }

  /** All of it, each element with the namespaces that it needs. */
  xml(): string {
    let text = '';
    const writer = new XmlWriter((part) => (text += part));
    for (const element of this.#top) writeElement(writer, element);
    writer.end();
    return text;
  }

  #addPart(
    place: StepPlace,
    part: PathPart,
    siblings: PathElement[],
    isLast: boolean,
  ): PathElement {
    const { namespace, schema } = takeStep(this.#names, place, part);
    const made: PathElement = {
      namespace,
      name: part.name,
      schema,
      key: '',
      children: [],
      value: undefined,
      operation: undefined,
    };
    const path = `${place.path}/${part.name}`;
    const element = this.#withPredicates(made, part.predicates, path, isLast);
    const twin = siblings.find(
      (other) =>
        other.name === element.name &&
        other.namespace === namespace &&
        other.key === element.key &&
        !isLeaf(other.schema),
    );
    if (twin) return twin;
    siblings.push(element);
    return element;
  }

  #withPredicates(
    element: PathElement,
    predicates: readonly PathPredicate[],
    path: string,
    isLast: boolean,
  ): PathElement {
    const { schema } = element;
    if (this.#use === 'edit' && schema?.kind === 'list') {
      return this.#withKeys(element, schema, predicates, path);
    }
    const isBranch = schema === undefined || branchOf(schema) !== undefined;
    for (const predicate of predicates) {
      if (predicate.name === '.') {
        element.value = this.#valueOf(element.schema, predicate.value ?? '', path);
      } else if (!isBranch || (this.#use === 'edit' && schema)) {
        throw new UsageError(
          `${path} is no list: a predicate for "${predicate.name}" means nothing`,
        );
      } else {
        element.children.push(this.#predicateElement(element, predicate, path, isLast));
      }
    }
    return {
      ...element,
      key: predicates.map(({ name, value }) => `${name}=${value ?? ''}`).join('\n'),
    };
  }

  #withKeys(
    element: PathElement,
    list: ListNode,
    predicates: readonly PathPredicate[],
    path: string,
  ): PathElement {
    const keys = list.keys.map(({ name }) => name);
    const other = predicates.find(({ name, value }) => !keys.includes(name) || value === undefined);
    if (other) {
      throw new UsageError(
        `"${other.name}" is no key of ${path}, or has no value; ${keysText(keys)}`,
      );
    }
    const missing = keys.filter((name) => !predicates.some((it) => it.name === name));
    if (missing.length > 0) {
      const form = keys.map((name) => `[${name}='…']`).join('');
      throw new UsageError(`${path} is a list: say which entry, as in ${path}${form}`);
    }
    const children = list.keys.map((leaf) => {
      const value = predicates.find(({ name }) => name === leaf.name)?.value ?? '';
      return leafElement(leaf, leafText(this.#names, leaf, value));
    });
    return { ...element, children, key: children.map(({ value }) => value?.text).join('\n') };
  }

  #predicateElement(
    parent: PathElement,
    predicate: PathPredicate,
    path: string,
    isLast: boolean,
  ): PathElement {
    const place = {
      schema: branchOf(parent.schema),
      namespace: parent.namespace,
      path,
      withOperations: false,
    };
    const { namespace, schema } = takeStep(this.#names, place, predicate);
    const isSelection = predicate.value === undefined;
    // Beside what a further step selects, what a predicate selects would be something else.
    if (isSelection && this.#use === 'filter' && !isLast) {
      throw new UsageError(`[${predicate.name}] selects, and has to be at the end of ${path}`);
    }
    return {
      namespace,
      name: predicate.name,
      schema,
      key: '',
      children: [],
      value: isSelection
        ? undefined
        : this.#valueOf(schema, predicate.value, `${path}/${predicate.name}`),
      operation: undefined,
    };
  }

  #valueOf(schema: StepNode | undefined, text: string, path: string): LeafText {
    if (schema && !isLeaf(schema)) {
      throw new UsageError(`${path} is a ${schema.kind} and has no value`);
    }
    return leafText(this.#names, schema, text);
  }
}

export function isLeaf(schema: StepNode | undefined): schema is LeafNode | LeafListNode {
  return schema?.kind === 'leaf' || schema?.kind === 'leaf-list';
}

function leafElement(schema: LeafNode, value: LeafText): PathElement {
  return {
    namespace: schema.module.namespace,
    name: schema.name,
    schema,
    key: '',
    children: [],
    value,
    operation: undefined,
  };
}

function keysText(keys: readonly string[]): string {
  return keys.length === 0 ? 'the list has no keys' : `keys are ${keys.join(', ')}`;
}

function writeElement(writer: XmlWriter, element: PathElement): void {
  const { namespace, name, value, operation, children } = element;
  const attributes: XmlWriterAttribute[] =
    operation === undefined
      ? []
      : [{ namespace: NETCONF_BASE_NS, local: 'operation', value: operation, prefix: 'nc' }];
  writer.open(namespace, name, attributes, value?.bindings);
  if (value) writer.text(value.text);
  for (const child of children) writeElement(writer, child);
  writer.close();
}
