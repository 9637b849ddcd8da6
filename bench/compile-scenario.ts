/**
 * Compiling all installed modules in one process, `sami yang lint` against libyang's `yanglint`: whole
 * processes, from start to exit code.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scenario } from './row.ts';

/** Where Debian's frr, libyang2, libyang2-tools and netconfd put theirs; the first of a name counts. */
const DIRECTORIES = [
  '/usr/share/yang',
  '/usr/share/yang/modules/libyang',
  '/usr/share/yuma/modules/ietf',
  '/usr/share/yuma/modules/ietf-derived',
  '/usr/share/yuma/modules/ietf-draft',
  '/usr/share/yuma/modules/yuma123',
  '/usr/share/yuma/modules/netconfcentral',
];
/** Libyang's own module, which is loaded already, and one with the namespace of ietf-netconf (RFC 7950, section 7.1.3). */
const LEFT_OUT: ReadonlySet<string> = new Set(['yang', 'yuma123-netconf']);
const SAMI = fileURLToPath(new URL('../client/main.js', import.meta.url));

export const compileScenario: Scenario = {
  name: 'compile',
  metrics: [
    {
      name: 'compile the modules of Debian, whole process ÷ yanglint',
      unit: 'ratio',
      bound: { kind: 'at most', value: 3 },
    },
    { name: 'compile the modules of Debian, whole process', unit: 'ms' },
    { name: 'modules in that set', unit: 'modules' },
  ],
  unavailable: () => Promise.resolve(missing()),
  run: () => {
    const files = commonSet();
    const peerMs = fastest('yanglint', yanglintArguments(files));
    const ownMs = fastest(process.execPath, samiArguments(files));
    return Promise.resolve([ownMs / peerMs, ownMs, files.length]);
  },
};

function missing(): string | undefined {
  if (spawnSync('yanglint', ['--version']).status !== 0) return 'yanglint is not installed';
  return DIRECTORIES.some(existsSync) ? undefined : 'no package with modules is installed';
}

const yanglintArguments = (files: readonly string[]): readonly string[] => [
  '-QQD',
  ...DIRECTORIES.flatMap((directory) => ['-p', directory]),
  ...files,
];

const samiArguments = (files: readonly string[]): readonly string[] => [
  ...[SAMI, 'yang', 'lint', '--quiet', '--no-search', '--no-bundled'],
  ...DIRECTORIES.filter(existsSync).flatMap((directory) => ['--path', directory]),
  ...files,
];

let known: readonly string[] | undefined;

/** Files that can be implemented together: yanglint drops the second revision of a module one after the other. */
function commonSet(): readonly string[] {
  if (known) return known;
  let files = installedModules();
  for (;;) {
    const { status, stderr } = spawnSync('yanglint', ['-D', ...yanglintArguments(files).slice(1)], {
      encoding: 'utf8',
    });
    if (status === 0) break;
    const refused = /Parsing schema module "(.*)" failed/.exec(stderr)?.[1];
    const rest = files.filter((file) => file !== refused);
    if (rest.length === files.length) throw new Error(`yanglint: ${stderr}`);
    files = rest;
  }
  known = files;
  return files;
}

function installedModules(): readonly string[] {
  const files = new Map<string, string>();
  for (const directory of DIRECTORIES.filter(existsSync)) {
    for (const file of readdirSync(directory).sort()) {
      const path = join(directory, file);
      const [name = ''] = basename(file, '.yang').split('@');
      if (!file.endsWith('.yang') || LEFT_OUT.has(name) || files.has(name)) continue;
      if (!/^\s*submodule\b/m.test(readFileSync(path, 'utf8'))) files.set(name, path);
    }
  }
  return [...files.values()];
}

function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${stdout}${stderr}`);
}

/** Milliseconds of the quickest of five: what the machine does besides only adds. */
function fastest(command: string, args: readonly string[]): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    run(command, args);
    return performance.now() - start;
  });
  return Math.min(...times);
}
