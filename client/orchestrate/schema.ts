/**
 * The schema that the state of a VM is decoded by: our core module and whatever augments it on the old
 * device, so that a kind of state from outside this package moves like the others.
 *
 * Modules that the repository does not have are fetched from the device (RFC 6022, get-schema).
 */
import { RpcErrorException } from '../../src/error/index.ts';
import { compile } from '../../src/yang/index.ts';
import type { ModuleRepository, ModuleText, SchemaContext } from '../../src/yang/index.ts';
import type { NetconfClient } from '../netconf-client.ts';
import type { ModuleEntry } from '../module-set.ts';
import type { Device } from './device.ts';

/** The modules of the device cannot be compiled. */
export class SchemaError extends Error {
  readonly code = 'schema';
}

/** Gives the schema for a device's modules. */
export class Schemas {
  readonly #repository: ModuleRepository;
  readonly #compiled = new Map<string, SchemaContext>();

  constructor(repository: ModuleRepository) {
    this.#repository = repository;
  }

  /** Compiles `sami` and what augments it, of the implemented modules of `device`. */
  async schemaFor(device: Device, modules: readonly ModuleEntry[]): Promise<SchemaContext> {
    const texts = await this.#textsFor(device, modules);
    const ours = modules.filter((module) => {
      const text = module.implemented ? texts.find(module.name, module.revision)?.text : undefined;
      return text !== undefined && (module.name === 'sami' || /\bimport\s+sami\b/.test(text));
    });
    if (!ours.some((module) => module.name === 'sami')) {
      throw new SchemaError('the device does not implement the module "sami"');
    }
    return this.#compile(texts, ours);
  }

  #compile(texts: ModuleRepository, modules: readonly ModuleEntry[]): SchemaContext {
    const key = modules.map(moduleKey).sort().join('\n');
    const known = this.#compiled.get(key);
    if (known) return known;
    const wanted = modules.map(({ name, revision, features }) => ({
      name,
      features,
      ...(revision === undefined ? {} : { revision }),
    }));
    const { context, diagnostics } = compile(texts, { modules: wanted });
    if (!context) {
      const first = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
      throw new SchemaError(
        `the device's modules do not compile: ${first?.message ?? 'no reason'}`,
      );
    }
    this.#compiled.set(key, context);
    return context;
  }

  /** The repository, and what it lacks from the device. */
  async #textsFor(device: Device, modules: readonly ModuleEntry[]): Promise<ModuleRepository> {
    const missing = modules.filter(
      ({ name, revision }) => this.#repository.find(name, revision) === undefined,
    );
    const fetched = new Map<string, ModuleText>();
    for (const module of missing) {
      const text = await fetchModule(device, module);
      if (text) fetched.set(module.name, text);
    }
    return {
      find: (name, revision) => this.#repository.find(name, revision) ?? fetched.get(name),
    };
  }
}

/** Undefined when the device does not give it: then it cannot be one that holds state of VMs. */
async function fetchModule(device: Device, module: ModuleEntry): Promise<ModuleText | undefined> {
  const send = (client: NetconfClient, signal: AbortSignal): Promise<string> =>
    client.getSchema({
      identifier: module.name,
      ...(module.revision === undefined ? {} : { version: module.revision }),
      signal,
    });
  const text = await device.call('get-schema', send).catch((error: unknown) => {
    if (error instanceof RpcErrorException) return undefined;
    throw error;
  });
  return text === undefined
    ? undefined
    : { text, file: `${module.name} of ${device.name}`, revision: module.revision };
}

function moduleKey({ name, revision, features }: ModuleEntry): string {
  return `${name}@${revision ?? ''}:${features.join()}`;
}
