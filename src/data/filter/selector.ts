/**
 * The compiled form of filters that look down only: alternatives of what is selected in a branch, each
 * with tests that the branch has to pass.
 */
import type { BranchSchemaNode, DataSchemaNode, LeafValue, ListNode } from '../../yang/index.ts';
import { DataList } from '../list.ts';
import { sameValue } from '../list/compare.ts';
import { Branch } from '../node.ts';
import type { Slot } from '../node.ts';
import { emptyBranch } from '../tree/defaults.ts';
import { alternativesOf } from './alternatives.ts';
import type { Alternatives } from './alternatives.ts';
import type { ListSelection, Selection } from './selection.ts';

/** A condition on the content of a branch. */
export interface BranchTest {
  matches(branch: Branch): boolean;
  /** Slot of a leaf or leaf-list that is part of the output when the test holds, and what of it. */
  readonly output?: { readonly slot: number; of(value: Slot): Slot };
}

/** One alternative: what is selected in a branch that passes all tests. */
export interface Selector {
  readonly tests: readonly BranchTest[];
  /** Everything in the branch is selected. */
  readonly all: boolean;
  readonly children: ReadonlyMap<DataSchemaNode, ChildSelector>;
  /** Values of all keys, when the tests demand them. */
  readonly keys: readonly LeafValue[] | undefined;
}

/** What is selected of the instances of one child. */
export interface ChildSelector {
  readonly all: boolean;
  readonly alternatives: readonly Selector[];
}

export const SELECT_ALL: ChildSelector = { all: true, alternatives: [] };

/** Both alternatives. */
export function either(a: ChildSelector | undefined, b: ChildSelector): ChildSelector {
  return a === undefined ? b : anyOf([a, b]);
}

/** All alternatives, put together at once: one by one it would cost the square of their number. */
export function anyOf(selectors: readonly [ChildSelector, ...ChildSelector[]]): ChildSelector {
  const [first, ...more] = selectors;
  if (more.length === 0) return first;
  if (selectors.some(({ all }) => all)) return SELECT_ALL;
  return { all: false, alternatives: selectors.flatMap(({ alternatives }) => alternatives) };
}

/** A selection of what the alternatives give whose tests hold in `branch`; undefined when none does. */
export function selectionIn(
  schema: BranchSchemaNode,
  alternatives: readonly Selector[],
  branch: Branch,
): Selection | undefined {
  const passing = alternatives.filter(({ tests }) => tests.every((test) => test.matches(branch)));
  return passing.length > 0 ? new SelectorSelection(schema, passing) : undefined;
}

class SelectorSelection implements Selection {
  readonly all: boolean;
  readonly #schema: BranchSchemaNode;
  /** Those whose tests the branch has passed. */
  readonly #selectors: readonly Selector[];

  constructor(schema: BranchSchemaNode, selectors: readonly Selector[]) {
    this.#schema = schema;
    this.#selectors = selectors;
    this.all = selectors.some(({ all }) => all);
  }

  selects(child: DataSchemaNode): boolean {
    if (this.all || this.#child(child) !== undefined) return true;
    return this.#selectors.some(({ tests }) =>
      tests.some((test) => test.output?.slot === child.slot),
    );
  }

  container(child: DataSchemaNode, instance?: Branch): Selection | undefined {
    if (child.kind !== 'container') return undefined;
    if (this.all) return everything(child);
    const selector = this.#child(child);
    if (!selector) return undefined;
    if (selector.all) return everything(child);
    const { open } = alternativesOf(selector.alternatives);
    return selectionIn(child, open, instance ?? emptyBranch(child));
  }

  list(child: ListNode): ListSelection | undefined {
    const selector = this.all ? SELECT_ALL : this.#child(child);
    return selector && new SelectorListSelection(child, selector);
  }

