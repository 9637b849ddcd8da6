/**
 * Which programs of others are present, and skipping with the reason where they are not. In CI a skipped
 * test counts as failed (scripts/reporter.cjs).
 */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import type { Context } from 'mocha';
import { packageYangDirectory } from '../../src/node/index.ts';

/** Debian's Python, for which `python3-ncclient` is installed; a Python of somebody's own may come first. */
export const PYTHON = '/usr/bin/python3';

/** Where package.json is, whether tests run from their sources or compiled. */
export function packageRoot(): string {
  return dirname(packageYangDirectory());
}

/** Why something that needs this program cannot run here; undefined when it can. */
export function missingProgram(name: string): string | undefined {
  const { status } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { stdio: 'ignore' });
  return status === 0 ? undefined : `needs the program ${name}`;
}

export function missingNcclient(): string | undefined {
  const { status } = spawnSync(PYTHON, ['-c', 'import ncclient'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'needs Python with ncclient (python3-ncclient)';
}

/** Skips the test that runs, with the reason behind its title. */
export function skipIf(context: Context, reason: string | undefined): void {
  if (reason === undefined) return;
  if (context.test) context.test.title += ` (${reason})`;
  context.skip();
}
