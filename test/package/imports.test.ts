/** No file imports itself by way of others, types left out: modules that wait for each other break on load. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { packageRoot } from '../support/tools.ts';

const FOLDERS = ['src', 'server', 'client'];

/** Files and what they import when they are loaded, as paths from the root. */
function readImports(root: string): ReadonlyMap<string, readonly string[]> {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(root, folder, file)),
  );
  return new Map(files.map((file) => [relative(root, file), importsOf(root, file)]));
}

function importsOf(root: string, file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const specifiers = text.matchAll(/^(?:import|export)\s+(?!type\b)[^'"]*?from\s+'(\.[^']+)'/gm);
  return [...specifiers].map(([, specifier = '']) =>
    relative(root, join(dirname(file), specifier)),
  );
}

/** A chain of files that ends where it begins; undefined when there is none. */
function findCycle(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const chain: string[] = [];
  const visit = (file: string): readonly string[] | undefined => {
    const begun = chain.indexOf(file);
    if (begun >= 0) return [...chain.slice(begun), file];
    if (done.has(file)) return undefined;
    chain.push(file);
    for (const target of imports.get(file) ?? []) {
      const cycle = visit(target);
      if (cycle) return cycle;
    }
    chain.pop();
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return undefined;
}

describe('imports', () => {
  it('have no cycles', () => {
    const imports = readImports(packageRoot());
    assert.ok(imports.size > 200, 'the sources were found');
    assert.deepEqual(findCycle(imports), undefined);
  });

  it('would be found to have one', () => {
    const imports = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    assert.deepEqual(findCycle(imports), ['b', 'c', 'b']);
  });
});
