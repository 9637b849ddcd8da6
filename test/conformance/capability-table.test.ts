/** docs/netconf.md: every row has tests that exist, and everything that the server offers has a row. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SERVER_FEATURES, createServer, loadSchema } from '../../server/index.ts';
import { ERROR_TAGS } from '../../src/netconf/index.ts';
import { packageRoot } from '../support/tools.ts';

/** Where compiled tests are. */
const TESTS = fileURLToPath(new URL('..', import.meta.url));
const PREFIX = 'urn:ietf:params:netconf:';

interface Reference {
  readonly file: string;
  readonly title: string;
}

interface Row {
  readonly text: string;
  readonly references: readonly Reference[];
}

function rows(): readonly Row[] {
  const text = readFileSync(join(packageRoot(), 'docs/netconf.md'), 'utf8');
  const lines = text.split('\n').filter((line) => /^\| (?!what |---)/.test(line));
  return lines.map((line) => ({ text: line, references: referencesOf(line) }));
}

/** `FILE`: “TITLE”, “TITLE”; in the last column. */
function referencesOf(line: string): readonly Reference[] {
  const last = line.split(' | ').at(-1) ?? '';
  return [...last.matchAll(/`([\w/-]+)`:((?: “[^”]+”,?)+)/g)].flatMap(
    ([, file = '', titles = '']) =>
      [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => ({ file, title })),
  );
}

/** The titles of the tests in these files, without running them. */
function titlesOf(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const output = execFileSync(
    process.execPath,
    [
      join(packageRoot(), 'node_modules/mocha/bin/mocha.js'),
      ...['--no-package', '--dry-run', '--reporter', 'json'],
      ...files.map((file) => join(TESTS, `${file}.test.js`)),
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const { tests } = JSON.parse(output.slice(output.indexOf('{\n'))) as {
    readonly tests: readonly {
      readonly file: string;
      readonly title: string;
      readonly fullTitle: string;
    }[];
  };
  const titles = new Map<string, string[]>();
  for (const { file, title, fullTitle } of tests) {
    const name = file.slice(file.lastIndexOf('/test/') + 6, -'.test.js'.length);
    titles.set(name, [...(titles.get(name) ?? []), title, fullTitle]);
  }
  return titles;
}

describe('the table of capabilities', function () {
  this.timeout(60_000);
  const table = rows();

  it('has a test in every row', () => {
    assert.ok(table.length > 50, String(table.length));
    const without = table.filter(({ references }) => references.length === 0);
    assert.deepEqual(
      without.map(({ text }) => text),
      [],
    );
  });

  it('names tests that exist', () => {
    const references = table.flatMap((row) => row.references);
    const titles = titlesOf([...new Set(references.map(({ file }) => file))]);
    const missing = references.filter(({ file, title }) => {
      const known = titles.get(file) ?? [];
      return title.endsWith('…')
        ? !known.some((it) => it.startsWith(title.slice(0, -1)))
        : !known.includes(title);
    });
    assert.deepEqual(missing, []);
  });

  const first = table.map(({ text }) => text.split(' | ')[0] ?? '').join('\n');

  it('has every capability that the server can announce', async () => {
    const features = SERVER_FEATURES.map((it) => ({ ...it }));
    const context = loadSchema({ features });
    const server = await createServer({ context });
    const names = server.capabilities
      .filter((it) => it.startsWith(PREFIX))
      .map((it) =>
        it
          .slice(PREFIX.length)
          .replace(/\?.*/, '')
          .replace(/^capability/, ''),
      );
    assert.ok(names.length > 12, names.join());
    assert.deepEqual(
      names.filter((name) => !first.includes(`\`${name}\``)),
      [],
    );
    await server.close();
  });

  it('has every feature that can be chosen, and whether it is there by default', () => {
    const options = table.map(({ text }) => text.split(' | ')[2] ?? '');
    const missing = SERVER_FEATURES.filter(
      ({ name, isDefault }) =>
        !options.some((it) => it.includes(`\`${name}\` ${isDefault ? 'on' : 'off'}`)),
    );
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
    );
  });

  it('has every error-tag', () => {
    assert.deepEqual(
      ERROR_TAGS.filter((tag) => !first.includes(`\`${tag}\``)),
      [],
    );
  });

  it('has every suite of conformance', () => {
    const named = new Set(table.flatMap(({ references }) => references.map(({ file }) => file)));
    const suites = readdirSync(join(TESTS, 'conformance'))
      .filter((name) => name.endsWith('.test.js') && !name.startsWith('capability-table'))
      .map((name) => `conformance/${name.slice(0, -'.test.js'.length)}`);
    assert.deepEqual(
      suites.filter((suite) => !named.has(suite)),
      [],
    );
  });
});
