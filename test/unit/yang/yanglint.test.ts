/**
 * libyang's yanglint as an oracle: it accepts and refuses what we do, and draws the same trees, for our
 * modules, the published ones that are installed, and the cases.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createFileModuleRepository } from '../../../src/node/file-module-repository.ts';
import { compile, printTree, type SchemaContext } from '../../../src/yang/index.ts';
import { projectRoot, readCases } from '../../support/case-file.ts';

const root = projectRoot();
const YUMA = '/usr/share/yuma/modules';

/** Directories to look through; the modules in the first of each group are compared. */
const GROUPS: readonly (readonly string[])[] = [
  [join(root, 'yang', 'sami'), join(root, 'yang', 'ietf')],
  [join(root, 'yang', 'ietf')],
  ['/usr/share/yang/modules/libyang'],
  [`${YUMA}/ietf`, `${YUMA}/ietf-derived`],
  ['/usr/share/yuma/nmda-modules/ietf', `${YUMA}/ietf`],
  [`${YUMA}/netconfcentral`, `${YUMA}/yuma123`, `${YUMA}/ietf`],
].filter((group) => group.every(existsSync));

/** Where we and yanglint part company, with the reason. */
const DIFFERENT: ReadonlyMap<string, string> = new Map([
  ['yang', 'the internal module of libyang cannot be loaded twice'],
  ['circular-leafref', 'not noticed'],
  ['duplicate-import', 'a warning'],
  ['duplicate-revision', 'not noticed'],
  ['features', 'a feature whose condition is false is an error when it is asked for'],
  ['nested-too-deep', 'no such limit'],
  ['too-many-nodes', 'no such limit'],
  ['unknown-extension', 'extensions inside extensions are not looked at'],
  ['version-1', 'escapes are as strict as in YANG 1.1'],
  ['wrong-include-version', 'not noticed'],
  ['wrong-import-version', 'not noticed (section 12)'],
  ['wrong-module', 'a file may hold a module of another name'],
]);

function accepts(
  directories: readonly string[],
  files: readonly string[],
  features: readonly string[],
): boolean {
  const paths = directories.flatMap((directory) => ['-p', directory]);
  const wanted = features.flatMap((feature) => ['-F', feature]);
  return spawnSync('yanglint', ['-D', ...paths, ...wanted, ...files]).status === 0;
}

/** The tree that yanglint draws; undefined where it crashes. */
function drawTree(directories: readonly string[], file: string): string | undefined {
  const paths = directories.flatMap((directory) => ['-p', directory]);
  const { status, stdout } = spawnSync('yanglint', ['-f', 'tree', ...paths, file], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout : undefined;
}

/**
 * Lines of the data tree of the module itself. Beyond that yanglint follows RFC 8340 in its own way: it prints
 * augments unexpanded, inherits status, orders keys and actions differently, marks cases as optional.
 */
function normalize(tree: string): readonly string[] {
  const [own = ''] = tree.split(
    /\n\n? {2}(?:augment|rpcs|notifications|yang-data|structure|grouping)/,
  );
  const lines = own.split('\n').map((line) =>
    line
      .replace(/ \{[^}]*\}\?$/, '')
      .replace(/^[ |]*[+xo]--/, '')
      .replace(/^(?:rw|ro|-w|--) /, '')
      .replace(/^(:\(.*\))\?$/, '$1')
      .replace(/\s+->.*$/, ' leafref')
      .replace(/\s+/g, ' ')
      .replace(/ [\w.-]+:([\w.-]+)$/, ' $1')
      .trim(),
  );
  return lines.filter((line) => line !== '').sort();
}

function compileFile(directories: readonly string[], file: string): SchemaContext | undefined {
  const [name = '', revision] = basename(file, '.yang').split('@');
  const repository = createFileModuleRepository(directories);
  return compile(repository, { modules: [{ name, revision, features: 'all' }] }).context;
}

describe('agreement with yanglint', function () {
  this.timeout(120_000);

  before(function () {
    if (spawnSync('yanglint', ['--version']).status === 0) return;
    if (process.env['CI'] === 'true') assert.fail('yanglint is not installed');
    this.skip();
  });

  for (const group of GROUPS) {
    const [directory = ''] = group;
    for (const fileName of readdirSync(directory).filter((name) => name.endsWith('.yang'))) {
      const name = basename(fileName, '.yang');
      if (DIFFERENT.has(name.split('@')[0] ?? '')) continue;
      it(`on ${name} in ${directory.replace(root, '.')}`, () => {
        const file = join(directory, fileName);
        const context = compileFile(group, file);
        assert.equal(context !== undefined, accepts(group, [file], []), 'accepted');
        const tree = context && drawTree(group, file);
        if (!context || tree === undefined) return;
        const ours = printTree(context, name.split('@')[0] ?? '');
        assert.deepEqual(normalize(ours), normalize(tree));
      });
    }
  }

  for (const file of ['yang-good', 'yang-bad'].flatMap(readCases)) {
    if (DIFFERENT.has(file.name)) continue;
    it(`on the case ${file.name}`, () => {
      const directory = mkdtempSync(join(tmpdir(), 'sami-yanglint-'));
      const texts = [...file.sections].filter(([name]) => name.endsWith('.yang'));
      for (const [name, text] of texts) writeFileSync(join(directory, name), text);
      const modules = texts
        .filter(([, text]) => !/^\s*submodule\b/m.test(text))
        .map(([name]) => name.slice(0, -5));
      const requests = (file.sections.get('modules')?.trim().split('\n') ?? modules).map((line) =>
        line.split(':'),
      );
      const paths = requests.map(([name = '']) => join(directory, `${name}.yang`));
      const features = requests.map(
        ([name = '', wanted = '']) =>
          `${name.split('@')[0] ?? ''}:${wanted === 'all' ? '*' : wanted}`,
      );
      const expected = !(file.sections.get('diagnostics') ?? '').includes(' error ');
      const actual = accepts([directory], paths, features);
      rmSync(directory, { recursive: true });
      assert.equal(actual, expected);
    });
  }
});
