/** The text of generated files. */
import assert from 'node:assert/strict';
import { format } from 'prettier';
import { compareTypes, generateTypes } from '../../../src/typegen/index.ts';
import { compile } from '../../../src/yang/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import { compileTexts } from '../../support/data-text.ts';
import { ADDING, EVERY_TYPE, STRUCTURE_MODULES } from '../../support/every-type.ts';
import { DATA_LAYER, typeFaults } from '../../support/type-check.ts';

const EVERY = compileTexts(
  new Map([
    ['every.yang', EVERY_TYPE],
    ['adding.yang', ADDING],
  ]),
);

/** The types of one module that is given without its head. */
function typesOf(body: string, more: readonly (readonly [string, string])[] = []): string {
  return generateTypes(contextOf(body, more), { modules: ['m'], from: DATA_LAYER });
}

function contextOf(body: string, more: readonly (readonly [string, string])[] = []): SchemaContext {
  const head = 'yang-version 1.1; namespace "urn:m"; prefix m;';
  return compileTexts(new Map([['m.yang', `module m { ${head} ${body} }`], ...more]));
}

async function pretty(text: string): Promise<string> {
  return format(text, {
    parser: 'typescript',
    singleQuote: true,
    printWidth: 100,
    trailingComma: 'all',
  });
}

/** Bodies of modules that ask for trouble. */
const HOSTILE: readonly (readonly [string, string])[] = [
  [
    'reserved words and members of every object',
    `container class { leaf default { type string; } leaf constructor { type string; } leaf __proto__ { type string; }
       leaf to-string { type string; } leaf toString { type int8; } leaf hasOwnProperty { type string; } leaf let { type string; } }
     container function { presence x; } container constructor { leaf new { type string; } } container prototype { leaf a { type string; } }`,
  ],
  [
    'names of types that the code uses itself',
    `container uint8-array { leaf a { type binary; } } container any-value { anydata a; } container one-of { choice c { leaf a { type string; } leaf b { type string; } } }
     container string { leaf a { type string; } } container Array { leaf-list a { type string; } } container decimal64 { leaf a { type decimal64 { fraction-digits 1; } } }
     container Readonly { leaf a { type string; } } container types { leaf a { type string; } } container typed-modules { leaf a { type string; } }
     container empty-branch { presence x; } container undefined { presence x; } container Symbol { leaf a { type string; } }`,
  ],
  [
    'names that become the same',
    `container a-b { container c { leaf x { type string; } } leaf x-y { type string; } leaf x.y { type int8; } leaf xY { type int16; } }
     container a { container b-c { leaf x { type int8; } } } container aB { leaf x { type int32; } } container AB { leaf x { type int64; } }
     container m-data { leaf x { type string; } } container a-b-c { leaf x { type string; } }`,
  ],
  [
    'names that become those of cases, fields and configurations',
    `container x { choice way { case one { leaf one { type string; } leaf both { type string; } } leaf two { type string; } case fields { leaf f { type string; } } }
       choice other { case one { leaf y { type string; } } leaf z { type string; } } leaf plain { type string; }
       container one-case { leaf a { type string; } } container fields { leaf a { type string; } } container way-choice { leaf a { type string; } } }
     container y { leaf s { type string; config false; } leaf c { type string; } } container config-of-y { leaf a { type int8; } }
     typedef x { type enumeration { enum a; } } leaf e { type x; } typedef one-case { type bits { bit b; } } leaf f { type one-case; }`,
  ],
  [
    'comments that would end early or be something else',
    `container c { description "ends */ here
@deprecated no @param x {string} no
   /* begins"; leaf l { type string { pattern ".*/.*"; } default "*/"; units "a */ b"; description "*/ alert(1) /*"; }
       leaf u { type string; description "left\u2028right\u2029\u202Ereversed\u200B \u0085 é 漢 🙂"; } leaf e { type string; description ""; } leaf s { type string; description "   "; } }`,
  ],
  [
    'names of enums and bits',
    `leaf e { type enumeration { enum "it's"; enum 'say "hi"'; enum "both ' and \\""; enum "back\\\\slash"; enum "*/"; enum "new\\nline"; enum "\${x}"; enum "__proto__"; enum "漢 \u202E"; } }
     leaf b { type bits { bit constructor; bit a-b; bit a.b; } } leaf-list es { type enumeration { enum "a | b"; enum "very long name of an enum that goes on and on"; enum "another very long name of an enum that goes on"; } }`,
  ],
  [
    'very long names',
    `container ${'long-'.repeat(12)}name { container ${'inner-'.repeat(12)}name { choice ${'choice-'.repeat(9)}name {
       leaf ${'first-'.repeat(12)}name { type empty; } case ${'second-'.repeat(9)}name { leaf a { type string; mandatory true; } } leaf c { type int8; } }
       leaf ${'leaf-'.repeat(15)}name { type enumeration { enum one; enum two; } } leaf-list ${'list-'.repeat(15)}name { type enumeration { enum one; enum two; } }
       leaf s { type string; config false; } list ${'rows-'.repeat(15)}name { key k; leaf k { type union { type int8; type enumeration { enum unlimited; enum ${'enum-'.repeat(15)}; } } } } } }`,
  ],
  [
    'choices in choices in choices',
    `container c { choice a { case a1 { choice b { case b1 { choice d { mandatory true; leaf d1 { type string; } leaf d2 { type string; } } } leaf b2 { type string; } } leaf a1x { type string; } }
       case a2 { choice e { leaf e1 { type string; mandatory true; } leaf e2 { type string; mandatory true; } } } case empty; } }`,
  ],
  [
    'more combinations of cases than a compiler likes',
    `container c { ${Array.from({ length: 40 }, (_, n) => `choice c${n} { leaf a${n} { type string; mandatory true; } leaf b${n} { type string; } leaf c${n}x { type int8; config false; } }`).join('\n')} }`,
  ],
  [
    'containers with state only',
    `container c { container empty { presence x; leaf s { type string; config false; } } container only { config false; leaf s { type string; mandatory true; } }
       container choices { choice c { config false; leaf a { type string; } leaf b { type string; } } } leaf-list n { type string; min-elements 1; config false; } }`,
  ],
  [
    'things without content',
    `rpc nothing; rpc in { input { choice c { case a; } } } container c; notification n; list l { key k; leaf k { type empty; } } container u { presence u; }
     identity none; leaf i { type identityref { base none; } } leaf-list b { type binary; } anyxml x; leaf-list is { type instance-identifier; }`,
  ],
  [
    'what a when decides over',
    `container c { leaf on { type boolean; } leaf a { when "../on = 'true'"; type string; mandatory true; } container d { when "on"; leaf e { type string; mandatory true; } } leaf f { type string; mandatory true; } }`,
  ],
  [
    'operations and notifications in lists',
    `list l { key k; leaf k { type string; } action run { input { leaf i { type string; } } output { leaf o { type string; } } } notification done { leaf r { type string; } container c { leaf x { type string; config false; } } } }`,
  ],
];

