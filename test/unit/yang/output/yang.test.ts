import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseYang, printYang } from '../../../../src/yang/index.ts';
import { installedModules } from '../../../support/installed-modules.ts';
import {
  anyModule,
  asStatement,
  asTree,
  parseGood,
  type StatementTree,
} from '../../../support/statements.ts';

/** What the printer makes of one statement in a module. */
function bodyOf(text: string, lineLength?: number): string {
  const printed = printYang(parseGood(`module m {${text}}`), { lineLength });
  return printed.replace(/^module m \{\n/, '').replace(/\}\n$/, '');
}

describe('canonical order (RFC 7950, section 14)', () => {
  const cases: readonly (readonly [name: string, given: string, expected: string])[] = [
    [
      'header, linkage, meta, revisions and body of a module',
      'module m { leaf l; revision 2026-01-01; description d; import i; organization o; prefix p; include s; namespace n; yang-version 1.1; contact c; typedef t; revision 2025-01-01; reference r; }',
      'yang-version namespace prefix import include organization contact description reference revision revision leaf typedef',
    ],
    [
      'a submodule',
      'submodule m { revision 2026-01-01; include s; belongs-to b; yang-version 1; }',
      'yang-version belongs-to include revision',
    ],
    [
      'a list',
      'list l { notification n; action a; leaf l; grouping g; container c; typedef t; reference r; description d; status s; ordered-by o; max-elements 1; min-elements 1; config true; unique u; key k; must m; if-feature f; when w; }',
      'when if-feature must key unique config min-elements max-elements ordered-by status description reference grouping typedef leaf container action notification',
    ],
    [
      'a leaf',
      'leaf l { reference r; description d; status s; mandatory m; config c; default d; must m; units u; type t; if-feature f; when w; }',
      'when if-feature type units must default config mandatory status description reference',
    ],
    [
      'a refine',
      'refine r { description d; min-elements 1; mandatory m; config c; default d; presence p; must m; if-feature f; }',
      'if-feature must presence default config mandatory min-elements description',
    ],
    [
      'a uses',
      'uses u { augment a; refine r; description d; when w; }',
      'when description refine augment',
    ],
    [
      'an augment, whose nodes keep their order',
      'augment a { notification n; leaf l; action b; case c; description d; when w; }',
      'when description notification leaf action case',
    ],
    [
      'an rpc',
      'rpc r { output; input; typedef t; description d; if-feature f; }',
      'if-feature description typedef input output',
    ],
    [
      'a deviation',
      'deviation d { deviate add; reference r; description d; }',
      'description reference deviate',
    ],
    [
      'a pattern',
      'pattern p { reference r; description d; error-app-tag t; error-message m; modifier invert-match; }',
      'modifier error-message error-app-tag description reference',
    ],
    [
      'an enum',
      'enum e { description d; status s; value 1; if-feature f; }',
      'if-feature value status description',
    ],
    [
      'an identity',
      'identity i { description d; status s; base b; if-feature f; base c; }',
      'if-feature base base status description',
    ],
    [
      'an extension',
      'extension e { description d; status s; argument a { yin-element true; } }',
      'argument status description',
    ],
    [
      'an import',
      'import i { description d; revision-date r; prefix p; }',
      'prefix revision-date description',
    ],
    [
      'uses of extensions, which stay behind what they follow',
      'leaf l { x:first; description d; x:second; type t { x:inner; } x:third; }',
      'x:first type x:third description x:second',
    ],
  ];

  for (const [name, given, expected] of cases) {
    it(name, () => {
      const printed = parseGood(printYang(parseGood(given)));
      assert.deepEqual(
        printed.substatements.map(({ keyword }) => keyword),
        expected.split(' '),
      );
    });

    it(`${name}: as in the source on demand`, () => {
      const statement = parseGood(given);
      assert.deepEqual(
        asTree(parseGood(printYang(statement, { order: 'source' }))),
        asTree(statement),
      );
    });
  }
});

describe('arguments (RFC 7950, section 6.1.3)', () => {
  const cases: readonly (readonly [name: string, given: string, expected: string])[] = [
    [
      'names and words need no quotes',
      'leaf "a" { type "p:t"; config "true"; }',
      '  leaf a {\n    type p:t;\n    config true;\n  }\n',
    ],
    [
      'expressions and texts have them',
      'leaf a { units s; must a; default 1; }',
      '  leaf a {\n    units "s";\n    must "a";\n    default 1;\n  }\n',
    ],
    [
      'names with a blank have them',
      'if-feature "a or b"; enum "a b"; enum ab;',
      '  if-feature "a or b";\n\n  enum "a b";\n  enum ab;\n',
    ],
    [
      'what looks like a comment has them',
      'enum "a//b"; enum "/*"; enum "*/"; enum "a/b";',
      '  enum "a//b";\n  enum "/*";\n  enum "*/";\n  enum a/b;\n',
    ],
    [
      'what looks like a concatenation has them',
      'enum "+a"; enum "a+";',
      '  enum "+a";\n  enum a+;\n',
    ],
    [
      'single quotes save escapes',
      'pattern \'\\d"\'; pattern "a\'\\\\";',
      '  pattern \'\\d"\';\n  pattern "a\'\\\\";\n',
    ],
    ['an empty argument', 'default ""; presence "";', '  presence "";\n\n  default "";\n'],
    ['an argument of an extension', 'p:e a; p:e "a b"; p:e;', '  p:e a;\n  p:e "a b";\n  p:e;\n'],
    [
      'prose stands on its own lines',
      'description "one\n two";',
      '  description\n    "one\n     two";\n',
    ],
    ['lines of an expression are kept', 'must "a\nand b";', '  must "a\n        and b";\n'],
    [
      'a line that ends in a blank',
      'description "one \\ntwo";',
      '  description\n    "one \\ntwo";\n',
    ],
    [
      'an empty line has no indentation',
      'description "one\n\ntwo";',
      '  description\n    "one\n\n     two";\n',
    ],
    ['tabs are escaped', 'description "a\\tb";', '  description\n    "a\\tb";\n'],
  ];

  for (const [name, given, expected] of cases) {
    it(name, () => {
      assert.equal(bodyOf(given), expected);
    });
  }
});

