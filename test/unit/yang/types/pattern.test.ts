/** Regular expressions of XML Schema (part 2, appendix F) as used by RFC 7950, section 9.4.5. */
import assert from 'node:assert/strict';
import { RestrictionError, compilePattern } from '../../../../src/yang/types/index.ts';

describe('patterns', () => {
  const cases: readonly (readonly [
    pattern: string,
    matches: readonly string[],
    fails: readonly string[],
  ])[] = [
    ['', [''], ['a']],
    ['a|b', ['a', 'b'], ['ab', '', 'xa']],
    ['ab?c*d+', ['ad', 'abccdd'], ['abc', 'add ']],
    ['a{2}', ['aa'], ['a', 'aaa']],
    ['a{2,}', ['aa', 'aaaa'], ['a']],
    ['a{0,2}', ['', 'aa'], ['aaa']],
    ['(ab)+', ['abab'], ['aba']],
    ['a^b$', ['a^b$'], ['ab']],
    ['^a', ['^a'], ['a']],
    ['[$^]', ['$', '^'], ['a']],
    ['.', ['a', '😀', '\t'], ['\n', '\r', '']],
    ['.{2}', ['😀😀'], ['😀']],
    ['[a-c]', ['b'], ['d', '-']],
    ['[a-]', ['a', '-'], ['b']],
    ['[-a]', ['a', '-'], ['b']],
    ['[a\\-c]', ['-', 'c'], ['b']],
    ['[\\w-]', ['-', 'a'], ['.']],
    ['[^a-c]', ['d', '😀'], ['a']],
    ['[a^]', ['^', 'a'], ['b']],
    ['[a-z-[aeiou]]', ['b', 'z'], ['a', 'u', '-', '[']],
    ['[a-z-[b-y-[m]]]', ['a', 'z', 'm'], ['b', 'y']],
    ['[^a-z-[0-9]]', ['A', '-'], ['a', '5']],
    ['[\\d-[5]]', ['4'], ['5', 'x']],
    ['\\d', ['5', '٣'], ['a']],
    ['\\D', ['a'], ['5']],
    ['\\s', [' ', '\t', '\n', '\r'], ['\u00a0', 'a', '\f']],
    ['\\S', ['a', '\u00a0'], [' ']],
    ['\\w', ['a', 'é', '5', '+'], ['.', ' ', '-', '_']],
    ['\\W', ['.', '_'], ['a']],
    ['\\i\\c*', ['_a-b.c', ':x', 'é1'], ['1a', '-a', '']],
    ['\\I', ['1', '-'], ['a']],
    ['[\\i-[:]][\\c-[:]]*', ['a-1'], ['a:b']],
    ['\\p{L}+', ['aÉß'], ['a1']],
    ['\\p{Lu}', ['A'], ['a']],
    ['\\P{L}', ['1'], ['a']],
    ['[\\p{N}\\p{L}]+', ['a1'], ['a-']],
    ['[^\\p{L}]', ['1'], ['a']],
    ['\\p{IsBasicLatin}', ['a'], ['é']],
    ['\\P{IsBasicLatin}', ['é'], ['a']],
    ['\\p{IsGreek}+', ['αβ'], ['a']],
    ['[\\p{IsLatin-1Supplement}a]', ['é', 'a'], ['b']],
    ['\\n\\r\\t', ['\n\r\t'], ['nrt']],
    ['\\.\\\\\\?\\*\\+\\(\\)\\{\\}\\-\\[\\]\\^\\|', ['.\\?*+(){}-[]^|'], ['']],
    ['\\/\\$\\@', ['/$@'], ['\\/']],
    ['a/b-c&&d', ['a/b-c&&d'], ['']],
    ['[&&--]', ['&', '-'], ['a']],
    ['[+--]', ['+', ',', '-'], ['.']],
    ['[!-~]', ['!', 'A', '~'], [' ']],
    ['a}', ['a}'], ['a']],
    // Rule "Char" of the second edition leaves them out of what must be escaped.
    ['{a}|{', ['{a}', '{'], ['a']],
    ['[a-\\d]', ['a', '-', '5'], ['b']],
    ['[a--[b]]', ['a', '-'], ['b']],
    ['\\p{IsPrivateUse}', ['\ue000', '\u{f0000}', '\u{10fffd}'], ['a']],
    ['(a|)', ['a', ''], ['aa']],
    ['(|a)+', ['', 'aaa'], ['b']],
    ['()', [''], ['a']],
    ['(a*)*b', ['b', 'aab'], ['a']],
    ['(a?){3}', ['', 'aaa'], ['aaaa']],
    ['a{0}b', ['b'], ['ab']],
    ['(ab|cd){2,3}', ['abcd', 'cdcdab'], ['ab', 'abababab']],
    ['[\\P{L}\\s]', ['1', ' '], ['a']],
    ['x{0,65535}', ['', 'x'.repeat(65535)], ['x'.repeat(65536)]],
    ['[😀-😂]', ['😁'], ['😃']],
    ['é', ['é'], ['e']],
    [
      '(([0-1](\\.[1-3]?[0-9]))|(2\\.(0|([1-9]\\d*))))(\\.(0|([1-9]\\d*)))*',
      ['1.3.6.1', '2.999'],
      ['3.1', '1.40', '1.3.01'],
    ],
    [
      '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[\\+\\-]\\d{2}:\\d{2})',
      ['2026-11-20T10:00:00.5Z'],
      ['2026-11-20 10:00:00Z'],
    ],
  ];
  for (const [text, matches, fails] of cases) {
    it(text, () => {
      const pattern = compilePattern(text);
      for (const value of matches)
        assert.ok(pattern.test(value), `should match ${JSON.stringify(value)}`);
      for (const value of fails)
        assert.ok(!pattern.test(value), `should not match ${JSON.stringify(value)}`);
    });
  }

  const bad: readonly (readonly [pattern: string, message: RegExp])[] = [
    ['(', /expected "\)"/],
    [')', /"\)" without "\("/],
    ['a**', /nothing before "\*"/],
    ['a++', /nothing before "\+"/],
    ['a+??', /nothing before "\?"/],
    ['*', /nothing before "\*"/],
    ['(?=a)', /nothing before "\?"/],
    ['[', /"\[" without "\]"/],
    ['[a', /"\[" without "\]"/],
    ['[]', /a class cannot be empty/],
    [']', /"\]" without "\["/],
    ['[z-a]', /range "z-a" ends before it begins/],
    ['[a-z-[b]c]', /expected "\]" after the subtracted class/],
    ['a{', /expected \{n\}/],
    ['a{,}', /expected \{n\}/],
    ['a{2,1}', /n not greater than m/],
    ['a{2}{3}', /nothing before "\{"/],
    ['\\p{Cs}', /is no category/],
    ['\\', /is not an escape/],
    ['\\b', /is not an escape/],
    ['\\1', /is not an escape/],
    ['\\x4', /is not an escape/],
    ['\\x{110000}', /is not an escape/],
    ['\\ud83d', /is not an escape/],
    ['\\p', /expected \{NAME\}/],
    ['\\p{X}', /"X" is no category/],
    ['\\p{IsNowhere}', /is no category or block/],
    ['\\p{Script=Greek}', /expected \{NAME\}/],
    ['('.repeat(500), /nested deeper than/],
    ['[[', /"\[" without "\]"/],
    ['\\é', /is not an escape/],
    ['\\٣', /is not an escape/],
    ['a'.repeat(30_000), /longer than/],
    ['a{100001}', /with repetitions written out it is longer than/],
    ['(a{1,1000}){1,1000}', /with repetitions written out it is longer than/],
    ['(a{999999999}){999999999}', /with repetitions written out it is longer than/],
  ];
  for (const [text, message] of bad) {
    it(`refuses ${text.slice(0, 20)}`, () => {
      assert.throws(
        () => compilePattern(text),
        (error) => error instanceof RestrictionError && message.test(error.message),
      );
    });
  }

  const loose: readonly (readonly [pattern: string, value: string, offsets: readonly number[]])[] =
    [
      ['\\/\\_\\ \\"\\$', '/_ "$', [0, 2, 4, 6, 8]],
      ['a\\\u2026', 'a…', [1]],
      ['[a[b]', '[', [2]],
      ['[[]', '[', [1]],
      ['[a-\\d]', '-', [1]],
      ['\\.\\\\\\?\\*\\+\\(\\)\\{\\}\\-\\[\\]\\^\\|\\n\\r\\t', '.\\?*+(){}-[]^|\n\r\t', []],
      ['[a-z-[aeiou]]', 'b', []],
      ['a+?b??c{2}?', 'aacc', [2, 5, 10]],
      ['(?:a|(?:b))c', 'bc', [1, 6]],
      ['a{,2}b', 'aab', [1]],
      ['\\x41\\x{1f600}\\u00e9', 'A\u{1f600}é', [0, 4, 13]],
      ['[\\x30-\\x39]', '5', [1, 6]],
    ];
  for (const [text, value, offsets] of loose) {
    it(`takes ${text}, and says where it is loose`, () => {
      const pattern = compilePattern(text);
      assert.ok(pattern.test(value));
      assert.deepEqual(
        pattern.loose.map(({ offset }) => offset),
        offsets,
      );
    });
  }

  it('says of a few loose places only', () => {
    assert.equal(compilePattern('\\/'.repeat(1000)).loose.length, 20);
  });
});
