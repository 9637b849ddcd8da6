/** Text to statements and back (RFC 7950, sections 6.1 to 6.3). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Statement, parseYang, printStatement } from '../../../../src/yang/index.ts';

function parse(text: string): Statement {
  const { statement, diagnostics } = parseYang(text, 'test.yang');
  assert.deepEqual(diagnostics, []);
  assert.ok(statement);
  return statement;
}

/** The argument of the statement `d` in a module of YANG 1.1. */
function argumentOf(text: string): string | undefined {
  return parse(`module m { yang-version 1.1;\n${text}\n}`).argumentOf('d');
}

describe('arguments (RFC 7950, section 6.1.3)', () => {
  const cases: readonly { name: string; text: string; expected: string | undefined }[] = [
    { name: 'nothing', text: 'd;', expected: undefined },
    { name: 'an unquoted string', text: 'd a/b:c+1;', expected: 'a/b:c+1' },
    { name: 'an unquoted string up to a comment', text: 'd a// b\n;', expected: 'a' },
    { name: 'an empty string', text: 'd "";', expected: '' },
    { name: 'single quotes without escapes', text: "d 'a\\n\"b';", expected: 'a\\n"b' },
    { name: 'the escapes of double quotes', text: 'd "\\n\\t\\"\\\\";', expected: '\n\t"\\' },
    { name: 'an escaped backslash before n', text: 'd "\\\\n";', expected: '\\n' },
    { name: 'strings joined by +', text: `d "a" + 'b'\n  +\n"c";`, expected: 'abc' },
    { name: 'strings joined across comments', text: `d "a" /* x */ + // y\n 'b';`, expected: 'ab' },
    { name: 'braces and semicolons in quotes', text: 'd "{;}";', expected: '{;}' },
    { name: 'comment signs in quotes', text: 'd "/* // */";', expected: '/* // */' },
    { name: 'indentation up to the quote', text: '  d "a\n      b\n   c";', expected: 'a\n b\nc' },
    { name: 'indentation by tabs', text: 'd "a\n\tb";', expected: 'a\n     b' },
    { name: 'a tab as eight spaces', text: 'd "a\n \tb";', expected: 'a\n      b' },
    { name: 'tabs before the quote', text: '\td "a\n\t\tb";', expected: 'a\n     b' },
    { name: 'spaces before CRLF', text: 'd "a \t \r\n\r\n   b";', expected: 'a\r\n\r\nb' },
    { name: 'a carriage return in quotes', text: 'd "a\rb" + \'\r\';', expected: 'a\rb\r' },
    {
      name: 'a wide character before the quote',
      text: '/*😀*/ d "a\n       b";',
      expected: 'a\nb',
    },
    { name: 'a keyword as argument', text: 'd leaf;', expected: 'leaf' },
    { name: 'a string of version 1', text: 'd "hel" + \'lo\';', expected: 'hello' },
    { name: 'spaces at ends of lines', text: 'd "a  \t\n   b  ";', expected: 'a\nb  ' },
    { name: 'line breaks of two characters', text: 'd "a\r\n   b";', expected: 'a\r\nb' },
    { name: 'an escaped line break, untrimmed', text: 'd "a  \\n  b";', expected: 'a  \n  b' },
    { name: 'single quotes over lines, untrimmed', text: "d 'a \n   b';", expected: 'a \n   b' },
  ];
  for (const { name, text, expected } of cases) {
    it(`reads ${name}`, () => {
      assert.equal(argumentOf(text), expected);
    });
  }
});

describe('statements (RFC 7950, section 6.3)', () => {
  it('keep order, parents and positions', () => {
    const root = parse('module m {\n  leaf x {\n    type "string";\n  }\n  p:e;\n}\n');
    assert.deepEqual(
      root.substatements.map(({ keyword }) => keyword),
      ['leaf', 'p:e'],
    );
    const type = root.find('leaf')?.find('type');
    assert.ok(type);
    assert.equal(type.parent?.parent, root);
    assert.deepEqual(type.source.locate(type.at.start), { line: 3, column: 5 });
    assert.deepEqual(type.source.locate(type.argumentAt.start), { line: 3, column: 10 });
    assert.equal(root.all('p:e')[0]?.isExtension, true);
    assert.equal(type.isExtension, false);
  });

  it('may follow a byte order mark and comments', () => {
    assert.equal(parse('\ufeff// c\n/* d */ module m;').argument, 'm');
  });

  it('are kept up to and after what is wrong', () => {
    const { statement, diagnostics } = parseYang('module m { a { b } } c d; }', 'x');
    assert.equal(statement?.argument, 'm');
    assert.ok(diagnostics.length > 0);
  });

  for (const text of [
    '',
    '}',
    '{',
    '"',
    "'",
    ';',
    '/*',
    '//',
    'a',
    'a "',
    'a "b" +',
    'a {',
    '\\',
  ]) {
    it(`never throws: ${JSON.stringify(text)}`, () => {
      assert.ok(parseYang(text, 'x').diagnostics.length > 0);
    });
  }
});

describe('printStatement', () => {
  const keyword = fc.constantFrom('a', 'leaf', 'p:ext');
  const argument = fc.option(
    fc.oneof(
      fc.constantFrom('x', 'a b', '"', "'", '\\', '\n', '\t', '{', '//', 'a+b', '', ' x\n  y '),
      fc.string({
        unit: fc.constantFrom('a', ' ', '\n', '"', "'", '\\', ';', '{', '}', '/', '*', '+'),
      }),
    ),
    { nil: undefined },
  );
  interface Tree {
    readonly keyword: string;
    readonly argument: string | undefined;
    readonly children: readonly Tree[];
  }
  function treeOf(depth: number): fc.Arbitrary<Tree> {
    const children = depth === 0 ? fc.constant([]) : fc.array(treeOf(depth - 1), { maxLength: 3 });
    return fc.record({ keyword, argument, children }, { noNullPrototype: true });
  }

  function asTree({ keyword: name, argument: text, substatements }: Statement): Tree {
    return { keyword: name, argument: text, children: substatements.map(asTree) };
  }

  function asStatement({ keyword: name, argument: text, children }: Tree): Statement {
    const at = parse('module m;').at;
    return new Statement({
      keyword: name,
      argument: text,
      substatements: children.map(asStatement),
      at,
    });
  }

  it('prints what parses to the same statements', () => {
    fc.assert(
      fc.property(treeOf(3), (expected) => {
        const text = printStatement(asStatement(expected));
        assert.deepEqual(asTree(parse(text)), expected);
      }),
      { numRuns: 300 },
    );
  });

  it('quotes only what needs it', () => {
    const text = 'module m {\n  prefix a;\n  contact "a b";\n  e;\n}\n';
    assert.equal(printStatement(parse(text)), text);
  });
});