describe('generated text', function () {
  this.timeout(60_000);
  const texts = new Map(
    HOSTILE.map(([name, body], n) => [`hostile-${n}.ts`, { name, text: typesOf(body) }]),
  );
  let faults: ReadonlyMap<string, readonly string[]>;
  before(() => {
    faults = typeFaults(new Map([...texts].map(([file, { text }]) => [file, text])));
  });

  for (const [file, { name, text }] of texts) {
    it(`is TypeScript that prettier leaves alone: ${name}`, async () => {
      assert.deepEqual(faults.get(file), []);
      assert.equal(await pretty(text), text);
    });
  }

  it('is there for choices that are deep in choices, and for many identities', () => {
    let choices = 'leaf x { type string; }';
    for (let depth = 0; depth < 60; depth += 1) {
      choices = `choice c${depth} { case d { ${choices} } }`;
    }
    assert.match(typesOf(choices), /\bx\??:/);
    const bases = Array.from({ length: 3000 }, (_, at) => {
      const id = String(at);
      return `identity i${id} { base root; } leaf l${id} { type identityref { base i${id}; } }`;
    });
    const text = typesOf(
      `identity root; ${bases.join(' ')} leaf l { type identityref { base root; } }`,
    );
    assert.match(text, /export type RootIdentity =\s+\|? ?'m:i0'/);
    assert.match(text, /export type I0Identity = never;/);
  });

  it('says where it is from', () => {
    const texts = [
      [
        'm.yang',
        `module m { namespace "urn:m"; prefix m; revision 2026-01-02;
        feature b; feature a; leaf x { if-feature a; if-feature b; type string; } }`,
      ],
      [
        'd.yang',
        `module d { namespace "urn:d"; prefix d; import m { prefix m; }
        deviation /m:x { deviate add { default y; } } }`,
      ],
    ] as const;
    const modules = ['m', 'd'].map((name) => ({ name, features: 'all' as const }));
    const { context } = compile(new Map(texts), { modules });
    assert.ok(context);
    assert.equal(
      generateTypes(context, { modules: ['m'] })
        .split('\n')
        .slice(0, 12)
        .join('\n'),
      `/**
 * Types of YANG data, generated by \`sami yang types m\`. Do not edit.
 *
 * From:
 * - m@2026-01-02, features a b, deviated by d
 */

import { typedModules } from 'sami/data';

const types = typedModules(['m']);

/** Root \`/\`. */`,
    );
  });

  it('is the same each time, and does not depend on other modules', () => {
    const options = { modules: ['every'] };
    const once = generateTypes(EVERY, options);
    const again = compileTexts(
      new Map([
        [
          'other.yang',
          'module other { namespace "urn:o"; prefix o; container top { presence x; } }',
        ],
        ['every.yang', EVERY_TYPE],
        ['adding.yang', ADDING],
      ]),
    );
    assert.equal(generateTypes(again, options), once);
  });

  it('has a module that defines nothing', () => {
    const text = typesOf('typedef t { type string; }');
    assert.ok(text.endsWith(' */\nexport {};\n'), text);
  });

  it('has several modules in one file', () => {
    const text = generateTypes(EVERY, { modules: ['every', 'adding'], rootName: 'Everything' });
    assert.match(text, /generated by `sami yang types every adding`/);
    assert.match(text, /export interface Everything extends ConfigOfEverything \{/);
    assert.match(generateTypes(EVERY, { modules: ['every', 'adding'] }), /export interface Data /);
  });

  it('is refused for a module that is not there', () => {
    assert.throws(
      () => generateTypes(EVERY, { modules: ['none'] }),
      /the schema has no module "none"/,
    );
  });

  it('marks what is deprecated where it is used', () => {
    const text = typesOf(
      'container c { status deprecated; leaf l { type string; status obsolete; } }',
    );
    assert.match(
      text,
      /\* @deprecated Its status is deprecated\.\n {3}\*\/\n {2}readonly c\?: C \| undefined;/,
    );
    assert.match(text, /\* @deprecated Its status is obsolete\.\n {3}\*\/\n {2}readonly l\?:/);
    assert.match(
      text,
      /\/\*\* Container `\/m:c`\. Its status is deprecated\. \*\/\nexport interface C/,
    );
  });

  it('says what restricts a value', () => {
    const text =
      typesOf(`typedef percent { type uint8 { range "0..100"; } units "percent"; default 5; }
      leaf p { type percent { range "1..50"; } description "How much."; }
      leaf s { type string { length "1..9"; pattern "[a-z]*"; pattern "x.*" { modifier invert-match; } } }
      leaf long { type string { pattern "${'[a-z]'.repeat(30)}"; } default "${'x'.repeat(30)}"; }
      leaf d { type string; default "${'x'.repeat(100)}"; }
      leaf-list l { type int8; max-elements 3; ordered-by user; default 1; default 2; }
      list k { key "a b"; leaf a { type string; } leaf b { type string; } }
      list n { config false; leaf a { type decimal64 { fraction-digits 2; range "0..1"; } } }`);
    for (const line of [
      '   * Type `m:percent`, range `0..100`, range `1..50`, units `percent`, default `5`.',
      '  /** Type `string`, length `1..9`, pattern `[a-z]*`, not pattern `x.*`. */',
      '  /** Type `string`, default `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`. */',
      '  /** Type `string`, with a default. */',
      '  /** Leaf-list of type `int8`, at most 3, ordered by the user, default `1`, `2`. */',
      '  /** List, key `a`, `b`. */',
      '  /** List without keys, state. */',
      '  /** Type `decimal64`, range `0..1`, state. */',
      '   * How much.',
    ]) {
      assert.ok(text.includes(`${line}\n`), `${line}\n in\n${text}`);
    }
  });

  it('has structures', () => {
    const text = typesOf(
      `import ietf-yang-structure-ext { prefix sx; } import ietf-restconf { prefix rc; }
       sx:structure message { leaf text { type string; mandatory true; } container inner { leaf x { type int64; config false; } } }
       rc:yang-data template { container errors { leaf count { type uint8; } } }`,
      STRUCTURE_MODULES,
    );
    assert.match(text, /types\.branch<Message>\('structure \/m:message'\)/);
    assert.match(text, /types\.branch<MessageInner>\('structure \/m:message\/inner'\)/);
    assert.match(text, /types\.branch<TemplateErrors>\('structure \/m:template\/errors'\)/);
    assert.doesNotMatch(text, /ConfigOf/, 'config means nothing there');
    assert.deepEqual(typeFaults(new Map([['s.ts', text]])).get('s.ts'), []);
  });

  it('has types of the same name and values once', () => {
    const text = typesOf(`typedef t { type enumeration { enum a; enum b; } }
      leaf x { type t; } leaf y { type t; } leaf z { type t { enum a; } }
      container c { leaf q { type t; } }`);
    assert.deepEqual(text.match(/^export type T\w* = .*$/gm), [
      "export type T = 'a' | 'b';",
      "export type T2 = 'a';",
    ]);
  });
});

describe('comparing generated text with a file', () => {
  const ROWS: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['the same', 'a\nb\n', undefined],
    ['no file', undefined, 'is missing'],
    ['another line', 'a\nc\n', 'differs from line 2: expected "b", not "c"'],
    ['a line less', 'a\n', 'differs from line 2: expected "b", not ""'],
    ['the end missing', 'a', 'differs from line 2: expected "b", not "the end of the file"'],
    ['more lines', 'a\nb\n\nc\n', 'has lines after line 3 that do not belong there'],
  ];
  for (const [name, existing, expected] of ROWS) {
    it(`tells ${name}`, () => {
      assert.equal(compareTypes(existing, 'a\nb\n'), expected);
    });
  }
});
