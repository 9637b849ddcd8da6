/**
 * RFC 7950, sections 5 to 9: a case for every example and for every MUST about modules or data.
 *
 * The prose of a case says which it covers in lines `Covers: 7.8.2 MUST 1 2; 7.8.7 EXAMPLE 1`: the MUSTs and
 * the examples of a section are numbered in the order of the text. How many there are, and which of them
 * are about servers or people and therefore shown elsewhere, is in `requirements.json`.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSection, projectRoot, readCases, type CaseFile } from '../support/case-file.ts';
import { checkData, checkEdits } from '../support/data-cases.ts';
import { compileCase, listDiagnostics, printTrees } from '../support/module-cases.ts';

interface Requirements {
  /** Number of MUSTs and examples by section. */
  readonly sections: Readonly<Record<string, { readonly must: number; readonly examples: number }>>;
  /** Where the others are shown: a test, or a sentence that says why there is nothing to test. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

const folder = join(projectRoot(), 'test', 'cases', 'rfc7950');
const requirements = JSON.parse(
  readFileSync(join(folder, 'requirements.json'), 'utf8'),
) as Requirements;
const cases = readCases('rfc7950');

/** Every `SECTION MUST N` and `SECTION EXAMPLE N` that a case says it covers. */
function coveredBy(file: CaseFile): readonly string[] {
  return [...file.prose.matchAll(/^Covers: (.*)$/gm)].flatMap(([, claims = '']) =>
    claims.split(';').flatMap((claim) => {
      const [section = '', kind = '', ...numbers] = claim.trim().split(/\s+/);
      return numbers.map((number) => `${section} ${kind} ${number}`);
    }),
  );
}

function allRequirements(): readonly string[] {
  return Object.entries(requirements.sections).flatMap(([section, { must, examples }]) => [
    ...Array.from({ length: must }, (_, index) => `${section} MUST ${index + 1}`),
    ...Array.from({ length: examples }, (_, index) => `${section} EXAMPLE ${index + 1}`),
  ]);
}

describe('RFC 7950', () => {
  for (const file of cases) {
    describe(file.prose.split('\n')[0] ?? file.name, () => {
      const result = compileCase(file);
      it('has the diagnostics', () => {
        checkSection(file, 'diagnostics', listDiagnostics(result));
      });
      if (file.sections.has('tree')) {
        it('has the tree', () => {
          checkSection(file, 'tree', printTrees(result));
        });
      }
      if (!result.context) return;
      checkEdits(file, result.context);
      checkData(file, result.context);
    });
  }

  it('is covered, every MUST and every example of sections 5 to 9', () => {
    const covered = new Set([...cases.flatMap(coveredBy), ...Object.keys(requirements.elsewhere)]);
    assert.deepEqual(
      allRequirements().filter((requirement) => !covered.has(requirement)),
      [],
    );
  });

  it('has what the cases say they cover', () => {
    const known = new Set(allRequirements());
    for (const file of cases) {
      const unknown = coveredBy(file).filter((requirement) => !known.has(requirement));
      assert.deepEqual(unknown, [], file.name);
    }
    for (const [requirement, place] of Object.entries(requirements.elsewhere)) {
      assert.ok(known.has(requirement), requirement);
      const path = /^\S+\.(?:ts|case)$/.test(place) ? join(projectRoot(), place) : folder;
      assert.ok(existsSync(path), place);
    }
  });
});
