/**
 * XML events to data (RFC 7950, sections 7 and 8.3.1): a stack machine without a tree in between.
 *
 * Children are looked for where they were last time, which for a table is always right. An entry is
 * one array that is filled in place and copied to its exact length when the entry is complete.
 */
import {
  badElement,
  missingKey,
  secondCase,
  tooBig,
  typeViolation,
  unknownElement,
  unknownNamespace,
} from '../../error/index.ts';
import type { PathStep, RpcError } from '../../error/index.ts';
import { ElementBuilder, parseXml } from '../../xml/index.ts';
import type { NamespaceScope, XmlAttribute, XmlElement, XmlSink } from '../../xml/index.ts';
import type {
  AnyNode,
  BranchSchemaNode,
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  LeafValue,
  ListNode,
} from '../../yang/index.ts';
import { InvalidValueError } from '../../yang/index.ts';
import { EditBranch, EditLeaf, EditLeafList, EditRows } from '../edit/edit-tree.ts';
import type { DecodedTree, EditInsert, EditSlot } from '../edit/edit-tree.ts';
import { DataList } from '../list.ts';
import { rowComparator } from '../list/compare.ts';
import { Branch } from '../node.ts';
import type { Slot } from '../node.ts';
import { pathStep } from '../tree/path.ts';
import { DecoderFrame, LeafItems, RowItems } from './decoder-frame.ts';
import { NETCONF_NAMESPACE, YANG_NAMESPACE, readEditAttributes } from './edit-attributes.ts';
import type { EditAttributes } from './edit-attributes.ts';
import type { LeafCodec } from './leaf-codec.ts';

/** Content without a schema is kept as a tree of elements, which takes ten times the room of its text. */
const MAX_ANY_SIZE = 1_000_000;

/** Receives the children of an anydata or anyxml element in place of a tree of elements. */
export interface AnyContent {
  readonly sink: XmlSink;
  finish(): unknown;
}

export interface DecodeOptions {
  /** Accept the attributes of edit-config and keep them. Otherwise attributes are ignored. */
  readonly edit?: boolean;
  /** False: state data is an error (`unknown-element`). Default true. */
  readonly state?: boolean;
  /** Undefined as a result: keep the content as a tree of elements. */
  readonly anyContent?: (
    node: AnyNode,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ) => AnyContent | undefined;
  /**
   * Called with each complete entry of a list, nested ones before the one they are in. True: it is
   * taken and not kept. `path` gives the path of the parent; call it at once or not at all.
   */
  readonly onRow?: (row: Branch, path: () => readonly PathStep[]) => boolean;
  /** Skip elements that the schema does not have. */
  readonly allowUnknown?: boolean;
  /** Entries may lack keys. */
  readonly allowMissingKeys?: boolean;
  /** Errors after which the rest is skipped. Default 20. */
  readonly maxErrors?: number;
  /** Path of the element that stands for the parent, for errors. */
  readonly path?: readonly PathStep[];
}

const DEFAULT_MAX_ERRORS = 20;
const NO_PREFIX = (): undefined => undefined;

/** Takes the events of what is inside the element that stands for `parent`. */
export class DataDecoder implements XmlSink {
  readonly #options: DecodeOptions;
  readonly #edit: boolean;
  readonly #errors: RpcError[] = [];
  readonly #maxErrors: number;
  readonly #frames: DecoderFrame[];
  readonly #anyContent = new Map<AnyNode, unknown>();
  #depth = 0;
  #frame: DecoderFrame;
  /** Elements open inside something that is skipped. */
  #skipping = 0;
  #leaf: LeafNode | LeafListNode | undefined;
  #text = '';
  #attributes: EditAttributes | undefined;
  #any: OpenAny | undefined;

  constructor(parent: BranchSchemaNode, options: DecodeOptions = {}) {
    this.#options = options;
    this.#edit = options.edit === true;
    this.#maxErrors = options.maxErrors ?? DEFAULT_MAX_ERRORS;
    this.#frame = new DecoderFrame();
    this.#frame.start(parent);
    this.#frames = [this.#frame];
  }

