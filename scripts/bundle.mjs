/**
 * `npm run bundle [-- FILE]`: the server as one file, `samid.mjs`, that needs nothing but Node.js beside it. The YANG
 * modules are inside. What is imported late is run late, so that planes nobody asks for cost nothing at the start.
 * Native parts of dependencies, all optional, stay out.
 */
import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import webpack from 'webpack';
import { prepare } from './prepare.mjs';

const OWN = resolve(import.meta.dirname, '..');

/** Writes the bundle of what has been compiled below `root`, and returns its length in bytes. */
export async function bundle(target, root = OWN) {
  const compiler = webpack({
    mode: 'production',
    target: 'node20',
    devtool: false,
    context: root,
    entry: join(root, 'dist/server/main.js'),
    experiments: { outputModule: true },
    output: {
      path: dirname(target),
      filename: basename(target),
      module: true,
      chunkFormat: 'module',
    },
    // Whoever reads a stack trace wants names.
    optimization: { minimize: false, splitChunks: false },
    module: { parser: { javascript: { dynamicImportMode: 'eager', importMeta: false } } },
    plugins: [
      new webpack.NormalModuleReplacementPlugin(/\/bundled-files\.js$/, bundledFiles(root)),
      new webpack.IgnorePlugin({ resourceRegExp: /\.node$|^cpu-features$/ }),
    ],
  });
  const stats = await new Promise((done, fail) => {
    compiler.run((error, result) => (error ? fail(error) : done(result)));
  });
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  const head = `#!/usr/bin/env node\n// sami ${version(root)}, Apache License 2.0. Parts of it:\n`;
  const made = readFileSync(target, 'utf8').replace(/^.* data:text\/javascript;.*$/gm, '');
  const text = asAscii(head + licences(stats.compilation.modules) + made);
  writeFileSync(target, text);
  chmodSync(target, 0o755);
  return text.length;
}

/**
 * V8 keeps a text that is ASCII only in half the memory. An escape means the same in strings, templates and
 * patterns, and elsewhere there is none but in comments.
 */
function asAscii(text) {
  return text.replace(
    /[^\0-\x7f]/g,
    (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Stands in the place of src/node/bundled-files.ts. */
function bundledFiles(root) {
  const folder = join(root, 'yang');
  const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yang'))
    .sort()
    .map((name) => [basename(name), readFileSync(join(folder, name), 'utf8')]);
  const text =
    `export const BUNDLED_DIRECTORY = '(inside the program)';\n` +
    `export const BUNDLED = { version: ${JSON.stringify(version(root))}, modules: new Map(${JSON.stringify(modules)}) };\n`;
  return `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`;
}

function version(root) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}

/** The notices that the licences of the dependencies ask for. */
function licences(modules) {
  const packages = new Set();
  for (const { resource } of modules) {
    if (resource?.includes('/node_modules/')) packages.add(packageOf(resource));
  }
  return [...packages].sort().map(licence).join('');
}

function packageOf(path) {
  let directory = dirname(path);
  while (!isPackage(directory)) directory = dirname(directory);
  return directory;
}

/** Parts of some packages have a package.json that says no more than which kind of modules they are. */
function isPackage(directory) {
  const file = join(directory, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version !== undefined;
}

function licence(directory) {
  const {
    name,
    version: own,
    license,
  } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const file = readdirSync(directory).find((it) => /^licen[sc]e/i.test(it));
  const text = file ? readFileSync(join(directory, file), 'utf8').trimEnd() : '';
  const lines = [`${name} ${own}, ${license}`, ...text.split('\n')];
  return `//\n${lines.map((line) => `// ${line}`.trimEnd()).join('\n')}\n`;
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  prepare();
  const target = resolve(process.argv[2] ?? join(OWN, 'dist/samid.mjs'));
  const length = await bundle(target);
  process.stdout.write(`${relative(process.cwd(), target)}: ${Math.round(length / 1024)} KiB\n`);
}
