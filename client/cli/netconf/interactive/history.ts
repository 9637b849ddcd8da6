/** Lines that were typed, kept between runs: a file of the user's alone, the oldest first. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultStateDir } from '../../state-dir.ts';

export const HISTORY_LIMIT = 1000;

export function historyFile(variables: Readonly<Record<string, string | undefined>>): string {
  return join(defaultStateDir(variables), 'netconf-history');
}

/** The newest first, as readline has it; nothing when there is no file that can be read. */
export function readHistory(file: string): string[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return lines.reverse().slice(0, HISTORY_LIMIT);
  } catch {
    return [];
  }
}

/** Never fails: a console works without its history. Lines that begin with a space are nobody's business. */
export function writeHistory(file: string, newestFirst: readonly string[]): void {
  const lines = newestFirst.filter((line) => line.trim() !== '' && !line.startsWith(' '));
  const text = lines
    .slice(0, HISTORY_LIMIT)
    .reverse()
    .map((line) => `${line}\n`)
    .join('');
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o600 });
  } catch {
    // A read-only home directory, for example.
  }
}
