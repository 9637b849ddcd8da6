/**
 * The datastores running and candidate, and everything that changes them (RFC 6241, sections 7.5, 8.3
 * and 8.4).
 *
 * Trees are immutable, so a candidate without changes is the very object that running is, a backup is a
 * reference, and readers need no lock. Whatever changes something passes through one queue.
 */
import { RpcErrorException, lockDenied } from '../../src/error/index.ts';
import { emptyRoot, sameTree, validate, validateFull } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { modeOf, vmId } from '../../src/sami/index.ts';
import type { Clock } from '../../src/util/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Logger } from '../logger.ts';
import { startPlane } from '../plane/plane-failure.ts';
import type { DataPlane, VmChange } from '../plane/plane.ts';
import type { Requester } from '../session/requester.ts';
import { SerialQueue } from '../serial-queue.ts';
import { addressConflicts } from './address-conflicts.ts';
import { arrivalsOf } from './arrivals.ts';
import type { Arrivals } from './arrivals.ts';
import { checkKinds } from './check-kinds.ts';
import { ConfirmedCommit } from './confirmed-commit.ts';
import type { CommitRequest, PendingCommit } from './confirmed-commit.ts';
import type { ChangedBy, ConfirmedCommitEvent, DatastoreListener } from './events.ts';
import { LockTable } from './lock-table.ts';
import type { DatastoreName } from './lock-table.ts';
import { PlaneTransaction } from './plane-transaction.ts';
import { settlePlanes } from './settle-planes.ts';
import { StandbyLeases } from './standby-leases.ts';
import type { ConfigurationStore } from './store.ts';
import { StoredConfiguration, describePending } from './stored-configuration.ts';
import { takeBack } from './take-back.ts';
import { keepTables } from './kept-tables.ts';
import { VmTree } from './vm-tree.ts';

export interface DatastoresOptions {
  readonly context: SchemaContext;
  readonly planes: readonly DataPlane[];
  readonly store: ConfigurationStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What is noted of a confirmed commit while it is pending. */
interface Trial {
  readonly pending: PendingCommit<Branch>;
  readonly arrivals: Arrivals | undefined;
  readonly by: Requester;
}

export class Datastores {
  readonly locks = new LockTable();
  readonly vmTree: VmTree | undefined;
  readonly #options: DatastoresOptions;
  readonly #queue = new SerialQueue();
  readonly #confirmed: ConfirmedCommit<Branch>;
  readonly #stored: StoredConfiguration;
  readonly #leases: StandbyLeases;
  /** VMs whose lease ran out while somebody held a lock. */
  readonly #overdue = new Set<string>();
  readonly #listeners = new Set<DatastoreListener>();
  /** What the pending commit has merged. */
  #arrivals: Arrivals | undefined;
  #running: Branch;
  #candidate: Branch;