  /** What has been found so far. */
  get errors(): readonly RpcError[] {
    return this.#errors;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    if (this.#skipping > 0) this.#skipping += 1;
    else if (this.#any) this.#any.open(namespace, local, attributes, scope);
    else if (this.#leaf) this.#refuse(badElement(local, { path: this.#pathTo(this.#leaf) }));
    else this.#openChild(namespace, local, attributes, scope);
  }

  text(text: string): void {
    if (this.#skipping > 0) return;
    if (this.#leaf) this.#text = text;
    else if (this.#any) this.#any.sink.text(text);
    else if (/\S/.test(text)) {
      const name = this.#frame.schema.kind === 'root' ? 'config' : this.#frame.schema.name;
      const message = `<${name}> has text where elements are expected`;
      this.#report(badElement(name, { path: this.#path(), message }));
    }
  }

  close(scope: NamespaceScope): void {
    if (this.#skipping > 0) this.#skipping -= 1;
    else if (this.#leaf) this.#closeLeaf(this.#leaf, scope);
    else if (this.#any) this.#closeAny(this.#any, scope);
    else this.#closeBranch();
  }

  /** Call it once, after the last event. */
  finish(): DecodedTree {
    const frame = this.#frame;
    return {
      schema: frame.schema,
      content: this.#complete(frame),
      errors: this.#errors,
      anyContent: this.#anyContent,
    };
  }

  #openChild(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    const node = this.#frame.child(namespace, local);
    if (node === undefined || (!node.config && this.#options.state === false)) {
      this.#refuseUnknown(namespace, local, node);
      return;
    }
    this.#attributes =
      this.#edit && attributes.length > 0
        ? readEditAttributes(node, attributes, scope, (error) => {
            this.#report({ ...error, path: this.#pathTo(node) });
          })
        : undefined;
    if (this.#frame.layout.cases[node.slot] !== undefined) this.#checkCase(node);
    if (node.kind === 'leaf' || node.kind === 'leaf-list') {
      this.#leaf = node;
      this.#text = '';
    } else if (node.kind === 'container' || node.kind === 'list') {
      this.#openBranch(node);
    } else {
      this.#openAny(node, namespace, local, attributes, scope);
    }
  }

  #openBranch(node: DataSchemaNode & BranchSchemaNode): void {
    if (node.kind === 'container' && this.#frame.slots[node.slot] !== undefined) {
      this.#refuse(badElement(node.name, { path: this.#pathTo(node), message: twice(node) }));
      return;
    }
    this.#depth += 1;
    const frame = (this.#frames[this.#depth] ??= new DecoderFrame());
    frame.start(node);
    if (this.#attributes) {
      frame.operation = this.#attributes.operation;
      frame.insert = this.#attributes.insert as EditInsert<Branch> | undefined;
      frame.edited = true;
    }
    this.#frame = frame;
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
      this.#any = new OpenAny(node, special.sink, special);
      const bindings = scope.all();
      this.#any.element = { namespace, local, attributes, children: [], bindings };
      return;
    }
    const builder = new ElementBuilder(MAX_ANY_SIZE);
    builder.open(namespace, local, attributes, scope);
    this.#any = new OpenAny(node, builder, undefined, builder);
  }

  #closeAny(any: OpenAny, scope: NamespaceScope): void {
    if (any.depth > 0) {
      any.depth -= 1;
      any.sink.close(scope);
      return;
    }
    this.#any = undefined;
    let element = any.element;
    if (any.special) {
      this.#anyContent.set(any.node, any.special.finish());
    } else {
      any.sink.close(scope);
      element = any.builder?.result;
      if (any.builder?.isOverfull === true) {
        const message = `<${any.node.name}> has more than ${String(MAX_ANY_SIZE)} nodes`;
        this.#report(tooBig(message, { path: this.#pathTo(any.node) }));
      }
    }
    if (element) this.#put(any.node, { kind: 'any', element: this.#withoutEdits(element) });
  }

  /** The attributes of the request are not part of the data. */
  #withoutEdits(element: XmlElement): XmlElement {
    if (!this.#edit || element.attributes.length === 0) return element;
    const attributes = element.attributes.filter(
      ({ namespace }) => namespace !== NETCONF_NAMESPACE && namespace !== YANG_NAMESPACE,
    );
    return { ...element, attributes };
  }

  #closeLeaf(node: LeafNode | LeafListNode, scope: NamespaceScope): void {
    this.#leaf = undefined;
    const operation = this.#attributes?.operation;
    const isDeletion = operation === 'delete' || operation === 'remove';
    if (isDeletion && this.#text === '' && node.kind === 'leaf') {
      this.#put(node, undefined);
      return;
    }
    const value = this.#decodeLeaf(node, scope);
    if (value !== undefined) this.#put(node, value);
  }

  #decodeLeaf(node: LeafNode | LeafListNode, scope: NamespaceScope): LeafValue | undefined {
    const codec = this.#frame.layout.codecs[node.slot] as LeafCodec;
    try {
      return codec.decode(
        this.#text,
        codec.inScope ? (prefix) => scope.resolve(prefix) : NO_PREFIX,
      );
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      this.#report(typeViolation(this.#pathTo(node), error.message, error.appTag));
      this.#frame.note(node);
      return undefined;
    }
  }

  /** Puts a leaf, an entry of a leaf-list or anydata into its slot. */
  #put(node: LeafNode | LeafListNode | AnyNode, value: Slot): void {
    const frame = this.#frame;
    const attributes = this.#attributes;
    if (node.kind === 'leaf-list') {
      frame.items(node).add(value as LeafValue, attributes);
      if (attributes) frame.edited = true;
      return;
    }
    if (frame.slots[node.slot] !== undefined) {
      this.#report(badElement(node.name, { path: this.#pathTo(node), message: twice(node) }));
      return;
    }
    if (attributes?.operation === undefined) {
      frame.set(node.slot, value);
      return;
    }
    frame.edited = true;
    frame.set(node.slot, new EditLeaf(value as LeafValue | undefined, attributes.operation));
  }

  #closeBranch(): void {
    const frame = this.#frame;
    const parent = this.#frames[this.#depth - 1] as DecoderFrame;
    const branch = this.#checkKeys(frame) ? this.#complete(frame) : undefined;
    this.#depth -= 1;
    frame.reset();
    this.#frame = parent;
    if (branch === undefined) return;
    if (branch instanceof EditBranch) parent.edited = true;
    const { schema } = branch;
    if (schema.kind === 'container') {
      // An empty container without presence means nothing (RFC 7950, section 7.5.1).
      const isNothing = !schema.presence && branch.slots.length === 0 && branch instanceof Branch;
      if (!isNothing) parent.set(schema.slot, branch);
      return;
    }
    if (schema.kind !== 'list') return;
    const { onRow } = this.#options;
    if (onRow && branch instanceof Branch && onRow(branch, () => this.#path())) return;
    parent.rows(schema).rows.push(branch);
  }

  /** The finished branch of a frame, with its lists in their final form. */
  #complete(frame: DecoderFrame): Branch | EditBranch {
    const slots: unknown[] = frame.slots.slice(0, frame.used);
    if (frame.hasItems) {
      for (let slot = 0; slot < slots.length; slot += 1) {
        const item = slots[slot];
        if (item instanceof RowItems) slots[slot] = this.#completeRows(item);
        else if (item instanceof LeafItems) slots[slot] = this.#completeValues(item);
      }
    }
    if (frame.edited) {
      return new EditBranch(frame.schema, slots as EditSlot[], frame.operation, frame.insert);
    }
    return new Branch(frame.schema, slots as Slot[]);
  }

  #completeRows({ schema, rows }: RowItems): DataList | EditRows {
    if (rows.some((row) => row instanceof EditBranch)) return new EditRows(schema, rows);
    const plain = rows as Branch[];
    const list = DataList.from(schema, plain);
    if (list.size !== plain.length) this.#reportDoubles(schema, plain);
    return list;
  }

  #reportDoubles(schema: ListNode, rows: readonly Branch[]): void {
    const compare = rowComparator(schema);
    const sorted = rows.toSorted(compare);
    for (let index = 1; index < sorted.length; index += 1) {
      const row = sorted[index] as Branch;
      if (compare(sorted[index - 1] as Branch, row) !== 0) continue;
      const path = [...this.#path(), pathStep(schema, row)];
      this.#report(badElement(schema.name, { path, message: twice(schema) }));
    }
  }

  #completeValues(items: LeafItems): Slot | EditLeafList {
    const { node, values, attributes } = items;
    if (attributes) return new EditLeafList(items.editItems());
    if (node.config && values.length > 1) {
      const double = items.firstDouble();
      if (double !== undefined) {
        const step = { ...pathStep(node), value: node.type.canonical(double) };
        const path = [...this.#path(), step];
        this.#report(badElement(node.name, { path, message: twice(node) }));
        return items.uniqueValues();
      }
    }
    return values.slice();
  }

  #checkKeys(frame: DecoderFrame): boolean {
    const { schema } = frame;
    if (schema.kind !== 'list' || this.#options.allowMissingKeys === true) return true;
    const { keys } = schema;
    let complete = true;
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index] as LeafNode;
      const value = frame.slots[key.slot];
      if (value instanceof EditLeaf) frame.slots[key.slot] = value.value;
      if (frame.slots[key.slot] !== undefined) continue;
      complete = false;
      // A key that was there but had no valid value has been reported already.
      if (!frame.noted(key)) this.#report(missingKey(this.#path(), key.name));
    }
    return complete;
  }

  #checkCase(node: DataSchemaNode): void {
    const operation = this.#attributes?.operation;
    if (operation === 'delete' || operation === 'remove') return;
    const clash = this.#frame.enterCase(node);
    if (clash) this.#report(secondCase(this.#pathTo(node), node.name, clash.name));
  }

