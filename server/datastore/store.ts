/** Where the configuration survives a restart. */
import type { Branch } from '../../src/data/index.ts';
import type { Arrivals } from './arrivals.ts';

/** What is known on disk of a confirmed commit that is pending; the configuration there is its backup. */
export interface PendingRecord {
  /** What it has merged into tables that may outlive the process. */
  readonly arrivals?: Arrivals | undefined;
  readonly persist: string | undefined;
  readonly sessionId: number;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/** What a store has when the server starts. */
export interface LoadedConfiguration {
  /** Undefined when nothing has been stored yet. */
  readonly root: Branch | undefined;
  /** A confirmed commit that was pending when the server stopped. `root` is what it is reverted to. */
  readonly pending: PendingRecord | undefined;
}

/** Keeps the configuration over restarts: once a promise has resolved, what was asked for is kept. */
export interface ConfigurationStore {
  /** For messages: where it is, such as the path of a file. */
  readonly place?: string;
  /** Throws StoredConfigurationError when there is something that does not make a configuration. */
  load(): Promise<LoadedConfiguration>;
  /** Keeps what is there under another name, which it returns, and goes on with nothing stored. */
  setAside?(): Promise<string>;
  /** Durable when it resolves; costs O(changes). On failure the store is as before. */
  save(before: Branch, after: Branch): Promise<void>;
  /** As {@link save}, and the confirmed commit is not pending any more: both at once. */
  confirm(before: Branch, after: Branch): Promise<void>;
  /** Durable when it resolves. On failure the store is as before. */
  setPending(pending: PendingRecord | undefined): Promise<void>;
  close(): Promise<void>;
}

/** Keeps nothing: for tests and for devices without storage. */
export class VolatileStore implements ConfigurationStore {
  load(): Promise<LoadedConfiguration> {
    return Promise.resolve({ root: undefined, pending: undefined });
  }

  save(): Promise<void> {
    return Promise.resolve();
  }

  confirm(): Promise<void> {
    return Promise.resolve();
  }

  setPending(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
