/** A branch that is being decoded. Frames are used again for the next branch of the same depth. */
import type {
  BranchSchemaNode,
  ChoiceNode,
  DataSchemaNode,
  LeafListNode,
  LeafValue,
  ListNode,
  ModuleInfo,
} from '../../yang/index.ts';
import type {
  EditBranch,
  EditInsert,
  EditItem,
  EditLeaf,
  EditOperation,
} from '../edit/edit-tree.ts';
import { compareValues } from '../list/compare.ts';
import type { Branch, Slot } from '../node.ts';
import type { BranchLayout } from '../tree/layout.ts';
import { layoutOf } from '../tree/layout.ts';
import { BranchAnnotations } from './annotations.ts';
import type { AnnotationValue } from './annotations.ts';
import type { EditAttributes } from './edit-attributes.ts';
import { BranchOffsets } from './offsets.ts';

/** Entries of a list, in the order they came. */
export class RowItems {
  readonly schema: ListNode;
  readonly rows: (Branch | EditBranch)[] = [];

  constructor(schema: ListNode) {
    this.schema = schema;
  }
}

/** Entries of a leaf-list, in the order they came. */
export class LeafItems {
  readonly node: LeafListNode;
  values: LeafValue[] = [];
  /** By index, once an entry has had attributes. */
  attributes: (EditAttributes | undefined)[] | undefined;

  constructor(node: LeafListNode) {
    this.node = node;
  }

  add(value: LeafValue, attributes: EditAttributes | undefined): void {
    if (attributes) (this.attributes ??= [])[this.values.length] = attributes;
    this.values.push(value);
  }

  setAttributes(index: number, attributes: EditAttributes): void {
    (this.attributes ??= [])[index] = attributes;
  }

  /** Leaves out the entries at these places. */
  remove(indexes: ReadonlySet<number>): void {
    this.values = this.values.filter((_value, index) => !indexes.has(index));
  }

  editItems(): readonly EditItem[] {
    return this.values.map((value, index) => {
      const attributes = this.attributes?.[index];
      const insert = attributes?.insert as EditInsert<LeafValue> | undefined;
      return { value, operation: attributes?.operation, insert };
    });
  }

  firstDouble(): LeafValue | undefined {
    const sorted = this.values.toSorted(compareValues);
    return sorted.find(
      (value, index) => index > 0 && compareValues(sorted[index - 1] ?? null, value) === 0,
    );
  }

  uniqueValues(): readonly LeafValue[] {
    return this.values.filter(
      (value, index) =>
        this.values.findIndex((other) => compareValues(other, value) === 0) === index,
    );
  }
}

export type FrameSlot = Slot | EditBranch | EditLeaf | RowItems | LeafItems;

/** Where to look first for a child, by the slot of the child before it. */
const successors = new WeakMap<BranchLayout, number[]>();

export class DecoderFrame {
  schema!: BranchSchemaNode;
  layout!: BranchLayout;
  /** Filled in place; undefined from `used` on. */
  readonly slots: FrameSlot[] = [];
  used = 0;
  /** Some slot holds RowItems or LeafItems. */
  hasItems = false;
  /** There is an attribute of edit-config on the element or below it. */
  edited = false;
  operation: EditOperation | undefined;
  insert: EditInsert<Branch> | undefined;
  /** Stays even if it is empty. */
  isKept = false;
  /** Where it begins in the document. */
  offset = 0;
  /** Of a list entry, for the order of its children: keys up to this one have come, and nothing else. */
  lastKey = -1;
  #annotations: BranchAnnotations | undefined;
  #offsets: BranchOffsets | undefined;
  #last = -1;
  /** The namespace that came last, and the module that it belongs to. */
  #namespace: string | undefined;
  #module: ModuleInfo | undefined;
  #successors!: number[];
  #cases: Map<ChoiceNode, unknown> | undefined;
  #seen: Set<DataSchemaNode> | undefined;

  start(schema: BranchSchemaNode): void {
    if (this.schema !== schema) this.#use(schema);
    this.#last = -1;
  }