  prune(branch: Branch): Branch | undefined {
    if (this.all) return branch;
    const slots: Slot[] = [];
    for (let slot = 0; slot < branch.slots.length; slot += 1) {
      const selected = this.#pruneSlot(branch, slot);
      if (selected === undefined) continue;
      while (slots.length < slot) slots.push(undefined);
      slots[slot] = selected;
    }
    if (slots.length === 0) return undefined;
    return new Branch(this.#schema, withKeys(branch, slots));
  }

  #pruneSlot(branch: Branch, slot: number): Slot {
    const value = branch.slots[slot];
    if (value === undefined) return undefined;
    const child = branch.schema.dataChildren[slot] as DataSchemaNode;
    const selector = this.#child(child);
    if (selector?.all === true) return value;
    if (selector && value instanceof Branch) {
      const { open } = alternativesOf(selector.alternatives);
      return selectionIn(value.schema, open, value)?.prune(value);
    }
    if (selector && value instanceof DataList) {
      return pruneList(value, new SelectorListSelection(value.schema, selector));
    }
    return this.#testOutput(slot, value);
  }

  /** Several tests may each name a value of the same leaf-list. */
  #testOutput(slot: number, value: Slot): Slot {
    const outputs = this.#selectors.flatMap(({ tests }) =>
      tests.flatMap(({ output }) => (output?.slot === slot ? (output.of(value) ?? []) : [])),
    );
    if (!Array.isArray(value)) return outputs[0];
    const named = outputs as readonly LeafValue[];
    const items = (value as readonly LeafValue[]).filter((item) =>
      named.some((it) => sameValue(it, item)),
    );
    return items.length > 0 ? items : undefined;
  }

  #child(child: DataSchemaNode): ChildSelector | undefined {
    const [first, ...more] = this.#selectors.flatMap(({ children }) => children.get(child) ?? []);
    return first && anyOf([first, ...more]);
  }
}

class SelectorListSelection implements ListSelection {
  readonly schema: ListNode;
  readonly all: boolean;
  readonly keys: readonly (readonly LeafValue[])[] | undefined;
  readonly #alternatives: Alternatives;

  constructor(schema: ListNode, { all, alternatives }: ChildSelector) {
    this.schema = schema;
    this.all = all;
    this.#alternatives = alternativesOf(all ? [] : alternatives);
    const { keys } = this.#alternatives;
    // The order of entries that the user has ordered is that of the data, not of the filter (RFC 7950, section 7.7.1).
    const isReordered = schema.orderedBy === 'user' && keys !== undefined && keys.length > 1;
    this.keys = all || isReordered ? undefined : keys;
  }

  prune(row: Branch): Branch | undefined {
    return this.all ? row : this.entry(row)?.prune(row);
  }

  entry(row: Branch): Selection | undefined {
    return this.all
      ? everything(this.schema)
      : selectionIn(this.schema, this.#alternatives.of(row), row);
  }
}

function everything(schema: BranchSchemaNode): Selection {
  return new SelectorSelection(schema, [
    { tests: [], all: true, children: new Map(), keys: undefined },
  ]);
}

/** Prunes the entries of a list that is at hand. */
function pruneList(list: DataList, selection: ListSelection): DataList | undefined {
  if (selection.all) return list;
  const rows: Branch[] = [];
  const add = (row: Branch | undefined): void => {
    const pruned = row && selection.prune(row);
    if (pruned) rows.push(pruned);
  };
  if (selection.keys) for (const keys of selection.keys) add(list.find(keys));
  else list.forEach(add);
  return rows.length > 0 ? DataList.from(list.schema, rows) : undefined;
}

/** Adds the keys of a list entry of which something is selected. */
export function withKeys(branch: Branch, slots: Slot[]): Slot[] {
  if (branch.schema.kind !== 'list') return slots;
  for (const key of branch.schema.keys) {
    while (slots.length < key.slot) slots.push(undefined);
    slots[key.slot] = branch.slots[key.slot];
  }
  return slots;
}
