/** string and binary with lengths and patterns (RFC 7950, sections 9.4 and 9.8). */
import assert from 'node:assert/strict';
import {
  RestrictionError,
  createBinaryType,
  createStringType,
} from '../../../../src/yang/types/index.ts';
import { ALONE, testType } from '../../../support/type-cases.ts';

const lengths = (...texts: string[]) => texts.map((text) => ({ text }));
const patterns = (...texts: string[]) => texts.map((text) => ({ text, invert: false }));

describe('string', () => {
  testType('without restrictions', createStringType([], [], ALONE), [
    ['', ''],
    [' a\tb\r\n', ' a\tb\r\n'],
    ['😀', '😀'],
    ['a\u0001', /^"a\\u\{1\}" has a character that YANG excludes$/],
    ['\ufffe', /character that YANG excludes/],
    ['\ud800', /character that YANG excludes/],
    ['\u{1ffff}', /character that YANG excludes/],
  ]);

  testType(
    'the length of the example',
    createStringType(lengths('1..255', '11 | 42..max'), [], ALONE),
    [
      ['x'.repeat(11), 'x'.repeat(11)],
      ['x'.repeat(255), 'x'.repeat(255)],
      ['x'.repeat(12), /^"x{12}" has 12 characters, not 11 \| 42\.\.255$/],
      ['x'.repeat(256), /\(256 characters\) has 256 characters, not 11/],
    ],
  );

  testType('characters beyond U+FFFF count once', createStringType(lengths('2'), [], ALONE), [
    ['😀é', '😀é'],
    ['😀', /has 1 character, not 2/],
  ]);

  testType(
    'the patterns of the example',
    createStringType(lengths('0..4'), patterns('[0-9a-fA-F]*'), ALONE),
    [
      ['AB', 'AB'],
      ['9A00', '9A00'],
      ['00ABAB', /has 6 characters, not 0\.\.4/],
      ['xx00', /^"xx00" does not match the pattern "\[0-9a-fA-F\]\*"$/],
    ],
  );

  testType(
    'invert-match, as in the example',
    createStringType(
      lengths('1..max'),
      [
        { text: '[a-zA-Z_][a-zA-Z0-9\\-_.]*', invert: false },
        { text: '[xX][mM][lL].*', invert: true },
      ],
      ALONE,
    ),
    [
      ['enabled', 'enabled'],
      ['10-mbit', /does not match the pattern/],
      ['xml-element', /matches the excluded pattern/],
    ],
  );

  it('says what the module says', () => {
    const pattern = { text: 'a+', invert: false, errorMessage: 'only a', errorAppTag: 'no-a' };
    const length = { text: '2..3', errorMessage: 'two or three', errorAppTag: 'bad-length' };
    const type = createStringType([length], [pattern], ALONE);
    assert.throws(() => type.parse('ab', () => undefined), { message: 'only a', appTag: 'no-a' });
    assert.throws(() => type.parse('a', () => undefined), { appTag: 'bad-length' });
  });

  it('refuses patterns and lengths that are none', () => {
    assert.throws(() => createStringType([], patterns('a('), ALONE), RestrictionError);
    assert.throws(() => createStringType(lengths('5..1'), [], ALONE), RestrictionError);
  });

  it('remembers recent texts, forgets old ones and never mixes them up', () => {
    const type = createStringType([], patterns('k\\d+'), ALONE, (text) => text.toUpperCase());
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 10_000; index++) {
        assert.equal(
          type.parse(`k${index}`, () => undefined),
          `K${index}`,
        );
      }
    }
    assert.throws(() => type.parse('x1', () => undefined));
  });
});

describe('binary', () => {
  testType('forms', createBinaryType([], ALONE), [
    ['', ''],
    ['AA==', 'AA=='],
    ['AAE=', 'AAE='],
    ['A', /is not base64/],
    ['AB==', /is not base64/],
    ['AAB=', /is not base64/],
    ['====', /is not base64/],
    ['AA=A', /is not base64/],
    ['AA-_', /is not base64/],
    ['AA EC', /is not base64/],
    [' AAEC', /is not base64/],
    ['AAEC\t', /is not base64/],
    ['AA\rEC', /is not base64/],
  ]);

  testType('length in octets', createBinaryType(lengths('2..3'), ALONE), [
    ['AAE=', 'AAE='],
    ['AAEC', 'AAEC'],
    ['AA==', /^the binary value has 1 octet, not 2\.\.3$/],
    ['AAECAw==', /has 4 octets/],
  ]);

  it('ignores line breaks', () => {
    assert.equal(
      createBinaryType([], ALONE).parse('\nAAEC\r\nAAEC\n', () => undefined),
      'AAECAAEC',
    );
  });
});