  #use(schema: BranchSchemaNode): void {
    this.schema = schema;
    this.layout = layoutOf(schema);
    while (this.slots.length < this.layout.children.length) this.slots.push(undefined);
    let learned = successors.get(this.layout);
    if (!learned) {
      learned = this.layout.children.map((_child, slot) => slot);
      successors.set(this.layout, learned);
    }
    this.#successors = learned;
  }

  /** Makes the frame empty again. */
  reset(): void {
    this.slots.fill(undefined, 0, this.used);
    this.used = 0;
    this.hasItems = false;
    this.edited = false;
    this.operation = undefined;
    this.insert = undefined;
    this.isKept = false;
    this.lastKey = -1;
    this.#annotations = undefined;
    this.#offsets = undefined;
    this.#cases = undefined;
    this.#seen = undefined;
  }

  /** The schema node of a child element. */
  child(namespace: string, name: string): DataSchemaNode | undefined {
    const index = this.#last + 1;
    const guess = this.layout.children[this.#successors[index] ?? 0];
    if (guess !== undefined && guess.name === name && this.#isOf(guess.module, namespace)) {
      this.#last = guess.slot;
      return guess;
    }
    const found = this.layout.find(namespace, name);
    if (found) {
      this.#successors[index] = found.slot;
      this.#last = found.slot;
    }
    return found;
  }

  /** Comparing with the same string object again takes no time, whatever its length. */
  #isOf(module: ModuleInfo, namespace: string): boolean {
    if (this.#namespace === namespace && this.#module === module) return true;
    if (module.namespace !== namespace) return false;
    this.#namespace = namespace;
    this.#module = module;
    return true;
  }

  set(slot: number, value: FrameSlot): void {
    this.slots[slot] = value;
    if (slot >= this.used) this.used = slot + 1;
  }

  /** Leaves out what was put for `node`, which counts as given all the same. */
  clear(node: DataSchemaNode): void {
    this.slots[node.slot] = undefined;
    while (this.used > 0 && this.slots[this.used - 1] === undefined) this.used -= 1;
    this.note(node);
  }

  items(node: LeafListNode): LeafItems {
    const present = this.slots[node.slot];
    if (present instanceof LeafItems) return present;
    const items = new LeafItems(node);
    this.hasItems = true;
    this.set(node.slot, items);
    return items;
  }

  rows(schema: ListNode): RowItems {
    const present = this.slots[schema.slot];
    if (present instanceof RowItems) return present;
    const items = new RowItems(schema);
    this.hasItems = true;
    this.set(schema.slot, items);
    return items;
  }

  set ownAnnotations(values: readonly AnnotationValue[]) {
    (this.#annotations ??= new BranchAnnotations()).own = values;
  }

  /** Of a leaf or anydata, or of an entry of a leaf-list. */
  annotate(slot: number, index: number, values: readonly AnnotationValue[]): void {
    (this.#annotations ??= new BranchAnnotations()).set(slot, index, values);
  }

  get annotations(): BranchAnnotations | undefined {
    return this.#annotations;
  }

  addOffset(slot: number, offset: number): void {
    (this.#offsets ??= new BranchOffsets()).add(slot, offset);
  }

  get offsets(): BranchOffsets {
    const offsets = this.#offsets ?? new BranchOffsets();
    offsets.start = this.offset;
    return offsets;
  }

  /** Notes that data of a case came; the choice when data of another of its cases came before. */
  enterCase(node: DataSchemaNode): ChoiceNode | undefined {
    const cases = (this.#cases ??= new Map<ChoiceNode, unknown>());
    for (const membership of this.layout.cases[node.slot] ?? []) {
      const before = cases.get(membership.choice);
      if (before !== undefined && before !== membership.case) return membership.choice;
      cases.set(membership.choice, membership.case);
    }
    return undefined;
  }

  /** Notes that a value of `node` came and was refused. */
  note(node: DataSchemaNode): void {
    (this.#seen ??= new Set()).add(node);
  }

  noted(node: DataSchemaNode): boolean {
    return this.#seen?.has(node) === true;
  }

  /** True when some child, or the branch itself, belongs to this namespace. */
  knowsNamespace(namespace: string): boolean {
    const { schema } = this;
    if (schema.kind === 'root') return schema.context.moduleByNamespace.has(namespace);
    if (schema.module.namespace === namespace) return true;
    return schema.dataChildren.some((child) => child.module.namespace === namespace);
  }
}
