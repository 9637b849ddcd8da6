/** Expressions of features (RFC 7950, section 7.20.2). */
import assert from 'node:assert/strict';
import {
  evaluateFeatures,
  featureNames,
  parseFeatureExpression,
} from '../../../../src/yang/compile/if-feature.ts';

describe('if-feature expressions', () => {
  const on = new Set(['t', 'p:t']);
  const cases: readonly [text: string, expected: boolean | undefined][] = [
    ['t', true],
    ['f', false],
    ['p:t', true],
    ['not t', false],
    ['not not t', true],
    ['t and f', false],
    ['t or f', true],
    ['f or t and f', false],
    ['t or f and f', true],
    ['(t or f) and f', false],
    ['not f and t', true],
    ['not (f and t)', true],
    ['not (f)', true],
    ['( f )or ( t )', undefined],
    ['( f ) or ( t )', true],
    ['not(f)', undefined],
    ['t and(t)', undefined],
    ['(t)and t', undefined],
    ['nottingham or t', true],
    ['t or not not not not t and f', true],
    // A feature may be called so.
    ['not', false],
    ['t or (not)', true],
    ['  t\n or\tf ', true],
    ['t and t and t', true],
    ['', undefined],
    ['t t', undefined],
    ['and', undefined],
    ['and', undefined],
    ['not and', undefined],
    ['t or or t', undefined],
    ['not or t', undefined],
    ['t or', undefined],
    ['(t', undefined],
    ['t)', undefined],
    ['()', undefined],
    ['9x', undefined],
    ['('.repeat(10_000), undefined],
    ['('.repeat(100_000) + 't' + ')'.repeat(100_000), true],
    ['not '.repeat(100_001) + 't', false],
    ['t and '.repeat(100_000) + 'f', false],
  ];
  for (const [text, expected] of cases) {
    it(`${JSON.stringify(text.slice(0, 20))} is ${expected ?? 'no expression'}`, () => {
      const expression = parseFeatureExpression(text);
      assert.equal(expression && evaluateFeatures(expression, (name) => on.has(name)), expected);
    });
  }

  it('name the features they depend on', () => {
    const expression = parseFeatureExpression('a and (b or not p:c)');
    assert.deepEqual(expression && featureNames(expression), ['a', 'b', 'p:c']);
  });
});
