/**
 * `npm run bundle [-- FILE]`: the server as one file, `samid.mjs`, that needs nothing but Node.js beside it.
 *
 * Each module, ours and those of the dependencies, becomes a function in a table and runs when it is first asked
 * for, so that what is not needed costs nothing at the start. TypeScript makes CommonJS of ours. The YANG modules
 * stand in the file too. Native parts of dependencies, all optional, stay out.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '..');
const ENTRY = join(root, 'server/main.ts');
/** Its place is taken by what it describes. */
const BUNDLED_FILES = join(root, 'src/node/bundled-files.ts');
const BUILTIN = new Set(builtinModules);

/** What stands before the table: helpers that TypeScript calls, and the loader. */
const PROLOGUE = `import { createRequire } from 'node:module';
const nodeRequire = createRequire(import.meta.url);
const __createBinding = (o, m, k, k2 = k) => Object.defineProperty(o, k2, { enumerable: true, get: () => m[k] });
const __exportStar = (m, o) => {
  for (const k in m) if (k !== 'default' && !Object.hasOwn(o, k)) __createBinding(o, m, k);
};
// As Node.js does it: the default of CommonJS is all that it exports. Modules of ours have no default.
const __importDefault = (m) => ({ default: m });
const __importStar = (m) => (m && m.__esModule ? m : { ...m, default: m });
const loaded = new Map();
function load(id) {
  const known = loaded.get(id);
  if (known) return known.exports;
  const module = { exports: {} };
  loaded.set(id, module);
  const [links, run] = table[id];
  const require = (name) => {
    const to = links[name];
    if (to === undefined) return nodeRequire(name);
    if (to === null) throw Object.assign(new Error(name + ' is not in this file'), { code: 'MODULE_NOT_FOUND' });
    return load(to);
  };
  module.result = run.call(module.exports, module, module.exports, require, '', '');
  return module.exports;
}
`;

/** Writes the bundle and says how long it is. */
export function bundle(target) {
  const modules = collect();
  const ids = new Map([...modules.keys()].map((path, index) => [path, index]));
  const entries = [...modules].map(([path, { code, links, isAsync }]) => {
    const numbered = Object.fromEntries(
      Object.entries(links).map(([name, to]) => [name, to === null ? null : ids.get(to)]),
    );
    const head = `${isAsync ? 'async ' : ''}function (module, exports, require, __filename, __dirname)`;
    return `// ${relative(root, path)}\n[${JSON.stringify(numbered)}, ${head} {\n${code}\n}],\n`;
  });
  const text = [
    '#!/usr/bin/env node\n',
    `// sami ${version()}, Apache License 2.0. Parts of it:\n${licences(modules)}`,
    PROLOGUE,
    'const table = [\n',
    ...entries,
    '];\n',
    `load(${ids.get(ENTRY)});\nawait loaded.get(${ids.get(ENTRY)}).result;\n`,
  ]
    .join('')
    // V8 keeps a text that is ASCII only in half the memory. An escape means the same in strings, templates and
    // patterns, and beyond these there is none but in comments.
    .replace(/[^\0-\x7f]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
  chmodSync(target, 0o755);
  return text.length;
}

/** All modules that the entry leads to. */
function collect() {
  const modules = new Map();
  const queue = [ENTRY];
  for (const path of queue) {
    if (modules.has(path)) continue;
    const module = read(path);
    modules.set(path, module);
    queue.push(...Object.values(module.links).filter((to) => to !== null));
  }
  return modules;
}

function read(path) {
  if (path === BUNDLED_FILES) return { code: bundledFiles(), links: {}, isAsync: false };
  const source = readFileSync(path, 'utf8');
  const code = path.endsWith('.json')
    ? `module.exports = ${source.trim()};`
    : compiled(path, source);
  return { code, links: linksOf(path, code), isAsync: path === ENTRY };
}

function compiled(path, source) {
  if (!/\.[mc]?ts$/.test(path)) return source.replace(/^#!.*/, '');
  const { outputText } = ts.transpileModule(source.replace(/^#!.*/, ''), {
    fileName: path,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2023,
      esModuleInterop: true,
      isolatedModules: true,
      noEmitHelpers: true,
      removeComments: true,
    },
  });
  return outputText;
}

/** What a module asks for, by the name it uses: a path, or null for what may be missing. */
function linksOf(path, code) {
  const links = {};
  const require = createRequire(path);
  for (const [, , name] of code.matchAll(/\brequire\((["'])([^"'\n]+)\1\)/g)) {
    if (name.startsWith('node:') || BUILTIN.has(name)) continue;
    links[name] = resolveName(require, path, name);
  }
  return links;
}

function resolveName(require, path, name) {
  if (name.startsWith('.') && name.endsWith('.ts')) return resolve(dirname(path), name);
  try {
    const found = require.resolve(name);
    return found.endsWith('.node') || hasNativePart(found) ? null : found;
  } catch {
    return null;
  }
}

/** A package that is built when it is installed: whoever asks for it does without. */
function hasNativePart(path) {
  return existsSync(join(packageOf(path), 'binding.gyp'));
}

function packageOf(path) {
  let directory = dirname(path);
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}

function version() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}

function bundledFiles() {
  const folder = join(root, 'yang');
  const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yang'))
    .sort()
    .map((name) => [
      name.slice(name.lastIndexOf('/') + 1),
      readFileSync(join(folder, name), 'utf8'),
    ]);
  return [
    `exports.BUNDLED_DIRECTORY = '(inside the program)';`,
    `exports.BUNDLED = { version: ${JSON.stringify(version())}, modules: new Map(${JSON.stringify(modules)}) };`,
  ].join('\n');
}

/** The notices that the licences of the dependencies ask for. */
function licences(modules) {
  const packages = new Set(
    [...modules.keys()].filter((it) => it.includes('/node_modules/')).map(packageOf),
  );
  return [...packages].sort().map(licence).join('');
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
  const target = resolve(process.argv[2] ?? join(root, 'dist/samid.mjs'));
  const length = bundle(target);
  process.stdout.write(`${relative(process.cwd(), target)}: ${Math.round(length / 1024)} KiB\n`);
}
