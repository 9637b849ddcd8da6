/** Types of all modules that are installed here compile: our own, and those of Debian's packages. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { createFileModuleRepository, packageYangDirectory } from '../../../src/node/index.ts';
import { generateTypes } from '../../../src/typegen/index.ts';
import { compile, parseModuleFileName } from '../../../src/yang/index.ts';
import { skipIf } from '../../support/tools.ts';
import { DATA_LAYER, typeFaults } from '../../support/type-check.ts';

/** Where packages put modules, and how many of them compile at least. */
const PLACES: readonly (readonly [string, number])[] = [
  [packageYangDirectory(), 18],
  ['/usr/share/yang', 40],
  ['/usr/share/yuma/modules', 40],
];

function moduleNames(directory: string): readonly string[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const names = files.map((file) => parseModuleFileName(basename(file))?.name ?? '');
  return [...new Set(names)].filter((name) => name !== '').sort();
}

describe('types of installed modules', function () {
  this.timeout(120_000);
  for (const [directory, atLeast] of PLACES) {
    it(`compile: ${directory}`, function () {
      skipIf(this, existsSync(directory) ? undefined : `needs ${directory}`);
      const places = PLACES.map(([place]) => place).filter((place) => existsSync(place));
      const repository = createFileModuleRepository([directory, ...places]);
      const texts = new Map<string, string>();
      for (const name of moduleNames(directory)) {
        const { context } = compile(repository, { modules: [{ name, features: 'all' }] });
        // A submodule cannot be compiled alone, and what is faulty has no types.
        if (!context) continue;
        texts.set(`${name}.ts`, generateTypes(context, { modules: [name], from: DATA_LAYER }));
      }
      assert.ok(texts.size >= atLeast, `${texts.size} modules`);
      const faults = [...typeFaults(texts)].filter(([, found]) => found.length > 0);
      assert.deepEqual(faults, []);
    });
  }
});
