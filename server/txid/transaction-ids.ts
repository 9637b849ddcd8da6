/**
 * Which transaction has made every node of the configuration what it is, for clients that want to be told what has
 * changed, and to change only what has not (draft-ietf-netconf-transaction-id).
 */
import type { Branch } from '../../src/data/index.ts';
import { RpcErrorException } from '../../src/error/index.ts';
import type { Clock } from '../../src/util/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Datastores } from '../datastore/datastores.ts';
import type { DatastoreChange, DatastoreListener } from '../datastore/events.ts';
import type { DatastoreName } from '../datastore/lock-table.ts';
import { hasFeature } from '../features.ts';
import type { Requester } from '../session/requester.ts';
import { combined, mismatches } from './conditions.ts';
import type { Condition } from './conditions.ts';
import { DatastoreVersions } from './datastore-versions.ts';
import type { VersionOf } from './datastore-versions.ts';
import { mismatchError } from './mismatch-error.ts';
import { TxidHistory } from './txid-history.ts';
import type { Version } from './txid-history.ts';

/** Whose candidate it is: all sessions may share one, or each has its own. */
type CandidateOwner = number | 'all';

export interface TransactionIdsOptions {
  readonly context: SchemaContext;
  readonly datastores: Datastores;
  readonly clock: Clock;
}

export class TransactionIds implements DatastoreListener {
  readonly history: TxidHistory;
  readonly #context: SchemaContext;
  readonly #datastores: Datastores;
  readonly #running: DatastoreVersions;
  readonly #startup: DatastoreVersions;
  /** What sessions have said in edits of candidates, until these are committed or given up. */
  readonly #conditions = new Map<CandidateOwner, Condition>();
  /** The last change of running that a session has made. */
  readonly #changes = new WeakMap<Requester, Version>();

  constructor({ context, datastores, clock }: TransactionIdsOptions) {
    this.history = new TxidHistory(clock);
    this.#context = context;
    this.#datastores = datastores;
    const initial = this.history.latest;
    this.#running = new DatastoreVersions(datastores.running, initial);
    this.#startup = new DatastoreVersions(datastores.tree('startup'), initial);
  }

  changed({ datastore, by }: DatastoreChange): void {
    const { of, tree } = this.#upToDate(datastore);
    if (datastore === 'running' && by !== 'server') this.#changes.set(by, of(tree));
  }

  candidateReset(by: Requester): void {
    this.#conditions.delete(this.#owner(by));
  }

  /** The versions of what the datastore is for the session now. */
  versions(name: DatastoreName, by: Requester): VersionOf {
    if (name !== 'candidate') return this.#upToDate(name).of;
    return this.#candidateVersions(by);
  }

  /** Throws operation-failed for each node that is not what the client takes it for. */
  check(condition: Condition, name: DatastoreName, by: Requester): void {
    const root = this.#datastores.tree(name, by);
    const found = mismatches(condition, root, this.versions(name, by), this.history);
    if (found.length === 0) return;
    throw new RpcErrorException(found.map((it) => mismatchError(it, this.history)));
  }

  /** Keeps what is to hold when the candidate is committed; returns what takes that back. */
  note(condition: Condition, by: Requester): () => void {
    const owner = this.#owner(by);
    const before = this.#conditions.get(owner);
    this.#conditions.set(owner, before ? combined(before, condition) : condition);
    return () => {
      if (before) this.#conditions.set(owner, before);
      else this.#conditions.delete(owner);
    };
  }

  /** As {@link TransactionIds.check}, on running, of all that was said in edits of the candidate. */
  checkCommit(by: Requester): void {
    const condition = this.#conditions.get(this.#owner(by));
    if (condition) this.check(condition, 'running', by);
  }

  /** Carries out what may change running; the version of that change, or that of running when there was none. */
  async versionAfter(by: Requester, change: () => Promise<void>): Promise<Version> {
    this.#changes.delete(by);
    await change();
    const { of, tree } = this.#upToDate('running');
    return this.#changes.get(by) ?? of(tree);
  }

  /** Undefined when the candidate is not what running is. */
  candidateVersion(by: Requester): Version | undefined {
    return this.versions('candidate', by)(this.#datastores.tree('candidate', by));
  }

  #owner(by: Requester): CandidateOwner {
    const hasOwn = hasFeature(this.#context, 'ietf-netconf-private-candidate', 'private-candidate');
    return hasOwn && by.hasPrivateCandidate === true ? by.id : 'all';
  }

  #upToDate(name: 'running' | 'startup'): {
    readonly of: (branch: Branch) => Version;
    readonly tree: Branch;
  } {
    const versions = name === 'running' ? this.#running : this.#startup;
    // Tables that settle change running without a word.
    versions.follow(this.#datastores.tree(name), () => this.history.next());
    return { of: (branch) => versions.of(branch), tree: versions.tree };
  }

  #candidateVersions(by: Requester): VersionOf {
    const { tree } = this.#upToDate('running');
    const candidate = this.#datastores.tree('candidate', by);
    return candidate === tree
      ? (branch) => this.#running.of(branch)
      : this.#running.ofCandidate(candidate);
  }
}
