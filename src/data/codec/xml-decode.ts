/**
 * XML events to data (RFC 7950, section 7): a stack machine without a tree in between.
 *
 * Children are looked for where they were last time, which for a table is always right. What the data
 * becomes is the builder's.
 */
import {
  badElement,
  tooBig,
  typeViolation,
  unknownAttribute,
  unknownElement,
  unknownNamespace,
} from '../../error/index.ts';
import type { PathStep, RpcError } from '../../error/index.ts';
import { XML_NAMESPACE, parseXml, replay } from '../../xml/index.ts';
import type { NamespaceScope, XmlAttribute, XmlElement, XmlSink } from '../../xml/index.ts';
import type {
  AnyNode,
  BranchSchemaNode,
  ContainerNode,
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  LeafValue,
  ListNode,
  NotificationNode,
  OperationNode,
} from '../../yang/index.ts';
import { InvalidValueError } from '../../yang/index.ts';
import type { DecodedTree } from '../edit/edit-tree.ts';
import { pathStep } from '../tree/path.ts';
import { putTagged, readDefaultTag } from './default-tag.ts';
import { readEditAttributes } from './edit-attributes.ts';
import { contentOf, findOperation } from './find-operation.ts';
import type { OperationPart } from './find-operation.ts';
import type { LeafCodec } from './leaf-codec.ts';
import { OpenContent } from './open-content.ts';
import { TreeBuilder } from './tree-builder.ts';
import { anyFromXml, openAny } from './any-from-xml.ts';
import type { BuildOptions } from './build-options.ts';
import { readXmlAnnotations } from './xml-annotations.ts';

/** Receives the children of an anydata or anyxml element in place of a tree of elements. */
export interface AnyContent {
  readonly sink: XmlSink;
  finish(): unknown;
}

/** An operation or notification that a decoder came across. */
export interface FoundOperation {
  readonly node: OperationNode | NotificationNode;
  readonly decoder: DataDecoder;
}

export interface DecodeOptions extends BuildOptions {
  /** Undefined as a result: keep the content as a tree of elements. */
  readonly anyContent?: (
    node: AnyNode,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ) => AnyContent | undefined;
  /** Accept one operation or notification of that kind, at the root or in data nodes. */
  readonly operation?: OperationPart | undefined;
  /** Keys of list entries come first, in the order of the `key` statement (RFC 7950, section 7.8.5). */
  readonly keysFirst?: boolean;
  /** Gives the offset of the text that is being read, after the tag that an event is about. */
  readonly locate?: () => number;
}

const NO_PREFIX = (): undefined => undefined;

/** Takes the events of what is inside the element that stands for `parent`. */
export class DataDecoder implements XmlSink {
  readonly #options: DecodeOptions;
  readonly #builder: TreeBuilder;
  readonly #edit: boolean;
  readonly #locate: (() => number) | undefined;
  readonly #anyContent = new Map<AnyNode, unknown>();
  /** Elements open inside something that is skipped. */
  #skipping = 0;
  #leaf: LeafNode | LeafListNode | undefined;
  #text = '';
  /** There was an element in the leaf, so that its text means nothing. */
  #isSpoiled = false;
  /** The leaf has the attribute `default` of RFC 6243. */
  #isTagged = false;
  #content: OpenContent | undefined;
  #operation: FoundOperation | undefined;

  constructor(parent: BranchSchemaNode, options: DecodeOptions = {}) {
    this.#options = options;
    this.#builder = new TreeBuilder(parent, options);
    this.#edit = options.edit === true;
    this.#locate = options.locate;
    if (options.locate) this.#builder.frame.offset = options.locate();
  }

  /** What has been found so far. */
  get errors(): readonly RpcError[] {
    return this.#builder.errors;
  }

  /** The operation or notification that was asked for. */
  get operation(): FoundOperation | undefined {
    return this.#operation;
  }

