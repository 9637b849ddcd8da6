/**
 * What a device's modules are, kept between runs in the user's cache directory: the texts of the modules of a
 * large router are tens of megabytes, and reading them takes longer than anything that is done with them.
 *
 * A device says by its content-id (RFC 8525, section 3; RFC 8526, section 2) whether they are still the same.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ModuleEntry } from '../../../module-set.ts';

export interface CachedModules {
  readonly modules: readonly ModuleEntry[];
  readonly texts: readonly CachedText[];
}

export interface CachedText {
  readonly name: string;
  readonly revision: string | undefined;
  readonly text: string;
}

/** Where texts are kept and found again. */
export interface ModuleCache {
  read(key: string): Promise<CachedModules | undefined>;
  /** Never fails: what cannot be kept is read again next time. */
  write(key: string, content: CachedModules): Promise<void>;
}

const FORMAT = 1;
const MAX_FILES = 32;
const MAX_BYTES = 128 * 1024 * 1024;

/** `$XDG_CACHE_HOME/sami/netconf`, else `~/.cache/sami/netconf`. */
export function cacheDirectory(variables: Readonly<Record<string, string | undefined>>): string {
  const base = variables['XDG_CACHE_HOME'];
  const root = base === undefined || base === '' ? join(homedir(), '.cache') : base;
  return join(root, 'sami', 'netconf');
}

/** One file for each device, the {@link MAX_FILES} used last; a file that makes no sense is as good as none. */
export function createFileModuleCache(directory: string): ModuleCache {
  const fileOf = (key: string): string =>
    join(directory, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  return {
    read: async (key) => {
      const file = fileOf(key);
      const content = await readCached(file, key).catch(() => undefined);
      const now = new Date();
      if (content) await utimes(file, now, now).catch(() => undefined);
      return content;
    },
    write: async (key, content) => {
      const text = JSON.stringify({ format: FORMAT, key, ...content });
      if (text.length > MAX_BYTES) return;
      await writeCached(directory, fileOf(key), text).catch(() => undefined);
    },
  };
}

async function readCached(file: string, key: string): Promise<CachedModules | undefined> {
  const content: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof content !== 'object' || content === null) return undefined;
  const { format, key: writtenKey, modules, texts } = content as Record<string, unknown>;
  if (format !== FORMAT || writtenKey !== key) return undefined;
  if (!Array.isArray(modules) || !Array.isArray(texts)) return undefined;
  return { modules: modules as ModuleEntry[], texts: texts as CachedText[] };
}

/** By renaming, so that two consoles never read half of what the other writes. */
async function writeCached(directory: string, file: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, file);
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json'));
  if (names.length <= MAX_FILES) return;
  const aged = await Promise.all(
    names.map(async (name) => ({ name, used: (await stat(join(directory, name))).mtimeMs })),
  );
  aged.sort((a, b) => b.used - a.used);
  for (const { name } of aged.slice(MAX_FILES)) await rm(join(directory, name), { force: true });
}
