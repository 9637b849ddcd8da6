/**
 * Keeps carried counters over a restart of the server. The file is written whole, beside the old one, and
 * not synced: it is about entries of the kernel, which do not outlive the machine either.
 */
import { createReadStream } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { CarriedCounters } from './carried-counters.ts';

const HEAD = 'sami carried counters 1';
const CHUNK = 1 << 16;

export async function readCounterFile(path: string, counters: CarriedCounters): Promise<void> {
  const input = createReadStream(path, 'utf8');
  let first = true;
  try {
    for await (const line of createInterface({ input })) {
      // Of a file that another version wrote, nothing is known.
      if (first && line !== HEAD) return;
      if (!first) counters.readLine(line);
      first = false;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    input.destroy();
  }
}

export async function writeCounterFile(path: string, counters: CarriedCounters): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.new`;
  const file = await open(beside, 'w', 0o600);
  try {
    let text = `${HEAD}\n`;
    for (const line of [...counters.lines()]) {
      text += line;
      if (text.length < CHUNK) continue;
      await file.write(text);
      text = '';
    }
    await file.write(text);
  } finally {
    await file.close();
  }
  await rename(beside, path);
}
