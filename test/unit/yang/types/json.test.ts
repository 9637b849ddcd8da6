/** Values of each type in JSON (RFC 7951, section 6). */
import assert from 'node:assert/strict';
import {
  InvalidValueError,
  type JsonValue,
  type LeafNode,
  type SchemaContext,
} from '../../../../src/yang/index.ts';
import { compileTexts } from '../../../support/data-text.ts';

const OTHER = `module o { yang-version 1.1; namespace "urn:o"; prefix ox; import m { prefix m; }
  identity far { base m:id; }
  augment /m:top/m:l { leaf extra { type string; } container box { leaf-list kinds { type identityref { base m:id; } } } }
}`;
const MODULE = `module m { yang-version 1.1; namespace "urn:m"; prefix mp;
  identity id; identity near { base id; }
  typedef id-ref { type identityref { base id; } }
  container top {
    list l { key "k t"; leaf k { type string; } leaf t { type id-ref; } leaf v { type uint8; } }
    leaf-list n { type int64; }
  }
  leaf small { type int8; } leaf big { type uint64; } leaf dec { type decimal64 { fraction-digits 2; } }
  leaf text { type string; } leaf yes { type boolean; } leaf en { type enumeration { enum one; } }
  leaf bit { type bits { bit a; bit b; } } leaf bin { type binary; }
  leaf none { type empty; } leaf id { type id-ref; } leaf inst { type instance-identifier { require-instance false; } }
  leaf ref { type leafref { path "../small"; } } leaf id-to { type leafref { path "../id"; } }
  leaf either { type union { type uint16; type string; } }
  leaf three { type union { type union { type int64; type boolean; } type empty; type id-ref; } }
}`;

/** JSON, the canonical text of what it means or why it is refused, and the JSON that is written for it. */
type Row = readonly [leaf: string, json: JsonValue, result: string | RegExp, back?: JsonValue];

const ROWS: readonly Row[] = [
  // 6.1
  ['small', 5, '5', 5],
  ['small', -0, '0', 0],
  ['small', 300, /300 is outside -128\.\.127/],
  ['small', 1.5, /"1.5" is not a whole number/],
  ['small', 1e21, /not a whole number/],
  ['small', '5', /is a string, not a number/],
  ['small', true, /is a boolean, not a number/],
  ['small', [null], /is \[null\], not a number/],
  ['big', '18446744073709551615', '18446744073709551615', '18446744073709551615'],
  ['big', '+07', '7', '7'],
  ['big', 7, /is a number, not a string/],
  ['dec', '1.50', '1.5', '1.5'],
  ['dec', 1.5, /is a number, not a string/],
  // 6.2 to 6.6
  ['text', 'a b', 'a b', 'a b'],
  ['text', 5, /is a number, not a string/],
  ['yes', true, 'true', true],
  ['yes', false, 'false', false],
  ['yes', 'true', /is a string, not a boolean/],
  ['en', 'one', 'one', 'one'],
  ['bit', 'b a', 'a b', 'a b'],
  ['bin', 'AA==', 'AA==', 'AA=='],
  // 6.7
  ['ref', 5, '5', 5],
  ['ref', '5', /is a string, not a number/],
  ['id-to', 'near', 'm:near', 'm:near'],
  // 6.8
  ['id', 'near', 'm:near', 'm:near'],
  ['id', 'm:near', 'm:near', 'm:near'],
  ['id', 'o:far', 'o:far', 'o:far'],
  ['id', 'far', /no identity/],
  ['id', 'mp:near', /prefix "mp" .* is not declared/],
  ['id', 1, /is a number, not a string/],
  // 6.9
  ['none', [null], '', [null]],
  ['none', '', /is a string, not \[null\]/],
  // 6.10
  ['either', 1, '1', 1],
  ['either', '1', '1', '1'],
  [
    'either',
    13.5,
    /fits no member of the union: "13.5" is not a whole number of type uint16; 13.5 is a number, not a string$/,
  ],
  ['three', '5', '5', '5'],
  ['three', 5, /fits no member/],
  ['three', false, 'false', false],
  ['three', [null], '', [null]],
  ['three', 'near', 'm:near', 'm:near'],
  // 6.11
  ['inst', '/m:top', '/m:top', '/m:top'],
  [
    'inst',
    "/m:top/l[t='near'][k='x']/v",
    "/m:top/m:l[m:k='x'][m:t='m:near']/m:v",
    "/m:top/l[k='x'][t='m:near']/v",
  ],
  [
    'inst',
    "/m:top/l[k='x'][t='o:far']/o:box/kinds[.='far']",
    "/m:top/m:l[m:k='x'][m:t='o:far']/o:box/o:kinds[.='o:far']",
    "/m:top/l[k='x'][t='o:far']/o:box/kinds[.='o:far']",
  ],
  ['inst', '/top', /the schema has no "top" there/],
  ['inst', '/m:top/m:l', /the schema has no "m:l" there/],
  ['inst', "/m:top/l[m:k='x'][t='near']", /needs a value for key "k"/],
  ['inst', "/m:top/l[k='x'][t='o:far']/extra", /the schema has no "extra" there/],
  ['inst', '/mp:top', /the schema has no "mp:top" there/],
  ['inst', "/m:top/n[.='1'", /expected \[key='value'\]/],
  ['inst', '', /it is empty/],
  ['inst', 5, /is not a string/],
];

describe('JSON values', () => {
  const context: SchemaContext = compileTexts(
    new Map([
      ['m.yang', MODULE],
      ['o.yang', OTHER],
    ]),
  );
  for (const [name, json, result, back] of ROWS) {
    it(`${name} ${JSON.stringify(json)}`, () => {
      const leaf = context.root.dataChild('urn:m', name) as LeafNode;
      const read = () => leaf.type.parseJson(json, leaf.module);
      if (typeof result !== 'string') {
        assert.throws(read, (error) => {
          assert.ok(error instanceof InvalidValueError);
          assert.match(error.message, result);
          return true;
        });
        return;
      }
      const value = read();
      assert.equal(leaf.type.canonical(value), result);
      const written = leaf.type.toJson(value);
      assert.deepEqual(written, back);
      assert.equal(leaf.type.canonical(leaf.type.parseJson(written, leaf.module)), result);
    });
  }

  it('writes names inside an instance-identifier with the prefixes of the writer', () => {
    const leaf = context.root.dataChild('urn:m', 'inst') as LeafNode;
    const value = leaf.type.parseJson("/m:top/l[k='x'][t='o:far']", leaf.module);
    const prefixes = (namespace: string): string => (namespace === 'urn:m' ? 'a' : 'b');
    assert.equal(leaf.type.print(value, prefixes), "/a:top/a:l[a:k='x'][a:t='b:far']");
  });
});
