/** Files of this package, found from wherever its code runs: `src` or `dist/src`. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory with the modules that the package brings along. */
export function packageYangDirectory(): string {
  return join(packageRoot(), 'yang');
}

/** As in package.json. */
export function packageVersion(): string {
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
