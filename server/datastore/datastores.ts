/**
 * The datastores running and candidate, and everything that changes them (RFC 6241, sections 7.5, 8.3
 * and 8.4).
 *
 * Trees are immutable, so a candidate without changes is the very object that running is, a backup is a
 * reference, and readers need no lock. Whatever changes something passes through one queue.
 */
import { RpcErrorException, lockDenied, operationNotSupported } from '../../src/error/index.ts';
import { emptyRoot, sameTree, validate, validateFull } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { modeOf, vmId, withoutEphemeral } from '../../src/sami/index.ts';
import type { Clock } from '../../src/util/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Logger } from '../logger.ts';
import type { DataPlane, VmChange } from '../plane/plane.ts';
import { SerialQueue } from '../serial-queue.ts';
import { ConfirmedCommit } from './confirmed-commit.ts';
import type { CommitRequest, PendingCommit } from './confirmed-commit.ts';
import { LockTable } from './lock-table.ts';
import type { DatastoreName } from './lock-table.ts';
import { PlaneTransaction } from './plane-transaction.ts';
import { StandbyLeases } from './standby-leases.ts';
import type { ConfigurationStore } from './store.ts';
import { VmTree } from './vm-tree.ts';

export interface DatastoresOptions {
  readonly context: SchemaContext;
  readonly planes: readonly DataPlane[];
  readonly store: ConfigurationStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Datastores {
  readonly locks = new LockTable();
  readonly vmTree: VmTree | undefined;
  readonly #options: DatastoresOptions;
  readonly #queue = new SerialQueue();
  readonly #confirmed: ConfirmedCommit<Branch>;
  readonly #leases: StandbyLeases;
  /** VMs whose lease ran out while somebody held a lock. */
  readonly #overdue = new Set<string>();
  readonly #listeners = new Set<(changes: readonly VmChange[]) => void>();
  #running: Branch;
  #candidate: Branch;
  /** What the store has: running without ephemeral tables, or that of the backup. */
  #stored: Branch;

  private constructor(options: DatastoresOptions, root: Branch) {
    this.#options = options;
    this.vmTree = VmTree.of(options.context);
    this.#running = root;
    this.#candidate = root;
    this.#stored = root;
    this.#confirmed = new ConfirmedCommit(options.clock, () => {
      this.#background('confirm-timeout', () => this.#rollback('confirm-timeout'));
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
      logger.log('warning', 'confirmed-commit-reverted', { reason: 'restart', ...pending });
      await store.setPending(undefined);
    }
    const datastores = new Datastores(options, root);
    const vms = [...(datastores.vmTree?.vms(root) ?? [])];
    for (const plane of planes) await plane.start(vms);
    datastores.#leases.update(vms.map((vm) => ({ id: vmId(vm), before: undefined, after: vm })));
    return datastores;
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

  /** Calls `listener` with what happened to VMs in running, after it has happened. */
  onVmChanges(listener: (changes: readonly VmChange[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Replaces the candidate by what `edit` makes of it. */
  editCandidate(sessionId: number, edit: (candidate: Branch) => Branch): Promise<void> {
    return this.#queue.run(() => {
      this.locks.checkNotHeldByOther(['candidate'], sessionId);
      this.#candidate = edit(this.#candidate);
    });
  }

  discardChanges(sessionId: number): Promise<void> {
    return this.editCandidate(sessionId, () => this.#running);
  }

  lock(name: DatastoreName, sessionId: number): Promise<void> {
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

  unlock(name: DatastoreName, sessionId: number): Promise<void> {
    return this.#queue.run(async () => {
      this.locks.release(name, sessionId);
      // RFC 6241, section 8.3.5.2: changes that are outstanding go with the lock.
      if (name === 'candidate') this.#candidate = this.#running;
      await this.#expire([]);
    });
  }

  /** Checks a tree that is to replace running; throws every fault. */
  checkValid(tree: Branch): void {
    const errors = validate(this.#running, tree, this.#options.context);
    if (errors.length > 0) throw new RpcErrorException(errors);
  }

  commit(request: CommitRequest, sessionId: number): Promise<void> {
    return this.#queue.run(async () => {
      this.locks.checkNotHeldByOther(['running', 'candidate'], sessionId);
      this.#confirmed.checkCommit(request, sessionId);
      const next = this.#candidate;
      this.checkValid(next);
      const changes = this.#changes(this.#running, next);
      this.#checkKinds(changes);
      const { planes, logger } = this.#options;
      const transaction = await PlaneTransaction.prepare(planes, changes, logger);
      if (request.confirmed) await this.#commitOnTrial(next, transaction, request, sessionId);
      else await this.#commitForGood(next, transaction);
    });
  }

  /** A confirmed commit: the store keeps the backup, so that a restart restores it. */
  async #commitOnTrial(
    next: Branch,
    transaction: PlaneTransaction,
    request: CommitRequest,
    sessionId: number,
  ): Promise<void> {
    const before = this.#confirmed.pending;
    const pending = this.#confirmed.next(request, sessionId, this.#running);
    try {
      await this.#options.store.setPending(pendingRecord(pending));
    } catch (error) {
      await transaction.abort();
      throw this.#cannotStore(error);
    }
    try {
      await transaction.apply();
    } catch (error) {
      await this.#options.store.setPending(before && pendingRecord(before));
      throw error;
    }
    this.#confirmed.arm(pending);
    this.#switchTo(next);
  }

