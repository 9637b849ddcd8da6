/** Integers, decimal64 and their ranges (RFC 7950, sections 9.2 and 9.3). */
import assert from 'node:assert/strict';
import {
  RestrictionError,
  checkRangeSubset,
  createDecimal64Type,
  createIntegerType,
  parseDefault,
} from '../../../../src/yang/types/index.ts';
import type { IntegerBase, LengthBase, RangeBase } from '../../../../src/yang/types/index.ts';
import { ALONE, testType } from '../../../support/type-cases.ts';

const ranges = (...texts: string[]) => texts.map((text) => ({ text }));

describe('integers', () => {
  const limits: readonly (readonly [IntegerBase, bigint, bigint])[] = [
    ['int8', -128n, 127n],
    ['int16', -32768n, 32767n],
    ['int32', -2147483648n, 2147483647n],
    ['int64', -9223372036854775808n, 9223372036854775807n],
    ['uint8', 0n, 255n],
    ['uint16', 0n, 65535n],
    ['uint32', 0n, 4294967295n],
    ['uint64', 0n, 18446744073709551615n],
  ];
  for (const [base, low, high] of limits) {
    const outside = new RegExp(`is outside ${low}\\.\\.${high}$`);
    const value = (exact: bigint) => (base.endsWith('64') && exact !== 0n ? exact : Number(exact));
    testType(base, createIntegerType(base, [], ALONE), [
      [String(low), value(low)],
      [String(high), value(high)],
      [String(low - 1n), outside],
      [String(high + 1n), outside],
      ['1'.repeat(100), outside],
    ]);
  }

  testType('forms', createIntegerType('int32', [], ALONE), [
    ['+4711', 4711],
    ['4711', 4711],
    ['-123', -123],
    ['007', 7],
    ['-0', 0],
    ['0000000000000000000012', 12],
    ['- 1', /"- 1" is not a whole number of type int32/],
    ['', /not a whole number/],
    // Section 9.2.1: a sign and digits. Nothing says that white space around them is ignored.
    [' 1', /not a whole number/],
    ['1\n', /not a whole number/],
    ['- 1', /not a whole number/],
    ['1.0', /not a whole number/],
    ['1e3', /not a whole number/],
    ['0xf00f', /not a whole number/],
    ['١', /not a whole number/],
    ['9'.repeat(1000), /outside/],
    [`-${'0'.repeat(1000)}7`, -7],
  ]);

  testType('exactness of 64 bits', createIntegerType('uint64', [], ALONE), [
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['9007199254740993', 9007199254740993n],
    ['009007199254740993', 9007199254740993n],
  ]);

  testType('a range', createIntegerType('uint16', ranges('68..max'), ALONE), [
    ['68', 68],
    ['65535', 65535],
    ['67', /^67 is outside 68\.\.65535$/],
    ['70000', /^70000 is outside 68\.\.65535$/],
  ]);

  testType(
    'a chain of ranges',
    createIntegerType('int32', ranges('1..4 | 10..20', '11..max'), ALONE),
    [
      ['11', 11],
      ['20', 20],
      ['3', /^3 is outside 11\.\.20$/],
      ['21', /^21 is outside 11\.\.20$/],
    ],
  );

  testType('a range with gaps', createIntegerType('int8', ranges('min..-5 | 0 | 7..9'), ALONE), [
    ['-128', -128],
    ['0', 0],
    ['8', 8],
    ['1', /^1 is outside -128\.\.-5 \| 0 \| 7\.\.9$/],
  ]);

  it('says what the module says about its range', () => {
    const outer = { text: '1..100', errorMessage: 'a percentage', errorAppTag: 'not-percent' };
    const inner = { text: '10..20', errorMessage: 'a small one', errorAppTag: 'not-small' };
    const type = createIntegerType('uint8', [outer, inner], ALONE);
    const parse = (text: string) => () => type.parse(text, () => undefined);
    assert.throws(parse('50'), { message: 'a small one', appTag: 'not-small' });
    assert.throws(parse('200'), { message: 'a percentage', appTag: 'not-percent' });
  });

  it('takes hexadecimal and octal as defaults only', () => {
    const type = createIntegerType('int32', [], ALONE);
    const cases = { '0xf00f': 0xf00f, '-0xF': -15, '052': 42, '+010': 8, '0': 0, '12': 12 };
    for (const [text, value] of Object.entries(cases)) {
      assert.equal(
        parseDefault(type, text, () => undefined),
        value,
      );
    }
    assert.throws(() => parseDefault(type, '0x100000000', () => undefined), /outside/);
    const bad = ['0xg', '0x', '0X1f', '08', '-0x', '010.0'];
    for (const text of bad) {
      const message = /neither 0 and octal digits nor 0x and hexadecimal digits/;
      assert.throws(() => parseDefault(type, text, () => undefined), message, text);
    }
    const long = '0'.repeat(100);
    assert.equal(
      parseDefault(type, `0x${long}1f`, () => undefined),
      31,
    );
    assert.equal(
      parseDefault(type, `${long}17`, () => undefined),
      15,
    );
    assert.throws(() => parseDefault(type, `0x1${long}`, () => undefined), /outside/);
    assert.equal(
      type.parse('052', () => undefined),
      52,
    );
  });
});

