/** Loading the configuration that a start begins with, and what happens when it does not fit the schema. */
import { validateFull } from '../../src/data/index.ts';
import type { DatastoresOptions } from './datastores-options.ts';
import type { LoadedConfiguration } from './store.ts';
import { StoredConfigurationError } from './stored-configuration-error.ts';

/** Throws StoredConfigurationError when it does not fit, unless it is to be set aside. */
export async function loadStored(options: DatastoresOptions): Promise<LoadedConfiguration> {
  const { store, context, logger, recover = false } = options;
  try {
    const loaded = await store.load();
    const errors = loaded.root ? validateFull(loaded.root, context) : [];
    if (errors.length === 0) return loaded;
    throw new StoredConfigurationError(store.place ?? 'the store', errors);
  } catch (error) {
    if (!recover || !(error instanceof StoredConfigurationError) || !store.setAside) throw error;
    const kept = await store.setAside();
    logger.log('error', 'configuration-set-aside', { kept, error: error.message });
    return { root: undefined, pending: undefined };
  }
}
