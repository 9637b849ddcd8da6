/**
 * What was done to a list since its last few versions, so that the difference between close versions
 * costs what was changed and not what surrounds it in the tree.
 *
 * Comparing two trees that share most of their nodes looks at every entry of a node that is not shared.
 * When changes come in batches of random keys, that is most entries of the list for each batch, and a
 * commit compares more than once. An editor knows what it does, so it writes it down.
 */
import type { Branch } from '../node.ts';

/** One entry of a log: absent before, absent after, or replaced. */
export interface RowChange {
  readonly before: Branch | undefined;
  readonly after: Branch | undefined;
}

/** What one editor did, and to which version. */
interface Step {
  /** Weak: a log must not keep old versions of a list alive. */
  readonly from: WeakRef<object>;
  readonly changes: readonly RowChange[];
}

/** Steps that are kept. A commit follows an edit or a few; what is further apart is compared as trees. */
const MAX_STEPS = 4;

export class ChangeLog {
  readonly #steps: readonly Step[];

  private constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  /** The log of a version that was made from `version`, whose own log is `earlier`. */
  static after(
    version: object,
    earlier: ChangeLog | undefined,
    changes: readonly RowChange[],
  ): ChangeLog {
    const kept = earlier ? earlier.#steps.slice(1 - MAX_STEPS) : [];
    return new ChangeLog([...kept, { from: new WeakRef(version), changes }]);
  }

  /** What has changed since `version`, in order; undefined when it is too far back. */
  since(version: object): readonly RowChange[] | undefined {
    const index = this.#steps.findLastIndex(({ from }) => from.deref() === version);
    if (index < 0) return undefined;
    return this.#steps.slice(index).flatMap(({ changes }) => changes);
  }
}

/**
 * The same changes with at most one for each key. `takeRemoved` gets the entries that have gone and makes
 * a function that finds the one among them with the keys of another entry.
 */
export function coalesce(
  changes: readonly RowChange[],
  takeRemoved: (removed: readonly Branch[]) => (row: Branch) => Branch | undefined,
): readonly RowChange[] {
  const chained = chain(changes);
  const removed = chained.flatMap(({ before, after }) => (before && !after ? [before] : []));
  if (removed.length === 0) return chained;
  const take = takeRemoved(removed);
  const readded = new Set<Branch>();
  const rest = chained.map((change) => {
    if (change.before || !change.after) return change;
    const before = take(change.after);
    if (!before) return change;
    readded.add(before);
    return { before, after: change.after };
  });
  return rest.filter(({ before, after }) => !(before && !after && readded.has(before)));
}

/** Joins a change of an entry to the change that had made it. */
function chain(changes: readonly RowChange[]): readonly RowChange[] {
  if (changes.every(({ before }) => before === undefined)) return changes;
  const result: (RowChange | undefined)[] = [];
  const madeBy = new Map<Branch, number>();
  for (const { before, after } of changes) {
    const index = before && madeBy.get(before);
    const first = index === undefined ? undefined : result[index];
    if (index !== undefined) result[index] = undefined;
    if (after) madeBy.set(after, result.length);
    result.push(first ? { before: first.before, after } : { before, after });
  }
  return result.filter(
    (change): change is RowChange => change !== undefined && change.before !== change.after,
  );
}
