/** Global locks on datastores (RFC 6241, section 7.5). */
import { RpcErrorException, inUse, lockDenied, operationFailed } from '../../src/error/index.ts';

/** The configuration datastores of RFC 6241, section 5.1; candidate and startup if the schema has them. */
export type DatastoreName = 'running' | 'candidate' | 'startup';

export interface Lock {
  readonly sessionId: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export class LockTable {
  readonly #locks = new Map<DatastoreName, Lock>();

  get(datastore: DatastoreName): Lock | undefined {
    return this.#locks.get(datastore);
  }

  get isEmpty(): boolean {
    return this.#locks.size === 0;
  }

  /** Takes the lock; throws lock-denied when anybody holds it, the session itself included. */
  acquire(datastore: DatastoreName, lock: Lock): void {
    const held = this.#locks.get(datastore);
    if (held) throw new RpcErrorException(lockDenied(held.sessionId));
    this.#locks.set(datastore, lock);
  }

  release(datastore: DatastoreName, sessionId: number): void {
    const held = this.#locks.get(datastore);
    if (held?.sessionId === sessionId) {
      this.#locks.delete(datastore);
      return;
    }
    const reason = held
      ? `the lock on ${datastore} is held by session ${String(held.sessionId)}`
      : `${datastore} is not locked`;
    throw new RpcErrorException(operationFailed(reason, { type: 'protocol' }));
  }

  /** Gives up all locks of a session; returns the datastores that it had locked. */
  releaseAll(sessionId: number): readonly DatastoreName[] {
    const released = [...this.#locks]
      .filter(([, lock]) => lock.sessionId === sessionId)
      .map(([datastore]) => datastore);
    for (const datastore of released) this.#locks.delete(datastore);
    return released;
  }

  /** Throws in-use when another session holds the lock on one of the datastores. */
  checkNotHeldByOther(datastores: readonly DatastoreName[], sessionId: number): void {
    for (const datastore of datastores) {
      const held = this.#locks.get(datastore);
      if (!held || held.sessionId === sessionId) continue;
      throw new RpcErrorException(
        inUse(`${datastore} is locked by session ${String(held.sessionId)}`, { type: 'protocol' }),
      );
    }
  }
}
