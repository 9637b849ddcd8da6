/** Diagnostics as people see them. */
import assert from 'node:assert/strict';
import { compile, endOf, printDiagnostic } from '../../../src/yang/index.ts';

function firstLines(text: string): string {
  const { diagnostics } = compile(new Map([['m.yang', text]]), { modules: [{ name: 'm' }] });
  const [first] = diagnostics;
  assert.ok(first);
  return printDiagnostic(first);
}

describe('printDiagnostic', () => {
  it('shows the place with a caret below it', () => {
    const text = 'module m {\n  namespace "urn:m";\n  prefix m;\n  leaf x { type nowhere; }\n}\n';
    assert.equal(
      firstLines(text),
      [
        'm.yang:4:17: error: type "nowhere" is not defined [unknown-type]',
        '    leaf x { type nowhere; }',
        '                  ^~~~~~~',
      ].join('\n'),
    );
  });

  it('keeps tabs, so that the caret is below its place', () => {
    const text = 'module m {\n  namespace "urn:m";\n  prefix m;\n\tleaf\tx { type y; }\n}\n';
    assert.deepEqual(firstLines(text).split('\n').slice(1), [
      '  \tleaf\tx { type y; }',
      '  \t    \t         ^',
    ]);
  });

  it('points at the first place of a text that is a byte order mark', () => {
    assert.match(firstLines('\ufeff'), /^m\.yang:1:1: /);
  });

  it('shows control characters instead of sending them to the terminal', () => {
    const odd = '\u001b[31m\u202e\u0085';
    const name = `m${odd}.yang`;
    const repository = {
      find: () => ({ file: name, revision: undefined, text: `leaf "${odd}"; module m { ${odd} }` }),
    };
    const { diagnostics } = compile(repository, { modules: [{ name: 'm' }] });
    assert.ok(diagnostics.length > 1);
    const text = diagnostics.map(printDiagnostic).join('');
    assert.ok(text.includes('m\u241b[31m\ufffd\ufffd.yang:'));
    assert.ok(text.includes('leaf "\u241b[31m\ufffd\ufffd"'));
    assert.doesNotMatch(text, /(?!\n)[\p{Cc}\u202a-\u202e]/u);
  });

  it('shows part of a very long line', () => {
    const text = `module m { namespace "urn:m"; prefix m; description "${'x'.repeat(1000)}"; leaf x { type y; } }`;
    const [, line = '', caret = ''] = firstLines(text).split('\n');
    assert.ok(line.length < 200);
    assert.equal(line[caret.indexOf('^')], 'y');
  });

  it('ends the caret at the end of the first line', () => {
    const text = 'module m {\n  namespace "urn:\n m";\n  prefix m;\n}\n';
    assert.deepEqual(firstLines(text).split('\n').slice(1), [
      '    namespace "urn:',
      '              ^~~~~',
    ]);
  });
});

describe('suggestions', () => {
  const library = `module lib { namespace "urn:lib"; prefix lib; extension annotate; typedef ip-address { type string; }
    grouping address; feature candidate; identity base-type; }`;

  function suggestionFor(body: string): string | undefined {
    const head =
      'module m { yang-version 1.1; namespace "urn:m"; prefix m; import lib { prefix lib; }';
    const files = new Map([
      ['m', `${head} ${body} }`],
      ['lib', library],
    ]);
    const { diagnostics } = compile(files, { modules: [{ name: 'm' }] });
    const [first] = diagnostics;
    assert.ok(first);
    return first.suggestion;
  }

  const cases: readonly [body: string, expected: string | undefined][] = [
    ['contianer c;', 'container'],
    ['leaf x { tpye string; type string; }', 'type'],
    ['Leaf x { type string; }', 'leaf'],
    ['annotate;', 'lib:annotate'],
    ['lib:anotate;', 'lib:annotate'],
    ['leaf x { type sting; }', 'string'],
    ['typedef own-type { type string; } leaf x { type own-typ; }', 'own-type'],
    ['container c { typedef inner { type string; } leaf x { type iner; } }', 'inner'],
    ['leaf x { type ip-address; }', 'lib:ip-address'],
    ['leaf x { type lib:ip-adress; }', 'lib:ip-address'],
    ['leaf x { type libb:ip-address; }', 'lib'],
    ['uses lib:adress;', 'lib:address'],
    ['leaf x { if-feature lib:candidat; type string; }', 'lib:candidate'],
    ['identity i { base base-type; }', 'lib:base-type'],
    ['leaf x { type string; config flase; }', 'false'],
    ['leaf x { type string; status depricated; }', 'deprecated'],
    ['revision 2026-01-01 { revision-date 2026-01-01; }', undefined],
    ['leaf x { type q; }', undefined],
    ['leaf x { type something-else-entirely; }', undefined],
  ];
  for (const [body, expected] of cases) {
    it(`for ${body} is ${String(expected)}`, () => {
      assert.equal(suggestionFor(body), expected);
    });
  }

  it('for a module that is missing is one that there is', () => {
    const files = new Map([
      ['ietf-interfaces.yang', 'module ietf-interfaces { revision 2026-01-01; }'],
    ]);
    const of = (name: string, revision?: string): string | undefined =>
      compile(files, { modules: [{ name, revision }] }).diagnostics[0]?.suggestion;
    assert.equal(of('ietf-interface'), 'ietf-interfaces');
    assert.equal(of('ietf-interfaces', '2025-01-01'), 'ietf-interfaces@2026-01-01');
    assert.equal(of('something'), undefined);
  });

  it('are printed below the line', () => {
    const text = 'module m {\n  namespace "urn:m";\n  prefix m;\n  leaff x;\n}\n';
    assert.deepEqual(firstLines(text).split('\n').slice(1), [
      '    leaff x;',
      '    ^~~~~',
      '  did you mean "leaf"?',
    ]);
  });

  it('have places that end', () => {
    const text =
      'module m {\n  namespace "urn:m";\n  prefix m;\n  description "😀\n x"; leaff x;\n}\n';
    const { diagnostics } = compile(new Map([['m', text]]), { modules: [{ name: 'm' }] });
    const [first] = diagnostics;
    assert.ok(first);
    assert.deepEqual([first.line, first.column, endOf(first)], [5, 6, { line: 5, column: 11 }]);
  });
});
