/** Texts made to exhaust time, memory or stack end in a schema or a diagnostic. */
import assert from 'node:assert/strict';
import { compile, newestRevision, printDiagnostic } from '../../../src/yang/index.ts';

function module(body: string): string {
  return `module m { yang-version 1.1; namespace "urn:m"; prefix m; ${body} }`;
}

function repeat(count: number, part: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => part(index)).join(' ');
}

function texts(count: number, name: string, part: (index: number) => string): [string, string][] {
  return Array.from({ length: count }, (_, index) => [`${name}${index}.yang`, part(index)]);
}

interface Hostile {
  readonly name: string;
  readonly text: () => string;
  readonly others?: () => readonly [string, string][];
  /** Codes that are reported; none when it compiles. */
  readonly expected: readonly string[];
}

const DEEP = 100_000;

const CASES: readonly Hostile[] = [
  { name: 'a token of 10 MB', text: () => module(`contact ${'a'.repeat(1e7)};`), expected: [] },
  { name: 'a string of 10 MB', text: () => module(`contact "${'a'.repeat(1e7)}";`), expected: [] },
  {
    name: 'a keyword of 10 MB',
    text: () => module(`${'a'.repeat(1e7)};`),
    expected: ['unknown-keyword'],
  },
  {
    name: 'white space of 10 MB before a word',
    text: () => module(`contact "a${' '.repeat(5e6)}b\n${' '.repeat(5e6)}c";`),
    expected: [],
  },
  {
    name: 'many names in one argument',
    text: () => module(`list l { key "${'k '.repeat(5e5)}"; leaf k { type string; } }`),
    expected: ['invalid-key'],
  },
  {
    name: 'a long schema node identifier',
    text: () => module(`augment "${'/a'.repeat(5e5)}" { leaf k { type string; } }`),
    expected: ['augment-target-not-found'],
  },
  {
    name: 'deep nesting',
    text: () => module(`${'container c { '.repeat(DEEP)}${'} '.repeat(DEEP)}`),
    expected: ['nested-too-deep'],
  },
  {
    name: 'deep nesting without end',
    text: () => module('container c { '.repeat(DEEP)),
    expected: ['nested-too-deep'],
  },
  { name: 'opening braces', text: () => '{'.repeat(DEEP), expected: ['not-a-module'] },
  { name: 'closing braces', text: () => '}'.repeat(DEEP), expected: ['not-a-module'] },
  { name: 'semicolons', text: () => module(';'.repeat(DEEP)), expected: ['unexpected-token'] },
  { name: 'NUL characters', text: () => '\0'.repeat(1e6), expected: ['invalid-character'] },
  {
    name: 'many statements',
    text: () => module(repeat(30_000, (at) => `leaf l${at} { type string; }`)),
    expected: [],
  },
  {
    name: 'many mistakes',
    text: () => module(repeat(20_000, (at) => `leaf l${at} { type strin; }`)),
    expected: ['unknown-type'],
  },
  {
    name: 'many uses of an extension',
    text: () => module(`extension e; ${'m:e;'.repeat(DEEP)}`),
    expected: [],
  },
  {
    name: 'many strings joined',
    text: () => module(`contact ${Array.from({ length: DEEP }, () => '"a"').join(' + ')};`),
    expected: [],
  },
  {
    name: 'many escapes',
    text: () => module(`contact "${'\\n\\x'.repeat(DEEP)}";`),
    expected: ['invalid-escape'],
  },
  {
    name: 'modules that import each other in a circle',
    text: () => module('import c0 { prefix c; }'),
    others: () =>
      texts(1000, 'c', (at) => {
        const next = `import c${(at + 1) % 1000} { prefix n; }`;
        return `module c${at} { namespace "urn:c${at}"; prefix c; ${next} }`;
      }),
    expected: ['circular-import'],
  },
  {
    name: 'many prefixes',
    text: () => module(`${repeat(3000, (at) => `import p${at} { prefix p${at}; }`)} uses x:g;`),
    others: () => texts(3000, 'p', (at) => `module p${at} { namespace "urn:p${at}"; prefix p; }`),
    expected: ['unknown-prefix'],
  },
  {
    name: 'parentheses around a feature',
    text: () =>
      module(
        `feature f; leaf l { if-feature "${'('.repeat(DEEP)}f${')'.repeat(DEEP)}"; type string; }`,
      ),
    expected: [],
  },
  {
    name: 'parentheses that do not close',
    text: () => module(`feature f; leaf l { if-feature "${'('.repeat(1e6)}f"; type string; }`),
    expected: ['invalid-argument'],
  },
  {
    name: 'a chain of identities',
    text: () =>
      module(`identity i0; ${repeat(20_000, (at) => `identity i${at + 1} { base i${at}; }`)}
        leaf l { type identityref { base i0; } default i20000; }`),
    expected: [],
  },
  {
    name: 'a circle of identities',
    text: () => module(repeat(20_000, (at) => `identity i${at} { base i${(at + 1) % 20_000}; }`)),
    expected: ['circular-identity'],
  },
  {
    name: 'a chain of features',
    text: () =>
      module(
        `${repeat(20_000, (at) => `feature f${at} { if-feature f${at + 1}; }`)} feature f20000;`,
      ),
    expected: [],
  },
  {
    name: 'a chain of typedefs',
    text: () =>
      module(
        `${repeat(4_000, (at) => `typedef t${at} { type t${at + 1}; }`)} typedef t4000 { type int8; }`,
      ),
    expected: ['nested-too-deep'],
  },
  {
    name: 'a circle of typedefs',
    text: () => module(repeat(20_000, (at) => `typedef t${at} { type t${(at + 1) % 20_000}; }`)),
    expected: ['circular-typedef'],
  },
  {
    name: 'a chain of groupings',
    text: () =>
      module(
        `${repeat(20_000, (at) => `grouping g${at} { uses g${at + 1}; }`)} grouping g20000; uses g0;`,
      ),
    expected: ['nested-too-deep'],
  },
  {
    name: 'a chain of leafrefs',
    text: () =>
      module(
        `leaf l0 { type int8; } ${repeat(20_000, (at) => `leaf l${at + 1} { type leafref { path "../l${at}"; } }`)}`,
      ),
    expected: ['nested-too-deep'],
  },
  {
    name: 'a path that is one long name',
    text: () => module(`leaf l { type leafref { path "${'a'.repeat(1e6)}"; } }`),
    expected: ['invalid-path'],
  },
  {
    name: 'many expressions about nodes that are not there',
    text: () =>
      module(repeat(10_000, (at) => `leaf l${at} { type int8; must "../none${at}"; type x; }`)),
    expected: ['unknown-type'],
  },
];

