/** Data to XML (RFC 7950, sections 7.5.7, 7.6.6, 7.7.8 and 7.8.5), with defaults as RFC 6243 says. */
import { XmlWriter } from '../../xml/index.ts';
import type { XmlWriterAttribute } from '../../xml/index.ts';
import type {
  BranchSchemaNode,
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  LeafValue,
} from '../../yang/index.ts';
import type { DataList } from '../list.ts';
import { sameValue } from '../list/compare.ts';
import { Branch } from '../node.ts';
import type { AnyValue, Slot } from '../node.ts';
import { isNonPresence, schemaDefault } from '../tree/implied.ts';
import { NodeRef, childRefs, rootRef } from '../tree/tree-model.ts';
import { DEFAULTS_NAMESPACE } from './default-tag.ts';

/** RFC 6243, section 2 and 3.4. */
export type WithDefaults = 'explicit' | 'report-all' | 'trim' | 'report-all-tagged';

export interface EncodeOptions {
  /** Leave out state data. */
  readonly configOnly?: boolean;
  /** Default `explicit`. */
  readonly withDefaults?: WithDefaults;
  /**
   * Reference to the branch that is written, so that conditions on defaults can look at its surroundings.
   * Only needed to report defaults.
   */
  readonly ref?: NodeRef;
}

const TAGGED: readonly XmlWriterAttribute[] = [
  { namespace: DEFAULTS_NAMESPACE, local: 'default', value: 'true', prefix: 'wd' },
];

/** Writes the children of `branch`. */
export function encodeChildren(
  writer: XmlWriter,
  branch: Branch,
  options: EncodeOptions = {},
): void {
  const encoder = new Encoder(writer, options);
  encoder.children(branch, encoder.reports ? (options.ref ?? rootRef(branch)) : undefined);
}

/** Writes a list entry or container with its own element. */
export function encodeBranch(writer: XmlWriter, branch: Branch, options: EncodeOptions = {}): void {
  const { schema } = branch;
  if (schema.kind === 'root') throw new Error('the root has no element');
  writer.open(schema.module.namespace, schema.name);
  encodeChildren(writer, branch, options);
  writer.close();
}

/** The children of `branch` as text, for small trees. */
export function encodeData(branch: Branch, options: EncodeOptions = {}): string {
  let text = '';
  const writer = new XmlWriter((part) => {
    text += part;
  });
  encodeChildren(writer, branch, options);
  writer.end();
  return text;
}

class Encoder {
  readonly #writer: XmlWriter;
  readonly #configOnly: boolean;
  readonly #mode: WithDefaults;
  /** Defaults that the tree does not hold are written. */
  readonly reports: boolean;

  constructor(writer: XmlWriter, options: EncodeOptions) {
    this.#writer = writer;
    this.#configOnly = options.configOnly === true;
    this.#mode = options.withDefaults ?? 'explicit';
    this.reports = this.#mode === 'report-all' || this.#mode === 'report-all-tagged';
  }

  children(branch: Branch, ref: NodeRef | undefined): void {
    const { slots } = branch;
    for (const child of writeOrder(branch.schema)) {
      if (this.#configOnly && !child.config) continue;
      const value = slots[child.slot];
      if (value !== undefined) this.#slot(child, value, ref);
      else if (ref) this.#implied(child, ref);
    }
  }

  #slot(child: DataSchemaNode, value: Slot, ref: NodeRef | undefined): void {
    switch (child.kind) {
      case 'leaf':
        this.#explicitLeaf(child, value as LeafValue);
        break;
      case 'leaf-list':
        for (const item of value as readonly LeafValue[]) encodeLeaf(this.#writer, child, item);
        break;
      case 'container':
        this.#branch(value as Branch, ref);
        break;
      case 'list':
        (value as DataList).forEach((row) => {
          this.#branch(row, ref);
        });
        break;
      default:
        this.#writer.element((value as AnyValue).element);
    }
  }

  #explicitLeaf(node: LeafNode, value: LeafValue): void {
    if (this.#mode !== 'explicit' && this.#mode !== 'report-all') {
      const byDefault = node.defaultValue;
      const isDefault = byDefault !== undefined && sameValue(byDefault, value) && !node.isKey;
      if (isDefault && this.#mode === 'trim') return;
      if (isDefault) {
        encodeLeaf(this.#writer, node, value, TAGGED);
        return;
      }
    }
    encodeLeaf(this.#writer, node, value);
  }

  #branch(branch: Branch, ref: NodeRef | undefined): void {
    const schema = branch.schema as DataSchemaNode;
    this.#writer.open(schema.module.namespace, schema.name);
    this.children(branch, ref && new NodeRef(branch.schema, branch, ref));
    this.#writer.close();
  }

  /** Defaults in use, and the containers around them. */
  #implied(child: DataSchemaNode, ref: NodeRef): void {
    if (!isNonPresence(child) && schemaDefault(child) === undefined) return;
    for (const { value } of childRefs(ref, child)) {
      if (value instanceof Branch) {
        if (impliesContent(child as BranchSchemaNode)) this.#branch(value, ref);
      } else {
        const tag = this.#mode === 'report-all-tagged' ? TAGGED : undefined;
        encodeLeaf(this.#writer, child as LeafNode, value as LeafValue, tag);
      }
    }
  }
}

/** Writes one leaf or entry of a leaf-list. */
export function encodeLeaf(
  writer: XmlWriter,
  node: LeafNode | LeafListNode,
  value: LeafValue,
  attributes?: readonly XmlWriterAttribute[],
): void {
  const { namespace } = node.module;
  if (typeof value === 'string') writer.leaf(namespace, node.name, value, attributes);
  else if (typeof value !== 'object') {
    writer.leaf(namespace, node.name, String(value), attributes);
  } else {
    writer.open(namespace, node.name, attributes);
    writer.text(node.type.print(value, (wanted, preferred) => writer.prefixFor(wanted, preferred)));
    writer.close();
  }
}

const orders = new WeakMap<BranchSchemaNode, readonly DataSchemaNode[]>();

/** Keys first, in the order of the `key` statement (RFC 7950, section 7.8.5). */
export function writeOrder(schema: BranchSchemaNode): readonly DataSchemaNode[] {
  if (schema.kind !== 'list') return schema.dataChildren;
  let order = orders.get(schema);
  if (!order) {
    const others = schema.dataChildren.filter((child) => child.kind !== 'leaf' || !child.isKey);
    orders.set(schema, (order = [...schema.keys, ...others]));
  }
  return order;
}

const implying = new WeakMap<BranchSchemaNode, boolean>();

/** Whether an empty container of this schema may still have defaults in it. */
function impliesContent(schema: BranchSchemaNode): boolean {
  let implies = implying.get(schema);
  if (implies === undefined) {
    implies = schema.dataChildren.some(
      (child) =>
        schemaDefault(child) !== undefined || (isNonPresence(child) && impliesContent(child)),
    );
    implying.set(schema, implies);
  }
  return implies;
}
