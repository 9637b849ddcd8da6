/**
 * The matcher of patterns: against the engine of JavaScript on random expressions, and on expressions
 * that make a backtracking matcher take forever.
 */
import assert from 'node:assert/strict';
import { compileRegularExpression } from '../../../../src/xpath/index.ts';
import { createStringType } from '../../../../src/yang/types/index.ts';
import { ALONE } from '../../../support/type-cases.ts';

/** Numbers that are the same in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * An expression as XML Schema and as JavaScript write it, for the characters that the test uses. Without
 * the flags of JavaScript for Unicode: with them V8 has `^(?:[^a]\p{L})+$` refuse "1b^c".
 */
interface Pair {
  readonly xsd: string;
  readonly js: string;
}

const SAME = ['a', 'b', 'c', '1', '[ab]', '[^a]', '[a-c1]', 'é', '[^1-9]'];
const DIFFERENT: readonly Pair[] = [
  { xsd: '.', js: '[^\\n\\r]' },
  { xsd: '^', js: '\\^' },
  { xsd: '$', js: '\\$' },
  { xsd: '\\d', js: '[1٣]' },
  { xsd: '\\D', js: '[^1٣]' },
  { xsd: '\\p{L}', js: '[abcé]' },
  { xsd: '\\P{Lu}', js: '[^]' },
  { xsd: '\\s', js: '[ \\t\\n\\r]' },
  { xsd: '\\w', js: '[^ \\n]' },
  { xsd: '[a-c-[b]]', js: '[ac]' },
  { xsd: '[^b-[\\d]]', js: '[^b1٣]' },
  { xsd: '\\p{IsBasicLatin}', js: '[\\u0000-\\u007f]' },
];
const QUANTIFIERS = ['*', '+', '?', '{2}', '{0,2}', '{1,}', '{1,3}', '{0}'];

function randomPair(random: (below: number) => number, depth: number): Pair {
  const kind = random(depth > 0 ? 6 : 2);
  if (kind === 0) {
    const text = SAME[random(SAME.length)] ?? 'a';
    return { xsd: text, js: text };
  }
  if (kind === 1) return DIFFERENT[random(DIFFERENT.length)] ?? { xsd: 'a', js: 'a' };
  if (kind === 2) {
    const item = randomPair(random, depth - 1);
    const quantifier = QUANTIFIERS[random(QUANTIFIERS.length)] ?? '';
    return { xsd: `(${item.xsd})${quantifier}`, js: `(?:${item.js})${quantifier}` };
  }
  const items = Array.from({ length: random(4) }, () => randomPair(random, depth - 1));
  const glue = kind === 3 ? '|' : '';
  return {
    xsd: `(${items.map(({ xsd }) => xsd).join(glue)})`,
    js: `(?:${items.map(({ js }) => js).join(glue)})`,
  };
}

const CHARACTERS = ['a', 'b', 'c', '1', 'é', '^', '$', ' ', '\n', '٣'];

describe('the matcher of patterns', () => {
  it('decides as JavaScript does, on random expressions and texts', () => {
    const random = randomNumbers(7);
    let matches = 0;
    for (let round = 0; round < 1500; round++) {
      const { xsd, js } = randomPair(random, 3);
      const expected = new RegExp(`^(?:${js})$`);
      const found = compileRegularExpression(xsd);
      for (let attempt = 0; attempt < 20; attempt++) {
        const length = random(6);
        const text = Array.from(
          { length },
          () => CHARACTERS[random(CHARACTERS.length)] ?? 'a',
        ).join('');
        const isMatch = expected.test(text);
        if (isMatch) matches++;
        assert.equal(found.test(text), isMatch, `${xsd} on ${JSON.stringify(text)}`);
      }
    }
    assert.ok(matches > 2000, 'the texts are not all refused');
  });

  const long = 100_000;
  const hostile: readonly (readonly [pattern: string, text: string, verdict: string])[] = [
    ['(a+)+b', 'a'.repeat(long), 'mismatch'],
    ['(a+)+b', `${'a'.repeat(long)}b`, 'match'],
    ['(a|aa)*$', 'a'.repeat(long), 'mismatch'],
    ['(a|a)*', `${'a'.repeat(long)}!`, 'mismatch'],
    ['(a*)*(a*)*(a*)*b', 'a'.repeat(long), 'mismatch'],
    ['((a{0,30}){0,30})b', 'a'.repeat(300), 'mismatch'],
    ['(.*a){20}', 'a'.repeat(long), 'match'],
    ['(.*,){11}P', ','.repeat(long), 'mismatch'],
    ['(([a-z0-9]+-?)*[a-z0-9]+\\.)+com', `${'a'.repeat(long)}!`, 'mismatch'],
    // Every character leads to a state that was not there before.
    ['(a|b)*a(a|b){13}', 'ab'.repeat(long), 'match'],
  ];
  for (const [pattern, text, verdict] of hostile) {
    it(`${pattern} on ${text.length} characters`, () => {
      assert.equal(compileRegularExpression(pattern).match(text), verdict);
    });
  }

  it('gives up when a text would cost too much', () => {
    const random = randomNumbers(3);
    const text = Array.from({ length: long }, () => 'ab'[random(2)]).join('');
    const expression = compileRegularExpression('(a|b)*a(a|b){3000}');
    assert.equal(expression.match(text), 'too-costly');
    assert.equal(expression.test(text), false);
    assert.equal(expression.match(`a${'b'.repeat(3000)}`), 'match', 'and goes on with the next');
    for (const invert of [false, true]) {
      const type = createStringType([], [{ text: '(a|b)*a(a|b){3000}', invert }], ALONE);
      assert.throws(() => type.parse(text, () => undefined), /would take too long/);
    }
  });

  it('forgets states when there are many, and goes on', () => {
    const random = randomNumbers(5);
    const text = Array.from({ length: 20_000 }, () => 'ab'[random(2)]).join('');
    const expression = compileRegularExpression('(a|b)*a(a|b){40}');
    for (let at = 0; at < 200; at++) {
      const piece = text.slice(at * 100, at * 100 + 100);
      assert.equal(expression.test(piece), piece[59] === 'a');
    }
  });

  it('tells any number of characters apart', () => {
    const points = Array.from({ length: 500 }, (_, index) => 0x4e00 + index * 2);
    const all = points.map((point) => String.fromCodePoint(point));
    const expression = compileRegularExpression(`(${all.join('|')})*`);
    assert.ok(expression.test(all.join('')));
    assert.ok(!expression.test('\u4e01'));
    const letters = compileRegularExpression('\\p{L}*');
    assert.ok(
      letters.test(
        Array.from({ length: 9000 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join(''),
      ),
    );
  });

  it('takes half a pair of surrogates for a character of its own', () => {
    const expression = compileRegularExpression('.{2}');
    assert.ok(expression.test('\ud83d😀'));
    assert.ok(expression.test('\ude00a'));
    assert.ok(!expression.test('😀'));
  });

  it('keeps expressions, and lets them go', () => {
    const first = compileRegularExpression('kept');
    assert.equal(compileRegularExpression('kept'), first);
    for (let index = 0; index < 600; index++) compileRegularExpression(`other${index}`);
    assert.notEqual(compileRegularExpression('kept'), first);
  });
});
