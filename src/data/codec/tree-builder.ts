/**
 * Builds a data tree from what a decoder of some encoding finds (RFC 7950, sections 7 and 8.3.1).
 *
 * The decoder says which child comes and what its value is; here are the rules that hold in every encoding:
 * keys are there, nothing comes twice, data belongs to one case of each choice. An entry is one array that
 * is filled in place and copied to its exact length when the entry is complete.
 */
import { badElement, missingKey, secondCase } from '../../error/index.ts';
import type { PathStep, RpcError } from '../../error/index.ts';
import type {
  AnyNode,
  BranchSchemaNode,
  ContainerNode,
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  LeafValue,
  ListNode,
} from '../../yang/index.ts';
import { EditBranch, EditLeaf, EditLeafList, EditRows } from '../edit/edit-tree.ts';
import type { EditInsert, EditSlot } from '../edit/edit-tree.ts';
import { DataList } from '../list.ts';
import { rowComparator } from '../list/compare.ts';
import { Branch } from '../node.ts';
import type { Slot } from '../node.ts';
import { hasWhen } from '../tree/conditions.ts';
import { pathStep } from '../tree/path.ts';
import type { AnnotationValue } from './annotations.ts';
import type { BuildOptions } from './build-options.ts';
import { DecoderFrame, LeafItems, RowItems } from './decoder-frame.ts';
import type { EditAttributes } from './edit-attributes.ts';

const DEFAULT_MAX_ERRORS = 20;
/** The offset of what has to be looked up by its path. */
export const NOWHERE = -1;

export class TreeBuilder {
  readonly #options: BuildOptions;
  readonly #errors: RpcError[] = [];
  readonly #maxErrors: number;
  readonly #frames: DecoderFrame[];
  readonly #ancestors: Branch[] = [];
  #depth = 0;
  /** The branch that is being filled. */
  frame: DecoderFrame;
  /** Attributes of the child that is being read. */
  attributes: EditAttributes | undefined;
  /** Annotations of the child that is being read. */
  annotations: readonly AnnotationValue[] | undefined;
  /** Where the document is being read; moved on by the decoder when somebody wants to know. */
  offset = 0;

  constructor(parent: BranchSchemaNode, options: BuildOptions) {
    this.#options = options;
    this.#maxErrors = options.maxErrors ?? DEFAULT_MAX_ERRORS;
    this.frame = new DecoderFrame();
    this.frame.start(parent);
    this.#frames = [this.frame];
  }

  get errors(): readonly RpcError[] {
    return this.#errors;
  }

  /** Instances that were kept by {@link keepWay}, from the top. */
  get ancestors(): readonly Branch[] {
    return this.#ancestors;
  }

  /** What became of the parent's children. Call it once. */
  finish(): Branch | EditBranch {
    return this.#complete(this.frame);
  }

  /** Begins a container or an entry of a list; false when the container is there already. */
  enter(node: ContainerNode | ListNode): boolean {
    if (node.kind === 'container' && this.#isThere(node)) {
      this.reportDouble(node);
      return false;
    }
    this.#depth += 1;
    const frame = (this.#frames[this.#depth] ??= new DecoderFrame());
    frame.start(node);
    frame.offset = this.offset;
    if (this.attributes) this.applyToBranch(frame, this.attributes);
    if (this.annotations) frame.ownAnnotations = this.annotations;
    this.frame = frame;
    return true;
  }

  /** Operations on the branch itself. */
  applyToBranch(frame: DecoderFrame, attributes: EditAttributes): void {
    frame.operation = attributes.operation;
    frame.insert = attributes.insert as EditInsert<Branch> | undefined;
    frame.edited = true;
  }

  /** Ends what {@link enter} began. */
  leave(): void {
    const { frame } = this;
    const parent = this.#frames[this.#depth - 1] as DecoderFrame;
    const branch = this.#checkKeys(frame) ? this.#complete(frame) : undefined;
    const { isKept, offset } = frame;
    this.#depth -= 1;
    frame.reset();
    this.frame = parent;
    if (branch === undefined) return;
    if (branch instanceof EditBranch) parent.edited = true;
    if (isKept && branch instanceof Branch) this.#ancestors.unshift(branch);
    this.#putBranch(parent, branch, isKept, offset);
  }

  #putBranch(
    parent: DecoderFrame,
    branch: Branch | EditBranch,
    isKept: boolean,
    offset: number,
  ): void {
    const { schema } = branch;
    if (schema.kind === 'container') {
      // An empty container without presence means nothing (RFC 7950, section 7.5.1).
      const isNothing = !schema.presence && branch.slots.length === 0 && branch instanceof Branch;
      if (isNothing && !isKept && !this.#mayKeepEmpty(branch)) {
        this.#noteEmpty(parent, schema);
        return;
      }
      parent.set(schema.slot, branch);
      if (this.#options.offsets) parent.addOffset(schema.slot, offset);
      return;
    }
    if (schema.kind !== 'list') return;
    const { onRow } = this.#options;
    if (onRow && branch instanceof Branch && onRow(branch, () => this.path())) return;
    parent.rows(schema).rows.push(branch);
  }

  /** There is something to be said about it all the same. */
  #mayKeepEmpty(branch: Branch): boolean {
    const { annotations, offsets, keepEmpty } = this.#options;
    return keepEmpty === true || offsets !== undefined || annotations?.of(branch) !== undefined;
  }