  /** A plain or a confirming commit. */
  async #commitForGood(next: Branch, transaction: PlaneTransaction): Promise<void> {
    const pending = this.#confirmed.pending;
    const base = pending?.backup ?? this.#running;
    const changes = this.#changes(base, next);
    const settling = this.vmTree?.settling(changes) ?? [];
    const settled = this.vmTree?.settle(next, settling) ?? next;
    await transaction.apply();
    try {
      await this.#save(base, settled);
    } catch (error) {
      await transaction.undo();
      throw this.#cannotStore(error);
    }
    if (pending) await this.#forgetPending();
    this.#confirmed.disarm();
    this.#switchTo(next);
    // The candidate is what has just been committed, so both are `next` and both settle.
    this.#running = settled;
    this.#candidate = settled;
    await this.#settlePlanes(changes);
    await this.#expire([]);
  }

  cancelCommit(persistId: string | undefined, sessionId: number): Promise<void> {
    return this.#queue.run(async () => {
      this.#confirmed.checkCancel(persistId, sessionId);
      await this.#rollback('cancel-commit');
    });
  }

  /** Gives back what the session held: its locks, and its confirmed commit unless that is persistent. */
  sessionEnded(sessionId: number): Promise<void> {
    return this.#queue.run(async () => {
      if (this.locks.get('candidate')?.sessionId === sessionId) this.#candidate = this.#running;
      if (this.#confirmed.sessionEnded(sessionId)) await this.#rollback('session-ended');
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
    await this.#options.store.close();
  }

  /** Restores the backup, whatever happens: a plane that refuses is reported and left as it is. */
  async #rollback(reason: string): Promise<void> {
    const pending = this.#confirmed.pending;
    if (!pending) return;
    const { planes, logger } = this.#options;
    logger.log('warning', 'confirmed-commit-reverted', { reason, ...pendingRecord(pending) });
    const changes = this.#changes(this.#running, pending.backup);
    const transaction = await PlaneTransaction.prepareWilling(planes, changes, logger);
    await transaction.applyRegardless();
    this.#confirmed.disarm();
    this.#switchTo(pending.backup);
    await this.#forgetPending();
    await this.#expire([]);
  }

  /** The store has what holds from now on, with or without the record: a failure is only reported. */
  async #forgetPending(): Promise<void> {
    await this.#options.store.setPending(undefined).catch((error: unknown) => {
      this.#options.logger.log('error', 'store-failed', { error });
    });
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
      return vm !== undefined && modeOf(vm) === 'standby';
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
    await this.#save(before, next);
    this.#switchTo(next);
    // A candidate with changes loses the VM too, unless it is about this very VM.
    if (candidate !== before && vmTree.find(candidate, id) === vmTree.find(before, id)) {
      this.#candidate = vmTree.withoutVm(candidate, id);
    }
  }

  /** Makes `next` the running datastore. A candidate without changes of its own goes along. */
  #switchTo(next: Branch): void {
    const before = this.#running;
    const changes = this.#changes(before, next);
    this.#running = next;
    if (this.#candidate === before) this.#candidate = next;
    this.#leases.update(changes);
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
  }

  async #settlePlanes(changes: readonly VmChange[]): Promise<void> {
    const kinds = this.vmTree?.kinds ?? [];
    const settled = changes.flatMap(({ before, after }) => {
      if (!after || modeOf(after) === 'standby') return [];
      const hasTables = withoutEphemeral(after, kinds) !== after;
      const wasOwned = before !== undefined && modeOf(before) !== 'standby';
      return hasTables || !wasOwned ? [withoutEphemeral(after, kinds)] : [];
    });
    if (settled.length === 0) return;
    for (const plane of this.#options.planes) {
      await plane.settle(settled).catch((error: unknown) => {
        this.#options.logger.log('error', 'plane-settle-failed', { plane: plane.name, error });
      });
    }
  }

  /** `base` is what the store has, `after` what it shall have; both with ephemeral tables. */
  async #save(base: Branch, after: Branch): Promise<void> {
    const storable = this.vmTree?.storable(this.#stored, base, after) ?? after;
    await this.#options.store.save(this.#stored, storable);
    this.#stored = storable;
  }

  #changes(before: Branch, after: Branch): readonly VmChange[] {
    return this.vmTree?.changes(before, after) ?? [];
  }

  /** With data planes at work, state of a kind that none of them serves would do nothing: refused. */
  #checkKinds(changes: readonly VmChange[]): void {
    const { planes } = this.#options;
    if (planes.length === 0) return;
    const served = new Set(planes.flatMap((plane) => plane.kinds));
    const errors = changes.flatMap(({ id, after }) =>
      (this.vmTree?.kinds ?? [])
        .filter((kind) => !served.has(kind.name) && after?.get(kind.container) !== undefined)
        .map((kind) =>
          operationNotSupported(`this device does not support state of kind "${kind.name}"`, {
            type: 'application',
            path: this.vmTree?.kindPath(id, kind),
          }),
        ),
    );
    if (errors.length > 0) throw new RpcErrorException(errors);
  }

  #cannotStore(error: unknown): RpcErrorException {
    this.#options.logger.log('error', 'store-failed', { error });
    return new RpcErrorException(
      {
        type: 'application',
        tag: 'resource-denied',
        severity: 'error',
        message: 'the configuration could not be stored; nothing was changed',
      },
      { cause: error },
    );
  }

  #background(what: string, task: () => Promise<void>): void {
    this.#queue.run(task).catch((error: unknown) => {
      this.#options.logger.log('error', 'background-task-failed', { what, error });
    });
  }
}

function pendingRecord({ persist, sessionId, deadline }: PendingCommit<Branch>): {
  persist: string | undefined;
  sessionId: number;
  deadline: number;
} {
  return { persist, sessionId, deadline };
}