  #refuseUnknown(namespace: string, local: string, node: DataSchemaNode | undefined): void {
    if (node === undefined && this.#options.allowUnknown === true) {
      this.#skipping = 1;
      return;
    }
    const path = this.#path();
    if (node) {
      const message = `<${local}> is state data`;
      this.#refuse(unknownElement(local, { path: this.#pathTo(node), message }));
    } else if (this.#frame.knowsNamespace(namespace)) {
      this.#refuse(unknownElement(local, { path }));
    } else {
      this.#refuse(unknownNamespace(local, namespace, { path }));
    }
  }

  /** Reports, and skips the element that has just been opened. */
  #refuse(error: RpcError): void {
    this.#report(error);
    this.#skipping += 1;
  }

  #report(error: RpcError): void {
    if (this.#errors.length < this.#maxErrors) this.#errors.push(error);
  }

  #path(): readonly PathStep[] {
    const steps = [...(this.#options.path ?? [])];
    for (let depth = 1; depth <= this.#depth; depth += 1) {
      const frame = this.#frames[depth] as DecoderFrame;
      steps.push(pathStep(frame.schema as DataSchemaNode, frame));
    }
    return steps;
  }

  #pathTo(node: DataSchemaNode): readonly PathStep[] {
    return [...this.#path(), pathStep(node)];
  }
}

/** An anydata or anyxml element that is being read. */
class OpenAny {
  readonly node: AnyNode;
  readonly sink: XmlSink;
  readonly special: AnyContent | undefined;
  readonly builder: ElementBuilder | undefined;
  element: XmlElement | undefined;
  /** Elements open inside it. */
  depth = 0;

  constructor(
    node: AnyNode,
    sink: XmlSink,
    special: AnyContent | undefined,
    builder?: ElementBuilder,
  ) {
    this.node = node;
    this.sink = sink;
    this.special = special;
    this.builder = builder;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    this.depth += 1;
    this.sink.open(namespace, local, attributes, scope);
  }
}

function twice(node: DataSchemaNode): string {
  return `"${node.name}" is given twice`;
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

/** Sends the events of a tree of elements to a sink. */
export function replay(node: XmlElement | string, sink: XmlSink): void {
  if (typeof node === 'string') {
    sink.text(node);
    return;
  }
  const { bindings } = node;
  const scope = { resolve: (prefix: string) => bindings.get(prefix), all: () => bindings };
  sink.open(node.namespace, node.local, node.attributes, scope);
  for (const child of node.children) replay(child, sink);
  sink.close(scope);
}