describe('decimal64', () => {
  testType('the example', createDecimal64Type(2, ranges('1 .. 3.14 | 10 | 20..max'), ALONE), [
    ['1', '1.0'],
    ['+2.50', '2.5'],
    ['3.14', '3.14'],
    ['003.1400', '3.14'],
    ['3.15', /^3\.15 is outside 1\.0\.\.3\.14 \| 10\.0 \| 20\.0\.\.92233720368547758\.07$/],
    ['10.00', '10.0'],
    ['3.141', /more than 2 digits after the decimal point/],
    ['92233720368547758.07', '92233720368547758.07'],
    ['92233720368547758.08', /outside/],
  ]);

  testType('forms', createDecimal64Type(18, [], ALONE), [
    ['0', '0.0'],
    ['-0.0', '0.0'],
    ['-0.5', '-0.5'],
    ['0.000000000000000001', '0.000000000000000001'],
    ['-9.223372036854775808', '-9.223372036854775808'],
    ['9.223372036854775808', /outside/],
    ['.5', /not a decimal number/],
    ['5.', /not a decimal number/],
    ['1e1', /not a decimal number/],
    ['', /not a decimal number/],
    ['- 1', /not a decimal number/],
    [' 1', /not a decimal number/],
    [`${'0'.repeat(1000)}.5${'0'.repeat(1000)}`, '0.5'],
    ['9'.repeat(1000), /outside/],
  ]);

  it('wants 1 to 18 fraction digits', () => {
    for (const digits of [0, 19, 1.5]) {
      assert.throws(() => createDecimal64Type(digits, [], ALONE), RestrictionError);
    }
  });
});

