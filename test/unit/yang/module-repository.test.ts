/** Finding module texts by name and revision (RFC 7950, section 5.2). */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileModuleRepository, packageYangDirectory } from '../../../src/node/index.ts';
import {
  compile,
  createMapRepository,
  newestRevision,
  parseModuleFileName,
  printDiagnostic,
  type ModuleRepository,
} from '../../../src/yang/index.ts';

const FILES: Readonly<Record<string, string>> = {
  'a@2025-01-01.yang': 'module a { revision 2025-01-01; }',
  'a@2026-01-01.yang': 'module a { revision 2026-01-01; }',
  'b.yang': 'module b { revision "2024-06-01"; revision 2023-01-01; }',
  'c.yang': 'module c { }',
};

function checkRepository(repository: ModuleRepository): void {
  const cases: readonly [name: string, asked: string | undefined, found: string | undefined][] = [
    ['a', undefined, '2026-01-01'],
    ['a', '2025-01-01', '2025-01-01'],
    ['b', undefined, '2024-06-01'],
    ['b', '2024-06-01', '2024-06-01'],
  ];
  for (const [name, asked, expected] of cases) {
    const found = repository.find(name, asked);
    assert.ok(found);
    assert.equal(found.revision, expected);
    assert.ok(found.text.startsWith(`module ${name} `));
    assert.match(found.file, new RegExp(`${name}(@.*)?\\.yang$`));
  }
  assert.equal(repository.find('c')?.revision, undefined);
  assert.equal(repository.find('c', '2020-01-01'), undefined);
  assert.equal(repository.find('a', '2020-01-01'), undefined);
  assert.equal(repository.find('d'), undefined);
}

describe('a repository of texts', () => {
  it('finds the newest revision or the one asked for', () => {
    checkRepository(createMapRepository(new Map(Object.entries(FILES))));
  });
});

describe('a repository of directories', () => {
  let directory = '';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sami-yang-'));
    mkdirSync(join(directory, 'first', 'deep'), { recursive: true });
    mkdirSync(join(directory, 'second'));
    const [newest, ...others] = Object.entries(FILES).reverse();
    assert.ok(newest);
    writeFileSync(join(directory, 'first', 'deep', newest[0]), newest[1]);
    for (const [name, text] of others) writeFileSync(join(directory, 'second', name), text);
    writeFileSync(join(directory, 'second', 'notes.txt'), 'no module');
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('finds the newest revision or the one asked for', () => {
    const directories = [join(directory, 'first'), join(directory, 'second')];
    checkRepository(createFileModuleRepository(directories));
  });

  it('prefers the directory that is named first', () => {
    writeFileSync(
      join(directory, 'first', 'b@2024-06-01.yang'),
      'module b { revision 2024-06-01; /* other */ }',
    );
    for (const order of [
      ['first', 'second'],
      ['second', 'first'],
    ]) {
      const repository = createFileModuleRepository(order.map((name) => join(directory, name)));
      assert.equal(repository.find('b')?.file.includes('first'), order[0] === 'first');
    }
  });

  it('says which directory is missing', () => {
    assert.throws(() => createFileModuleRepository([join(directory, 'third')]), /third/);
  });
});

describe('the modules of the package', () => {
  it('are found, and compile without a diagnostic', () => {
    const repository = createFileModuleRepository([packageYangDirectory()]);
    const modules = ['sami-session', 'ietf-netconf', 'ietf-yang-library'].map((name) => ({ name }));
    const { context, diagnostics } = compile(repository, { modules });
    assert.deepEqual(diagnostics.map(printDiagnostic), []);
    assert.ok(context?.modules.get('sami')?.implemented);
  });
});

describe('module file names', () => {
  const cases: readonly [file: string, name: string | undefined, revision: string | undefined][] = [
    ['a.yang', 'a', undefined],
    ['a-b.c@2026-01-01.yang', 'a-b.c', '2026-01-01'],
    ['a@2026-01-01', 'a', '2026-01-01'],
    ['a', 'a', undefined],
    ['a@latest.yang', undefined, undefined],
    ['', undefined, undefined],
  ];
  for (const [file, name, revision] of cases) {
    it(`${JSON.stringify(file)} names ${name ?? 'nothing'}`, () => {
      assert.deepEqual(parseModuleFileName(file), (name && { name, revision }) || undefined);
    });
  }
});

describe('newestRevision', () => {
  it('finds the latest date, in any order and quoting', () => {
    const text =
      'module a { revision 2023-01-01; revision \'2025-01-01\'{}revision "2024-01-01"; }';
    assert.equal(newestRevision(text), '2025-01-01');
    assert.equal(newestRevision('module a { revision-date 2025-01-01; }'), undefined);
  });
});
