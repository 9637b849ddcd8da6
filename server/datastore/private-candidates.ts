/**
 * A candidate for each session that has asked for one in its hello (draft-ietf-netconf-privcand); the others share
 * one as ever. A private candidate begins with running when the session edits it first. What running becomes
 * meanwhile is brought in by `update`, and by the commit.
 */
import type { Branch } from '../../src/data/index.ts';
import { RpcErrorException, operationFailed } from '../../src/error/index.ts';
import type { Requester } from '../session/requester.ts';
import type { Candidates } from './candidate-datastore.ts';
import { SharedCandidate } from './candidate-datastore.ts';
import { mergeTrees } from './merge-trees.ts';

export type ResolutionMode = 'revert-on-conflict' | 'prefer-candidate' | 'prefer-running';

interface PrivateCandidate {
  /** Running when it was begun, or updated last. */
  readonly base: Branch;
  readonly tree: Branch;
}

export class PrivateCandidates implements Candidates {
  readonly #shared: SharedCandidate;
  readonly #own = new Map<number, PrivateCandidate>();
  #running: Branch;

  constructor(running: Branch) {
    this.#running = running;
    this.#shared = new SharedCandidate(running);
  }

  tree(by?: Requester): Branch {
    if (!by?.hasPrivateCandidate) return this.#shared.tree();
    return this.#own.get(by.id)?.tree ?? this.#running;
  }

  set(tree: Branch, by: Requester): void {
    if (!by.hasPrivateCandidate) this.#shared.set(tree);
    else if (tree === this.#running) this.#own.delete(by.id);
    else this.#own.set(by.id, { base: this.#own.get(by.id)?.base ?? this.#running, tree });
  }

  isModified(by: Requester): boolean {
    return by.hasPrivateCandidate ? this.#own.has(by.id) : this.#shared.isModified();
  }

  follow(before: Branch, after: Branch): void {
    this.#running = after;
    this.#shared.follow(before, after);
    for (const [id, { tree }] of this.#own) {
      // The second is what has just been committed.
      if (tree === before || tree === after) this.#own.delete(id);
    }
  }

  rewrite(change: (candidate: Branch) => Branch): void {
    this.#shared.rewrite(change);
    for (const [id, { base, tree }] of this.#own) this.#own.set(id, { base, tree: change(tree) });
  }

  sessionEnded(by: Requester): void {
    this.#own.delete(by.id);
  }

  /** Brings what running has become into the candidate of the session. Throws operation-failed, and changes nothing then. */
  update(mode: ResolutionMode, by: Requester): void {
    const own = this.#own.get(by.id);
    if (!own || own.base === this.#running) return;
    const preference = mode === 'prefer-running' ? 'theirs' : 'mine';
    const { tree, conflicts } = mergeTrees(own.base, own.tree, this.#running, preference);
    if (mode === 'revert-on-conflict' && conflicts.length > 0) {
      const message = 'running has been changed here since, and so has the candidate';
      throw new RpcErrorException(
        conflicts.map((path) => operationFailed(message, { type: 'application', path })),
      );
    }
    this.#own.set(by.id, { base: this.#running, tree });
  }
}
