/** The file of users: what is wrong with it is said in one line, and nothing else is thrown. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsersFileError, readUsersFile } from '../../../server/users-file.ts';
import { mutateJson } from '../mutate-json.ts';
import { promise } from '../target.ts';
import type { Target } from '../target.ts';

const FILE = JSON.stringify({
  users: [
    { name: 'admin', administrator: true, passwordHash: 'scrypt:16384:8:1:AAAA:BBBB' },
    { name: 'lab', password: 'secret', groups: ['a', 'b'] },
    { name: 'key', authorizedKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDkFv comment'] },
  ],
});

let folder: string | undefined;

function file(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'sami-fuzz-'));
    process.once('exit', () => {
      rmSync(made, { recursive: true, force: true });
    });
    folder = made;
  }
  return join(folder, 'users.json');
}

export const USERS: Target = {
  name: 'users',
  make(random) {
    let text = FILE;
    for (let change = 1 + random.below(4); change > 0; change -= 1) text = mutateJson(text, random);
    return { text, about: 'a users file' };
  },
  async check({ text }) {
    await writeFile(file(), text, { mode: 0o600 });
    try {
      const users = await readUsersFile(file());
      await users.authenticate('lab', { password: 'x' });
    } catch (error) {
      if (!(error instanceof UsersFileError)) throw error;
      promise(!error.message.includes('\n'), () => `more than a line: ${error.message}`);
    }
  },
};
