/**
 * What is known of a device's modules. Nothing is asked before it is needed: for most requests the names in
 * the hello are enough (RFC 6020, section 5.6.4; RFC 8525), and only what has to know more reads the texts.
 */
import { createHash } from 'node:crypto';
import { CAPABILITY } from '../../../../src/netconf/index.ts';
import { compile } from '../../../../src/yang/index.ts';
import type { CompileResult, ModuleRepository, SchemaContext } from '../../../../src/yang/index.ts';
import { RpcErrorException } from '../../../../src/error/index.ts';
import type { Clock } from '../../../../src/util/index.ts';
import type { ModuleEntry } from '../../../module-set.ts';
import type { NetconfClient } from '../../../netconf-client.ts';
import { withinReplyTime } from '../reply-timeout.ts';
import { fetchModules, repositoryOf } from './fetch-modules.ts';
import type { CachedModules, ModuleCache } from './module-cache.ts';

export interface DeviceSchemaOptions {
  readonly client: NetconfClient;
  /** The device and the user, who may not see all of it: what is cached is theirs. */
  readonly label: string;
  readonly cache: ModuleCache;
  /** Modules of the package, for what the device does not give. */
  readonly repository: ModuleRepository;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** How long a reply may take; undefined for ever. */
  readonly replyTimeoutMs?: number | undefined;
  /** Instead of the compiler. */
  readonly compile?: typeof compile;
  /** Says what people should know. */
  readonly warn: (text: string) => void;
}

/** Of RFC 7895, section 2.1; its parameter is what content-id became. */
const OLD_LIBRARY = 'urn:ietf:params:netconf:capability:yang-library:1.0';
const LIBRARY_MODULE = 'ietf-yang-library';

export class DeviceSchema {
  readonly #options: DeviceSchemaOptions;
  #modules: Promise<readonly ModuleEntry[]> | undefined;
  #context: Promise<SchemaContext | undefined> | undefined;
  #known: SchemaContext | undefined;

  constructor(options: DeviceSchemaOptions) {
    this.#options = options;
  }

  /** The modules by yang-library or hello: names, namespaces, revisions, features. */
  modules(): Promise<readonly ModuleEntry[]> {
    this.#modules ??= forget(this.#readModules(), () => (this.#modules = undefined));
    return this.#modules;
  }

  /** The compiled schema; undefined when the device does not give its modules, or they make no sense. */
  context(): Promise<SchemaContext | undefined> {
    this.#context ??= forget(this.#readContext(), () => (this.#context = undefined));
    return this.#context;
  }

  /** The compiled schema if it has been read already. */
  get known(): SchemaContext | undefined {
    return this.#known;
  }

  async #readModules(): Promise<readonly ModuleEntry[]> {
    const cached = await this.#options.cache.read(this.#key());
    return cached?.modules ?? (await this.#askModules());
  }

  /** Without a YANG library the question would cost the whole configuration of some devices. */
  async #askModules(): Promise<readonly ModuleEntry[]> {
    const { client, signal } = this.#options;
    const { capabilities } = client;
    const inHello = capabilities.modules.map((module) => ({
      ...module,
      revision: module.revision,
      implemented: true,
    }));
    const hasLibrary =
      capabilities.has(CAPABILITY.yangLibrary) ||
      capabilities.has(OLD_LIBRARY) ||
      inHello.some(({ name }) => name === LIBRARY_MODULE);
    if (!hasLibrary) return inHello;
    try {
      return await withinReplyTime(this.#options, signal, (limited) =>
        client.readModules({ signal: limited }),
      );
    } catch (error) {
      if (error instanceof RpcErrorException) return inHello;
      throw error;
    }
  }

  async #readContext(): Promise<SchemaContext | undefined> {
    const { client, label, cache, repository, signal, warn } = this.#options;
    const modules = await this.modules();
    let cached: CachedModules | undefined = await cache.read(this.#key());
    if (!cached) {
      const texts = await fetchModules(client, modules, { ...this.#options, signal });
      cached = { modules, texts };
      if (texts.length > 0) await cache.write(this.#key(), cached);
    }
    if (cached.texts.length === 0) return undefined;
    const implemented = modules.filter((module) => module.implemented);
    const compiled = compileWhatCan(
      repositoryOf(cached.texts, label, repository),
      implemented,
      this.#options.compile ?? compile,
    );
    if (compiled.left.length > 0) {
      warn(
        `these modules of the device do not compile and are left out: ${compiled.left.join(', ')}`,
      );
    }
    this.#known = compiled.context;
    return compiled.context;
  }

  #key(): string {
    const { client, label } = this.#options;
    const { capabilities } = client;
    const id =
      capabilities.get(CAPABILITY.yangLibrary)?.parameters.get('content-id') ??
      capabilities.get(OLD_LIBRARY)?.parameters.get('module-set-id') ??
      '';
    const texts = Array.from(capabilities, ({ text }) => text).sort();
    return `${label}\n${id}\n${createHash('sha256').update(texts.join('\n')).digest('hex')}`;
  }
}

interface Compiled {
  readonly context: SchemaContext | undefined;
  /** Modules that had to be left out. */
  readonly left: readonly string[];
}

const MAX_ROUNDS = 8;

/** One module of a vendor that is wrong must not take away the others. */
function compileWhatCan(
  repository: ModuleRepository,
  modules: readonly ModuleEntry[],
  compileModules: typeof compile,
): Compiled {
  const left: string[] = [];
  let wanted = modules.filter(({ name, revision }) => {
    if (repository.find(name, revision)) return true;
    left.push(name);
    return false;
  });
  for (let round = 0; round < MAX_ROUNDS && wanted.length > 0; round += 1) {
    const result = compileModules(repository, {
      modules: wanted.map(({ name, revision, features }) => ({
        name,
        features,
        ...(revision === undefined ? {} : { revision }),
      })),
    });
    if (result.context) return { context: result.context, left };
    const wrong = namesAtFault(result);
    const rest = wanted.filter(({ name }) => !wrong.has(name));
    if (rest.length === wanted.length) break;
    left.push(...wanted.filter(({ name }) => wrong.has(name)).map(({ name }) => name));
    wanted = rest;
  }
  return { context: undefined, left };
}

function namesAtFault({ diagnostics }: CompileResult): ReadonlySet<string> {
  return new Set(
    diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(
        ({ file }) => /([^/ ]+?)(?:@[^/ ]*)?(?:\.yang|\.yin)?(?: of .*)?$/.exec(file)?.[1] ?? '',
      ),
  );
}

/** A failure is not kept: the next one who asks tries again. */
function forget<T>(promise: Promise<T>, drop: () => void): Promise<T> {
  promise.catch(drop);
  return promise;
}
