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

interface PartialChild {
  readonly slot: number;
  readonly view: Exclude<ChildView, { readonly kind: 'all' }>;
}

const NOTHING: ChildView = { kind: 'nothing' };
const ALL: ChildView = { kind: 'all' };

export class ReadView implements Selection {
  readonly #state: InstanceState;
  readonly #schema: BranchSchemaNode;
  /** By slot, as far as they have been asked for. */
  readonly #children: (ChildView | undefined)[] = [];
  #partialChildren: readonly PartialChild[] | undefined;

  constructor(state: InstanceState, schema: BranchSchemaNode) {
    this.#state = state;
    this.#schema = schema;
  }

  get all(): boolean {
    return this.#partial().length === 0;
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

  /** Costs what children cost that may be read in part or not at all, and nothing where there are none of them. */
  prune(branch: Branch): Branch | undefined {
    let slots: Slot[] | undefined;
    for (const { slot, view } of this.#partial()) {
      const value = branch.slots[slot];
      if (value === undefined) continue;
      const visible = this.#visible(view, value);
      if (visible === value) continue;
      slots ??= branch.slots.slice();
      slots[slot] = visible;
    }
    if (!slots) return branch;
    while (slots.length > 0 && slots.at(-1) === undefined) slots.pop();
    // An entry and a presence container are there even when nothing is in them.
    if (slots.length === 0 && (this.#schema.kind === 'root' || isImpliedBranch(this.#schema))) {
      return undefined;
    }
    return new Branch(this.#schema, slots);
  }

  /** The children that may not be read as they are. */
  #partial(): readonly PartialChild[] {
    this.#partialChildren ??= this.#schema.dataChildren.flatMap((child) => {
      const view = this.#child(child);
      return view.kind === 'all' ? [] : [{ slot: child.slot, view }];
    });
    return this.#partialChildren;
  }

  #visible(view: PartialChild['view'], value: Slot): Slot {
    switch (view.kind) {
      case 'nothing':
        return undefined;
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
    if (child.kind === 'leaf-list' && state.policy.conditionsAt(child)) {
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
    this.#isSame = state.policy.conditionsAt(schema) === undefined;
    this.#same = this.#isSame ? state.entryView(schema) : undefined;
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
    return this.#isSame ? this.#same : this.#state.enter(row).entryView(this.schema);
  }
}

function visibleRows(rows: ReadRows, list: DataList): DataList | undefined {
  const visible: Branch[] = [];
  let changed = 0;
  list.forEach((row) => {
    const pruned = rows.prune(row);
    if (pruned !== row) changed += 1;
    if (pruned) visible.push(pruned);
  });
  if (changed === 0) return list;
  return visible.length > 0 ? DataList.from(list.schema, visible) : undefined;
}

function isImpliedBranch(schema: BranchSchemaNode): boolean {
  return schema.kind === 'container' && isNonPresence(schema);
}
