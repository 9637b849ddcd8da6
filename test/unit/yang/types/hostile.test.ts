/** Modules and values that are made to cost much: they end in a diagnostic or a refusal, or do no harm. */
import assert from 'node:assert/strict';
import { compile, type LeafNode } from '../../../../src/yang/index.ts';

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join('\n');

/** Typedefs t0 to t(count-1), each made of the one before it. */
const typedefs = (count: number, first: string, next: (before: string) => string): string =>
  times(
    count,
    (index) => `typedef t${index} { type ${index === 0 ? first : next(`t${index - 1}`)} }`,
  );

/** A module, and the codes that are reported, each once. */
type Row = readonly [name: string, body: () => string, codes: readonly string[]];

const ROWS: readonly Row[] = [
  [
    'a pattern of 1 MB',
    () => `leaf x { type string { pattern '${'a?'.repeat(500_000)}'; } }`,
    ['invalid-pattern'],
  ],
  [
    'a pattern of 20 000 characters that can all be left out',
    () => `leaf x { type string { pattern '${'a?'.repeat(9_990)}'; } default aaa; }`,
    [],
  ],
  [
    'patterns that take long to match with defaults',
    () =>
      times(
        400,
        (index) =>
          `leaf x${index} { type string { pattern '(a|b)*a(a|b){${2000 + index}}'; } default ${'ab'.repeat(300)}; }`,
      ),
    ['invalid-default'],
  ],
  [
    '20 000 enums, restricted',
    () => {
      const enums = times(20_000, (index) => `enum e${index};`);
      return `typedef t { type enumeration { ${enums} } } leaf x { type t { ${enums} } }`;
    },
    [],
  ],
  [
    'ranges of 20 000 parts within each other',
    () => {
      const range = times(20_000, (index) => String(index * 2)).replaceAll('\n', '|');
      return `typedef t { type int32 { range "${range}"; } } leaf x { type t { range "${range}"; } }`;
    },
    [],
  ],
  [
    'a chain of 20 000 typedefs',
    () => `leaf x { type t19999; } ${typedefs(20_000, 'string;', (before) => `${before};`)}`,
    ['nested-too-deep'],
  ],
  [
    'a chain of 200 typedefs',
    () => `leaf x { type t199; } ${typedefs(200, 'int8;', (before) => `${before};`)}`,
    [],
  ],
  [
    'unions in unions, 5 000 of them',
    () =>
      `leaf x { type t4999; } ${typedefs(5_000, 'string;', (before) => `union { type ${before}; }`)}`,
    ['nested-too-deep'],
  ],
  [
    'unions of twice the same union, 60 times',
    () =>
      `leaf x { type t59; } ${typedefs(60, 'int8;', (before) => `union { type ${before}; type ${before}; }`)}`,
    [],
  ],
  [
    'unions of twice the same union of a leafref, 60 times',
    () =>
      `leaf y { type int8; } leaf x { type t59; }
      ${typedefs(60, 'leafref { path "/m:y"; }', (before) => `union { type ${before}; type ${before}; }`)}`,
    [],
  ],
  [
    'a chain of 500 leafrefs',
    () =>
      `leaf x { type leafref { path "/m:l499"; } default 5; } leaf l0 { type int8; }
      ${times(499, (index) => `leaf l${index + 1} { type leafref { path "/m:l${index}"; } }`)}`,
    [],
  ],
  [
    'a chain of 5 000 leafrefs',
    () =>
      `leaf x { type leafref { path "/m:l4999"; } default 5; } leaf l0 { type int8; }
      ${times(4_999, (index) => `leaf l${index + 1} { type leafref { path "/m:l${index}"; } }`)}`,
    ['nested-too-deep'],
  ],
  [
    'a circle of 5 000 leafrefs',
    () =>
      times(
        5_000,
        (index) =>
          `leaf l${index} { type leafref { path "/m:l${(index + 1) % 5_000}"; } default a; }`,
      ),
    ['circular-leafref'],
  ],
  [
    'a chain of 300 leafrefs in unions',
    () =>
      `leaf x { type leafref { path "/m:l299"; } default 5; } leaf l0 { type int8; }
      ${times(299, (index) => `leaf l${index + 1} { type union { type leafref { path "/m:l${index}"; } type boolean; } }`)}`,
    ['nested-too-deep'],
  ],
  [
    'leafrefs in unions that double the types to try, 40 times',
    () =>
      `leaf x { type leafref { path "/m:a40"; } default 5; } leaf a0 { type int8; } leaf b0 { type int16; }
      ${times(40, (index) => {
        const both = `type union { type leafref { path "/m:a${index}"; } type leafref { path "/m:b${index}"; } }`;
        return `leaf a${index + 1} { ${both} } leaf b${index + 1} { ${both} }`;
      })}`,
    ['nested-too-deep'],
  ],
];

describe('types that are made to cost much', () => {
  for (const [name, body, codes] of ROWS) {
    it(name, () => {
      const text = `module m { yang-version 1.1; namespace "urn:m"; prefix m; ${body()} }`;
      const { context, diagnostics } = compile(new Map([['m.yang', text]]), {
        modules: [{ name: 'm' }],
      });
      assert.deepEqual([...new Set(diagnostics.map(({ code }) => code))], codes);
      const leaf = context?.root.dataChild('urn:m', 'x') as LeafNode | undefined;
      if (leaf) assert.throws(() => leaf.type.parse('x'.repeat(300_000), () => undefined));
    }).timeout(20_000);
  }
});

describe('very long values', () => {
  const types: readonly string[] = [
    'binary { length 1; }',
    'bits { bit a; }',
    'boolean',
    'decimal64 { fraction-digits 3; }',
    'empty',
    'enumeration { enum a; }',
    'identityref { base i; }',
    'instance-identifier',
    'int8',
    'uint64',
    'leafref { path "/m:other"; }',
    'string { length "1..5"; }',
    'string { pattern "(1+)+2"; }',
    'union { type int8; type union { type uint64; type boolean; } }',
    `union { ${'type int8; type decimal64 { fraction-digits 1; }'.repeat(50)} }`,
  ];
  for (const type of types) {
    it(type.length > 80 ? `${type.slice(0, 60)}…` : type, () => {
      const body = `identity i; leaf other { type int16; } leaf x { type ${type}${type.endsWith('}') ? '' : ';'} }`;
      const text = `module m { yang-version 1.1; namespace "urn:m"; prefix m; ${body} }`;
      const { context } = compile(new Map([['m.yang', text]]), { modules: [{ name: 'm' }] });
      const leaf = context?.root.dataChild('urn:m', 'x') as LeafNode | undefined;
      assert.ok(leaf);
      for (const part of ['1', 'a ', '/m:x']) {
        const value = part.repeat(5_000_000 / part.length);
        assert.throws(
          () => leaf.type.parse(value, () => undefined),
          ({ message }: Error) => message.length < 1_000,
        );
      }
    }).timeout(20_000);
  }
});
