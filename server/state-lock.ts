/** Keeps two servers from using one state directory, where they would ruin each other's journal. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processExists, processStart } from '../src/node/process-identity.ts';

export interface StateLock {
  release(): Promise<void>;
}

/** Throws when a living process has the directory. A lock that a dead one has left is taken over. */
export async function lockStateDirectory(directory: string): Promise<StateLock> {
  const path = join(directory, 'lock');
  const own = `${String(process.pid)} ${await startTime(process.pid)}\n`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeFile(path, own, { flag: 'wx', mode: 0o600 });
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = '', started = ''] = (await readFile(path, 'utf8').catch(() => ''))
      .trim()
      .split(' ');
    if (await isAlive(Number(pid), started)) {
      throw new Error(`state directory "${directory}" is in use by process ${pid}`);
    }
    await rm(path, { force: true });
  }
  throw new Error(`state directory "${directory}" cannot be locked`);
}

/** A number that was given to another process since does not count. */
async function isAlive(pid: number, started: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0 || (pid === process.pid && started === '')) return false;
  return processExists(pid) && started === (await startTime(pid));
}

/** '' where the system does not tell. */
async function startTime(pid: number): Promise<string> {
  return (await processStart(pid)) ?? '';
}
