/** YIN between us and libyang's yanglint: it reads what we write, and we read what it writes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createFileModuleRepository } from '../../../../src/node/file-module-repository.ts';
import {
  compile,
  parseYang,
  parseYin,
  printYang,
  printYin,
  type Statement,
} from '../../../../src/yang/index.ts';

const GROUPS: readonly (readonly string[])[] = [
  ['/usr/share/yang/modules/libyang'],
  ['/usr/share/yuma/modules/ietf', '/usr/share/yuma/modules/ietf-derived'],
].filter((group) => group.every(existsSync));

/** What yanglint writes wrongly. */
const MALFORMED: ReadonlyMap<string, string> = new Map([
  ['ietf-origin@2018-02-14', 'the text of a description in an extension is beside it, not in it'],
  ['ietf-ipv6-unicast-routing@2016-11-04', 'a start tag has no end tag'],
]);

/** The internal module of libyang cannot be loaded twice. */
function isRead(file: string): boolean {
  return file.endsWith('.yang') && !file.startsWith('yang@');
}

function yanglint(directories: readonly string[], ...rest: readonly string[]): string | undefined {
  const paths = directories.flatMap((directory) => ['-p', directory]);
  const { status, stdout } = spawnSync('yanglint', ['-D', ...paths, ...rest], { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

function parse(text: string): Statement {
  const { statement, diagnostics } = text.startsWith('<')
    ? parseYin(text, 'x')
    : parseYang(text, 'x');
  assert.ok(statement);
  assert.deepEqual(
    diagnostics.map(({ message }) => message),
    [],
  );
  return statement;
}

/** yanglint writes line breaks in attributes as they are, where XML makes blanks of them. */
function withoutBlanks(statement: Statement): string {
  return printYang(statement, { lineLength: Infinity })
    .replace(/(?:\\n|\\t|\s)+/g, ' ')
    .replace(/["'\\]/g, '');
}

describe('YIN between us and yanglint', function () {
  this.timeout(60_000);
  let folder = '';

  before(function () {
    if (spawnSync('yanglint', ['--version']).status !== 0) {
      if (process.env['CI'] === 'true') assert.fail('yanglint is not installed');
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'sami-yin-'));
  });

  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  for (const group of GROUPS) {
    const [directory = ''] = group;
    for (const file of readdirSync(directory).filter(isRead)) {
      const name = basename(file, '.yang');
      const path = join(directory, file);

      it(`it reads our ${name} of ${directory}`, () => {
        const accepted = yanglint(group, path) !== undefined;
        const [module = '', revision] = name.split('@');
        const { context } = compile(createFileModuleRepository(group), {
          modules: [{ name: module, revision }],
        });
        const statement = parse(readFileSync(path, 'utf8'));
        const written = join(folder, `${name}.yin`);
        writeFileSync(written, printYin(statement, { context }));
        assert.equal(yanglint(group, written) !== undefined, accepted);
      });

      it(`we read its ${name} of ${directory}`, () => {
        const yin = yanglint(group, '-f', 'yin', path);
        const yang = yanglint(group, '-f', 'yang', path);
        // Nothing comes out for submodules and for what yanglint refuses.
        if (!yin || !yang) return;
        if (MALFORMED.has(name)) {
          assert.ok(parseYin(yin, 'x').diagnostics.length > 0, 'it is right by now');
          return;
        }
        assert.equal(withoutBlanks(parse(yin)), withoutBlanks(parse(yang)));
      });
    }
  }
});
