/**
 * Which nodes of a tree are not what they were in another one: those with a change at or below them, and everything
 * that is new (draft-ietf-netconf-transaction-id, section 3.2). Costs what has changed.
 */
import { Branch, DataList, diffTree } from '../../src/data/index.ts';
import type { DiffPlace } from '../../src/data/index.ts';

export interface TreeDifference {
  /** Branches of the tree after that have changed or come. */
  readonly changed: ReadonlySet<Branch>;
  /** Other objects with the content that they had: the branch after, and before. */
  readonly same: ReadonlyMap<Branch, Branch>;
}

/** Both are roots. */
export function treeDifference(before: Branch, after: Branch): TreeDifference {
  const changed = new Set<Branch>();
  const same = new Map<Branch, Branch>();
  const mark = (place: DiffPlace): void => {
    for (let at: DiffPlace | undefined = place; at?.after; at = at.parent) {
      if (changed.has(at.after)) return;
      changed.add(at.after);
    }
  };
  diffTree(before, after, {
    created: (_node, value, place) => {
      mark(place);
      if (value instanceof Branch) addAll(changed, value);
    },
    deleted: (_node, _value, place) => {
      mark(place);
    },
    changed: (_node, _old, _now, place) => {
      mark(place);
    },
    reordered: (_node, _old, _now, place) => {
      mark(place);
    },
    leave: (_node, old, now) => {
      if (!changed.has(now)) same.set(now, old);
    },
  });
  if (!changed.has(after) && before !== after) same.set(after, before);
  return { changed, same };
}

function addAll(changed: Set<Branch>, branch: Branch): void {
  changed.add(branch);
  for (const slot of branch.slots) {
    if (slot instanceof Branch) addAll(changed, slot);
    else if (slot instanceof DataList) {
      slot.forEach((row) => {
        addAll(changed, row);
      });
    }
  }
}