  #noteEmpty(parent: DecoderFrame, node: ContainerNode): void {
    parent.note(node);
    const { emptyContainers } = this.#options;
    if (!emptyContainers || !hasWhen(node, parent.schema)) return;
    emptyContainers.push({ node, path: this.pathTo(node) });
  }

  /** Everything that is open stays even if it is empty: an operation is in it. */
  keepWay(): void {
    for (let depth = 1; depth <= this.#depth; depth += 1) {
      (this.#frames[depth] as DecoderFrame).isKept = true;
    }
  }

  /** Puts a leaf, an entry of a leaf-list or anydata into its slot. */
  put(node: LeafNode | LeafListNode | AnyNode, value: Slot): void {
    const { frame, attributes } = this;
    if (node.kind === 'leaf-list') {
      const items = frame.items(node);
      items.add(value as LeafValue, attributes);
      if (attributes) frame.edited = true;
      if (this.annotations) frame.annotate(node.slot, items.values.length - 1, this.annotations);
      if (this.#options.offsets) frame.addOffset(node.slot, this.offset);
      return;
    }
    if (this.#isThere(node)) {
      this.reportDouble(node);
      return;
    }
    if (this.annotations) frame.annotate(node.slot, 0, this.annotations);
    if (this.#options.offsets) frame.addOffset(node.slot, this.offset);
    if (attributes?.operation === undefined) {
      frame.set(node.slot, value);
      return;
    }
    frame.edited = true;
    frame.set(node.slot, new EditLeaf(value as LeafValue | undefined, attributes.operation));
  }

  /** Whether it came before, even if it was refused or left nothing. */
  #isThere(node: DataSchemaNode): boolean {
    return this.frame.slots[node.slot] !== undefined || this.frame.noted(node);
  }

  /** Notes that data of a case comes. Only for nodes in choices. */
  checkCase(node: DataSchemaNode, operation = this.attributes?.operation): void {
    if (operation === 'delete' || operation === 'remove') return;
    const clash = this.frame.enterCase(node);
    if (clash) this.report(secondCase(this.pathTo(node), node.name, clash.name));
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
    const branch = frame.edited
      ? new EditBranch(frame.schema, slots as EditSlot[], frame.operation, frame.insert)
      : new Branch(frame.schema, slots as Slot[]);
    this.#noteBeside(frame, branch);
    return branch;
  }

  /** What is kept beside the tree. */
  #noteBeside(frame: DecoderFrame, branch: Branch | EditBranch): void {
    const { annotations, offsets } = this.#options;
    if (frame.annotations) annotations?.set(branch, frame.annotations);
    offsets?.set(branch, frame.offsets);
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
      const path = [...this.path(), pathStep(schema, row)];
      this.report(badElement(schema.name, { path, message: twice(schema) }), NOWHERE);
    }
  }

  #completeValues(items: LeafItems): Slot | EditLeafList {
    const { node, values, attributes } = items;
    if (attributes) return new EditLeafList(items.editItems());
    if (node.config && values.length > 1) {
      const double = items.firstDouble();
      if (double !== undefined) {
        const step = { ...pathStep(node), value: node.type.canonical(double) };
        const path = [...this.path(), step];
        this.report(badElement(node.name, { path, message: twice(node) }), NOWHERE);
        return this.#options.offsets ? values : items.uniqueValues();
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
      if (!frame.noted(key)) this.report(missingKey(this.path(), key.name), frame.offset);
    }
    return complete;
  }

  reportDouble(node: DataSchemaNode): void {
    this.report(badElement(node.name, { path: this.pathTo(node), message: twice(node) }));
  }

  /** Keeps an error unless there are enough. */
  report(error: RpcError, offset = this.offset): void {
    if (this.#errors.length >= this.#maxErrors) return;
    this.#errors.push(error);
    this.#options.onError?.(error, offset);
  }

  /** Of the branch that is being filled. */
  path(): readonly PathStep[] {
    const steps = [...(this.#options.path ?? [])];
    for (let depth = 1; depth <= this.#depth; depth += 1) {
      const frame = this.#frames[depth] as DecoderFrame;
      steps.push(pathStep(frame.schema as DataSchemaNode, frame));
    }
    return steps;
  }

  pathTo(node: DataSchemaNode): readonly PathStep[] {
    return [...this.path(), pathStep(node)];
  }
}

function twice(node: DataSchemaNode): string {
  const name = `"${node.name}"`;
  if (node.kind === 'list') return `this entry of list ${name} is given twice`;
  return node.kind === 'leaf-list'
    ? `this value of leaf-list ${name} is given twice`
    : `${name} is given twice`;
}
