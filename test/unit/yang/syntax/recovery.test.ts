/** After a mistake the rest of a text is read and checked, and what follows from the mistake is not reported. */
import assert from 'node:assert/strict';
import { compile, parseYang } from '../../../../src/yang/index.ts';

/** Places and codes of all diagnostics for a module of YANG 1.1 whose body starts in line 2. */
function faultsOf(body: string, others: Readonly<Record<string, string>> = {}): readonly string[] {
  const text = `module m { yang-version 1.1; namespace "urn:m"; prefix m;\n${body}\n}\n`;
  const files = new Map([['m', text], ...Object.entries(others)]);
  const { diagnostics } = compile(files, { modules: [{ name: 'm' }] });
  return diagnostics.map(({ line, column, code }) => `${line}:${column} ${code}`);
}

const CASES: readonly [name: string, body: string, expected: readonly string[]][] = [
  ['a missing semicolon before "}"', 'leaf a { type string }', ['2:22 unexpected-token']],
  [
    'a missing semicolon before the next line',
    'leaf a {\n type string\n default 5;\n mandatory maybe;\n}',
    ['4:2 unexpected-token', '5:12 invalid-argument'],
  ],
  [
    'a missing semicolon behind quotes',
    'leaf a { description "x" type string; status new; }',
    ['2:26 unexpected-token', '2:46 invalid-argument'],
  ],
  [
    'text without quotes',
    'leaf a { description this is a leaf of a list; type nothing; }',
    ['2:27 unexpected-token', '2:53 unknown-type'],
  ],
  [
    'a word too many before a block',
    'leaf a b { type nothing; }',
    ['2:8 unexpected-token', '2:17 unknown-type'],
  ],
  [
    'a keyword in quotes',
    'leaf a { "type" nothing; }',
    ['2:10 unexpected-token', '2:17 unknown-type'],
  ],
  [
    'a block behind a block',
    'container a {} {}\nleaf b { type no; }',
    ['2:16 unexpected-token', '3:15 unknown-type'],
  ],
  [
    'several semicolons',
    'leaf a { type string;;; };;',
    ['2:22 unexpected-token', '2:26 unexpected-token'],
  ],
  [
    'what is no keyword',
    'leaf a { 7up "x"; } leaf b { type no; }',
    ['2:10 unexpected-token', '2:35 unknown-type'],
  ],
  [
    'a plus without a second string',
    'leaf a { type string; default "a" + ; units "b" + c; config x; }',
    ['2:37 unexpected-token', '2:51 unexpected-token', '2:61 invalid-argument'],
  ],
  [
    'an unknown keyword with its block',
    'contaner a { leaf b; }\nleaf c { type no; }',
    ['2:1 unknown-keyword', '3:15 unknown-type'],
  ],
  ['a "}" too many', 'leaf a { type no; }\n}\nleaf b { type no; }', ['4:1 unexpected-token']],
  ['a "}" too few', 'container a { leaf b { type no; }', ['1:10 unterminated-block']],
  [
    'a "}" too few that another one makes up for',
    'container a {\n leaf b { type string;\n leaf c { type no; }\n leaf d { type string; }\n container e;\n list f { key k; leaf k { type string; } }\n leaf-list g { type string; }\n} }',
    ['4:2 unexpected-substatement', '4:16 unknown-type'],
  ],
  [
    'misspelt definitions',
    'typdef t { type string; }\nleaf a { type t; }\ncontainer c { gruping g; uses g; }\nextention e; m:e;\nleaf b { type u; }',
    ['2:1 unknown-keyword', '4:15 unknown-keyword', '5:1 unknown-keyword', '6:15 unknown-type'],
  ],
  ['a quote too few', 'leaf a { type no; description "x; }\nleaf b;', ['2:31 unterminated-string']],
  ['a comment without end', 'leaf a { type no; } /* x', ['2:21 unterminated-comment']],
  [
    'carriage returns and characters that are not allowed',
    'leaf a\r{ type no; } \u0001\u0002 /* \uffff */ leaf b { type no; }',
    [
      '2:7 invalid-character',
      '2:15 unknown-type',
      '2:21 invalid-character',
      '2:21 unexpected-token',
      '2:27 invalid-character',
    ],
  ],
];

describe('reading goes on', () => {
  for (const [name, body, expected] of CASES) {
    it(`after ${name}`, () => {
      assert.deepEqual(faultsOf(body), expected);
    });
  }

  it('in the other files', () => {
    const faults = faultsOf(
      'import a { prefix a; } import b { prefix b; }\nleaf x { type a:t; } leaf y { type no; }',
      {
        a: 'module a { namespace "urn:a"; prefix a; container c {',
        b: 'module b { namespace "urn:b"; prefix b; leaf z { type no; } leaf { type string; } }',
      },
    );
    assert.deepEqual([...faults].sort(), [
      '1:53 unterminated-block',
      '1:55 unknown-type',
      '1:61 missing-argument',
      '3:36 unknown-type',
    ]);
  });

  it('without what depends on a module or submodule that is missing', () => {
    const body = `import no { prefix n; } include nowhere;
      leaf a { type n:t; if-feature n:f; must "n:x"; n:ext; } leaf b { type unknown; } uses unknown;
      augment "/n:c" { leaf x { type string; } } leaf c { type p:t; } identity i { base unknown; }`;
    assert.deepEqual(faultsOf(body), [
      '2:8 module-not-found',
      '2:33 submodule-not-found',
      '4:64 unknown-prefix',
    ]);
  });

  it('and says once that a module is missing', () => {
    const faults = faultsOf('import no { prefix n; } import a { prefix a; }', {
      a: 'module a { namespace "urn:a"; prefix a; import no { prefix n; } }',
    });
    assert.deepEqual(faults, ['2:8 module-not-found']);
  });
});

describe('places', () => {
  const cases: readonly [name: string, text: string, at: string][] = [
    ['behind tabs', '\tmodule\tm\t{\t?\t}', '1:13'],
    ['behind CRLF', 'module m {\r\n\r\n  ?;\r\n}', '3:3'],
    ['behind characters of two code units', 'module m { /* 😀😀 */ ? }', '1:21'],
    ['behind a byte order mark', '\ufeff? { }', '1:1'],
    ['behind line separators that are no line breaks', 'module m { /*\u2028\u0085*/ ? }', '1:19'],
  ];
  for (const [name, text, expected] of cases) {
    it(name, () => {
      const [first] = parseYang(text, 'x').diagnostics;
      assert.equal(first && `${first.line}:${first.column}`, expected);
    });
  }
});
