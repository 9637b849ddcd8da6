/** What the documentation says of the data planes is what they serve: a row for each kind, and no other. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PLANES } from '../../server/plane/registry.ts';
import { kindsOf } from '../../src/sami/index.ts';
import { vmNode } from '../support/simulated-device.ts';
import { packageRoot } from '../support/tools.ts';

const FOLDER = join(packageRoot(), 'docs/planes');
const HEADER = ['kind', 'carried', 'not carried', 'why'];

const ourKinds = (): readonly string[] => kindsOf(vmNode()).map(({ name }) => name);

/** Cells of the rows of the table with this head; undefined when the text has none. */
function table(
  text: string,
  isHead: (cells: readonly string[]) => boolean,
): string[][] | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const start = lines.findIndex((line) => line.startsWith('|') && isHead(cellsOf(line)));
  if (start < 0) return undefined;
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end < 0 ? undefined : end).map(cellsOf);
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function kindOf(cell: string | undefined): string {
  return /^`([^`]+)`$/.exec(cell ?? '')?.[1] ?? `not a kind: ${String(cell)}`;
}

describe('documentation of the data planes', () => {
  for (const [name, load] of Object.entries(PLANES)) {
    it(`has a row for each kind that ${name} serves`, async () => {
      const { kinds } = await load();
      const text = await readFile(join(FOLDER, `${name}.md`), 'utf8');
      const rows = table(text, (cells) => cells.join() === HEADER.join());
      if (kinds === 'any' && name !== 'simulated') return;
      assert.ok(rows, `docs/planes/${name}.md has no table | ${HEADER.join(' | ')} |`);
      const expected = kinds === 'any' ? ourKinds() : kinds;
      assert.deepEqual(rows.map(([kind]) => kindOf(kind)).sort(), [...expected].sort());
      for (const row of rows)
        assert.ok(
          row.every((cell) => cell !== ''),
          `empty cell: ${row.join(' | ')}`,
        );
    });
  }

  it('has an overview of every kind and plane', async () => {
    const text = await readFile(join(FOLDER, 'README.md'), 'utf8');
    const names = Object.keys(PLANES);
    const rows = table(text, (cells) => cells.slice(2).join() === names.join());
    assert.ok(rows, `docs/planes/README.md has no table with the columns ${names.join(', ')}`);
    const served = await Promise.all(
      Object.values(PLANES).map(async (load) => (await load()).kinds),
    );
    const expected = ourKinds().map((kind) => [
      kind,
      ...served.map((kinds) => kinds === 'any' || kinds.includes(kind)),
    ]);
    const said = rows.map(([, kind, ...cells]) => [
      kindOf(kind),
      ...cells.map((cell) => cell !== '–'),
    ]);
    assert.deepEqual(said.sort(byKind), expected.sort(byKind));
  });

  it('is about planes that there are', async () => {
    const files = await readdir(FOLDER);
    const expected = [...Object.keys(PLANES).map((name) => `${name}.md`), 'README.md'];
    assert.deepEqual(files.sort(), expected.sort());
  });
});

function byKind([left]: readonly unknown[], [right]: readonly unknown[]): number {
  return String(left).localeCompare(String(right));
}
