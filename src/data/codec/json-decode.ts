/**
 * JSON to data (RFC 7951), in one pass over the text and without a tree in between. What the data becomes is
 * the builder's, as with XML.
 *
 * Members come in any order, so what their annotations say is applied when the object is complete.
 */
import {
  badElement,
  invalidValue,
  malformedMessage,
  typeViolation,
  unknownElement,
  unknownNamespace,
} from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import { InvalidValueError } from '../../yang/index.ts';
import type {
  AnyNode,
  BranchSchemaNode,
  ContainerNode,
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  ListNode,
  ModuleInfo,
  NotificationNode,
  OperationNode,
  SchemaContext,
} from '../../yang/index.ts';
import { EditLeaf } from '../edit/edit-tree.ts';
import type { DecodedTree } from '../edit/edit-tree.ts';
import { Branch } from '../node.ts';
import { pathStep } from '../tree/path.ts';
import { anyFromJson } from './any-from-json.ts';
import { MAX_ANY_DEPTH } from './build-options.ts';
import type { BuildOptions } from './build-options.ts';
import { contentOf, findOperation } from './find-operation.ts';
import type { OperationPart } from './find-operation.ts';
import { applyMetadata, applyOwnMetadata } from './json-metadata.ts';
import type { PendingMetadata } from './json-metadata.ts';
import { memberName, namespaceOf, parseMemberName } from './json-names.ts';
import { JsonError, JsonReader } from './json-reader.ts';
import { isEmptyValue, parseJsonLeaf, readJsonScalar } from './json-leaf.ts';
import { TreeBuilder } from './tree-builder.ts';

export interface JsonDecodeOptions extends BuildOptions {
  /** Accept one operation or notification of that kind, at the top or in data nodes. */
  readonly operation?: OperationPart | undefined;
}

/** An operation or notification that a decoder came across. */
export interface FoundJsonOperation {
  readonly node: OperationNode | NotificationNode;
  readonly decoder: JsonDecoder;
}

/** Reads the members of objects into the children of `parent`. Throws {@link JsonError}. */
export class JsonDecoder {
  readonly #context: SchemaContext;
  readonly #reader: JsonReader;
  readonly #options: JsonDecodeOptions;
  readonly #builder: TreeBuilder;
  #operation: FoundJsonOperation | undefined;
  /** Leaves of the open object that have `[null]` for a value: in an edit a deletion may say so. */
  #valueless: { readonly node: LeafNode; readonly error: RpcError; readonly offset: number }[] = [];

  constructor(
    context: SchemaContext,
    reader: JsonReader,
    parent: BranchSchemaNode,
    options: JsonDecodeOptions = {},
  ) {
    this.#context = context;
    this.#reader = reader;
    this.#options = options;
    this.#builder = new TreeBuilder(parent, options);
    this.#builder.frame.offset = reader.start;
  }

  /** What has been found so far. */
  get errors(): readonly RpcError[] {
    return this.#builder.errors;
  }

  get operation(): FoundJsonOperation | undefined {
    return this.#operation;
  }

  /** The instances that the operation is in, from the top. */
  get ancestors(): TreeBuilder['ancestors'] {
    return this.#builder.ancestors;
  }

  /** Reads the object that comes next; `module` is that of the parent, if the members are not at the top. */
  object(module: ModuleInfo | undefined): void {
    const reader = this.#reader;
    const pending: PendingMetadata[] = [];
    const outer = this.#valueless;
    this.#valueless = [];
    reader.openObject();
    for (let name = reader.nextName(); name !== undefined; name = reader.nextName()) {
      this.#builder.offset = reader.start;
      if (name.startsWith('@'))
        pending.push({ name, tree: reader.tree(), offset: this.#builder.offset });
      else this.#member(name, module);
    }
    this.#applyMetadata(pending, module);
    this.#refuseValueless();
    this.#valueless = outer;
  }

  /** Call it once, after the last object. */
  finish(): DecodedTree {
    const builder = this.#builder;
    const { schema } = builder.frame;
    return { schema, content: builder.finish(), errors: builder.errors, anyContent: new Map() };
  }

  #member(text: string, module: ModuleInfo | undefined): void {
    const builder = this.#builder;
    const name = this.#nameOf(text, module);
    const node = name && builder.frame.child(name.namespace, name.name);
    if (!node) {
      if (name && this.#readOperation(name.namespace, name.name, text, module)) return;
      if (name) this.#refuseUnknown(text, name.name);
      this.#reader.skip();
      return;
    }
    this.#checkForm(text, memberName(node, module));
    if (!node.config && this.#options.state === false) {
      const message = `"${node.name}" is state data`;
      builder.report(unknownElement(node.name, { path: builder.pathTo(node), message }));
      this.#reader.skip();
      return;
    }
    builder.attributes = undefined;
    builder.annotations = undefined;
    if (this.#options.edit !== true && builder.frame.layout.cases[node.slot]) {
      builder.checkCase(node);
    }
    this.#value(node);
  }

  /** What the name of a member stands for; undefined after a report. */
  #nameOf(
    text: string,
    module: ModuleInfo | undefined,
  ): { readonly namespace: string; readonly name: string } | undefined {
    const name = parseMemberName(text);
    if (!name) {
      this.#refuse(badElement(text, { message: `"${text}" is no name of a member` }));
      return undefined;
    }
    const namespace = namespaceOf(this.#context, name, module);
    if (namespace === undefined) this.#refuseNamespace(text, name.module);
    return namespace === undefined ? undefined : { namespace, name: name.name };
  }

  #refuseUnknown(text: string, name: string): void {
    this.#refuse(unknownElement(name, { message: `"${text}" is not known here` }), true);
  }

