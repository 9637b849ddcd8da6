/** Tells whether the process that a lock or a namespace was made by is still there. */
import { readFile } from 'node:fs/promises';

/** Whether there is a process with this number, whoever owns it. A zombie counts. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * When a process started, in clock ticks since boot (field 22 of /proc/PID/stat); undefined where the
 * system does not tell. Numbers come around again, and this tells their holders apart. A zombie has ended
 * (`ended`): it holds nothing any more, and where nobody collects it, as in many containers, it stays for ever.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => undefined);
  // The name of the program, in parentheses, may contain anything.
  const [state, ...more] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === 'Z' ? 'ended' : more[18];
}
