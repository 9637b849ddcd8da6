/** The grammar tables agree with themselves and, in samples, with RFC 7950. */
import assert from 'node:assert/strict';
import { argumentFormOf, isUri } from '../../../../src/yang/syntax/argument-forms.ts';
import { NODE_KEYWORDS, sectionOf, substatementsOf } from '../../../../src/yang/syntax/grammar.ts';

const CONTEXTS = ['module', 'submodule', 'deviate add', 'deviate delete', 'deviate replace'];

function reachable(): ReadonlySet<string> {
  const found = new Set<string>(CONTEXTS);
  for (const keyword of found) {
    for (const substatement of substatementsOf(keyword)?.keys() ?? []) found.add(substatement);
  }
  return found;
}

describe('the grammar tables', () => {
  it('have an entry for every substatement they name', () => {
    for (const keyword of reachable()) assert.ok(substatementsOf(keyword), keyword);
  });

  it('give every statement but input and output an argument', () => {
    for (const keyword of reachable()) {
      if (keyword.startsWith('deviate ')) continue;
      const expected = keyword !== 'input' && keyword !== 'output';
      assert.equal(argumentFormOf(keyword) !== undefined, expected, keyword);
    }
  });

  it('know nothing of other keywords', () => {
    for (const keyword of ['colour', 'constructor', '__proto__', 'toString']) {
      assert.equal(substatementsOf(keyword), undefined);
      assert.equal(NODE_KEYWORDS.has(keyword), false);
    }
  });

  const samples: readonly [
    statement: string,
    substatement: string,
    min: number,
    max: number,
    since11: boolean,
  ][] = [
    ['leaf', 'type', 1, 1, false],
    ['leaf', 'must', 0, Infinity, false],
    ['leaf-list', 'default', 0, Infinity, true],
    ['container', 'action', 0, Infinity, true],
    ['choice', 'choice', 0, Infinity, true],
    ['deviation', 'deviate', 1, Infinity, false],
    ['import', 'prefix', 1, 1, false],
    ['import', 'description', 0, 1, true],
    ['refine', 'if-feature', 0, Infinity, true],
  ];
  for (const [statement, substatement, min, max, since11] of samples) {
    it(`allow ${substatement} in ${statement}`, () => {
      assert.deepEqual(substatementsOf(statement)?.get(substatement), { min, max, since11 });
    });
  }

  const absent: readonly [string, string][] = [
    ['leaf', 'presence'],
    ['choice', 'uses'],
    ['case', 'case'],
    ['rpc', 'when'],
    ['input', 'action'],
    ['module', 'case'],
  ];
  for (const [statement, substatement] of absent) {
    it(`do not allow ${substatement} in ${statement}`, () => {
      assert.equal(substatementsOf(statement)?.has(substatement), false);
    });
  }

  it('put the parts of a module in order', () => {
    const parts = ['namespace', 'import', 'organization', 'revision', 'container'].map(sectionOf);
    assert.deepEqual(parts, [1, 2, 3, 4, 5]);
  });

  const forms: readonly [keyword: string, good: readonly string[], bad: readonly string[]][] = [
    ['leaf', ['a', '_x.y-z9'], ['', '9a', 'a:b', 'a b', 'é']],
    ['type', ['a', 'a:b'], ['a:b:c', ':a', 'a:']],
    ['revision', ['2026-11-20'], ['2026-13-01', '2026-1-1', '20261120']],
    ['key', ['a', 'a b', ' a\n b ', 'p:a'], ['', 'a,b']],
    ['max-elements', ['1', 'unbounded'], ['0', '-1', '01', 'x']],
    ['fraction-digits', ['1', '18'], ['0', '19', '1.5']],
    ['value', ['0', '-5', '-0', '7'], ['007', '-', '+1', '1.0']],
    ['augment', ['/a:b/c', '/a'], ['', '/', 'a/b', '/a//b', '/a[b]']],
    ['enum', ['a', 'a b'], ['', ' a', 'a ']],
    ['enum', ['é'], ['\u00a0a', 'a\u2003', '\n']],
    ['status', ['current', 'deprecated', 'obsolete'], ['Current', 'new', '']],
    ['config', ['true', 'false'], ['True', '1', 'yes', ' true']],
    ['ordered-by', ['user', 'system'], ['users', '']],
    ['modifier', ['invert-match'], ['invert', '']],
    ['deviate', ['add', 'delete', 'replace', 'not-supported'], ['remove', '']],
    ['min-elements', ['0', '10'], ['-1', '00', 'unbounded', '']],
    ['position', ['0', '4294967295'], ['-1', '1.0', '01']],
    ['prefix', ['a', 'a.b-c_d'], ['1a', 'a:b', '']],
    ['refine', ['a', 'a/b', 'p:a/q:b'], ['/a', 'a/', '']],
    ['deviation', ['/a', '/p:a/q:b'], ['a', '/a/', '//a']],
    ['unique', ['a', 'a/b c', 'p:a\n b'], ['/a', '', 'a,b']],
    ['namespace', ['urn:a', 'a'], ['']],
    [
      'revision-date',
      ['2026-02-28'],
      ['2026-00-01', '2026-01-32', '2026-01-00', '26-01-01', ' 2026-01-01'],
    ],
    ['yin-element', ['true'], ['no']],
    ['must', ['a'], ['', ' \n']],
    ['description', ['', ' '], []],
    ['base', ['a', 'p:a'], ['p:', 'a b']],
    ['if-feature', ['a'], ['']],
  ];
  for (const [keyword, good, bad] of forms) {
    it(`know the argument of ${keyword}`, () => {
      const { matches } = argumentFormOf(keyword) ?? assert.fail();
      assert.deepEqual(
        good.filter((text) => !matches(text)),
        [],
      );
      assert.deepEqual(
        bad.filter((text) => matches(text)),
        [],
      );
    });
  }

  it('tell a URI from other texts', () => {
    for (const text of ['urn:a', 'http://a.b/c?d#e', 'x+y:%20']) assert.ok(isUri(text), text);
    for (const text of ['a', '', 'urn:a b', ':a', 'urn:%2']) assert.ok(!isUri(text), text);
  });
});
