/** Keeps two servers from using one state directory, where they would ruin each other's journal. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return started === (await startTime(pid));
}

/**
 * When a process started, in the kernel's units; '' where the system does not tell. A zombie holds
 * nothing any more, and where nobody collects it, as in many containers, it stays for ever.
 */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  // The name of the program, in parentheses, may contain anything.
  const [state, ...more] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? 'ended' : (more[18] ?? '');
}
