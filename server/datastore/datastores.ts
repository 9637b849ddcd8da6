/**
 * The datastores running, candidate and startup, and their locks (RFC 6241, sections 7.5, 8.3 and 8.7).
 *
 * Whatever changes something passes through one queue. How running changes is {@link RunningDatastore}'s.
 */
import {
  RpcErrorException,
  inUse,
  lockDenied,
  operationNotSupported,
} from '../../src/error/index.ts';
import { emptyRoot, sameTree, validateFull } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { hasFeature } from '../features.ts';
import { startPlane } from '../plane/plane-failure.ts';
import type { Requester } from '../session/requester.ts';
import { SerialQueue } from '../serial-queue.ts';
import type { Arrivals } from './arrivals.ts';
import { SharedCandidate } from './candidate-datastore.ts';
import type { Candidates } from './candidate-datastore.ts';
import type { CommitRequest, PendingCommit } from './confirmed-commit.ts';
import { DEFAULT_MAX_VALIDATION_VISITS } from './datastores-options.ts';
import type { DatastoresOptions } from './datastores-options.ts';
import type { DatastoreChange, DatastoreListener } from './events.ts';
import { LeaseExpiry } from './lease-expiry.ts';
import { loadStored } from './load-stored.ts';
import { LockTable } from './lock-table.ts';
import type { DatastoreName } from './lock-table.ts';
import { PartialLocks } from './partial-locks.ts';
import type { PartialLock } from './partial-locks.ts';
import { PrivateCandidates } from './private-candidates.ts';
import type { ResolutionMode } from './private-candidates.ts';
import { RunningDatastore } from './running-datastore.ts';
import { StoredConfiguration } from './stored-configuration.ts';
import { takeBack } from './take-back.ts';
import { VmTree } from './vm-tree.ts';

export type { DatastoresOptions } from './datastores-options.ts';

/** What an edit makes of the content of a datastore. Throws to change nothing. */
export type Edit = (content: Branch) => Branch;

export class Datastores {
  /** Those that the schema has. */
  readonly names: readonly DatastoreName[];
  readonly locks = new LockTable();
  readonly partialLocks = new PartialLocks();
  readonly vmTree: VmTree | undefined;
  readonly #options: DatastoresOptions;
  readonly #queue = new SerialQueue();
  readonly #stored: StoredConfiguration;
  readonly #running: RunningDatastore;
  readonly #candidates: Candidates;
  readonly #private: PrivateCandidates | undefined;
  /** Sessions that have locked their own candidate, from which nobody else is kept. */
  readonly #privateLocks = new Set<number>();
  readonly #leases: LeaseExpiry | undefined;
  readonly #listeners = new Set<DatastoreListener>();

