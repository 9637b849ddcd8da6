/**
 * A filter that is evaluated on what a view leaves: what a user who may not read everything gets to see of a
 * filter's result. The filter must not know what is hidden, or its conditions would tell (RFC 8341, section 3.2.4).
 */
import type { DataSchemaNode, LeafValue, ListNode } from '../../yang/index.ts';
import { compareValues } from '../list/compare.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import { emptyBranch } from '../tree/defaults.ts';
import type { ListSelection, Selection } from './selection.ts';

/**
 * The selection that gives `filter.prune(view.prune(tree))`; undefined stands for everything. A filter that needs
 * the whole tree gets the whole tree that the view leaves.
 */
export function within(
  view: Selection | undefined,
  filter: Selection | undefined,
): Selection | undefined {
  if (!view || view.all) return filter ?? view;
  if (!filter || filter.all) return view;
  return new SelectionWithin(view, filter);
}

class SelectionWithin implements Selection {
  readonly all = false;
  readonly whole: boolean;
  readonly #view: Selection;
  readonly #filter: Selection;

  constructor(view: Selection, filter: Selection) {
    this.#view = view;
    this.#filter = filter;
    this.whole = view.whole === true || filter.whole === true;
  }

  selects(child: DataSchemaNode): boolean {
    return this.#view.selects(child) && this.#filter.selects(child);
  }

  container(child: DataSchemaNode, instance?: Branch): Selection | undefined {
    const view = this.#view.container(child, instance);
    if (!view || child.kind !== 'container') return undefined;
    // Conditions look at what is directly in the branch; the rest is pruned when its turn comes.
    const visible = instance && (view.prune(leavesOf(instance)) ?? emptyBranch(child));
    return below(view, this.#filter.container(child, visible));
  }

  list(child: ListNode): ListSelection | undefined {
    const view = this.#view.list(child);
    const filter = view && this.#filter.list(child);
    return view && filter && new ListSelectionWithin(view, filter);
  }

  prune(branch: Branch): Branch | undefined {
    const visible = this.#view.prune(branch);
    return visible && this.#filter.prune(visible);
  }
}

class ListSelectionWithin implements ListSelection {
  readonly schema: ListNode;
  readonly all: boolean;
  readonly keys: readonly (readonly LeafValue[])[] | undefined;
  readonly #view: ListSelection;
  readonly #filter: ListSelection;

  constructor(view: ListSelection, filter: ListSelection) {
    this.schema = filter.schema;
    this.all = view.all && filter.all;
    this.keys = inBoth(view.keys, filter.keys);
    this.#view = view;
    this.#filter = filter;
  }

  prune(row: Branch): Branch | undefined {
    const visible = this.#view.prune(row);
    return visible && this.#filter.prune(visible);
  }

  entry(row: Branch): Selection | undefined {
    const view = this.#view.entry(row);
    const visible = view?.prune(leavesOf(row));
    // Of an entry that is read in parts, the part at hand may have nothing that may be seen but its keys.
    return view && below(view, this.#filter.entry(visible ?? keysOnly(row)));
  }
}

/** As {@link within}, for selections that may turn out to select nothing. */
function below(view: Selection, filter: Selection | undefined): Selection | undefined {
  return filter && within(view, filter);
}

function keysOnly(row: Branch): Branch {
  const { schema } = row;
  if (schema.kind !== 'list') return emptyBranch(schema);
  let keys = emptyBranch(schema);
  for (const key of schema.keys) keys = keys.with(key, row.get(key));
  return keys;
}

/** A copy that has only what is neither container nor list. */
export function leavesOf(branch: Branch): Branch {
  const slots = branch.slots.map((value) =>
    value instanceof Branch || value instanceof DataList ? undefined : value,
  );
  return new Branch(branch.schema, slots);
}

function inBoth(a: ListSelection['keys'], b: ListSelection['keys']): ListSelection['keys'] {
  if (!a || !b) return a ?? b;
  return a.filter((some) =>
    b.some((other) => some.every((it, at) => compareValues(it, other[at] ?? null) === 0)),
  );
}
