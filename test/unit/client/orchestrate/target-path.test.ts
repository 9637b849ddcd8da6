import assert from 'node:assert/strict';
import { TargetPathError, parseTargetPath } from '../../../../client/orchestrate/target-path.ts';
import type { TargetStep } from '../../../../client/orchestrate/target-path.ts';

function describeStep({ module, name, values, named }: TargetStep): string {
  const listed = values.length > 0 ? `=${values.join('|')}` : '';
  const predicates = [...named].map(([key, value]) => `[${key}=${value}]`).join('');
  return `${module === undefined ? '' : `${module}:`}${name}${listed}${predicates}`;
}

describe('the target of an edit (RFC 8072, section 2.5; RFC 8040, section 3.5.3)', () => {
  const cases = [
    { name: 'the root', path: '/', expected: [] },
    { name: 'names with and without module', path: '/sami:sami/vm', expected: ['sami:sami', 'vm'] },
    {
      name: 'key values by position, escaped',
      path: '/sami:sami/vm=a%2Cb/sami-session:sessions/session=6,2001%3Adb8%3A%3A1,,80',
      expected: ['sami:sami', 'vm=a,b', 'sami-session:sessions', 'session=6|2001:db8::1||80'],
    },
    {
      name: 'key values by name, in either quotes',
      path: `/sami:sami/vm[sami:id='a/b']/x:list[ one = "it's" ][two='2']`,
      expected: ['sami:sami', 'vm[id=a/b]', `x:list[one=it's][two=2]`],
    },
    { name: 'a leaf-list entry', path: `/a:b/c[.='d']`, expected: ['a:b', 'c[.=d]'] },
  ];

  for (const { name, path, expected } of cases) {
    it(`reads ${name}`, () => {
      assert.deepEqual(parseTargetPath(path).map(describeStep), expected);
    });
  }

  for (const path of ['a', '/a//b', '/a[b]', '/a=1/', '/1a', '/a=%zz']) {
    it(`refuses "${path}"`, () => {
      assert.throws(() => parseTargetPath(path), TargetPathError);
    });
  }
});