describe('range expressions', () => {
  const cases: readonly (readonly [
    RangeBase | LengthBase,
    readonly string[],
    RegExp | undefined,
  ])[] = [
    ['int32', ['1..4 | 10..20'], undefined],
    ['int32', ['1..4|10..20', '11..max'], undefined],
    ['int32', ['1..4 | 5..9', '2..8'], undefined],
    ['int32', ['1..4 | 10..20', '11..100'], /11\.\.100 is not within 1\.\.4 \| 10\.\.20/],
    ['int32', ['1..4 | 10..20', '4..10'], /4\.\.10 is not within/],
    ['int32', ['10..1'], /"10\.\.1" ends before it begins/],
    ['int32', ['1..5 | 5..9'], /^5 must be more than 5$/],
    ['int32', ['5 | 1'], /^1 must be more than 5$/],
    ['int32', ['1..2..3'], /^expected "\.\.", "\|" or the end, not "\."$/],
    ['int32', ['1 2'], /^expected "\.\.", "\|" or the end, not "2"$/],
    ['int32', ['a'], /^"a" is not a value of type int32, "min" or "max"$/],
    ['int32', [''], /^expected a value, "min" or "max", not the end$/],
    ['int32', ['1 |'], /^expected a value, "min" or "max", not the end$/],
    ['int32', ['| 1'], /^expected a value, "min" or "max", not "\|"$/],
    ['int32', ['1..'], /^expected a value, "min" or "max" after "\.\.", not the end$/],
    ['int32', ['1.5'], /^"1\.5" is not a value of type int32/],
    ['int32', ['-2 .. +1'], undefined],
    ['int32', ['01'], /is not a value of type int32/],
    ['int32', ['++1'], /is not a value of type int32/],
    ['int32', ['0x1'], /is not a value of type int32/],
    ['int32', ['9'.repeat(100)], /^"9{60}…" is not a value/],
    ['int32', [' 1 .. 2\t|\n4\r\n.. max '], undefined],
    ['int32', ['-0..0'], undefined],
    ['int32', ['min | max'], undefined],
    ['int32', ['min..max', 'max'], undefined],
    ['int32', ['max..min'], /ends before it begins/],
    ['int32', ['1..3 | 7..9', 'min..2 | 8..max'], undefined],
    ['int32', ['1..3 | 7..9', 'min..max'], /1\.\.9 is not within 1\.\.3 \| 7\.\.9/],
    ['int32', ['1..2 | 4..6 | 7..8', '5..8'], undefined],
    ['int32', ['1..2 | 4..6 | 8..9', '5..8'], /5\.\.8 is not within/],
    ['int32', ['1..2', '0..1'], /0\.\.1 is not within/],
    ['int32', ['1..2', '3'], /3 is not within 1\.\.2/],
    ['int64', ['-9223372036854775808..9223372036854775807'], undefined],
    ['int64', ['9223372036854775808'], /is not within/],
    ['uint64', ['18446744073709551615'], undefined],
    ['uint64', ['18446744073709551616'], /is not within/],
    ['uint8', ['-1..5'], /-1\.\.5 is not within 0\.\.255/],
    ['uint8', ['0..256'], /not within 0\.\.255/],
    [{ fractionDigits: 1 }, ['1.5..2'], undefined],
    [{ fractionDigits: 1 }, ['1.55..2'], /^"1\.55" is not a number with 1 fraction digits at most/],
    [{ fractionDigits: 18 }, ['-9.223372036854775808..9.223372036854775807'], undefined],
    [{ fractionDigits: 18 }, ['9.223372036854775808'], /is not within/],
    [{ fractionDigits: 2 }, ['1 .. 3.14 | 10 | 20..max', '3.140'], undefined],
    [{ fractionDigits: 2 }, ['1.'], /^expected "\.\.", "\|" or the end, not "\."$/],
    ['length', ['1..max', '2 | 4..8'], undefined],
    ['length', ['-1..4'], /^"-1" is not a length, "min" or "max"$/],
    ['length', ['18446744073709551615'], undefined],
    ['length', ['18446744073709551616'], /is not within 0\.\.max/],
    ['length', ['1.5'], /is not a length/],
    ['length', ['4..8', 'min..9'], /4\.\.9 is not within 4\.\.8/],
  ];
  for (const [base, texts, message] of cases) {
    it(`${JSON.stringify(base)} ${texts.join(' then ')}`, () => {
      const faults = checkRangeSubset(base, ranges(...texts));
      if (!message) assert.deepEqual(faults, []);
      else assert.match(faults[0]?.message ?? 'no fault', message);
      assert.equal(faults[0]?.index, message ? texts.length - 1 : undefined);
    });
  }

  it('is an error of the constructor', () => {
    assert.throws(() => createIntegerType('uint8', ranges('0..256'), ALONE), RestrictionError);
  });
});
