/**
 * Merges two sets of changes to one configuration (draft-ietf-netconf-privcand): what only one side has changed is
 * taken from that side; what both have changed to different things is a conflict. Costs what has changed.
 */
import { Branch, DataList, pathStep, sameTree } from '../../src/data/index.ts';
import type { Slot } from '../../src/data/index.ts';
import type { PathStep } from '../../src/error/index.ts';
import type { DataSchemaNode, ListNode } from '../../src/yang/index.ts';

/** Whose change holds where both have changed the same. */
export type Preference = 'mine' | 'theirs';

export interface MergedTrees {
  readonly tree: Branch;
  /** Where both have changed the same to something else. */
  readonly conflicts: readonly (readonly PathStep[])[];
}

/** `mine` and `theirs` have come from `base`. */
export function mergeTrees(
  base: Branch,
  mine: Branch,
  theirs: Branch,
  preference: Preference = 'mine',
): MergedTrees {
  const merger = new Merger(preference);
  return { tree: merger.branches(base, mine, theirs, []), conflicts: merger.conflicts };
}

class Merger {
  readonly conflicts: (readonly PathStep[])[] = [];
  readonly #preference: Preference;

  constructor(preference: Preference) {
    this.#preference = preference;
  }

  branches(base: Branch, mine: Branch, theirs: Branch, path: readonly PathStep[]): Branch {
    if (mine === base || mine === theirs) return theirs;
    if (theirs === base) return mine;
    let merged = theirs;
    for (const node of mine.schema.dataChildren) {
      const [was, my, their] = [base.get(node), mine.get(node), theirs.get(node)];
      const value = this.#slot(node, was, my, their, path);
      if (value !== their) merged = merged.with(node, value);
    }
    return merged;
  }

  #slot(
    node: DataSchemaNode,
    base: Slot,
    mine: Slot,
    theirs: Slot,
    path: readonly PathStep[],
  ): Slot {
    if (mine === theirs || same(node, mine, base)) return theirs;
    if (same(node, theirs, base)) return mine;
    if (same(node, mine, theirs)) return theirs;
    if (node.kind === 'list' && node.orderedBy === 'system') {
      return this.#lists(node, listOf(base), listOf(mine), listOf(theirs), path);
    }
    if (node.kind === 'container') {
      const isImplied = !node.presence;
      const empty = new Branch(node, []);
      const branch = (slot: Slot): Branch | undefined =>
        slot instanceof Branch ? slot : isImplied ? empty : undefined;
      const [was, my, their] = [branch(base), branch(mine), branch(theirs)];
      if (my && their) {
        const merged = this.branches(was ?? empty, my, their, [...path, pathStep(node)]);
        const isNothing = isImplied && merged.slots.every((slot) => slot === undefined);
        return isNothing ? undefined : merged;
      }
    }
    return this.#conflict(mine, theirs, [...path, pathStep(node)]);
  }

  #lists(
    node: ListNode,
    base: DataList | undefined,
    mine: DataList | undefined,
    theirs: DataList | undefined,
    path: readonly PathStep[],
  ): DataList | undefined {
    const merged = (theirs ?? DataList.empty(node)).edit();
    const take = (was: Branch | undefined, my: Branch | undefined, probe: Branch): void => {
      const their = theirs?.get(probe);
      const row = this.#rows(was, my, their, [...path, pathStep(node, probe)]);
      if (row === their) return;
      if (row) merged.set(row);
      else merged.delete(probe);
    };
    DataList.diff(base, mine, {
      added: (row) => {
        take(undefined, row, row);
      },
      removed: (row) => {
        take(row, undefined, row);
      },
      changed: (was, row) => {
        take(was, row, row);
      },
    });
    return merged.size === 0 ? undefined : merged.done();
  }

  #rows(
    base: Branch | undefined,
    mine: Branch | undefined,
    theirs: Branch | undefined,
    path: readonly PathStep[],
  ): Branch | undefined {
    if (sameBranch(mine, base)) return theirs;
    if (sameBranch(theirs, base)) return mine;
    if (sameBranch(mine, theirs)) return theirs;
    if (mine && theirs) {
      // Added by both: what they have in common counts as having been there.
      return this.branches(base ?? new Branch(mine.schema, []), mine, theirs, path);
    }
    return this.#conflict(mine, theirs, path);
  }

  #conflict<T>(mine: T, theirs: T, path: readonly PathStep[]): T {
    this.conflicts.push(path);
    return this.#preference === 'mine' ? mine : theirs;
  }
}

function listOf(slot: Slot): DataList | undefined {
  return slot instanceof DataList ? slot : undefined;
}

function sameBranch(one: Branch | undefined, other: Branch | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && sameTree(one, other));
}

/** Compared as the only children of branches, so that every kind of node is compared as trees are. */
function same(node: DataSchemaNode, one: Slot, other: Slot): boolean {
  if (one === other) return true;
  if (one instanceof Branch && other instanceof Branch) return sameTree(one, other);
  const parent = node.parent;
  if (!('dataChildren' in parent)) return false;
  const bare = new Branch(parent, []);
  return sameTree(bare.with(node, one), bare.with(node, other));
}