  private constructor(options: DatastoresOptions, root: Branch) {
    this.#options = options;
    this.vmTree = VmTree.of(options.context);
    this.#running = root;
    this.#candidate = root;
    this.#stored = new StoredConfiguration(options.store, root, {
      vmTree: this.vmTree,
      logger: options.logger,
    });
    this.#confirmed = new ConfirmedCommit(options.clock, () => {
      this.#background('confirm-timeout', () => this.#timeOut());
    });
    this.#leases = new StandbyLeases(options.clock, (id) => {
      this.#background('standby-lease', () => this.#expire([id]));
    });
  }

  /** Loads what is stored, reverting a confirmed commit that a stop has left pending. */
  static async open(options: DatastoresOptions): Promise<Datastores> {
    const { context, store, logger, planes } = options;
    const { root = emptyRoot(context), pending } = await store.load();
    const errors = validateFull(root, context);
    if (errors.length > 0) throw new RpcErrorException(errors);
    if (pending) {
      const { persist, sessionId, deadline } = pending;
      const record = { reason: 'restart', persist, sessionId, deadline };
      logger.log('warning', 'confirmed-commit-reverted', record);
    }
    const datastores = new Datastores(options, root);
    await datastores.#releaseReservations();
    const vms = [...(datastores.vmTree?.vms(datastores.#running) ?? [])];
    for (const plane of planes) await startPlane(plane, vms);
    if (pending) {
      await datastores.#takeBack(pending.arrivals);
      await store.setPending(undefined);
    }
    datastores.#leases.update(vms.map((vm) => ({ id: vmId(vm), before: undefined, after: vm })));
    return datastores;
  }

  /** The entries that room was kept for went with the last process, and so did whoever was bringing them. */
  async #releaseReservations(): Promise<void> {
    const before = this.#running;
    const after = this.vmTree?.withoutStandbyReservations(before) ?? before;
    if (after === before) return;
    this.#options.logger.log('warning', 'reservations-released', { reason: 'restart' });
    // When that fails the next start does it.
    await this.#stored.save(before, after).catch(() => undefined);
    this.#running = after;
    this.#candidate = after;
  }

  async #takeBack(arrivals: Arrivals | undefined): Promise<void> {
    const { vmTree } = this;
    if (arrivals && vmTree) await takeBack(arrivals, this.#running, { ...this.#options, vmTree });
  }

  get running(): Branch {
    return this.#running;
  }

  get candidate(): Branch {
    return this.#candidate;
  }

  get pendingCommit(): PendingCommit<Branch> | undefined {
    return this.#confirmed.pending;
  }

  tree(name: DatastoreName): Branch {
    return name === 'running' ? this.#running : this.#candidate;
  }

  /** Tells `listener` of everything that happens from now on; returns what ends that. */
  listen(listener: DatastoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Replaces the candidate by what `edit` makes of it. */
  editCandidate(by: Requester, edit: (candidate: Branch) => Branch): Promise<void> {
    return this.#queue.run(() => {
      this.locks.checkNotHeldByOther(['candidate'], by.id);
      this.#candidate = edit(this.#candidate);
    });
  }

  discardChanges(by: Requester): Promise<void> {
    return this.editCandidate(by, () => this.#running);
  }

  lock(name: DatastoreName, { id: sessionId }: Requester): Promise<void> {
    return this.#queue.run(() => {
      const held = this.locks.get(name);
      const pending = this.#confirmed.pending;
      if (!held && name === 'candidate' && !sameTree(this.#candidate, this.#running)) {
        const message = 'candidate has changes that are neither committed nor discarded';
        throw new RpcErrorException(lockDenied(0, { message }));
      }
      if (!held && name === 'running' && pending && pending.sessionId !== sessionId) {
        const message = 'another session has a confirmed commit pending';
        throw new RpcErrorException(lockDenied(pending.sessionId, { message }));
      }
      this.locks.acquire(name, { sessionId, since: this.#options.clock.now() });
    });
  }

  unlock(name: DatastoreName, { id: sessionId }: Requester): Promise<void> {
    return this.#queue.run(async () => {
      this.locks.release(name, sessionId);
      // RFC 6241, section 8.3.5.2: changes that are outstanding go with the lock.
      if (name === 'candidate') this.#candidate = this.#running;
      await this.#expire([]);
    });
  }

  /** Checks a tree that is to replace running; throws every fault. */
  checkValid(tree: Branch): void {
    const { vmTree } = this;
    const errors = [
      ...validate(this.#running, tree, this.#options.context),
      ...(vmTree ? addressConflicts(this.#changes(this.#running, tree), tree, vmTree) : []),
    ];
    if (errors.length > 0) throw new RpcErrorException(errors);
  }

  commit(request: CommitRequest, by: Requester): Promise<void> {
    return this.#queue.run(async () => {
      const { id: sessionId } = by;
      this.locks.checkNotHeldByOther(['running', 'candidate'], sessionId);
      this.#confirmed.checkCommit(request, sessionId);
      const next = this.#candidate;
      this.checkValid(next);
      const changes = this.#changes(this.#running, next);
      const { planes, logger } = this.#options;
      checkKinds(changes, planes, this.vmTree);
      const transaction = await PlaneTransaction.prepare(planes, changes, logger);
      if (request.confirmed) {
        const { backup, arrivals } = await this.#backup(changes, next, transaction);
        const pending = this.#confirmed.next(request, sessionId, backup);
        await this.#commitOnTrial(next, transaction, { pending, arrivals, by });
      } else await this.#commitForGood(next, transaction, by);
    });
  }

  /** A confirmed commit: the store keeps the backup, so that a restart restores it. */
  async #commitOnTrial(
    next: Branch,
    transaction: PlaneTransaction,
    { pending, arrivals, by }: Trial,
  ): Promise<void> {
    const before = this.#confirmed.pending;
    try {
      await this.#stored.notePending(pending, arrivals);
    } catch (error) {
      await transaction.abort();
      throw error;
    }
    try {
      await transaction.apply();
    } catch (error) {
      await this.#stored.notePending(before, this.#arrivals);
      throw error;
    }
    this.#arrivals = arrivals;
    this.#confirmed.arm(pending);
    this.#switchTo(next, by);
    const timeout = Math.round((pending.deadline - this.#options.clock.now()) / 1000);
    this.#tellConfirmedCommit({ event: before ? 'extend' : 'start', by, timeout });
  }

  /** What a rollback restores: what was in force before the first confirmed commit. */
  async #backup(
    changes: readonly VmChange[],
    next: Branch,
    transaction: PlaneTransaction,
  ): Promise<{ readonly backup: Branch; readonly arrivals: Arrivals | undefined }> {
    const backup = this.#confirmed.pending?.backup ?? this.#running;
    const { vmTree } = this;
    if (!vmTree) return { backup, arrivals: undefined };
    try {
      const surroundings = { ...this.#options, vmTree };
      return {
        backup: await keepTables(backup, changes, surroundings),
        arrivals: await arrivalsOf(this.#changes(backup, next), this.#arrivals, surroundings),
      };
    } catch (error) {
      await transaction.abort();
      throw error;
    }
  }

  /** A plain or a confirming commit. */
  async #commitForGood(next: Branch, transaction: PlaneTransaction, by: Requester): Promise<void> {
    const { planes, logger } = this.#options;
    const pending = this.#confirmed.pending;
    const base = pending?.backup ?? this.#running;
    const changes = this.#changes(base, next);
    const settling = this.vmTree?.settling(changes) ?? [];
    const settled = this.vmTree?.settle(next, settling) ?? next;
    await transaction.apply();
    try {
      await this.#stored.save(base, settled);
    } catch (error) {
      await transaction.undo();
      throw error;
    }
    if (pending) await this.#stored.forgetPending();
    this.#confirmed.disarm();
    this.#arrivals = undefined;
    this.#switchTo(next, by);
    if (pending) this.#tellConfirmedCommit({ event: 'complete', by, timeout: undefined });
    // The candidate is what has just been committed, so both are `next` and both settle.
    this.#running = settled;
    this.#candidate = settled;
    await settlePlanes(changes, this.vmTree?.kinds ?? [], planes, logger);
    await this.#expire([]);
  }

  cancelCommit(persistId: string | undefined, by: Requester): Promise<void> {
    return this.#queue.run(async () => {
      this.#confirmed.checkCancel(persistId, by.id);
      await this.#rollback('cancel-commit', by);
    });
  }

  /** Gives back what the session held: its locks, and its confirmed commit unless that is persistent. */
  sessionEnded(by: Requester): Promise<void> {
    const { id: sessionId } = by;
    return this.#queue.run(async () => {
      if (this.locks.get('candidate')?.sessionId === sessionId) this.#candidate = this.#running;
      if (this.#confirmed.sessionEnded(sessionId)) await this.#rollback('session-ended', by);
      if (this.locks.releaseAll(sessionId).length > 0) await this.#expire([]);
    });
  }

  /** Resolves when every change that has been asked for so far is made or refused. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  /** Stops timers. A pending confirmed commit stays on disk and is reverted by the next start. */
  async close(): Promise<void> {
    await this.#queue.idle();
    this.#leases.close();
    this.#confirmed.disarm();
    await this.#stored.close();
  }

  /** A follow-up that was under way when the time ran out has set it anew. */
  async #timeOut(): Promise<void> {
    const pending = this.#confirmed.pending;
    if (pending && pending.deadline <= this.#options.clock.now()) {
      await this.#rollback('confirm-timeout', 'server');
    }
  }

  /** Restores the backup, whatever happens: a plane that refuses is reported and left as it is. */
  async #rollback(reason: string, by: ChangedBy): Promise<void> {
    const pending = this.#confirmed.pending;
    if (!pending) return;
    const { planes, logger } = this.#options;
    logger.log('warning', 'confirmed-commit-reverted', { reason, ...describePending(pending) });
    const changes = this.#changes(this.#running, pending.backup);
    const transaction = await PlaneTransaction.prepareWilling(planes, changes, logger);
    await transaction.applyRegardless();
    this.#confirmed.disarm();
    this.#arrivals = undefined;
    this.#switchTo(pending.backup, by);
    const event = reason === 'confirm-timeout' ? 'timeout' : 'cancel';
    this.#tellConfirmedCommit({ event, by, timeout: undefined });
    this.#settle(changes);
    await settlePlanes(changes, this.vmTree?.kinds ?? [], planes, logger);
    await this.#stored.forgetPending();
    await this.#expire([]);
  }

  /**
   * Deletes VMs whose standby lease has run out. While somebody holds a lock nothing may change
   * (RFC 6241, section 7.5), and while a confirmed commit is pending a rollback could bring the VM back;
   * so it is made up for afterwards.
   */
  async #expire(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#overdue.add(id);
    const { vmTree } = this;
    if (!vmTree || this.#overdue.size === 0) return;
    if (!this.locks.isEmpty || this.#confirmed.pending) return;
    const expired = [...this.#overdue].filter((id) => {
      const vm = vmTree.find(this.#running, id);
      // A commit that came in between has started the lease anew.
      return vm !== undefined && modeOf(vm) === 'standby' && !this.#leases.isRunning(id);
    });
    this.#overdue.clear();
    for (const id of expired) await this.#removeVm(vmTree, id);
  }

  async #removeVm(vmTree: VmTree, id: string): Promise<void> {
    const { planes, logger } = this.#options;
    const before = this.#running;
    const candidate = this.#candidate;
    const next = vmTree.withoutVm(before, id);
    const changes = this.#changes(before, next);
    const transaction = await PlaneTransaction.prepareWilling(planes, changes, logger);
    await transaction.applyRegardless();
    logger.log('warning', 'standby-lease-expired', { vm: id });
    // When that fails a restart brings the VM back, with a new lease.
    await this.#stored.save(before, next).catch(() => undefined);
    this.#switchTo(next, 'server');
    // A candidate with changes loses the VM too, unless it is about this very VM.
    if (candidate !== before && vmTree.find(candidate, id) === vmTree.find(before, id)) {
      this.#candidate = vmTree.withoutVm(candidate, id);
    }
  }

  /** Makes `next` the running datastore. A candidate without changes of its own goes along. */
  #switchTo(next: Branch, by: ChangedBy): void {
    const before = this.#running;
    const vms = this.#changes(before, next);
    this.#running = next;
    if (this.#candidate === before) this.#candidate = next;
    this.#leases.update(vms);
    if (next === before) return;
    for (const listener of this.#listeners) {
      listener.changed?.({ datastore: 'running', before, after: next, by, vms });
    }
  }

  #tellConfirmedCommit(event: ConfirmedCommitEvent): void {
    for (const listener of this.#listeners) listener.confirmedCommit?.(event);
  }

  /** Tables that a deleted VM has got back are the planes' again, in a candidate without changes too. */
  #settle(changes: readonly VmChange[]): void {
    const before = this.#running;
    const settled = this.vmTree?.settle(before, this.vmTree.settling(changes)) ?? before;
    if (this.#candidate === before) this.#candidate = settled;
    this.#running = settled;
  }

  #changes(before: Branch, after: Branch): readonly VmChange[] {
    return this.vmTree?.changes(before, after) ?? [];
  }

  #background(what: string, task: () => Promise<void>): void {
    this.#queue.run(task).catch((error: unknown) => {
      this.#options.logger.log('error', 'background-task-failed', { what, error });
    });
  }
}