  /** The instances that the operation is in, from the top. */
  get ancestors(): TreeBuilder['ancestors'] {
    return this.#builder.ancestors;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    if (this.#skipping > 0) this.#skipping += 1;
    else if (this.#content) this.#content.open(namespace, local, attributes, scope);
    else if (this.#leaf) this.#refuseInLeaf(local, this.#leaf);
    else this.#openChild(namespace, local, attributes, scope);
  }

  text(text: string): void {
    if (this.#skipping > 0) return;
    if (this.#leaf) this.#text = text;
    else if (this.#content) this.#content.text(text);
    else if (/\S/.test(text)) {
      const { schema } = this.#builder.frame;
      const name = schema.kind === 'root' ? 'config' : schema.name;
      const message = `<${name}> has text where elements are expected`;
      this.#moveOn();
      this.#builder.report(badElement(name, { path: this.#builder.path(), message }));
    }
  }

  close(scope: NamespaceScope): void {
    if (this.#skipping > 0) this.#skipping -= 1;
    else if (this.#leaf) this.#closeLeaf(this.#leaf, scope);
    else if (this.#content) {
      if (this.#content.close(scope)) this.#content = undefined;
    } else this.#builder.leave();
  }

  /** Call it once, after the last event. */
  finish(): DecodedTree {
    const builder = this.#builder;
    return {
      schema: builder.frame.schema,
      content: builder.finish(),
      errors: builder.errors,
      anyContent: this.#anyContent,
    };
  }

  /** Notes where the text is being read. */
  #moveOn(): void {
    if (this.#locate) this.#builder.offset = this.#locate();
  }

  #openChild(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    const builder = this.#builder;
    if (this.#locate) builder.offset = this.#locate();
    const node = builder.frame.child(namespace, local);
    if (node === undefined || (!node.config && this.#options.state === false)) {
      this.#refuseUnknown(namespace, local, node, attributes);
      return;
    }
    if (attributes.length > 0) this.#readAttributes(node, attributes, scope);
    else {
      builder.attributes = undefined;
      builder.annotations = undefined;
      this.#isTagged = false;
    }
    if (builder.frame.layout.cases[node.slot] !== undefined) builder.checkCase(node);
    if (this.#options.keysFirst === true) this.#checkKeyOrder(node);
    if (node.kind === 'leaf' || node.kind === 'leaf-list') {
      this.#leaf = node;
      this.#text = '';
      this.#isSpoiled = false;
    } else if (node.kind === 'container' || node.kind === 'list') {
      this.#openBranch(node);
    } else {
      this.#openAny(node, namespace, local, attributes, scope);
    }
  }

  #readAttributes(
    node: DataSchemaNode,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    const builder = this.#builder;
    const report = (error: RpcError): void => {
      builder.report({ ...error, path: builder.pathTo(node) });
    };
    builder.attributes = this.#edit
      ? readEditAttributes(node, attributes, scope, report)
      : undefined;
    if (!this.#edit && !this.#options.annotations && !this.#options.defaultTags) return;
    this.#isTagged = readDefaultTag(node, attributes, report);
    if (this.#options.annotations) {
      builder.annotations = readXmlAnnotations(node, attributes, scope, {
        annotations: this.#options.annotations,
        allowUnknown: this.#options.allowUnknown === true,
        edit: this.#edit,
        report,
      });
    }
  }

  #checkKeyOrder(node: DataSchemaNode): void {
    const builder = this.#builder;
    const { frame } = builder;
    const { schema } = frame;
    if (schema.kind !== 'list' || schema.keys.length === 0) return;
    const index = node.kind === 'leaf' && node.isKey ? schema.keys.indexOf(node) : Infinity;
    if (index === Infinity || index > frame.lastKey) {
      frame.lastKey = index;
      return;
    }
    if (index === frame.lastKey) return;
    const message = `key "${node.name}" comes too late: keys come first, in the order of the key statement`;
    builder.report(badElement(node.name, { path: builder.pathTo(node), message }));
  }

  #openBranch(node: ContainerNode | ListNode): void {
    if (!this.#builder.enter(node)) this.#skipping += 1;
  }

  #openAny(
    node: AnyNode,
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    const special = this.#options.anyContent?.(node, attributes, scope);
    if (special) {
      const bindings = scope.all();
      const element = { namespace, local, attributes, children: [], bindings };
      this.#content = new OpenContent(special.sink, () => {
        this.#anyContent.set(node, special.finish());
        this.#putAny(node, element);
      });
      return;
    }
    const start = { namespace, local, attributes, scope };
    this.#content = openAny(start, (element, fault) => {
      const builder = this.#builder;
      if (fault !== undefined) builder.report(tooBig(fault, { path: builder.pathTo(node) }));
      this.#putAny(node, element);
    });
  }

  #putAny(node: AnyNode, element: XmlElement): void {
    const value = anyFromXml(node, element, {
      edit: this.#edit,
      annotations: this.#options.annotations,
    });
    this.#builder.put(node, value);
  }

  #closeLeaf(node: LeafNode | LeafListNode, scope: NamespaceScope): void {
    this.#leaf = undefined;
    const builder = this.#builder;
    if (this.#isSpoiled) {
      builder.frame.note(node);
      return;
    }
    const operation = builder.attributes?.operation;
    const isDeletion = operation === 'delete' || operation === 'remove';
    if (isDeletion && this.#text === '' && node.kind === 'leaf') {
      builder.put(node, undefined);
      return;
    }
    const value = this.#decodeLeaf(node, scope);
    if (value === undefined) return;
    if (this.#isTagged) putTagged(builder, node, value, this.#edit);
    else builder.put(node, value);
  }

  #decodeLeaf(node: LeafNode | LeafListNode, scope: NamespaceScope): LeafValue | undefined {
    const codec = this.#builder.frame.layout.codecs[node.slot] as LeafCodec;
    try {
      return codec.decode(
        this.#text,
        codec.inScope ? (prefix) => scope.resolve(prefix) : NO_PREFIX,
      );
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      const builder = this.#builder;
      builder.report(typeViolation(builder.pathTo(node), error.message, error.appTag));
      builder.frame.note(node);
      return undefined;
    }
  }

  #refuseInLeaf(local: string, leaf: LeafNode | LeafListNode): void {
    this.#moveOn();
    this.#isSpoiled = true;
    const message = `<${leaf.name}> has the element <${local}> where a value is expected`;
    this.#refuse(badElement(local, { path: this.#builder.pathTo(leaf), message }));
  }

  #refuseUnknown(
    namespace: string,
    local: string,
    node: DataSchemaNode | undefined,
    attributes: readonly XmlAttribute[],
  ): void {
    const builder = this.#builder;
    if (node === undefined && this.#openOperation(namespace, local, attributes)) return;
    if (node === undefined && this.#options.allowUnknown === true) {
      this.#skipping = 1;
      return;
    }
    const path = builder.path();
    if (node) {
      const message = `<${local}> is state data`;
      this.#refuse(unknownElement(local, { path: builder.pathTo(node), message }));
    } else if (builder.frame.knowsNamespace(namespace)) {
      this.#refuse(unknownElement(local, { path }));
    } else {
      this.#refuse(unknownNamespace(local, namespace, { path }));
    }
  }

  /** The operation that the document is about, if this is one. */
  #openOperation(namespace: string, local: string, attributes: readonly XmlAttribute[]): boolean {
    const { operation: part } = this.#options;
    const builder = this.#builder;
    if (part === undefined) return false;
    const node = findOperation(builder.frame.schema, namespace, local, part);
    if (!node) return false;
    const path = [...builder.path(), pathStep(node)];
    if (this.#operation) {
      const message = `<${local}> is a second operation or notification`;
      this.#refuse(badElement(local, { path, message }));
      return true;
    }
    this.#refuseAttributes(local, attributes, path);
    const options = { ...this.#options, operation: undefined, path };
    const decoder = new DataDecoder(contentOf(node, part), options);
    this.#operation = { node, decoder };
    this.#content = new OpenContent(decoder, () => undefined);
    builder.keepWay();
    return true;
  }

  /** RFC 7952, section 3: annotations are about data nodes, and the element of an operation is none. */
  #refuseAttributes(
    element: string,
    attributes: readonly XmlAttribute[],
    path: readonly PathStep[],
  ): void {
    if (!this.#options.annotations || this.#options.allowUnknown === true) return;
    for (const { namespace, local } of attributes) {
      if (namespace === XML_NAMESPACE) continue;
      this.#builder.report(unknownAttribute(local, element, { path }));
    }
  }

  /** Reports, and skips the element that has just been opened. */
  #refuse(error: RpcError): void {
    this.#builder.report(error);
    this.#skipping += 1;
  }
}

/** Decodes what is inside the outermost element of `text`, whatever its name. */
export function decodeData(
  parent: BranchSchemaNode,
  text: string | XmlElement,
  options: DecodeOptions = {},
): DecodedTree {
  const decoder = new DataDecoder(parent, options);
  const element = typeof text === 'string' ? parseXml(text) : text;
  for (const child of element.children) replay(child, decoder);
  return decoder.finish();
}
