/**
 * A lock file that holds the pid of its owner: two orchestrators never drive the same move.
 *
 * A lock whose owner is gone is taken over. Pids come around again, so where the system tells when a
 * process started (/proc), that has to match as well.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { processExists, processStart } from '../../src/node/process-identity.ts';

/** Another process holds the lock. */
export class MoveBusyError extends Error {
  readonly code = 'move-busy';
  readonly pid: number;

  constructor(path: string, pid: number) {
    super(`process ${pid} is working on this move (${path})`);
    this.name = 'MoveBusyError';
    this.pid = pid;
  }
}

interface Owner {
  readonly pid: number;
  readonly started: string | undefined;
}

/** Runs `action` while holding the lock. Throws {@link MoveBusyError} while another owner lives. */
export async function withLockFile<T>(path: string, action: () => Promise<T>): Promise<T> {
  await acquire(path);
  try {
    return await action();
  } finally {
    await unlink(path).catch(() => undefined);
  }
}

async function acquire(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const owner: Owner = { pid: process.pid, started: await processStart(process.pid) };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await create(path, JSON.stringify(owner))) return;
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const holder = parseOwner(text);
    if (holder && (await isAlive(holder))) throw new MoveBusyError(path, holder.pid);
    await removeStale(path, text);
  }
  throw new MoveBusyError(path, 0);
}

/** The lock appears with its content or not at all, so that nobody takes an unwritten one for stale. */
async function create(path: string, text: string): Promise<boolean> {
  const prepared = `${path}.${process.pid}.${randomUUID()}`;
  await writeFile(prepared, text, { mode: 0o600 });
  try {
    await link(prepared, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(prepared);
  }
}

/** Removes a lock that still reads `text`. Another process may have taken it over in between. */
async function removeStale(path: string, text: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const taken = await readFile(aside, 'utf8').catch(() => text);
  if (taken !== text) await link(aside, path).catch(() => undefined);
  await unlink(aside).catch(() => undefined);
}

/** Undefined for a text that a crash cut short. */
function parseOwner(text: string): Owner | undefined {
  try {
    const value = JSON.parse(text) as Partial<Owner>;
    return typeof value.pid === 'number' ? { pid: value.pid, started: value.started } : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, started }: Owner): Promise<boolean> {
  if (!processExists(pid)) return false;
  const now = await processStart(pid);
  return started === undefined || now === undefined || now === started;
}
