/**
 * Who may follow up, confirm or cancel a confirmed commit, and until when (RFC 6241, section 8.4).
 *
 * It knows nothing of trees: what it restores is whatever was given as backup when it was armed first.
 */
import { RpcErrorException, inUse, invalidValue, operationFailed } from '../../src/error/index.ts';
import type { Clock, Timer } from '../../src/util/index.ts';

/** Parameters of the operation commit. */
export interface CommitRequest {
  readonly confirmed: boolean;
  readonly confirmTimeoutSeconds: number;
  readonly persist: string | undefined;
  readonly persistId: string | undefined;
}

export interface PendingCommit<Backup> {
  /** What was in force before the first confirmed commit; follow-ups do not change it. */
  readonly backup: Backup;
  /** The session that issued it; 0 once that has ended, which only a persistent one survives. */
  readonly sessionId: number;
  readonly persist: string | undefined;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

export class ConfirmedCommit<Backup> {
  readonly #clock: Clock;
  readonly #onTimeout: () => void;
  #pending: PendingCommit<Backup> | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, onTimeout: () => void) {
    this.#clock = clock;
    this.#onTimeout = onTimeout;
  }

  get pending(): PendingCommit<Backup> | undefined {
    return this.#pending;
  }

  /** Throws unless a commit with these parameters may go ahead on this session. */
  checkCommit(request: CommitRequest, sessionId: number): void {
    const pending = this.#pending;
    if (request.persist !== undefined && !request.confirmed) {
      throw new RpcErrorException(
        invalidValue('"persist" goes with a confirmed commit only', { type: 'protocol' }),
      );
    }
    if (request.persistId !== undefined) {
      this.#checkPersistId(request.persistId);
    } else if (pending?.persist !== undefined) {
      throw new RpcErrorException(
        inUse('a persistent confirmed commit is pending: its persist-id is needed'),
      );
    } else if (pending && pending.sessionId !== sessionId) {
      throw new RpcErrorException(
        inUse(`session ${String(pending.sessionId)} has a confirmed commit pending`),
      );
    }
  }

  /**
   * Throws unless this session may edit running directly: what another session has on trial would be mixed with
   * the edit, and its rollback would take the edit back (RFC 6241, section 8.4.1).
   */
  checkEdit(sessionId: number): void {
    const pending = this.#pending;
    if (!pending || pending.sessionId === sessionId) return;
    throw new RpcErrorException(
      inUse(
        pending.sessionId === 0
          ? 'a persistent confirmed commit is pending'
          : `session ${String(pending.sessionId)} has a confirmed commit pending`,
      ),
    );
  }

  /** Throws unless this session may cancel. */
  checkCancel(persistId: string | undefined, sessionId: number): void {
    if (persistId !== undefined) {
      this.#checkPersistId(persistId);
      return;
    }
    if (!this.#pending) {
      throw new RpcErrorException(operationFailed('no confirmed commit is pending'));
    }
    if (this.#pending.sessionId !== sessionId) {
      throw new RpcErrorException(inUse('another session has issued the pending confirmed commit'));
    }
  }

  #checkPersistId(persistId: string): void {
    if (this.#pending?.persist === persistId) return;
    throw new RpcErrorException(
      invalidValue(
        this.#pending
          ? 'persist-id is not that of the pending confirmed commit'
          : 'persist-id matches nothing: no confirmed commit is pending',
      ),
    );
  }

  /** What the commit would be pending as. A follow-up keeps the token, and has to give the first backup. */
  next(request: CommitRequest, sessionId: number, backup: Backup): PendingCommit<Backup> {
    return {
      backup,
      sessionId,
      persist: request.persist ?? this.#pending?.persist,
      deadline: this.#clock.now() + request.confirmTimeoutSeconds * 1000,
    };
  }

  /** A first or a follow-up confirmed commit has succeeded: the time starts anew. */
  arm(pending: PendingCommit<Backup>): void {
    this.#timer?.cancel();
    this.#pending = pending;
    this.#timer = this.#clock.setTimer(pending.deadline - this.#clock.now(), this.#onTimeout);
  }

  /** Confirmed or rolled back: nothing is pending any more. */
  disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#pending = undefined;
  }

  /** The issuing session is gone; true when that rolls back. */
  sessionEnded(sessionId: number): boolean {
    const pending = this.#pending;
    if (!pending || pending.sessionId !== sessionId) return false;
    if (pending.persist === undefined) return true;
    this.#pending = { ...pending, sessionId: 0 };
    return false;
  }
}
