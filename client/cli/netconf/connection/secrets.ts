/** Passwords that are asked for, and files with keys. */
import { readFile } from 'node:fs/promises';
import { UsageError } from '../../exit-code.ts';
import { promptSecret } from '../../prompt.ts';
import type { Settings } from '../settings.ts';

/** What `--password` says; undefined when it says nothing. */
export async function givenPassword(
  { password }: Settings,
  device: string,
): Promise<string | undefined> {
  if (password !== true) return password;
  const asked = await promptSecret(`password of ${device}: `);
  if (asked === undefined) throw new UsageError('there is no terminal to ask for the password on');
  return asked;
}

/** Throws {@link UsageError}: the name of the file is part of the command line. */
export async function readGiven(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