  /** RFC 7951, section 4: which of the two forms a name has is not up to the sender. */
  #checkForm(text: string, expected: string): void {
    if (text === expected || this.#options.allowUnknown === true) return;
    const message = `"${text}" has to be written as "${expected}"`;
    this.#refuse(badElement(text, { message }));
  }

  #refuseNamespace(text: string, module: string | undefined): void {
    if (module === undefined) {
      const message = `"${text}" is at the top and needs the name of its module`;
      this.#refuse(unknownElement(text, { message }), true);
      return;
    }
    const message = `module "${module}" of "${text}" is not known`;
    this.#refuse(unknownNamespace(text, module, { message }), true);
  }

  #refuse(error: RpcError, isUnknown = false): void {
    if (isUnknown && this.#options.allowUnknown === true) return;
    this.#builder.report({ ...error, path: this.#builder.path() });
  }

  #value(node: DataSchemaNode): void {
    switch (node.kind) {
      case 'leaf':
        this.#leaf(node);
        break;
      case 'leaf-list':
        this.#array(node, () => {
          this.#leaf(node);
        });
        break;
      case 'container':
        this.#branch(node);
        break;
      case 'list':
        this.#array(node, () => {
          this.#branch(node);
        });
        break;
      default:
        this.#any(node);
    }
  }

  #leaf(node: LeafNode | LeafListNode): void {
    const builder = this.#builder;
    const tree = readJsonScalar(this.#reader);
    try {
      builder.put(node, parseJsonLeaf(tree, node));
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      const fault = typeViolation(builder.pathTo(node), error.message, error.appTag);
      if (this.#options.edit === true && node.kind === 'leaf' && isEmptyValue(tree)) {
        this.#valueless.push({ node, error: fault, offset: builder.offset });
        builder.frame.set(node.slot, new EditLeaf(undefined, 'merge'));
        return;
      }
      builder.report(fault);
      builder.frame.note(node);
    }
  }

  /** Only a deletion needs no value. */
  #refuseValueless(): void {
    const { frame } = this.#builder;
    for (const { node, error, offset } of this.#valueless) {
      const slot = frame.slots[node.slot];
      if (slot instanceof EditLeaf && /^(?:delete|remove)$/.test(slot.operation)) continue;
      this.#builder.report(error, offset);
      frame.clear(node);
    }
  }

  #array(node: ListNode | LeafListNode, element: () => void): void {
    const reader = this.#reader;
    if (reader.kind() !== 'array') {
      this.#refuseKind(node, `an array with the entries of ${node.kind} "${node.name}"`);
      return;
    }
    reader.openArray();
    while (reader.nextElement()) {
      reader.kind();
      this.#builder.offset = reader.start;
      element();
    }
  }

  #branch(node: ContainerNode | ListNode): void {
    const builder = this.#builder;
    if (this.#reader.kind() !== 'object') {
      this.#refuseKind(node, `an object with what is in ${node.kind} "${node.name}"`);
    } else if (builder.enter(node)) {
      this.object(node.module);
      builder.leave();
    } else this.#reader.skip();
  }

  #any(node: AnyNode): void {
    const builder = this.#builder;
    const reader = this.#reader;
    if (node.kind === 'anydata' && reader.kind() !== 'object') {
      this.#refuseKind(node, `an object with what is in anydata "${node.name}"`);
      return;
    }
    const { offset } = builder;
    const tree = reader.tree();
    builder.offset = offset;
    const { value, metadata, problem } = anyFromJson(this.#context, node, tree, (json) =>
      this.#known(json),
    );
    if (problem !== undefined) {
      builder.report(invalidValue(problem, { path: builder.pathTo(node) }));
      return;
    }
    builder.put(node, value);
    if (metadata) {
      applyMetadata(this.#metadataSetting(), node, { name: '@', tree: metadata, offset });
    }
  }

  /** Content of anydata or anyxml, if the schema has all of it. */
  #known(json: string): Branch | undefined {
    const anyDepth = (this.#options.anyDepth ?? 0) + 1;
    if (anyDepth > MAX_ANY_DEPTH) return undefined;
    const options = { keepEmpty: true, maxErrors: 1, anyDepth };
    const { content, errors } = decodeJson(this.#context, this.#context.root, json, options);
    return errors.length === 0 && content instanceof Branch ? content : undefined;
  }

  #refuseKind(node: DataSchemaNode, expected: string): void {
    const builder = this.#builder;
    const message = `expected ${expected}, not ${article(this.#reader.kind())}`;
    builder.report(invalidValue(message, { path: builder.pathTo(node) }));
    this.#reader.skip();
  }

  /** The operation that the document is about, if this is one. */
  #readOperation(
    namespace: string,
    name: string,
    text: string,
    module: ModuleInfo | undefined,
  ): boolean {
    const { operation: part } = this.#options;
    const builder = this.#builder;
    const node = part && findOperation(builder.frame.schema, namespace, name, part);
    if (!part || !node) return false;
    this.#checkForm(text, memberName(node, module));
    const path = [...builder.path(), pathStep(node)];
    const isSecond = this.#operation !== undefined;
    if (isSecond || this.#reader.kind() !== 'object') {
      const message = isSecond
        ? `"${text}" is a second operation or notification`
        : `expected an object with what is in "${text}"`;
      builder.report(badElement(name, { path, message }));
      this.#reader.skip();
      return true;
    }
    const options = { ...this.#options, operation: undefined, path };
    const decoder = new JsonDecoder(this.#context, this.#reader, contentOf(node, part), options);
    this.#operation = { node, decoder };
    decoder.object(node.module);
    builder.keepWay();
    return true;
  }

  #applyMetadata(pending: readonly PendingMetadata[], module: ModuleInfo | undefined): void {
    const builder = this.#builder;
    for (const item of pending) {
      builder.offset = item.offset;
      if (item.name === '@') {
        applyOwnMetadata(this.#metadataSetting(), item);
        continue;
      }
      const text = item.name.slice(1);
      const name = this.#nameOf(text, module);
      const node = name && builder.frame.child(name.namespace, name.name);
      if (node) {
        this.#checkForm(item.name, `@${memberName(node, module)}`);
        applyMetadata(this.#metadataSetting(), node, item);
      } else if (name) this.#refuseUnknown(item.name, name.name);
    }
    if (this.#options.edit === true) this.#checkCases();
  }

  #metadataSetting(): Parameters<typeof applyMetadata>[0] {
    return { context: this.#context, builder: this.#builder, options: this.#options };
  }

  /** In an edit only when all members and their operations are known. */
  #checkCases(): void {
    const builder = this.#builder;
    for (const child of builder.frame.layout.children) {
      const slot = builder.frame.slots[child.slot];
      if (slot === undefined || !builder.frame.layout.cases[child.slot]) continue;
      const isOperated = typeof slot === 'object' && slot !== null && 'operation' in slot;
      builder.checkCase(child, isOperated ? slot.operation : undefined);
    }
  }
}

function article(kind: string): string {
  return kind === 'null' ? 'null' : /^[ao]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

/**
 * Decodes a JSON object whose members are the children of `parent`. Where the text is not JSON, decoding ends with an
 * error of tag `malformed-message`.
 */
export function decodeJson(
  context: SchemaContext,
  parent: BranchSchemaNode,
  text: string,
  options: JsonDecodeOptions = {},
): DecodedTree {
  const reader = new JsonReader(text);
  const decoder = new JsonDecoder(context, reader, parent, options);
  try {
    decoder.object(parent.kind === 'root' ? undefined : parent.module);
    reader.end();
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const fault = malformedMessage(error.message);
    options.onError?.(fault, error.offset);
    return {
      schema: parent,
      content: new Branch(parent, []),
      errors: [...decoder.errors, fault],
      anyContent: new Map(),
    };
  }
  return decoder.finish();
}
