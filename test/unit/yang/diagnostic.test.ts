/** Diagnostics as people see them. */
import assert from 'node:assert/strict';
import { compile, printDiagnostic } from '../../../src/yang/index.ts';

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
