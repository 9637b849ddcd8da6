/** The types in `server/generated` are what the modules say. `UPDATE_CASES=1` writes them. */
import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSchema } from '../../../server/index.ts';
import { compareTypes, generateTypes } from '../../../src/typegen/index.ts';
import { packageRoot } from '../../support/tools.ts';

/** Modules whose operations and state the server implements. It knows no kind of state by name. */
const MODULES: readonly string[] = [
  'ietf-netconf',
  'ietf-netconf-monitoring',
  'ietf-subscribed-notifications',
  'ietf-yang-library',
  'ietf-yang-push',
  'sami',
];

const FOLDER = join(packageRoot(), 'server/generated');

describe('generated types of the server', () => {
  const context = loadSchema({ modules: [{ name: 'sami' }] });

  for (const module of MODULES) {
    it(`are up to date: ${module}`, async () => {
      const file = join(FOLDER, `${module}.ts`);
      const text = generateTypes(context, { modules: [module], from: '../../src/data/index.ts' });
      if (process.env['UPDATE_CASES'] === '1') await writeFile(file, text);
      const existing = await readFile(file, 'utf8').catch(() => undefined);
      assert.equal(compareTypes(existing, text), undefined);
    });
  }

  it('are those of these modules and no others', async () => {
    const files = MODULES.map((name) => `${name}.ts`);
    assert.deepEqual((await readdir(FOLDER)).sort(), files.sort());
  });
});
