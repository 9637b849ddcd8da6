/** What a selection leaves of a tree that is at hand, in steps: a large tree takes long, and others wait. */
import { Branch, DataList, leavesOf } from '../../src/data/index.ts';
import type { ListSelection, Selection, Slot } from '../../src/data/index.ts';
import { candidates } from './source.ts';
import type { Steps } from './steps.ts';

const ROWS_PER_STEP = 64;

/** As `selection.prune(branch)`. */
export function* prune(
  branch: Branch,
  selection: Selection | undefined,
): Steps<Branch | undefined> {
  if (!selection || selection.all) return branch;
  if (selection.whole === true) return selection.prune(branch);
  let pruned = selection.prune(leavesOf(branch)) ?? new Branch(branch.schema, []);
  const hasLeaves = pruned.slots.length > 0;
  let hasMore = false;
  for (const child of branch.schema.dataChildren) {
    const value = branch.slots[child.slot];
    let left: Slot;
    if (value instanceof DataList && child.kind === 'list') {
      const entries = selection.list(child);
      left = entries && (yield* pruneList(value, entries));
    } else if (value instanceof Branch) {
      const inner = selection.container(child, value);
      left = inner && (yield* prune(value, inner));
    } else continue;
    if (left === undefined) continue;
    hasMore = true;
    pruned = pruned.with(child, left);
  }
  if (!hasLeaves && !hasMore) return undefined;
  return withKeys(branch, pruned);
}

function* pruneList(list: DataList, entries: ListSelection): Steps<DataList | undefined> {
  if (entries.all) return list;
  const rows: Branch[] = [];
  let looked = 0;
  for (const row of candidates(list, entries)) {
    const left = entries.prune(row);
    if (left) rows.push(left);
    if ((looked += 1) % ROWS_PER_STEP === 0) yield;
  }
  return rows.length > 0 ? DataList.from(list.schema, rows) : undefined;
}

function withKeys(branch: Branch, pruned: Branch): Branch {
  const { schema } = branch;
  if (schema.kind !== 'list') return pruned;
  return schema.keys.reduce((row, key) => row.with(key, branch.get(key)), pruned);
}
