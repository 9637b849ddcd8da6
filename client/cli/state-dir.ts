/** Where journals of moves are kept unless the command line says otherwise. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export function defaultStateDir(environment: Readonly<Record<string, string | undefined>>): string {
  const base = environment['XDG_STATE_HOME'];
  return join(
    base === undefined || base === '' ? join(homedir(), '.local', 'state') : base,
    'sami',
  );
}
