/**
 * What storage has of the configuration, less its ephemeral tables: what the next start begins with. That is
 * running, or the backup of a pending commit; with a startup datastore of its own it is that one, and running is
 * not stored (RFC 6241, section 8.7).
 */
import { RpcErrorException, resourceDenied } from '../../src/error/index.ts';
import type { Branch } from '../../src/data/index.ts';
import type { Logger } from '../logger.ts';
import type { Arrivals } from './arrivals.ts';
import type { PendingCommit } from './confirmed-commit.ts';
import type { ConfigurationStore } from './store.ts';
import type { VmTree } from './vm-tree.ts';

export interface StoredSurroundings {
  readonly vmTree: VmTree | undefined;
  readonly logger: Logger;
  /** False with a startup datastore of its own. */
  readonly followsRunning: boolean;
}

export class StoredConfiguration {
  readonly #store: ConfigurationStore;
  readonly #vmTree: VmTree | undefined;
  readonly #logger: Logger;
  readonly #followsRunning: boolean;
  #root: Branch;

  constructor(store: ConfigurationStore, root: Branch, surroundings: StoredSurroundings) {
    this.#store = store;
    this.#root = root;
    this.#vmTree = surroundings.vmTree;
    this.#logger = surroundings.logger;
    this.#followsRunning = surroundings.followsRunning;
  }

  /** What is stored. */
  get root(): Branch {
    return this.#root;
  }

  /** Running has become `after` for good; see {@link save}. */
  async follow(base: Branch, after: Branch): Promise<void> {
    if (this.#followsRunning) await this.save(base, after);
  }

  /** As {@link follow}, for what confirms the pending commit. */
  async confirm(base: Branch, after: Branch): Promise<void> {
    if (!this.#followsRunning) {
      await this.notePending(undefined);
      return;
    }
    const root = this.#storable(base, after);
    await this.#attempt(() => this.#store.confirm(this.#root, root));
    this.#root = root;
  }

  /**
   * `base` is the tree, with its tables, that is stored; `after` the one to be stored. Throws
   * resource-denied when that fails, and then the store is as before.
   */
  async save(base: Branch, after: Branch): Promise<void> {
    const root = this.#storable(base, after);
    await this.#attempt(() => this.#store.save(this.#root, root));
    this.#root = root;
  }

  #storable(base: Branch, after: Branch): Branch {
    return this.#vmTree?.storable(this.#root, base, after) ?? after;
  }

  /** Notes that a confirmed commit is pending, or none any more. Throws resource-denied. */
  async notePending(
    pending: PendingCommit<Branch> | undefined,
    arrivals?: Arrivals,
  ): Promise<void> {
    const record = pending && { ...describePending(pending), ...(arrivals && { arrivals }) };
    await this.#attempt(() => this.#store.setPending(record));
  }

  /** After a rollback, which a start would make once more: a failure is only reported. */
  async forgetPending(): Promise<void> {
    await this.notePending(undefined).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  async #attempt(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (cause) {
      this.#logger.log('error', 'store-failed', { error: cause });
      const message = 'the configuration could not be stored; nothing was changed';
      throw new RpcErrorException(resourceDenied(message), { cause });
    }
  }
}

/** What there is to say of a pending commit but its backup. */
export function describePending({ persist, sessionId, deadline }: PendingCommit<Branch>): {
  readonly persist: string | undefined;
  readonly sessionId: number;
  readonly deadline: number;
} {
  return { persist, sessionId, deadline };
}
