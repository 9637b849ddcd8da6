/** Locks on parts of running (RFC 5717): who has which, and what they keep others from. */
import type { Branch } from '../../src/data/index.ts';
import {
  RpcErrorException,
  inUse,
  invalidValue,
  lockDenied,
  resourceDenied,
} from '../../src/error/index.ts';
import type { LockedNode } from './locked-node.ts';

export interface PartialLock {
  readonly id: number;
  readonly sessionId: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** The expressions as they were given. */
  readonly select: readonly string[];
  /** The scope: what of the nodes that were found then is still there. */
  readonly nodes: readonly LockedNode[];
}

/** Locks of all sessions together, and nodes of all locks: every change is compared with each of these. */
const MAX_LOCKS = 1000;
const MAX_NODES = 10_000;
const LARGEST_ID = 0xffffffff;

export class PartialLocks {
  #locks: readonly PartialLock[] = [];
  #lastId = 0;

  get all(): readonly PartialLock[] {
    return this.#locks;
  }

  /** Throws lock-denied when another session has a part of what is to be protected, resource-denied when it is too much. */
  acquire(lock: Omit<PartialLock, 'id'>): PartialLock {
    for (const held of this.#locks) {
      if (held.sessionId === lock.sessionId) continue;
      if (held.nodes.some((node) => lock.nodes.some((it) => it.overlaps(node)))) {
        throw new RpcErrorException(lockDenied(held.sessionId));
      }
    }
    const nodes = this.#locks.reduce((sum, held) => sum + held.nodes.length, lock.nodes.length);
    if (this.#locks.length >= MAX_LOCKS || nodes > MAX_NODES) {
      throw new RpcErrorException(
        resourceDenied('too many nodes are locked', { type: 'protocol' }),
      );
    }
    const granted = { ...lock, id: this.#nextId() };
    this.#locks = [...this.#locks, granted];
    return granted;
  }

  /** Throws invalid-value unless the session has this lock. */
  release(id: number, sessionId: number): void {
    if (!this.#locks.some((lock) => lock.id === id && lock.sessionId === sessionId)) {
      const message = `this session has no partial lock ${String(id)}`;
      throw new RpcErrorException(invalidValue(message, { type: 'protocol' }));
    }
    this.#locks = this.#locks.filter((lock) => lock.id !== id);
  }

  releaseAll(sessionId: number): void {
    this.#locks = this.#locks.filter((lock) => lock.sessionId !== sessionId);
  }

  /** A lock on all of running is not given while anybody, the session itself included, has one on a part (section 2.5). */
  checkNone(): void {
    const [held] = this.#locks;
    if (!held) return;
    const message = `session ${String(held.sessionId)} has locked a part of running`;
    throw new RpcErrorException(lockDenied(held.sessionId, { message }));
  }

  /** Throws in-use, with the app-tag `locked`, when the change touches what another session protects (section 2.5). */
  checkChange(before: Branch, after: Branch, sessionId: number): void {
    for (const lock of before === after ? [] : this.#locks) {
      if (lock.sessionId === sessionId) continue;
      const touched = lock.nodes.find((node) => node.isTouched(before, after));
      if (!touched) continue;
      const message = `session ${String(lock.sessionId)} has locked "${touched.path}"`;
      // With the path whoever may not read the node is told no more than that.
      const details = { type: 'protocol', appTag: 'locked', path: touched.instance } as const;
      throw new RpcErrorException(inUse(message, details));
    }
  }

  /** What is deleted leaves the scope, and comes back unlocked; the lock stays, even with nothing in it (section 2.4.1). */
  follow(running: Branch): void {
    this.#locks = this.#locks.map((lock) => {
      const nodes = lock.nodes.filter((node) => node.isIn(running));
      return nodes.length === lock.nodes.length ? lock : { ...lock, nodes };
    });
  }

  #nextId(): number {
    do this.#lastId = this.#lastId >= LARGEST_ID ? 1 : this.#lastId + 1;
    while (this.#locks.some(({ id }) => id === this.#lastId));
    return this.#lastId;
  }
}