  private constructor(options: DatastoresOptions, root: Branch, stored: Branch) {
    const { context, clock, logger, store } = options;
    this.#options = options;
    this.names = datastoreNames(options);
    this.vmTree = VmTree.of(context);
    const followsRunning = !this.names.includes('startup');
    const { vmTree } = this;
    this.#stored = new StoredConfiguration(store, stored, { vmTree, logger, followsRunning });
    const hasOwn = hasFeature(context, 'ietf-netconf-private-candidate', 'private-candidate');
    this.#private = hasOwn ? new PrivateCandidates(root) : undefined;
    this.#candidates = this.#private ?? new SharedCandidate(root);
    this.#leases =
      vmTree &&
      new LeaseExpiry({
        vmTree,
        clock,
        logger,
        onExpiry: (id) => {
          this.#background('standby-lease', () => this.#expire(id));
        },
      });
    this.#running = new RunningDatastore(root, options, {
      vmTree,
      stored: this.#stored,
      listener: {
        settled: (before, after) => {
          this.#candidates.follow(before, after);
          this.partialLocks.follow(after);
        },
        switched: (before, after, by, vms) => {
          this.#switched({ datastore: 'running', before, after, by, vms });
        },
        confirmedCommit: (event) => {
          this.#tell((listener) => listener.confirmedCommit?.(event));
        },
        timeIsUp: () => {
          this.#background('confirm-timeout', async () => {
            await this.#running.timeOut();
            await this.#expire();
          });
        },
      },
    });
  }

  /**
   * Loads what is stored, reverting a confirmed commit that a stop has left pending. Throws StoredConfigurationError,
   * and whatever a plane or participant says that cannot start; then the store is closed.
   */
  static async open(options: DatastoresOptions): Promise<Datastores> {
    try {
      return await Datastores.#start(options);
    } catch (error) {
      await options.store.close().catch(() => undefined);
      throw error;
    }
  }

  static async #start(options: DatastoresOptions): Promise<Datastores> {
    const { context, store, logger, planes, participants } = options;
    const { root: stored = emptyRoot(context), pending } = await loadStored(options);
    if (pending) {
      const { persist, sessionId, deadline } = pending;
      const record = { reason: 'restart', persist, sessionId, deadline };
      logger.log('warning', 'confirmed-commit-reverted', record);
    }
    // The entries that room was kept for went with the last process, and so did whoever was bringing them.
    const root = VmTree.of(context)?.withoutStandbyReservations(stored) ?? stored;
    const datastores = new Datastores(options, root, stored);
    if (root !== stored) await datastores.#releasedReservations(root);
    for (const participant of participants) await participant.start?.(root);
    const vms = [...(datastores.vmTree?.vms(root) ?? [])];
    for (const plane of planes) await startPlane(plane, vms);
    if (pending) {
      await datastores.#takeBack(pending.arrivals);
      await store.setPending(undefined);
    }
    datastores.#leases?.start(root);
    return datastores;
  }

  /** When storing it fails the next start does it. */
  async #releasedReservations(root: Branch): Promise<void> {
    this.#options.logger.log('warning', 'reservations-released', { reason: 'restart' });
    await this.#stored.follow(this.#stored.root, root).catch(() => undefined);
  }

  async #takeBack(arrivals: Arrivals | undefined): Promise<void> {
    const { vmTree } = this;
    if (arrivals && vmTree) await takeBack(arrivals, this.running, { ...this.#options, vmTree });
  }

  get running(): Branch {
    return this.#running.tree;
  }

  get pendingCommit(): PendingCommit<Branch> | undefined {
    return this.#running.confirmed.pending;
  }

  /** Content of a datastore; of the candidate that the session has, where each has its own. */
  tree(name: DatastoreName, by?: Requester): Branch {
    switch (name) {
      case 'running':
        return this.running;
      case 'candidate':
        return this.#candidates.tree(by);
      case 'startup':
        return this.#stored.root;
    }
  }

  /** Tells `listener` of everything that happens from now on; returns what ends that. */
  listen(listener: DatastoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Replaces the content of a datastore by what `edit` makes of it (RFC 6241, sections 7.2 and 7.3). Running and
   * startup are valid afterwards (RFC 7950, section 8.3.3), a candidate when it is committed. Throws in-use,
   * access-denied, whatever `edit` throws, and what speaks against the change.
   */
  edit(name: DatastoreName, by: Requester, edit: Edit): Promise<void> {
    return this.#queue.run(async () => {
      this.#checkLocks([name], by);
      const next = edit(this.tree(name, by));
      if (name === 'running') await this.#editRunning(next, by);
      else if (name === 'startup') await this.#setStartup(next, by);
      else this.#setCandidate(next, by);
      await this.#expire();
    });
  }

  /**
   * Makes startup what running is (RFC 6241, section 8.7). It takes the right to do so and none to the nodes
   * (RFC 8341, section 3.2.6). Throws in-use and resource-denied.
   */
  saveRunning(by: Requester): Promise<void> {
    return this.#queue.run(async () => {
      this.locks.checkNotHeldByOther(['startup'], by.id);
      await this.#store(this.running, by);
    });
  }

  discardChanges(by: Requester): Promise<void> {
    return this.#queue.run(() => {
      this.#checkLocks(['candidate'], by);
      this.#resetCandidate(by);
    });
  }

  #resetCandidate(by: Requester): void {
    this.#candidates.set(this.running, by);
    this.#tell((listener) => listener.candidateReset?.(by));
  }

  async #editRunning(next: Branch, by: Requester): Promise<void> {
    this.partialLocks.checkChange(this.running, next, by.id);
    await this.#running.edit(next, by);
  }

  /**
   * Brings what running has become into the candidate of the session (draft-ietf-netconf-privcand). Throws
   * operation-not-supported for a session without one, and operation-failed for each conflict.
   */
  updateCandidate(mode: ResolutionMode, by: Requester): Promise<void> {
    return this.#queue.run(() => {
      if (!this.#private || !this.#hasOwn(by)) {
        const message = 'this session has no private candidate: it has to ask for one in its hello';
        throw new RpcErrorException(operationNotSupported(message));
      }
      this.#private.update(mode, by);
    });
  }

  /** Nodes that constraints may visit on behalf of a session. */
  get maxValidationVisits(): number {
    return this.#options.maxValidationVisits ?? DEFAULT_MAX_VALIDATION_VISITS;
  }

  #hasOwn(by: Requester): boolean {
    return this.#private !== undefined && by.hasPrivateCandidate === true;
  }

  /** Nobody but its session changes a private candidate, so locks of others do not concern it. */
  #checkLocks(names: readonly DatastoreName[], by: Requester): void {
    const concerned = this.#hasOwn(by) ? names.filter((name) => name !== 'candidate') : names;
    this.locks.checkNotHeldByOther(concerned, by.id);
  }

  #setCandidate(next: Branch, by: Requester): void {
    by.access.checkWrite(this.#candidates.tree(by), next);
    this.#candidates.set(next, by);
  }

  async #setStartup(next: Branch, by: Requester): Promise<void> {
    by.access.checkWrite(this.#stored.root, next);
    const errors = validateFull(next, this.#options.context, {
      maxVisits: this.maxValidationVisits,
    });
    if (errors.length > 0) throw new RpcErrorException(errors);
    await this.#store(next, by);
  }

  async #store(next: Branch, by: Requester): Promise<void> {
    const before = this.#stored.root;
    await this.#stored.save(before, next);
    const after = this.#stored.root;
    if (sameTree(before, after)) return;
    this.#tell((listener) => {
      listener.changed?.({ datastore: 'startup', before, after, by, vms: [] });
    });
  }

  lock(name: DatastoreName, by: Requester): Promise<void> {
    const { id: sessionId } = by;
    return this.#queue.run(() => {
      if (name === 'candidate' && this.#hasOwn(by)) {
        if (this.#privateLocks.has(sessionId)) throw new RpcErrorException(lockDenied(sessionId));
        this.#privateLocks.add(sessionId);
        return;
      }
      const held = this.locks.get(name);
      const pending = this.pendingCommit;
      if (!held && name === 'candidate' && !sameTree(this.#candidates.tree(), this.running)) {
        const message = 'candidate has changes that are neither committed nor discarded';
        throw new RpcErrorException(lockDenied(0, { message }));
      }
      if (!held && name === 'running' && pending && pending.sessionId !== sessionId) {
        const message = 'another session has a confirmed commit pending';
        throw new RpcErrorException(lockDenied(pending.sessionId, { message }));
      }
      if (!held && name === 'running') this.partialLocks.checkNone();
      this.locks.acquire(name, { sessionId, since: this.#options.clock.now() });
    });
  }

  /**
   * Locks the nodes that `scope` finds in running (RFC 5717, section 2.4.1). Throws what it throws, in-use while a
   * confirmed commit is pending, and lock-denied.
   */
  partialLock(
    { id: sessionId }: Requester,
    scope: (running: Branch) => Pick<PartialLock, 'select' | 'nodes'>,
  ): Promise<PartialLock> {
    return this.#queue.run(() => {
      const found = scope(this.running);
      if (this.pendingCommit) {
        const appTag = 'outstanding-confirmed-commit';
        const message = 'a confirmed commit is pending, and its rollback may change what is locked';
        throw new RpcErrorException(inUse(message, { type: 'protocol', appTag }));
      }
      const held = this.locks.get('running');
      if (held) throw new RpcErrorException(lockDenied(held.sessionId));
      return this.partialLocks.acquire({ ...found, sessionId, since: this.#options.clock.now() });
    });
  }

  /** Throws invalid-value unless the session has this lock. */
  partialUnlock(lockId: number, by: Requester): Promise<void> {
    return this.#queue.run(async () => {
      this.partialLocks.release(lockId, by.id);
      await this.#expire();
    });
  }

  unlock(name: DatastoreName, by: Requester): Promise<void> {
    return this.#queue.run(async () => {
      const wasOwn = name === 'candidate' && this.#privateLocks.delete(by.id);
      if (!wasOwn) this.locks.release(name, by.id);
      // RFC 6241, section 8.3.5.2: changes that are outstanding go with the lock.
      if (name === 'candidate') this.#resetCandidate(by);
      await this.#expire();
    });
  }

  /** Checks a tree that is to replace running; throws every fault. */
  checkValid(tree: Branch): void {
    this.#running.checkValid(tree);
  }

  /** `check` is called in its turn, before anything is done, and may throw. */
  commit(request: CommitRequest, by: Requester, check?: () => void): Promise<void> {
    return this.#queue.run(async () => {
      this.#checkLocks(['running', 'candidate'], by);
      check?.();
      if (this.#hasOwn(by)) this.#private?.update('revert-on-conflict', by);
      const next = this.#candidates.tree(by);
      this.partialLocks.checkChange(this.running, next, by.id);
      await this.#running.commit(next, request, by);
      this.#tell((listener) => listener.candidateReset?.(by));
      await this.#expire();
    });
  }

  cancelCommit(persistId: string | undefined, by: Requester): Promise<void> {
    return this.#queue.run(async () => {
      await this.#running.cancel(persistId, by);
      await this.#expire();
    });
  }

  /** Gives back what the session held: its locks, and its confirmed commit unless that is persistent. */
  sessionEnded(by: Requester): Promise<void> {
    return this.#queue.run(async () => {
      const hasLocked = this.locks.get('candidate')?.sessionId === by.id;
      if (hasLocked || this.#hasOwn(by)) this.#resetCandidate(by);
      await this.#running.sessionEnded(by);
      this.#candidates.sessionEnded(by);
      this.#privateLocks.delete(by.id);
      this.locks.releaseAll(by.id);
      this.partialLocks.releaseAll(by.id);
      await this.#expire();
    });
  }

  /** Resolves when every change that has been asked for so far is made or refused. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  /** Stops timers. A pending confirmed commit stays on disk and is reverted by the next start. */
  async close(): Promise<void> {
    await this.#queue.idle();
    this.#leases?.close();
    this.#running.close();
    await this.#stored.close();
  }

  /** Deletes VMs whose lease has run out, if that is possible now. */
  async #expire(id?: string): Promise<void> {
    const isLocked = !this.locks.isEmpty || this.partialLocks.all.length > 0;
    const isHeldUp = isLocked || this.pendingCommit !== undefined;
    await this.#leases?.expire(id, isHeldUp, this.#running, this.#candidates);
  }

  #switched(change: DatastoreChange): void {
    const { before, after, vms } = change;
    this.#candidates.follow(before, after);
    this.partialLocks.follow(after);
    this.#leases?.update(vms);
    if (before !== after) this.#tell((listener) => listener.changed?.(change));
  }

  /** What has happened has happened: a listener that fails is reported in the log, and the others are told. */
  #tell(tell: (listener: DatastoreListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        tell(listener);
      } catch (error) {
        this.#options.logger.log('error', 'listener-failed', { error });
      }
    }
  }

  #background(what: string, task: () => Promise<void>): void {
    this.#queue.run(task).catch((error: unknown) => {
      this.#options.logger.log('error', 'background-task-failed', { what, error });
    });
  }
}

function datastoreNames({ context }: DatastoresOptions): readonly DatastoreName[] {
  const has = (feature: string): boolean => hasFeature(context, 'ietf-netconf', feature);
  return [
    'running',
    ...(has('candidate') ? (['candidate'] as const) : []),
    ...(has('startup') ? (['startup'] as const) : []),
  ];
}
