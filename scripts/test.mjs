/** Runs the tests, from a fresh clone too. Arguments go to mocha. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { prepare } from './prepare.mjs';

prepare();
const root = resolve(import.meta.dirname, '..');
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/mocha/bin/mocha.js',
    '--reporter',
    'scripts/reporter.cjs',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
