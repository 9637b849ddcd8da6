/**
 * The versions of the nodes of one datastore. Trees share what they have in common, so a version belongs to the very
 * object, and a change gives another one to what differs only.
 */
import type { Branch } from '../../src/data/index.ts';
import type { BranchSchemaNode } from '../../src/yang/index.ts';
import { treeDifference } from './tree-difference.ts';
import type { Version } from './txid-history.ts';

/** The version of a branch of a tree; undefined for what is not in running and has none yet. */
export type VersionOf = (branch: Branch) => Version | undefined;

/**
 * Whether nodes of the schema have versions (draft-ietf-netconf-transaction-id, section 3.2): the datastore itself,
 * entries of lists, and containers but those with presence, which may be empty; these go with what is around them.
 */
export function isVersioned(schema: BranchSchemaNode): boolean {
  return schema.kind === 'container' ? !schema.presence : true;
}

export class DatastoreVersions {
  readonly #versions = new WeakMap<Branch, Version>();
  /** Of everything that has not changed since. */
  readonly #initial: Version;
  #tree: Branch;

  constructor(tree: Branch, initial: Version) {
    this.#tree = tree;
    this.#initial = initial;
  }

  get tree(): Branch {
    return this.#tree;
  }

  of(branch: Branch): Version {
    return this.#versions.get(branch) ?? this.#initial;
  }

  /** The datastore is `tree` now. `next` is called when that is another content. */
  follow(tree: Branch, next: () => Version): void {
    if (tree === this.#tree) return;
    const { changed, same } = treeDifference(this.#tree, tree);
    // Before others are set: an object may have come back in the place of an equal one.
    const kept = [...same].map(([now, old]) => [now, this.of(old)] as const);
    for (const [branch, version] of kept) this.#versions.set(branch, version);
    if (changed.size > 0) {
      const version = next();
      for (const branch of changed) this.#versions.set(branch, version);
    }
    this.#tree = tree;
  }

  /** The versions of a tree that is to become this one: what differs has none yet. */
  ofCandidate(tree: Branch): VersionOf {
    const { changed, same } = treeDifference(this.#tree, tree);
    return (branch) => (changed.has(branch) ? undefined : this.of(same.get(branch) ?? branch));
  }
}
