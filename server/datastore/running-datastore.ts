/**
 * The datastore running and every way in which it changes: all of them pass through here, one at a time
 * (RFC 6241, sections 8.2, 8.3.4.1 and 8.4).
 *
 * Validate what differs → ask participants and planes → apply → store → switch. A refusal at any step changes
 * nothing. Trees are immutable: a backup is a reference, and readers need no lock.
 */
import { RpcErrorException } from '../../src/error/index.ts';
import { validate } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import type { VmChange } from '../plane/plane.ts';
import { addressConflicts } from './address-conflicts.ts';
import { arrivalsOf } from './arrivals.ts';
import type { Arrivals } from './arrivals.ts';
import { ChangeTransaction } from './change-transaction.ts';
import { checkKinds } from './check-kinds.ts';
import { ConfirmedCommit } from './confirmed-commit.ts';
import type { CommitRequest, PendingCommit } from './confirmed-commit.ts';
import { DEFAULT_MAX_VALIDATION_VISITS } from './datastores-options.ts';
import type { DatastoresOptions } from './datastores-options.ts';
import type { ChangedBy, ConfirmedCommitEvent } from './events.ts';
import { keepTables } from './kept-tables.ts';
import { settlePlanes } from './settle-planes.ts';
import type { StoredConfiguration } from './stored-configuration.ts';
import { describePending } from './stored-configuration.ts';
import type { VmTree } from './vm-tree.ts';
import type { Requester } from '../session/requester.ts';

/** What running tells whoever keeps something in step with it. */
export interface RunningListener {
  /** Running was `before` and is `after`, without anybody having been asked: tables have settled. */
  settled(before: Branch, after: Branch): void;
  switched(before: Branch, after: Branch, by: ChangedBy, vms: readonly VmChange[]): void;
  confirmedCommit(event: ConfirmedCommitEvent): void;
  /** The time of a confirmed commit is over; {@link RunningDatastore.timeOut} is to be called in its turn. */
  timeIsUp(): void;
}

export interface RunningParts {
  readonly vmTree: VmTree | undefined;
  readonly stored: StoredConfiguration;
  readonly listener: RunningListener;
}

/** What is noted of a confirmed commit while it is pending. */
interface Trial {
  readonly pending: PendingCommit<Branch>;
  readonly arrivals: Arrivals | undefined;
}

export class RunningDatastore {
  readonly #options: DatastoresOptions;
  readonly #vmTree: VmTree | undefined;
  readonly #stored: StoredConfiguration;
  readonly #listener: RunningListener;
  readonly #confirmed: ConfirmedCommit<Branch>;
  /** What the pending commit has merged. */
  #arrivals: Arrivals | undefined;
  #tree: Branch;

