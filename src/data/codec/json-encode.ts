/** Data to JSON (RFC 7951), with defaults as RFC 6243 says and annotations as RFC 7952 does. */
import type { PathStep } from '../../error/index.ts';
import type {
  AnyNode,
  BranchSchemaNode,
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  LeafValue,
  ModuleInfo,
  SchemaContext,
} from '../../yang/index.ts';
import { EditLeaf, EditLeafList, EditRows } from '../edit/edit-tree.ts';
import type { EditSlot, EditBranch } from '../edit/edit-tree.ts';
import type { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import type { AnyValue } from '../node.ts';
import { pathStep } from '../tree/path.ts';
import { NodeRef } from '../tree/node-ref.ts';
import { rootRef } from '../tree/tree-model.ts';
import type { AnnotationValue, Annotations } from './annotations.ts';
import { anyToJson } from './any-to-json.ts';
import { MAX_ANY_DEPTH } from './build-options.ts';
import { DEFAULTS_MODULE } from './default-tag.ts';
import { editMetadata } from './edit-metadata.ts';
import type { MetadataMember } from './edit-metadata.ts';
import { memberName } from './json-names.ts';
import { isObject } from './json-tree.ts';
import { JsonWriter } from './json-writer.ts';
import { impliedValues } from './implied-values.ts';
import { areDefaultsOf, impliesContent, isDefaultOf } from './with-defaults.ts';
import type { WithDefaults } from './with-defaults.ts';
import { writeOrder } from './xml-encode.ts';

export interface JsonEncodeOptions {
  /** Leave out state data. */
  readonly configOnly?: boolean;
  /** Default `explicit`. */
  readonly withDefaults?: WithDefaults;
  /** Reference to the branch that is written; see {@link EncodeOptions.ref}. */
  readonly ref?: NodeRef;
  /** Metadata to write with the data. */
  readonly annotations?: Annotations;
  /** With line breaks and this many spaces for each level. Default 0: none. */
  readonly indent?: number;
  /** Called for content of anydata and anyxml that has no form in JSON; it is left out. */
  readonly onLoss?: (path: readonly PathStep[], reason: string) => void;
  /** How many anydata or anyxml nodes the data is in already. Default 0. */
  readonly anyDepth?: number;
}

/**
 * An object with the children of `branch` (RFC 7951), as text, for small trees. What has no form in JSON is left out and
 * goes to `onLoss`.
 */
export function encodeJson(
  context: SchemaContext,
  branch: Branch | EditBranch,
  options: JsonEncodeOptions = {},
): string {
  let text = '';
  const writer = new JsonWriter(
    (part) => {
      text += part;
    },
    { indent: options.indent ?? 0 },
  );
  const { schema } = branch;
  writer.openObject();
  const module = schema.kind === 'root' ? undefined : schema.module;
  new JsonEncoder(context, writer, options).members(branch, module);
  writer.closeObject();
  writer.end();
  return text;
}

type AnyBranch = Branch | EditBranch;

const TAG: MetadataMember = { name: `${DEFAULTS_MODULE}:default`, json: 'true' };

export class JsonEncoder {
  readonly #context: SchemaContext;
  readonly #writer: JsonWriter;
  readonly #options: JsonEncodeOptions;
  readonly #mode: WithDefaults;
  readonly #path: PathStep[] = [];

  constructor(context: SchemaContext, writer: JsonWriter, options: JsonEncodeOptions = {}) {
    this.#context = context;
    this.#writer = writer;
    this.#options = options;
    this.#mode = options.withDefaults ?? 'explicit';
  }

  /** Writes the children of `branch` as members of the open object. `module` is that of the parent, if any. */
  members(branch: AnyBranch, module: ModuleInfo | undefined): void {
    const reports = this.#mode === 'report-all' || this.#mode === 'report-all-tagged';
    const ref =
      reports && branch instanceof Branch ? (this.#options.ref ?? rootRef(branch)) : undefined;
    this.#members(branch, module, ref);
  }

  #members(branch: AnyBranch, module: ModuleInfo | undefined, ref: NodeRef | undefined): void {
    const slots: readonly EditSlot[] = branch.slots;
    for (const child of writeOrder(branch.schema)) {
      if (this.#options.configOnly === true && !child.config) continue;
      const value = slots[child.slot];
      if (value !== undefined) this.#slot(branch, child, value, module, ref);
      else if (ref) this.#implied(child, ref, module);
    }
  }

  #slot(
    branch: AnyBranch,
    child: DataSchemaNode,
    value: EditSlot,
    module: ModuleInfo | undefined,
    ref: NodeRef | undefined,
  ): void {
    const name = memberName(child, module);
    switch (child.kind) {
      case 'leaf':
        this.#leaf(name, branch, child, value as LeafValue | EditLeaf);
        break;
      case 'leaf-list':
        this.#leafList(name, branch, child, value as readonly LeafValue[] | EditLeafList);
        break;
      case 'container':
        this.#writer.name(name);
        this.#object(value as AnyBranch, ref);
        break;
      case 'list':
        this.#rows(name, value as DataList | EditRows, ref);
        break;
      default:
        this.#any(name, branch, child, value as AnyValue | EditLeaf);
    }
  }

  #rows(name: string, list: DataList | EditRows, ref: NodeRef | undefined): void {
    this.#writer.name(name);
    this.#writer.openArray();
    const rows = list instanceof EditRows ? list.rows : (list as Iterable<AnyBranch>);
    for (const row of rows) this.#object(row, ref);
    this.#writer.closeArray();
  }

  /** A container or an entry of a list. */
  #object(branch: AnyBranch, parent: NodeRef | undefined): void {
    const schema = branch.schema as BranchSchemaNode & DataSchemaNode;
    this.#path.push(pathStep(schema, branch));
    this.#writer.openObject();
    this.#metadata('@', this.#options.annotations?.of(branch)?.own, editMetadata(branch));
    const ref =
      parent && branch instanceof Branch ? new NodeRef(schema, branch, parent) : undefined;
    this.#members(branch, schema.module, ref);
    this.#writer.closeObject();
    this.#path.pop();
  }

  #leaf(name: string, branch: AnyBranch, node: LeafNode, item: LeafValue | EditLeaf): void {
    const value = item instanceof EditLeaf ? (item.value as LeafValue | undefined) : item;
    const isDefault = value !== undefined && this.#tagsDefaults && isDefaultOf(node, value);
    if (isDefault && this.#mode === 'trim') return;
    this.#writer.name(name);
    if (value === undefined) this.#writer.raw('[null]');
    else this.#value(node, value);
    const more = item instanceof EditLeaf ? editMetadata(item) : isDefault ? [TAG] : [];
    this.#metadata(`@${name}`, this.#options.annotations?.of(branch)?.get(node.slot), more);
  }

  get #tagsDefaults(): boolean {
    return this.#mode === 'trim' || this.#mode === 'report-all-tagged';
  }

  #leafList(
    name: string,
    branch: AnyBranch,
    node: LeafListNode,
    list: readonly LeafValue[] | EditLeafList,
  ): void {
    const items = list instanceof EditLeafList ? list.items : undefined;
    const values = items?.map(({ value }) => value) ?? (list as readonly LeafValue[]);
    const isDefault = this.#tagsDefaults && areDefaultsOf(node, values);
    if (isDefault && this.#mode === 'trim') return;
    this.#values(name, node, values);
    const notes = this.#options.annotations?.of(branch)?.entries(node.slot);
    this.#entriesMetadata(name, values.length, (index) => {
      const item = items?.[index];
      const more = item ? editMetadata(item, node) : isDefault ? [TAG] : [];
      return { values: notes?.[index], more };
    });
  }

  #values(name: string, node: LeafListNode, values: readonly LeafValue[]): void {
    this.#writer.name(name);
    this.#writer.openArray();
    for (const value of values) this.#value(node, value);
    this.#writer.closeArray();
  }

  #value({ type }: LeafNode | LeafListNode, value: LeafValue): void {
    this.#writer.raw(JSON.stringify(type.toJson(value)));
  }

  #any(name: string, branch: AnyBranch, node: AnyNode, item: AnyValue | EditLeaf): void {
    const value = item instanceof EditLeaf ? (item.value as AnyValue | undefined) : item;
    const more = item instanceof EditLeaf ? editMetadata(item) : [];
    const converted = value
      ? anyToJson(this.#context, node, value, (branch, annotations) =>
          this.#known(branch, annotations),
        )
      : { tree: new Map() };
    if (converted.tree === undefined) {
      this.#options.onLoss?.([...this.#path, pathStep(node)], converted.problem);
      return;
    }
    const notes = this.#options.annotations?.of(branch)?.get(node.slot);
    this.#writer.name(name);
    if (node.kind === 'anydata' && isObject(converted.tree)) {
      this.#writer.openObject();
      this.#metadata('@', notes, more);
      for (const [key, member] of converted.tree) {
        this.#writer.name(key);
        this.#writer.tree(member);
      }
      this.#writer.closeObject();
    } else {
      this.#writer.tree(converted.tree);
      this.#metadata(`@${name}`, notes, more);
    }
  }

  /** Content that the schema knows; undefined when it has no form in JSON, or it is too deep to look into. */
  #known(branch: Branch, annotations: Annotations): string | undefined {
    const anyDepth = (this.#options.anyDepth ?? 0) + 1;
    if (anyDepth > MAX_ANY_DEPTH) return undefined;
    const losses: string[] = [];
    const json = encodeJson(this.#context, branch, {
      annotations,
      anyDepth,
      onLoss: (_path, reason) => losses.push(reason),
    });
    return losses.length === 0 ? json : undefined;
  }

  /** Metadata of the entries of a leaf-list: an array up to the last entry that has any. */
  #entriesMetadata(
    name: string,
    count: number,
    metadataOf: (index: number) => {
      readonly values: readonly AnnotationValue[] | undefined;
      readonly more: readonly MetadataMember[];
    },
  ): void {
    const all = Array.from({ length: count }, (_entry, index) => metadataOf(index));
    const last = all.findLastIndex(({ values, more }) => values !== undefined || more.length > 0);
    if (last < 0) return;
    this.#writer.name(`@${name}`);
    this.#writer.openArray();
    for (const { values, more } of all.slice(0, last + 1)) {
      if (values === undefined && more.length === 0) this.#writer.raw('null');
      else this.#metadataObject(values ?? [], more);
    }
    this.#writer.closeArray();
  }

  #metadata(
    name: string,
    values: readonly AnnotationValue[] | undefined,
    more: readonly MetadataMember[],
  ): void {
    if (values === undefined && more.length === 0) return;
    this.#writer.name(name);
    this.#metadataObject(values ?? [], more);
  }

  #metadataObject(values: readonly AnnotationValue[], more: readonly MetadataMember[]): void {
    this.#writer.openObject();
    for (const { annotation, value } of values) {
      this.#writer.name(`${annotation.module.name}:${annotation.name}`);
      this.#writer.raw(JSON.stringify(annotation.type.toJson(value)));
    }
    for (const { name, json } of more) {
      this.#writer.name(name);
      this.#writer.raw(json);
    }
    this.#writer.closeObject();
  }

  /** Defaults in use, and the containers around them. */
  #implied(child: DataSchemaNode, ref: NodeRef, module: ModuleInfo | undefined): void {
    const found = impliedValues(ref, child, (reason) => {
      this.#options.onLoss?.([...this.#path, pathStep(child)], reason);
    });
    const [first] = found;
    if (first === undefined) return;
    const name = memberName(child, module);
    const more = this.#mode === 'report-all-tagged' ? [TAG] : [];
    if (first instanceof Branch) {
      if (!impliesContent(first.schema)) return;
      this.#writer.name(name);
      this.#object(first, ref);
    } else if (child.kind === 'leaf-list') {
      this.#values(name, child, found as readonly LeafValue[]);
      this.#entriesMetadata(name, found.length, () => ({ values: undefined, more }));
    } else if (child.kind === 'leaf') {
      this.#writer.name(name);
      this.#value(child, first);
      this.#metadata(`@${name}`, undefined, more);
    }
  }
}
