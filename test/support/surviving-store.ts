/** Keeps a configuration between two lives of a server in one process. */
import type { ConfigurationStore, LoadedConfiguration, PendingRecord } from '../../server/index.ts';
import type { Branch } from '../../src/data/index.ts';

export class SurvivingStore implements ConfigurationStore {
  #root: Branch | undefined;
  #pending: PendingRecord | undefined;

  load(): Promise<LoadedConfiguration> {
    return Promise.resolve({ root: this.#root, pending: this.#pending });
  }

  save(_: Branch, after: Branch): Promise<void> {
    this.#root = after;
    return Promise.resolve();
  }

  confirm(_: Branch, after: Branch): Promise<void> {
    this.#root = after;
    this.#pending = undefined;
    return Promise.resolve();
  }

  setPending(pending: PendingRecord | undefined): Promise<void> {
    this.#pending = pending;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
