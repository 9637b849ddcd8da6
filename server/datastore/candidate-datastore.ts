/** The candidate datastore that all sessions share (RFC 6241, section 8.3). */
import type { Branch } from '../../src/data/index.ts';
import type { Requester } from '../session/requester.ts';

/** Candidates, one or many: nobody but the implementation knows which one a session has. */
export interface Candidates {
  /** What the session works on; without one, what a session that has changed nothing would. */
  tree(by?: Requester): Branch;
  set(tree: Branch, by: Requester): void;
  /** Whether the candidate of the session differs from running by an edit, even if that changed nothing in sum. */
  isModified(by: Requester): boolean;
  /** Running was `before` and is `after`: candidates without changes go along. */
  follow(before: Branch, after: Branch): void;
  /** Changes every candidate that has changes of its own, for what has to happen. */
  rewrite(change: (candidate: Branch) => Branch): void;
  sessionEnded(by: Requester): void;
}

/** A candidate without changes is the very object that running is. */
export class SharedCandidate implements Candidates {
  #tree: Branch;
  #running: Branch;

  constructor(running: Branch) {
    this.#tree = running;
    this.#running = running;
  }

  tree(): Branch {
    return this.#tree;
  }

  set(tree: Branch): void {
    this.#tree = tree;
  }

  isModified(): boolean {
    return this.#tree !== this.#running;
  }

  follow(before: Branch, after: Branch): void {
    this.#running = after;
    if (this.#tree === before) this.#tree = after;
  }

  rewrite(change: (candidate: Branch) => Branch): void {
    if (this.isModified()) this.#tree = change(this.#tree);
  }

  /** Changes of a session stay for the others unless it held the lock, and then they have been discarded. */
  sessionEnded(): void {
    // Nothing belongs to a session.
  }
}
