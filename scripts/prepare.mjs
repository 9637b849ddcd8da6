/**
 * Makes a fresh clone ready: installs the dependencies and builds when either is missing or out of
 * date. Says what it does on stderr, so that stdout stays free for whoever asked.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const SOURCES = ['src', 'server', 'client', 'test', 'bench', 'examples'];

/** Makes the clone ready; exits with a message when a step fails. */
export function prepare() {
  checkNodeVersion();
  if (isOlder('node_modules/.package-lock.json', ['package.json', 'package-lock.json'])) {
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'installing dependencies');
  }
  const inputs = [...SOURCES.flatMap(filesBelow), 'tsconfig.json', 'tsconfig.build.json'];
  if (isOlder('dist/.tsbuildinfo', inputs) || hasStaleOutput()) {
    removeStaleOutput();
    run('node', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], 'building');
  }
}

function checkNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node.js 20.19 or later is needed; this is ${process.versions.node}`);
}

/** True when `target` is missing or older than one of `inputs`. */
function isOlder(target, inputs) {
  const path = join(root, target);
  if (!existsSync(path)) return true;
  const made = statSync(path).mtimeMs;
  return inputs.some((input) => statSync(join(root, input)).mtimeMs > made);
}

function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** Compiled files whose source is gone, which mocha would still run. */
function staleOutput() {
  return filesBelow('dist').filter((file) => {
    const source = file.replace(/^dist\//, '').replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
    return (
      source !== '.tsbuildinfo' && !file.endsWith('.tsbuildinfo') && !existsSync(join(root, source))
    );
  });
}

function hasStaleOutput() {
  return staleOutput().length > 0;
}

function removeStaleOutput() {
  for (const file of staleOutput()) rmSync(join(root, file));
}

function run(command, args, what) {
  process.stderr.write(`${what} ...\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) fail(`${what} failed: ${error.message}`);
  if (status !== 0) fail(`${what} failed: ${command} ${args.join(' ')} exited with ${status}`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) prepare();
