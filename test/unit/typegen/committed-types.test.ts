/** Generated types that are committed are what the modules say. `UPDATE_CASES=1` writes them. */
import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SERVER_FEATURES, chooseFeatures, loadSchema } from '../../../server/index.ts';
import { compareTypes, generateTypes } from '../../../src/typegen/index.ts';
import { compileTexts } from '../../support/data-text.ts';
import { packageRoot } from '../../support/tools.ts';

/** Modules whose operations and state the server implements. It knows no kind of state by name. */
const SERVER_MODULES: readonly string[] = [
  'ietf-netconf',
  'ietf-netconf-acm',
  'ietf-netconf-monitoring',
  'ietf-netconf-nmda',
  'ietf-netconf-notifications',
  'ietf-netconf-partial-lock',
  'ietf-netconf-private-candidate',
  'ietf-nmda-compare',
  'ietf-subscribed-notifications',
  'ietf-yang-library',
  'ietf-yang-push',
  'nc-notifications',
  'notifications',
  'sami',
];

const ALL = chooseFeatures({ add: SERVER_FEATURES.map(({ name }) => name) });

async function check(file: string, text: string): Promise<void> {
  const path = join(packageRoot(), file);
  if (process.env['UPDATE_CASES'] === '1') await writeFile(path, text);
  const existing = await readFile(path, 'utf8').catch(() => undefined);
  assert.equal(compareTypes(existing, text), undefined, file);
}

describe('committed types', () => {
  for (const module of SERVER_MODULES) {
    it(`are up to date in the server: ${module}`, async () => {
      // With all its optional parts: what a server leaves out is absent from its values.
      const context = loadSchema({ modules: [{ name: 'sami' }], features: ALL });
      const text = generateTypes(context, { modules: [module], from: '../../src/data/index.ts' });
      await check(`server/generated/${module}.ts`, text);
    });
  }

  it('are those of these modules and no others in the server', async () => {
    const files = await readdir(join(packageRoot(), 'server/generated'));
    assert.deepEqual(files.sort(), SERVER_MODULES.map((name) => `${name}.ts`).sort());
  });

  for (const path of ['examples/heater', 'examples/embed/irrigation']) {
    it(`are up to date in ${path}`, async () => {
      const name = basename(path);
      const module = await readFile(join(packageRoot(), `${path}.yang`), 'utf8');
      const context = compileTexts(new Map([[`${name}.yang`, module]]));
      await check(`${path}-types.ts`, generateTypes(context, { modules: [name] }));
    });
  }
});
