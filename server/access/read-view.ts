/**
 * What a user may read, as a selection (RFC 8341, section 3.2.4): what may not be read is left out with all that is
 * in it. An entry of a list whose keys may not be read is left out too: without them it is no entry, and whatever
 * stood for them would tell of them.
 */
import { Branch, DataList, isNonPresence } from '../../src/data/index.ts';
import type { ListSelection, Selection, Slot } from '../../src/data/index.ts';
import type {
  BranchSchemaNode,
  DataSchemaNode,
  LeafListNode,
  LeafValue,
  ListNode,
} from '../../src/yang/index.ts';
import type { InstanceState } from './instance-state.ts';

/** What may be read of a child. */
type ChildView =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'all' }
  | { readonly kind: 'container'; readonly view: ReadView }
  | { readonly kind: 'list'; readonly rows: ReadRows }
  /** A rule is about single entries of a leaf-list. */
  | { readonly kind: 'values'; readonly node: LeafListNode };

const NOTHING: ChildView = { kind: 'nothing' };
const ALL: ChildView = { kind: 'all' };

export class ReadView implements Selection {
  readonly #state: InstanceState;
  readonly #schema: BranchSchemaNode;
  /** By slot, as far as they have been asked for. */
  readonly #children: (ChildView | undefined)[] = [];
  #all: boolean | undefined;

  constructor(state: InstanceState, schema: BranchSchemaNode) {
    this.#state = state;
    this.#schema = schema;
  }

  get all(): boolean {
    this.#all ??= this.#schema.dataChildren.every((child) => this.#child(child).kind === 'all');
    return this.#all;
  }

  selects(child: DataSchemaNode): boolean {
    return this.#child(child).kind !== 'nothing';
  }

  container(child: DataSchemaNode): Selection | undefined {
    if (child.kind !== 'container') return undefined;
    return this.#child(child).kind === 'nothing' ? undefined : this.#state.view(child);
  }

  list(child: ListNode): ListSelection | undefined {
    const found = this.#child(child);
    if (found.kind === 'list') return found.rows;
    return found.kind === 'all' ? new ReadRows(this.#state, child) : undefined;
  }

  prune(branch: Branch): Branch | undefined {
    if (this.all) return branch;
    const slots: Slot[] = [];
    const { dataChildren } = this.#schema;
    for (let slot = 0; slot < branch.slots.length; slot += 1) {
      const value = branch.slots[slot];
      if (value === undefined) continue;
      const visible = this.#visible(this.#child(dataChildren[slot] as DataSchemaNode), value);
      if (visible === undefined) continue;
      while (slots.length < slot) slots.push(undefined);
      slots[slot] = visible;
    }
    // An entry and a presence container are there even when nothing is in them.
    if (slots.length === 0 && (this.#schema.kind === 'root' || isImpliedBranch(this.#schema))) {
      return undefined;
    }
    return new Branch(this.#schema, slots);
  }

  #visible(view: ChildView, value: Slot): Slot {
    switch (view.kind) {
      case 'nothing':
        return undefined;
      case 'all':
        return value;
      case 'container':
        return view.view.prune(value as Branch);
      case 'list':
        return visibleRows(view.rows, value as DataList);
      case 'values':
        return this.#visibleValues(view.node, value as readonly LeafValue[]);
    }
  }

  #visibleValues(node: LeafListNode, values: readonly LeafValue[]): Slot {
    const visible = values.filter((it) => this.#state.enterValue(node, it).allows(node, 'read'));
    return visible.length > 0 ? visible : undefined;
  }

  #child(child: DataSchemaNode): ChildView {
    return (this.#children[child.slot] ??= this.#viewOf(child));
  }

  #viewOf(child: DataSchemaNode): ChildView {
    const state = this.#state;
    if (child.kind === 'list') {
      const rows = new ReadRows(state, child);
      if (rows.all) return ALL;
      return rows.isEmpty ? NOTHING : { kind: 'list', rows };
    }
    if (child.kind === 'leaf-list' && state.policy.conditionsAt(child).length > 0) {
      return { kind: 'values', node: child };
    }
    if (!state.allows(child, 'read')) return NOTHING;
    if (child.kind !== 'container') return ALL;
    const view = state.view(child);
    return view.all ? ALL : { kind: 'container', view };
  }
}

/** What may be read of the entries of a list. */
class ReadRows implements ListSelection {
  readonly schema: ListNode;
  readonly keys = undefined;
  readonly #state: InstanceState;
  /** Of every entry alike, when no rule is about single ones; undefined for none. */
  readonly #same: ReadView | undefined;
  readonly #isSame: boolean;

  constructor(state: InstanceState, schema: ListNode) {
    this.#state = state;
    this.schema = schema;
    this.#isSame = state.policy.conditionsAt(schema).length === 0;
    this.#same = this.#isSame ? viewOfEntry(state, schema) : undefined;
  }

  get all(): boolean {
    return this.#same?.all === true;
  }

  get isEmpty(): boolean {
    return this.#isSame && !this.#same;
  }

  prune(row: Branch): Branch | undefined {
    return this.entry(row)?.prune(row);
  }

  entry(row: Branch): ReadView | undefined {
    return this.#isSame ? this.#same : viewOfEntry(this.#state.enter(row), this.schema);
  }
}

function viewOfEntry(state: InstanceState, list: ListNode): ReadView | undefined {
  if (!state.allows(list, 'read')) return undefined;
  return list.keys.every((key) => state.allows(key, 'read')) ? state.view(list) : undefined;
}

function visibleRows(rows: ReadRows, list: DataList): DataList | undefined {
  const visible: Branch[] = [];
  list.forEach((row) => {
    const pruned = rows.prune(row);
    if (pruned) visible.push(pruned);
  });
  return visible.length > 0 ? DataList.from(list.schema, visible) : undefined;
}

function isImpliedBranch(schema: BranchSchemaNode): boolean {
  return schema.kind === 'container' && isNonPresence(schema);
}
