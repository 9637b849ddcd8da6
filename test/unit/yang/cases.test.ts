/** Whole modules through the compiler: what is accepted becomes a tree, what is not a list of diagnostics. */
import assert from 'node:assert/strict';
import { DIAGNOSTICS } from '../../../src/yang/index.ts';
import { checkSection, readCases } from '../../support/case-file.ts';
import { compileCase, listDiagnostics, printTrees } from '../../support/module-cases.ts';

describe('modules with faults', () => {
  const cases = readCases('yang-bad');

  for (const file of cases) {
    it(`reports ${file.name.replaceAll('-', ' ')}`, () => {
      const result = compileCase(file);
      checkSection(file, 'diagnostics', listDiagnostics(result));
      const hasErrors = result.diagnostics.some(({ severity }) => severity === 'error');
      assert.equal(
        result.context === undefined,
        hasErrors,
        'there is a schema if there are no errors',
      );
    });
  }

  it('has a case for every code of the catalogue', () => {
    const expected = cases.map((file) => file.sections.get('diagnostics') ?? '').join('');
    const covered = new Set([...expected.matchAll(/ (\S+)$/gm)].map(([, code]) => code));
    const missing = Object.keys(DIAGNOSTICS).filter((code) => !covered.has(code));
    assert.deepEqual(missing, []);
  });
});

describe('modules without faults', () => {
  for (const file of readCases('yang-good')) {
    it(`compiles ${file.name.replaceAll('-', ' ')}`, () => {
      const result = compileCase(file);
      assert.equal(listDiagnostics(result), file.sections.get('diagnostics') ?? '');
      assert.ok(result.context);
      checkSection(file, 'tree', printTrees(result));
    });
  }
});
