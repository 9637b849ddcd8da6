/** Where in the source a part of an argument is (RFC 7950, section 6.1.3). */
import assert from 'node:assert/strict';
import { placeInArgument } from '../../../../src/yang/compile/argument-place.ts';
import { parseYang } from '../../../../src/yang/index.ts';

/** How an argument is written, with a `^` before the character that is looked for, which is the first `@`. */
const ROWS: readonly (readonly [written: string, what: string])[] = [
  ['ab^@c', 'without quotes'],
  ['^@c', 'at the beginning'],
  ["'a b^@c'", 'in single quotes'],
  ["'a\\n^@c'", 'behind a backslash that is no escape'],
  ['"a b^@c"', 'in double quotes'],
  ['"\\n\\t\\"\\\\^@c"', 'behind escapes'],
  ['"a" + "b^@c"', 'in the second piece'],
  ['"a"\n  +\n \'b\' + \'c\'+"d^@"', 'in the last of pieces'],
  ['"" + "^@"', 'behind an empty piece'],
  ['"a  \n    b^@c"', 'behind white space that is trimmed'],
  ['"a\r\n  ^@c"', 'behind a line break of two characters'],
];

describe('the place in an argument', () => {
  for (const [written, what] of ROWS) {
    it(what, () => {
      const text = `module m {\n  description ${written.replace('^', '')};\n}`;
      const { statement } = parseYang(text, 'm.yang');
      const description = statement?.find('description');
      assert.ok(description);
      const place = placeInArgument(description, description.text.indexOf('@'));
      assert.equal(place.start, text.indexOf('@'));
      assert.equal(place.end, place.start + 1);
    });
  }

  it('is all of the argument where there is no offset', () => {
    const { statement } = parseYang('module m { prefix "ab"; }', 'm.yang');
    const prefix = statement?.find('prefix');
    assert.ok(prefix);
    assert.deepEqual(placeInArgument(prefix, undefined), prefix.argumentAt);
  });

  it('is the end for an offset behind the last character', () => {
    const { statement } = parseYang('module m { prefix "ab"; }', 'm.yang');
    const prefix = statement?.find('prefix');
    assert.ok(prefix);
    assert.equal(placeInArgument(prefix, 5).start, 'module m { prefix "ab'.length);
  });

  it('is all of the argument where the pieces have a comment between them', () => {
    const { statement } = parseYang('module m { prefix "a" /* + */ + "b"; }', 'm.yang');
    const prefix = statement?.find('prefix');
    assert.ok(prefix);
    assert.deepEqual(placeInArgument(prefix, 1), prefix.argumentAt);
  });
});
