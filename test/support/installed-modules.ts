/** The modules of Debian's packages, for tests that want many texts that others wrote. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './case-file.ts';

const FOLDERS = [
  join(projectRoot(), 'yang', 'sami'),
  join(projectRoot(), 'yang', 'ietf'),
  '/usr/share/yang',
  '/usr/share/yang/modules/libyang',
  ...['ietf', 'ietf-derived', 'ietf-draft', 'netconfcentral', 'yuma123'].map((folder) =>
    join('/usr/share/yuma/modules', folder),
  ),
  '/usr/share/yuma/nmda-modules/ietf',
].filter(existsSync);

export interface ModuleFile {
  readonly folder: string;
  readonly file: string;
  readonly text: string;
}

/** Ours are always among them. */
export function installedModules(): readonly ModuleFile[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.yang'))
      .map((file) => ({ folder, file, text: readFileSync(join(folder, file), 'utf8') })),
  );
}