describe('hostile texts', () => {
  for (const { name, text, others, expected } of CASES) {
    it(`such as ${name}`, function () {
      this.timeout(20_000);
      const files = new Map<string, string>([['m.yang', text()], ...(others?.() ?? [])]);
      const modules = [{ name: 'm', features: 'all' as const }];
      const { context, diagnostics } = compile(files, { modules });
      const codes = new Set<string>(diagnostics.map(({ code }) => code));
      if (expected.length === 0) assert.deepEqual([...codes], []);
      for (const code of expected) assert.ok(codes.has(code), [...codes].join());
      assert.equal(context === undefined, expected.length > 0);
    });
  }

  for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']) {
    for (const body of [
      `leaf x { type string; } deviation /m:x { deviate add { ${word} 1; } deviate ${word} { units x; } }`,
      `grouping g { leaf x { type string; } } uses g { refine x { ${word} 1; } ${word}; }`,
      `leaf x { type string { ${word} 1; } status ${word}; ordered-by ${word}; ${word} 2; }`,
      `extension ${word}; m:${word} ${word} { ${word}; } ${word}:${word}; import ${word} { prefix ${word}; }`,
      `identity ${word} { base ${word}; } leaf a { type ${word}; if-feature ${word}; must "${word}()"; }`,
      `typedef ${word} { type bits { bit ${word}; } } list ${word} { key ${word}; unique ${word}; }`,
      `augment "/${word}" { uses ${word}; } leaf b { type leafref { path "/${word}:${word}"; } } ${word} x;`,
    ]) {
      it(`such as names of JavaScript: ${body.slice(0, 60)}`, () => {
        const { diagnostics } = compile(new Map([['m', module(body)]]), {
          modules: [{ name: 'm' }],
        });
        assert.ok(diagnostics.length > 0);
      });
    }
  }

  it('are not repeated in full by what is said of them', () => {
    const long = 'a'.repeat(1e6);
    const body = `uses ${long}; leaf l { type int8; default ${long}; must "../${long}/b"; } ${long};`;
    const { diagnostics } = compile(new Map([['m', module(body)]]), { modules: [{ name: 'm' }] });
    assert.ok(diagnostics.length > 2);
    for (const diagnostic of diagnostics) assert.ok(printDiagnostic(diagnostic).length < 2000);
  });

  it('have their newest revision found', () => {
    const quoted = `description "${'\\\\'.repeat(1e6)}"; revision 2026-01-01; container c;`;
    assert.equal(newestRevision(module(quoted)), '2026-01-01');
  });
});