describe('long lines', () => {
  const cases: readonly (readonly [name: string, given: string, expected: string])[] = [
    [
      'go to a line of their own',
      `units "${'a'.repeat(30)}";`,
      `  units\n    "${'a'.repeat(30)}";\n`,
    ],
    [
      'are broken before a slash',
      'path "/aaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbb/c";',
      '  path\n    "/aaaaaaaaaaaaaaaaaa"\n    + "/bbbbbbbbbbbbbbbbbb/c";\n',
    ],
    [
      'are broken after a blank',
      'must "aaaaaaaaa = bbbbbbbbbbbbbb and ccccccccccc = 1";',
      '  must\n    "aaaaaaaaa = bbbbbbbbbbbbbb and "\n    + "ccccccccccc = 1";\n',
    ],
    [
      'are broken anywhere when they must be, but not in an escape',
      `pattern "${"\\\\'".repeat(16)}";`,
      `  pattern\n    "${"\\\\'".repeat(10)}"\n    + "${"\\\\'".repeat(6)}";\n`,
    ],
    [
      'of prose stay',
      `description "${'a '.repeat(30)}a";`,
      `  description\n    "${'a '.repeat(30)}a";\n`,
    ],
    ['of names stay', `leaf ${'a'.repeat(60)};`, `  leaf ${'a'.repeat(60)};\n`],
  ];

  for (const [name, given, expected] of cases) {
    it(name, () => {
      assert.equal(bodyOf(given, 40), expected);
    });
  }

  it('are no longer than asked for, where they can be broken', () => {
    const text = `leaf l { must "${'aa/bbb or not(c) '.repeat(30)}" { error-message "${"it's \\\\".repeat(40)}"; } }`;
    for (const line of bodyOf(text, 60).split('\n')) assert.ok(line.length <= 60, line);
  });
});

describe('blank lines', () => {
  it('stand between the parts and definitions of a module', () => {
    const text =
      'module m {\n  namespace "urn:m";\n  prefix m;\n\n  include a;\n  include b;\n\n  contact\n    "c";\n\n' +
      '  revision 2026-01-02;\n  revision 2026-01-01;\n\n  feature f;\n  feature g;\n\n  leaf l {\n    type t;\n  }\n\n  x:y;\n}\n';
    assert.equal(printYang(parseGood(text)), text);
  });
});

describe('printYang', () => {
  it('prints what parses to the same statements, whatever is in them', () => {
    fc.assert(
      fc.property(anyModule([]), fc.integer({ min: 20, max: 100 }), (expected, lineLength) => {
        const text = printYang(asStatement(expected), { order: 'source', lineLength });
        assert.deepEqual(asTree(parseGood(text)), expected);
      }),
      { numRuns: 500 },
    );
  });

  it('prints what it has printed as it was', () => {
    fc.assert(
      fc.property(anyModule([]), (tree) => {
        const once = printYang(asStatement(tree));
        assert.equal(printYang(parseGood(once)), once);
      }),
      { numRuns: 300 },
    );
  });

  it('loses and adds nothing by putting statements in order', () => {
    const sorted = ([keyword, argument, children]: StatementTree): unknown => [
      keyword,
      argument ?? null,
      children
        .map(sorted)
        .map((child) => JSON.stringify(child))
        .sort(),
    ];
    fc.assert(
      fc.property(anyModule([]), (tree) => {
        assert.deepEqual(sorted(asTree(parseGood(printYang(asStatement(tree))))), sorted(tree));
      }),
    );
  });

  it('does not need the stack for depth', () => {
    let tree: StatementTree = ['leaf', 'l', []];
    for (let depth = 0; depth < 2_000; depth += 1) tree = ['container', 'c', [tree]];
    assert.equal(printYang(asStatement(tree)).split('\n').length, 4_002);
  });

  for (const { folder, file, text } of installedModules()) {
    it(`keeps ${file} of ${folder.replace(process.cwd(), '.')}`, () => {
      const { statement } = parseYang(text, file);
      assert.ok(statement);
      const same = parseGood(printYang(statement, { order: 'source' }));
      assert.deepEqual(asTree(same), asTree(statement));
      const canonical = printYang(statement);
      assert.equal(printYang(parseGood(canonical)), canonical);
    });
  }
});
