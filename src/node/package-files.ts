/** Files of this package, found from wherever its code runs: `src` or `dist/src`. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLED, BUNDLED_DIRECTORY } from './bundled-files.ts';

/** The directory with the modules that the package brings along, for {@link createFileModuleRepository}. */
export function packageYangDirectory(): string {
  if (BUNDLED) return BUNDLED_DIRECTORY;
  return join(packageRoot(), 'yang');
}

/** As in package.json. */
export function packageVersion(): string {
  if (BUNDLED) return BUNDLED.version;
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if (existsSync(join(directory, 'yang')) && existsSync(join(directory, 'package.json'))) {
      return directory;
    }
    const parent = dirname(directory);
    if (parent === directory) throw new Error('the package has lost its "yang" directory');
    directory = parent;
  }
}
