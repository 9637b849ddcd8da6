/** Every option: what the documentation says is there, is there, and has a case. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FULL_TABLE } from '../../../../../client/cli/netconf/plan.ts';
import { CASES } from './cases.ts';
import type { ConsoleCase } from './cases.ts';
import { CONNECTION_CASES } from './connection-cases.ts';
import { INTERACTIVE_CASES } from './interactive-cases.ts';
import { ConsoleBench } from './console-run.ts';

const DOCUMENT = fileURLToPath(
  new URL(
    `${import.meta.url.includes('/dist/') ? '../' : ''}../../../../../docs/sami-netconf.md`,
    import.meta.url,
  ),
);

/** The first cells of the table of netconf-console2: names of one option each. */
function documentedOptions(): readonly (readonly string[])[] {
  const text = readFileSync(DOCUMENT, 'utf8');
  const table = text.slice(text.indexOf('| netconf-console2 |'));
  return [...table.matchAll(/^\| (`[^|]+`) \|/gm)].map(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
}

describe('options of sami netconf', () => {
  const documented = documentedOptions();

  it('has a table of all options of netconf-console2 in its documentation', () => {
    assert.equal(documented.length, 50);
  });

  for (const names of documented) {
    const long = names.at(-1) ?? '';
    it(`has ${names.join(', ')} of netconf-console2, and a case for it`, () => {
      if (long !== 'file') {
        const rows = names.map((name) => FULL_TABLE.find(name));
        assert.ok(rows[0], long);
        assert.deepEqual(new Set(rows).size, 1, 'the names are of one option');
      }
      const cases = [...CASES, ...CONNECTION_CASES, ...INTERACTIVE_CASES].filter(
        ({ option }) => option === long,
      );
      assert.notEqual(cases.length, 0);
    });
  }

  it('has only cases of options that there are', () => {
    const unknown = [...CASES, ...CONNECTION_CASES, ...INTERACTIVE_CASES].filter(
      ({ option }) => option !== 'file' && !FULL_TABLE.find(option),
    );
    assert.deepEqual(unknown, []);
  });

  for (const testCase of CASES) {
    const { option, name = testCase.args.join(' ') } = testCase;
    it(`${option}: ${name}`, () => check(testCase));
  }
});

async function check({
  args,
  files = {},
  code = 0,
  out,
  outWithout,
  err,
  writes,
}: ConsoleCase): Promise<void> {
  await using bench = await ConsoleBench.start();
  for (const [name, text] of Object.entries(files)) bench.file(name, text);
  const ran = await bench.run('operator@bench', ...args);
  const shown = `${ran.out}\n${ran.err}`;
  assert.equal(ran.code, code, shown);
  if (out) assert.match(ran.out, out, shown);
  if (outWithout) assert.doesNotMatch(ran.out, outWithout);
  assert.match(ran.err, err ?? /^$/, shown);
  if (writes) assert.match(readFileSync(join(bench.folder, writes[0]), 'utf8'), writes[1]);
}
