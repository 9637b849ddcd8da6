/** The paths that an expression reads, on which constraints are made to depend. */
import assert from 'node:assert/strict';
import { compileXPath } from '../../../src/xpath/index.ts';
import type { ReadPath } from '../../../src/xpath/index.ts';

function show({ origin, of, steps }: ReadPath): string {
  const start = origin === 'root' ? '' : of ? `deref(${show(of)})` : origin;
  const rest = steps.map(({ axis, namespace, name }) => {
    const prefix = axis === 'child' ? '' : `${axis}::`;
    return `/${prefix}${namespace === 'urn:p' ? 'p:' : ''}${name ?? '*'}`;
  });
  return start + rest.join('') || '/';
}

describe('read paths', () => {
  const cases: readonly (readonly [expression: string, paths: readonly string[]])[] = [
    ['/a/b[c = current()/d]/e', ['/a/b', '/a/b/c', 'context', 'context/d', '/a/b/e']],
    [
      '../../address = source-address',
      ['context/parent::*/parent::*/address', 'context/source-address'],
    ],
    ['/a/b[../c]', ['/a/b', '/a/c']],
    ['a/../b', ['context/a', 'context/b']],
    ['p:a/*', ['context/p:a/*']],
    ['. > 3', ['context']],
    ['count(//a) + 1', ['/descendant-or-self::*/a']],
    ['a | b[1]', ['context/a', 'context/b']],
    ['(a | b)/c', ['context/a', 'context/b', 'context/a/c', 'context/b/c']],
    [
      '(a | b)[d]/c',
      ['context/a', 'context/b', 'context/a/d', 'context/b/d', 'context/a/c', 'context/b/c'],
    ],
    [
      'deref(../a)/../b',
      [
        'context/parent::*/a',
        'deref(context/parent::*/a)',
        'deref(context/parent::*/a)/parent::*/b',
      ],
    ],
    ['a[string() = "x"]', ['context/a']],
    ['1 + 1', []],
    ['$v/a', ['unknown']],
    ['not(a) and boolean(b) or -c', ['context/a', 'context/b', 'context/c']],
    ['a = a', ['context/a']],
  ];
  for (const [expression, paths] of cases) {
    it(expression, () => {
      const compiled = compileXPath(expression, {
        resolvePrefix: (prefix) => `urn:${prefix}`,
        defaultNamespace: 'urn:t',
        variables: ['v'],
      });
      assert.deepEqual(compiled.paths.map(show), paths);
    });
  }

  it('gives up on expressions with very many paths', () => {
    const text = `${'(a|b|c)['.repeat(8)}(a|b|c)${']'.repeat(8)}`;
    const compiled = compileXPath(text, { resolvePrefix: () => undefined });
    assert.deepEqual(compiled.paths.map(show), ['unknown']);
  });
});
