/** Data to XML (RFC 7950, sections 7.5.7, 7.6.6, 7.7.8 and 7.8.5), with defaults as RFC 6243 says. */
import { XmlWriter } from '../../xml/index.ts';
import type { XmlWriterAttribute } from '../../xml/index.ts';
import type {
  AnyNode,
  BranchSchemaNode,
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  LeafValue,
} from '../../yang/index.ts';
import type { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import type { AnyValue, Slot } from '../node.ts';
import { NodeRef } from '../tree/node-ref.ts';
import { rootRef } from '../tree/tree-model.ts';
import type { AnnotationValue, Annotations, BranchAnnotations } from './annotations.ts';
import { DEFAULTS_NAMESPACE } from './default-tag.ts';
import { areDefaultsOf, impliesContent, isDefaultOf } from './with-defaults.ts';
import { impliedValues } from './implied-values.ts';
import type { WithDefaults } from './with-defaults.ts';
import { attributesOf } from './write-annotations.ts';

export type { WithDefaults } from './with-defaults.ts';

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
  /** Metadata to write with the data (RFC 7952). */
  readonly annotations?: Annotations;
  /**
   * Called for anydata and anyxml that was read from JSON and is not all there in XML, and for defaults with a
   * condition that cannot be evaluated.
   */
  readonly onLoss?: (node: DataSchemaNode, reason: string) => void;
}

const NO_ATTRIBUTES = { attributes: undefined, bindings: undefined };

/** Says of a value that it is the default (RFC 6243, section 3.4). */
export const DEFAULT_TAG: XmlWriterAttribute = {
  namespace: DEFAULTS_NAMESPACE,
  local: 'default',
  value: 'true',
  prefix: 'wd',
};
const TAGGED: readonly XmlWriterAttribute[] = [DEFAULT_TAG];

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
  openBranch(writer, branch, options);
  encodeChildren(writer, branch, options);
  writer.close();
}

/** Writes the start tag of a list entry or container. */
export function openBranch(
  writer: XmlWriter,
  branch: Branch,
  { annotations }: EncodeOptions = {},
): void {
  const { schema } = branch;
  if (schema.kind === 'root') throw new Error('the root has no element');
  const own = annotations?.of(branch)?.own;
  const { attributes, bindings } = own ? attributesOf(own) : NO_ATTRIBUTES;
  writer.open(schema.module.namespace, schema.name, attributes, bindings);
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
  readonly #options: EncodeOptions;
  /** Defaults that the tree does not hold are written. */
  readonly reports: boolean;

  constructor(writer: XmlWriter, options: EncodeOptions) {
    this.#writer = writer;
    this.#options = options;
    this.#configOnly = options.configOnly === true;
    this.#mode = options.withDefaults ?? 'explicit';
    this.reports = this.#mode === 'report-all' || this.#mode === 'report-all-tagged';
  }

  children(branch: Branch, ref: NodeRef | undefined): void {
    const { slots } = branch;
    const notes = this.#options.annotations?.of(branch);
    for (const child of writeOrder(branch.schema)) {
      if (this.#configOnly && !child.config) continue;
      const value = slots[child.slot];
      if (value !== undefined) this.#slot(child, value, ref, notes);
      else if (ref) this.#implied(child, ref);
    }
  }

  #slot(
    child: DataSchemaNode,
    value: Slot,
    ref: NodeRef | undefined,
    notes: BranchAnnotations | undefined,
  ): void {
    switch (child.kind) {
      case 'leaf':
        this.#explicitLeaf(child, value as LeafValue, notes?.get(child.slot));
        break;
      case 'leaf-list':
        this.#leafList(child, value as readonly LeafValue[], notes?.entries(child.slot));
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
        this.#any(child, value as AnyValue, notes?.get(child.slot));
    }
  }

  #explicitLeaf(
    node: LeafNode,
    value: LeafValue,
    notes: readonly AnnotationValue[] | undefined,
  ): void {
    const isDefault =
      this.#mode !== 'explicit' && this.#mode !== 'report-all' && isDefaultOf(node, value);
    if (isDefault && this.#mode === 'trim') return;
    this.#leaf(node, value, notes, isDefault ? TAGGED : undefined);
  }

  #leafList(
    node: LeafListNode,
    values: readonly LeafValue[],
    notes: readonly (readonly AnnotationValue[] | undefined)[] | undefined,
  ): void {
    const isDefault =
      this.#mode !== 'explicit' && this.#mode !== 'report-all' && areDefaultsOf(node, values);
    if (isDefault && this.#mode === 'trim') return;
    const tag = isDefault ? TAGGED : undefined;
    for (const [index, item] of values.entries()) this.#leaf(node, item, notes?.[index], tag);
  }

  #leaf(
    node: LeafNode | LeafListNode,
    value: LeafValue,
    notes: readonly AnnotationValue[] | undefined,
    tag: readonly XmlWriterAttribute[] | undefined,
  ): void {
    if (!notes) {
      encodeLeaf(this.#writer, node, value, tag);
      return;
    }
    const { attributes, bindings } = attributesOf(notes, tag);
    encodeLeaf(this.#writer, node, value, attributes, bindings);
  }

  #any(
    node: AnyNode,
    { element, loss }: AnyValue,
    notes: readonly AnnotationValue[] | undefined,
  ): void {
    if (loss !== undefined) this.#options.onLoss?.(node, loss);
    const isVerbatim = node.kind === 'anyxml';
    if (!notes) {
      this.#writer.element(element, isVerbatim);
      return;
    }
    const { attributes, bindings } = attributesOf(notes);
    const annotated = {
      ...element,
      attributes: [...element.attributes, ...attributes],
      bindings: new Map([...element.bindings, ...(bindings ?? [])]),
    };
    this.#writer.element(annotated, isVerbatim);
  }

  #branch(branch: Branch, ref: NodeRef | undefined): void {
    openBranch(this.#writer, branch, this.#options);
    this.children(branch, ref && new NodeRef(branch.schema, branch, ref));
    this.#writer.close();
  }

  /** Defaults in use, and the containers around them. */
  #implied(child: DataSchemaNode, ref: NodeRef): void {
    const onFault = (reason: string): void => this.#options.onLoss?.(child, reason);
    for (const value of impliedValues(ref, child, onFault)) {
      if (value instanceof Branch) {
        if (impliesContent(child as BranchSchemaNode)) this.#branch(value, ref);
      } else {
        const tag = this.#mode === 'report-all-tagged' ? TAGGED : undefined;
        encodeLeaf(this.#writer, child as LeafNode, value, tag);
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
  bindings?: ReadonlyMap<string, string>,
): void {
  const { namespace } = node.module;
  if (bindings) {
    writer.open(namespace, node.name, attributes, bindings);
    writer.text(printValue(writer, node, value));
    writer.close();
  } else if (typeof value === 'string' && !needsPrefixes(node, value)) {
    writer.leaf(namespace, node.name, value, attributes);
  } else if (typeof value !== 'object' && typeof value !== 'string') {
    writer.leaf(namespace, node.name, String(value), attributes);
  } else {
    writer.open(namespace, node.name, attributes);
    writer.text(printValue(writer, node, value));
    writer.close();
  }
}

/** Strings whose text depends on prefixes are paths: the first character saves asking the type of all others. */
function needsPrefixes({ type }: LeafNode | LeafListNode, value: string): boolean {
  return value.startsWith('/') && type.inScope;
}

function printValue(
  writer: XmlWriter,
  { type }: LeafNode | LeafListNode,
  value: LeafValue,
): string {
  return type.print(value, (wanted, preferred) => writer.prefixFor(wanted, preferred));
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
