/** What a type says about its restrictions (RFC 7950, sections 9.2.4, 9.3.4, 9.4.4 and 9.4.5). */
import assert from 'node:assert/strict';
import type {
  BinaryType,
  Decimal64Type,
  IntegerType,
  LeafNode,
  StringType,
  YangType,
} from '../../../../src/yang/index.ts';
import { compileBody } from '../../../support/data-text.ts';

function typeOf(body: string): YangType {
  const context = compileBody(`${body} leaf x { type t; }`);
  return (context.root.dataChild('urn:m', 'x') as LeafNode).type;
}

describe('restrictions of types', () => {
  it('of integers: the ranges in effect, and those stated', () => {
    const type = typeOf(
      'typedef b { type int8 { range "1..10 | 20..max"; } } typedef t { type b { range "min..5"; } }',
    ) as IntegerType;
    assert.deepEqual(type.ranges, [{ low: 1n, high: 5n }]);
    assert.deepEqual(type.restrictions, [
      { keyword: 'range', text: '1..10 | 20..max' },
      { keyword: 'range', text: 'min..5' },
    ]);
  });

  it('of an integer without a range: that of the type', () => {
    const type = typeOf('typedef t { type uint8; }') as IntegerType;
    assert.deepEqual(type.ranges, [{ low: 0n, high: 255n }]);
    assert.deepEqual(type.restrictions, []);
  });

  it('of decimal64: in units of the last digit', () => {
    const type = typeOf(
      'typedef t { type decimal64 { fraction-digits 2; range "1.5..2"; } }',
    ) as Decimal64Type;
    assert.equal(type.fractionDigits, 2);
    assert.deepEqual(type.ranges, [{ low: 150n, high: 200n }]);
    assert.deepEqual(type.restrictions, [
      { keyword: 'fraction-digits', text: '2' },
      { keyword: 'range', text: '1.5..2' },
    ]);
  });

  it('of strings: lengths and patterns of the whole chain', () => {
    const type = typeOf(`typedef b { type string { length "1..4"; pattern "a.*"; } }
      typedef t { type b { length 2; pattern ".*b" { modifier invert-match; } } }`) as StringType;
    assert.deepEqual(type.lengths, [{ low: 2n, high: 2n }]);
    assert.deepEqual(
      type.patterns.map(({ text, invert }) => ({ text, invert })),
      [
        { text: 'a.*', invert: false },
        { text: '.*b', invert: true },
      ],
    );
    assert.deepEqual(type.restrictions, [
      { keyword: 'length', text: '1..4' },
      { keyword: 'length', text: '2' },
      { keyword: 'pattern', text: 'a.*', invert: false },
      { keyword: 'pattern', text: '.*b', invert: true },
    ]);
  });

  it('of what is not restricted: none', () => {
    const text = typeOf('typedef t { type string; }') as StringType;
    assert.deepEqual([text.lengths, text.patterns, text.restrictions], [undefined, [], []]);
    const binary = typeOf('typedef t { type binary; }') as BinaryType;
    assert.deepEqual([binary.lengths, binary.restrictions], [undefined, []]);
    assert.deepEqual(typeOf('typedef t { type boolean; }').restrictions, []);
  });

  it('of binary: lengths in octets', () => {
    const type = typeOf('typedef t { type binary { length "min..4"; } }') as BinaryType;
    assert.deepEqual(type.lengths, [{ low: 0n, high: 4n }]);
    assert.deepEqual(type.restrictions, [{ keyword: 'length', text: 'min..4' }]);
  });
});