  constructor(tree: Branch, options: DatastoresOptions, parts: RunningParts) {
    this.#tree = tree;
    this.#options = options;
    this.#vmTree = parts.vmTree;
    this.#stored = parts.stored;
    this.#listener = parts.listener;
    this.#confirmed = new ConfirmedCommit(options.clock, () => {
      parts.listener.timeIsUp();
    });
  }

  get tree(): Branch {
    return this.#tree;
  }

  /** Who may do what about the pending commit; it is changed through this class only. */
  get confirmed(): Pick<ConfirmedCommit<Branch>, 'pending' | 'checkCommit' | 'checkCancel'> {
    return this.#confirmed;
  }

  /** Checks a tree that is to replace running; throws every fault. */
  checkValid(tree: Branch): void {
    const vmTree = this.#vmTree;
    const { context, maxValidationVisits: maxVisits = DEFAULT_MAX_VALIDATION_VISITS } =
      this.#options;
    const errors = [
      ...validate(this.#tree, tree, context, { maxVisits }),
      ...(vmTree ? addressConflicts(this.changes(this.#tree, tree), tree, vmTree) : []),
    ];
    if (errors.length > 0) throw new RpcErrorException(errors);
  }

  /** Commits `next` (RFC 6241, section 8.3.4.1), on trial when the request says so (section 8.4). */
  async commit(next: Branch, request: CommitRequest, by: Requester): Promise<void> {
    this.#confirmed.checkCommit(request, by.id);
    const transaction = await this.#prepare(next, by);
    if (!request.confirmed) {
      await this.#changeForGood(next, transaction, by);
      return;
    }
    const isFollowUp = this.#confirmed.pending !== undefined;
    const { backup, arrivals } = await this.#backup(next, transaction);
    const pending = this.#confirmed.next(request, by.id, backup);
    await this.#changeOnTrial(next, transaction, by, { pending, arrivals });
    const timeout = Math.round((pending.deadline - this.#options.clock.now()) / 1000);
    this.#listener.confirmedCommit({ event: isFollowUp ? 'extend' : 'start', by, timeout });
  }

  /**
   * Changes running directly (RFC 6241, section 8.2). While a confirmed commit is pending the change is part of
   * what is on trial, and only the session that issued the commit may make it: the rollback takes it back too.
   */
  async edit(next: Branch, by: Requester): Promise<void> {
    const current = this.#confirmed.pending;
    this.#confirmed.checkEdit(by.id);
    if (next === this.#tree) return;
    const transaction = await this.#prepare(next, by);
    if (!current) {
      await this.#changeForGood(next, transaction, by);
      return;
    }
    const { backup, arrivals } = await this.#backup(next, transaction);
    const pending = { ...current, backup };
    await this.#changeOnTrial(next, transaction, by, { pending, arrivals });
  }

  /** What has to happen without anybody asking for it, such as the end of a lease: refusals are only reported. */
  async replaceRegardless(next: Branch): Promise<void> {
    const before = this.#tree;
    const transaction = await this.#prepareWilling(next);
    await transaction.applyRegardless();
    // When that fails a restart brings back what has gone.
    await this.#stored.follow(before, next).catch(() => undefined);
    this.#switchTo(next, 'server');
  }

  async cancel(persistId: string | undefined, by: Requester): Promise<void> {
    this.#confirmed.checkCancel(persistId, by.id);
    await this.#rollback('cancel-commit', by);
  }

  async sessionEnded(by: Requester): Promise<void> {
    if (this.#confirmed.sessionEnded(by.id)) await this.#rollback('session-ended', by);
  }

  /** A follow-up that was under way when the time ran out has set it anew. */
  async timeOut(): Promise<void> {
    const pending = this.#confirmed.pending;
    if (pending && pending.deadline <= this.#options.clock.now()) {
      await this.#rollback('confirm-timeout', 'server');
    }
  }

  /** Stops timers. A pending confirmed commit stays on disk and is reverted by the next start. */
  close(): void {
    this.#confirmed.disarm();
  }

  changes(before: Branch, after: Branch): readonly VmChange[] {
    return this.#vmTree?.changes(before, after) ?? [];
  }

  /** All who have to agree have agreed; throws when the user may not, or the tree is not valid. */
  async #prepare(next: Branch, by: Requester): Promise<ChangeTransaction> {
    const before = this.#tree;
    // RFC 8341, section 3.2.8: what differs from running, whoever has put it into the candidate.
    by.access.checkWrite(before, next);
    this.checkValid(next);
    const vms = this.changes(before, next);
    checkKinds(vms, this.#options.planes, this.#vmTree);
    return ChangeTransaction.prepare({ before, after: next, vms }, this.#options);
  }

  #prepareWilling(next: Branch): Promise<ChangeTransaction> {
    const before = this.#tree;
    const change = { before, after: next, vms: this.changes(before, next) };
    return ChangeTransaction.prepareWilling(change, this.#options);
  }

  /** While something is on trial the store keeps the backup, so that a restart restores it. */
  async #changeOnTrial(
    next: Branch,
    transaction: ChangeTransaction,
    by: Requester,
    { pending, arrivals }: Trial,
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
  }

  /** What a rollback restores: what was in force before the first confirmed commit. */
  async #backup(
    next: Branch,
    transaction: ChangeTransaction,
  ): Promise<{ readonly backup: Branch; readonly arrivals: Arrivals | undefined }> {
    const backup = this.#confirmed.pending?.backup ?? this.#tree;
    const vmTree = this.#vmTree;
    if (!vmTree) return { backup, arrivals: undefined };
    try {
      const surroundings = { ...this.#options, vmTree };
      return {
        backup: await keepTables(backup, this.changes(this.#tree, next), surroundings),
        arrivals: await arrivalsOf(this.changes(backup, next), this.#arrivals, surroundings),
      };
    } catch (error) {
      await transaction.abort();
      throw error;
    }
  }

  /** A plain or a confirming commit, or a direct edit. */
  async #changeForGood(next: Branch, transaction: ChangeTransaction, by: Requester): Promise<void> {
    const { planes, logger } = this.#options;
    const pending = this.#confirmed.pending;
    const base = pending?.backup ?? this.#tree;
    const changes = this.changes(base, next);
    const settled = this.#vmTree?.settle(next, this.#vmTree.settling(changes)) ?? next;
    await transaction.apply();
    try {
      if (pending) await this.#stored.confirm(base, settled);
      else await this.#stored.follow(base, settled);
    } catch (error) {
      await transaction.undo();
      throw error;
    }
    this.#confirmed.disarm();
    this.#arrivals = undefined;
    this.#switchTo(next, by);
    if (pending) this.#listener.confirmedCommit({ event: 'complete', by, timeout: undefined });
    this.#settleTo(settled);
    await settlePlanes(changes, this.#vmTree?.kinds ?? [], planes, logger);
  }

  /** Restores the backup, whatever happens: whoever refuses is reported and left as it is. */
  async #rollback(reason: string, by: ChangedBy): Promise<void> {
    const pending = this.#confirmed.pending;
    if (!pending) return;
    const { planes, logger } = this.#options;
    logger.log('warning', 'confirmed-commit-reverted', { reason, ...describePending(pending) });
    const changes = this.changes(this.#tree, pending.backup);
    const transaction = await this.#prepareWilling(pending.backup);
    await transaction.applyRegardless();
    this.#confirmed.disarm();
    this.#arrivals = undefined;
    this.#switchTo(pending.backup, by);
    const event = reason === 'confirm-timeout' ? 'timeout' : 'cancel';
    this.#listener.confirmedCommit({ event, by, timeout: undefined });
    // Tables that a deleted VM has got back are the planes' again.
    const vmTree = this.#vmTree;
    if (vmTree) this.#settleTo(vmTree.settle(this.#tree, vmTree.settling(changes)));
    await settlePlanes(changes, vmTree?.kinds ?? [], planes, logger);
    await this.#stored.forgetPending();
  }

  #switchTo(next: Branch, by: ChangedBy): void {
    const before = this.#tree;
    this.#tree = next;
    this.#listener.switched(before, next, by, this.changes(before, next));
  }

  #settleTo(settled: Branch): void {
    const before = this.#tree;
    this.#tree = settled;
    if (settled !== before) this.#listener.settled(before, settled);
  }
}
