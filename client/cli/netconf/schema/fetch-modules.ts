/** Texts of modules, read from a device (RFC 6022, section 3.1). */
import { RpcErrorException } from '../../../../src/error/index.ts';
import type { ModuleRepository, ModuleText } from '../../../../src/yang/index.ts';
import type { ModuleEntry } from '../../../module-set.ts';
import type { NetconfClient } from '../../../netconf-client.ts';
import { withinReplyTime } from '../reply-timeout.ts';
import type { ReplyLimit } from '../reply-timeout.ts';
import type { CachedText } from './module-cache.ts';

export interface FetchOptions extends ReplyLimit {
  readonly signal: AbortSignal;
}

/** Requests that are under way at the same time on one session. */
const PARALLEL = 8;

/**
 * The texts of `modules`, and of all they import and include. What the device does not give is left out: it
 * may be among the modules of the package, or nothing may need it.
 */
export async function fetchModules(
  client: NetconfClient,
  modules: readonly ModuleEntry[],
  { signal, ...limit }: FetchOptions,
): Promise<readonly CachedText[]> {
  const asked = new Set<string>();
  // One of its own: each request that waits listens to it.
  const own = AbortSignal.any([signal]);
  const texts: CachedText[] = [];
  let wanted: readonly Wanted[] = modules;
  while (wanted.length > 0) {
    const fresh = wanted.filter((module) => !asked.has(labelOf(module)));
    for (const module of fresh) asked.add(labelOf(module)).add(module.name);
    const found = await inParallel(fresh, (module) =>
      withinReplyTime(limit, own, (limited) => fetchModule(client, module, limited)),
    );
    texts.push(...found);
    wanted = found.flatMap(({ text }) => neededBy(text)).filter(({ name }) => !asked.has(name));
  }
  return texts;
}

/** Finds what was fetched, and in `others` what was not. */
export function repositoryOf(
  texts: readonly CachedText[],
  label: string,
  others: ModuleRepository,
): ModuleRepository {
  const byName = new Map<string, ModuleText>();
  for (const { name, revision, text } of texts) {
    const found = { text, revision, file: `${name} of ${label}` };
    byName.set(`${name}@${revision ?? ''}`, found).set(name, byName.get(name) ?? found);
  }
  return {
    find: (name, revision) => {
      if (revision === undefined) return byName.get(name) ?? others.find(name);
      return byName.get(`${name}@${revision}`) ?? others.find(name, revision) ?? byName.get(name);
    },
  };
}

interface Wanted {
  readonly name: string;
  readonly revision: string | undefined;
}

function labelOf({ name, revision }: Wanted): string {
  return `${name}@${revision ?? ''}`;
}

async function fetchModule(
  client: NetconfClient,
  { name, revision }: Wanted,
  signal: AbortSignal,
): Promise<readonly CachedText[]> {
  const request = { identifier: name, signal, ...(revision ? { version: revision } : {}) };
  try {
    const text = await client.getSchema(request);
    return text.trim() === '' ? [] : [{ name, revision, text }];
  } catch (error) {
    if (error instanceof RpcErrorException) return [];
    throw error;
  }
}

/**
 * Imports and includes, by their first words. What stands in a comment is asked for in vain, which does no
 * harm.
 */
function neededBy(text: string): readonly Wanted[] {
  return [...text.matchAll(/\b(?:import|include)\s+["']?([A-Za-z_][\w.-]*)["']?\s*[{;]/g)].map(
    ([, name = '']) => ({ name, revision: undefined }),
  );
}

async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const results: R[][] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const at = next;
      next += 1;
      results[at] = [...(await work(items[at] as T))];
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return results.flat();
}
