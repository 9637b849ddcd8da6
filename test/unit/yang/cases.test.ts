/** Whole modules through the compiler: what is accepted becomes a tree, what is not a list of diagnostics. */
import assert from 'node:assert/strict';
import {
  DIAGNOSTICS,
  compile,
  printTree,
  type CompileResult,
  type ModuleRequest,
} from '../../../src/yang/index.ts';
import { checkSection, readCases, type CaseFile } from '../../support/case-file.ts';

const RESULTS: ReadonlySet<string> = new Set(['modules', 'diagnostics', 'tree']);

function textsOf(file: CaseFile): ReadonlyMap<string, string> {
  return new Map([...file.sections].filter(([name]) => !RESULTS.has(name)));
}

/** One module to a line, `name@revision:feature,feature`; by default every module of the case. */
function requestsOf(file: CaseFile): readonly ModuleRequest[] {
  const stated = file.sections.get('modules')?.trim().split('\n');
  const modules = [...textsOf(file)]
    .filter(([, text]) => !/^\s*submodule\b/m.test(text))
    .map(([name]) => name.replace(/\.yang$/, ''));
  return (stated ?? modules).map((line) => {
    const [label = '', features] = line.split(':');
    const [name = '', revision] = label.split('@');
    return { name, revision, features: features === 'all' ? features : features?.split(',') };
  });
}

function compileCase(file: CaseFile): CompileResult {
  return compile(textsOf(file), { modules: requestsOf(file) });
}

function list({ diagnostics }: CompileResult): string {
  return diagnostics
    .map(
      ({ file, line, column, severity, code }) => `${file}:${line}:${column} ${severity} ${code}\n`,
    )
    .join('');
}

describe('modules with faults', () => {
  const cases = readCases('yang-bad');

  for (const file of cases) {
    it(`reports ${file.name.replaceAll('-', ' ')}`, () => {
      const result = compileCase(file);
      checkSection(file, 'diagnostics', list(result));
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
      assert.equal(list(result), file.sections.get('diagnostics') ?? '');
      const { context } = result;
      assert.ok(context);
      const names = [...context.modules.values()].filter(({ implemented }) => implemented);
      checkSection(file, 'tree', names.map(({ name }) => printTree(context, name)).join('\n'));
    });
  }
});
