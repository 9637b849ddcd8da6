/** boolean, enumeration, bits, empty and union (RFC 7950, sections 9.5, 9.6, 9.7, 9.11 and 9.12). */
import assert from 'node:assert/strict';
import {
  createBinaryType,
  createBitsType,
  createBooleanType,
  createDecimal64Type,
  createEmptyType,
  createEnumerationType,
  createIntegerType,
  createStringType,
  createUnionType,
  parseDefault,
} from '../../../../src/yang/types/index.ts';
import { ALONE, testType } from '../../../support/type-cases.ts';

const noPrefix = (): undefined => undefined;

testType('boolean', createBooleanType(ALONE), [
  ['true', true],
  ['false', false],
  ['True', /"True" is neither "true" nor "false"/],
  ['1', /neither/],
  ['', /neither/],
]);

testType('empty', createEmptyType(ALONE), [
  ['', null],
  ['x', /has no value, not "x"/],
  [' ', /has no value/],
]);

describe('enumeration', () => {
  const enums = new Map([
    ['zero', 0],
    ['one', 1],
    ['seven', 7],
    ['with space', 8],
  ]);
  const type = createEnumerationType(enums, ALONE);
  testType('names', type, [
    ['seven', 'seven'],
    ['with space', 'with space'],
    ['eight', /^"eight" is not one of "zero", "one", "seven", "with space"$/],
    ['Seven', /is not one of/],
    ['7', /is not one of/],
    ['', /is not one of/],
    ['constructor', /is not one of/],
  ]);

  it('knows the values', () => {
    assert.equal(type.enums.get('seven'), 7);
  });

  it('lists a few of many names', () => {
    const many = new Map(Array.from({ length: 30 }, (_, index) => [`n${index}`, index] as const));
    const message = /"n19" and 10 more$/;
    assert.throws(() => createEnumerationType(many, ALONE).parse('x', noPrefix), message);
  });
});

describe('bits', () => {
  const type = createBitsType(
    new Map([
      ['ten-mb-only', 2],
      ['disable-nagle', 0],
      ['auto-sense-speed', 1],
    ]),
    ALONE,
  );
  testType('names', type, [
    ['', ''],
    ['disable-nagle ten-mb-only', 'disable-nagle ten-mb-only'],
    ['ten-mb-only disable-nagle', 'disable-nagle ten-mb-only'],
    ['  ten-mb-only\n auto-sense-speed ', 'auto-sense-speed ten-mb-only'],
    ['fast', /"fast" is not one of the bits "disable-nagle", "auto-sense-speed", "ten-mb-only"/],
    ['disable-nagle disable-nagle', /"disable-nagle" is given twice/],
  ]);

  it('has the bits in order of position', () => {
    assert.deepEqual([...type.bits.values()], [0, 1, 2]);
  });
});

describe('union', () => {
  const integer = createIntegerType('int32', [], ALONE);
  const unbounded = createEnumerationType(new Map([['unbounded', 0]]), ALONE);
  testType('the example', createUnionType([integer, unbounded], ALONE), [
    ['5', 5],
    ['unbounded', 'unbounded'],
    [
      'many',
      /^"many" fits no member of the union: "many" is not a whole number of type int32; "many" is not one of "unbounded"$/,
    ],
  ]);

  it('takes the first member that fits', () => {
    const text = createStringType([], [], ALONE);
    assert.equal(createUnionType([integer, text], ALONE).parse('5', noPrefix), 5);
    assert.equal(createUnionType([text, integer], ALONE).parse('5', noPrefix), '5');
  });

  it('tells the member of a value', () => {
    const small = createIntegerType('uint8', [{ text: '1..9' }], ALONE);
    const inner = createUnionType([unbounded, createBooleanType(ALONE)], ALONE);
    const union = createUnionType([small, inner, createEmptyType(ALONE)], ALONE);
    assert.equal(union.memberOf(5), small);
    assert.equal(union.memberOf('unbounded'), unbounded);
    assert.equal(union.memberOf(true).base, 'boolean');
    assert.equal(union.memberOf(null).base, 'empty');
    assert.throws(() => union.memberOf(10), /no member of the union has the value 10/);
  });

  it('tells members apart whose values are all strings', () => {
    const members = [
      createDecimal64Type(2, [{ text: '1..9' }], ALONE),
      createBitsType(new Map([['up', 0]]), ALONE),
      createBinaryType([{ text: '1' }], ALONE),
      createStringType([], [{ text: '[a-z]+', invert: false }], ALONE),
    ];
    const union = createUnionType(members, ALONE);
    const values = { '2.5': 0, up: 1, 'AA==': 2, down: 3 };
    for (const [value, index] of Object.entries(values)) {
      assert.equal(union.memberOf(value), members[index], value);
      assert.equal(union.parse(value, noPrefix), value);
      assert.equal(union.parse(value, noPrefix), value, 'also when it is remembered');
    }
    // Not in canonical form, so it is no value.
    assert.throws(() => union.memberOf('2.50'));
  });

  it('takes defaults in the forms that its members take', () => {
    const union = createUnionType([unbounded, integer], ALONE);
    assert.equal(parseDefault(union, '0x10', noPrefix), 16);
    assert.throws(() => parseDefault(union, '0x', noPrefix), /fits no member/);
    assert.throws(() => union.parse('0x10', noPrefix), /fits no member/);
  });
});
