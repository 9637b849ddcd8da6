import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  compile,
  createMapRepository,
  newestRevision,
  parseModule,
  parseYang,
  parseYin,
  printYin,
} from '../../../../src/yang/index.ts';
import { installedModules } from '../../../support/installed-modules.ts';
import {
  anyModule,
  asStatement,
  asTree,
  parseGood,
  type StatementTree,
} from '../../../support/statements.ts';

const YIN = 'urn:ietf:params:xml:ns:yang:yin:1';

function readGood(text: string): StatementTree {
  const { statement, diagnostics } = parseYin(text, 'x.yin');
  assert.deepEqual(
    diagnostics.map(({ message }) => message),
    [],
    text,
  );
  assert.ok(statement);
  return asTree(statement);
}

/** A module with the content given; `e` and `i` are prefixes of imports. */
function yin(content: string): string {
  return (
    `<module name="m" xmlns="${YIN}" xmlns:m="urn:m" xmlns:e="urn:e"><namespace uri="urn:m"/><prefix value="m"/>` +
    `<import module="ext"><prefix value="e"/></import>${content}</module>`
  );
}

function faultsOf(text: string): readonly string[] {
  return parseYin(text, 'x.yin').diagnostics.map(
    ({ line, column, code, message }) => `${String(line)}:${String(column)} ${code} ${message}`,
  );
}

describe('YIN (RFC 7950, section 13.1)', () => {
  const cases: readonly (readonly [name: string, yin: string, yang: string])[] = [
    [
      'an argument in an attribute',
      '<leaf name="l"><type name="string"/></leaf>',
      'leaf l { type string; }',
    ],
    [
      'an argument in an element',
      '<description><text>a &lt; b\n c</text></description>',
      'description "a < b\\n c";',
    ],
    [
      'an element of another name',
      '<must condition="a"><error-message><value>no</value></error-message></must>',
      'must a { error-message no; }',
    ],
    ['CDATA', '<reference><text><![CDATA[<&>]]></text></reference>', 'reference "<&>";'],
    [
      'an empty argument',
      '<reference><text/></reference><presence value=""/>',
      'reference ""; presence "";',
    ],
    ['no argument', '<input><leaf name="l"/></input>', 'input { leaf l; }'],
    [
      'comments and processing instructions',
      '<!-- c --><?p i?><leaf name="l"><!-- c --></leaf>',
      'leaf l;',
    ],
    ['references in an attribute', '<units name="&#xA;&quot;&#x20AC;"/>', 'units "\\n\\"€";'],
    ['an attribute that has a namespace', '<leaf name="l" xml:lang="en"/>', 'leaf l;'],
    [
      'all names of arguments',
      '<augment target-node="/a"/><unique tag="a"/><revision date="2026-01-01"/><when condition="w"/>',
      'augment "/a"; unique a; revision 2026-01-01; when w;',
    ],
    ['an unknown keyword, which the grammar reports', '<nothing/>', 'nothing;'],
  ];

  for (const [name, given, expected] of cases) {
    it(`reads ${name}`, () => {
      const wanted = parseGood(
        `module m { namespace urn:m; prefix m; import ext { prefix e; } ${expected} }`,
      );
      assert.deepEqual(readGood(yin(given)), asTree(wanted));
    });
  }

  it('accepts another prefix for its own namespace', () => {
    const text = `<y:module xmlns:y="${YIN}" name="m"><y:namespace uri="urn:m"/><y:prefix value="m"/></y:module>`;
    assert.deepEqual(readGood(text), [
      'module',
      'm',
      [
        ['namespace', 'urn:m', []],
        ['prefix', 'm', []],
      ],
    ]);
  });

  it('has the parents and places of statements', () => {
    const { statement } = parseYin(yin('\n  <leaf\n    name="l"/>'), 'x.yin');
    const leaf = statement?.find('leaf');
    assert.ok(leaf);
    assert.equal(leaf.parent, statement);
    assert.deepEqual(leaf.source.locate(leaf.at.start), { line: 2, column: 3 });
    assert.deepEqual(leaf.source.locate(leaf.argumentAt.start), { line: 3, column: 5 });
  });
});

describe('uses of extensions (RFC 7950, sections 7.19.2 and 13.1)', () => {
  const cases: readonly (readonly [name: string, yin: string, yang: string])[] = [
    ['an attribute of another module', '<e:x name="a b"/>', 'e:x "a b";'],
    [
      'an element of another module',
      '<e:x><e:value>a</e:value><leaf name="l"/></e:x>',
      'e:x a { leaf l; }',
    ],
    ['no argument', '<e:x><leaf name="l"/></e:x>', 'e:x { leaf l; }'],
    ['an empty element, which is a statement', '<e:x><e:y/></e:x>', 'e:x { e:y; }'],
    ['one inside of another', '<e:x><e:y name="a"/></e:x>', 'e:x { e:y a; }'],
    [
      'a prefix in the XML that is not that of the import',
      '<q:x xmlns:q="urn:e" name="a"/>',
      'e:x a;',
    ],
    ['a default namespace', '<x xmlns="urn:e" name="a"/>', 'e:x a;'],
    [
      'an element of an extension of its own',
      '<extension name="x"><argument name="t"><yin-element value="true"/></argument></extension><m:x><m:t/></m:x>',
      'extension x { argument t { yin-element true; } } m:x "";',
    ],
    [
      'an attribute of an extension of its own',
      '<extension name="x"><argument name="t"/></extension><m:x t=""><m:x t="b"/></m:x>',
      'extension x { argument t; } m:x "" { m:x b; }',
    ],
    [
      'an extension of its own that takes none',
      '<extension name="x"/><m:x><m:x/></m:x>',
      'extension x; m:x { m:x; }',
    ],
    ['its own namespace by another prefix', '<q:x xmlns:q="urn:m" a="b"/>', 'm:x b;'],
  ];

  for (const [name, given, expected] of cases) {
    it(`reads ${name}`, () => {
      const wanted = parseGood(
        `module m { namespace urn:m; prefix m; import ext { prefix e; } ${expected} }`,
      );
      assert.deepEqual(readGood(yin(given)), asTree(wanted));
    });
  }

  it('keeps the prefix of a namespace that no import has, so that the use is reported', () => {
    const [, , children] = readGood(yin('<q:x xmlns:q="urn:q"/>'));
    assert.equal(children.at(-1)?.[0], 'q:x');
  });
});

describe('faults of YIN', () => {
  const cases: readonly (readonly [name: string, yin: string, faults: readonly string[]])[] = [
    ['nothing', '', ['1:1 invalid-xml document must contain a root element']],
    ['XML that is not well-formed', '<module>\n</x>', ['2:4 invalid-xml unexpected close tag']],
    [
      'a document type',
      '<!DOCTYPE module [<!ENTITY a "b">]><module/>',
      ['1:35 invalid-xml a document type declaration is not allowed'],
    ],
    [
      'a prefix without a declaration',
      '<a:module/>',
      ['1:11 invalid-xml unbound namespace prefix: "a"'],
    ],
    [
      'another root',
      `<leaf xmlns="${YIN}" name="l"/>`,
      [
        '1:1 not-a-module expected <module> or <submodule> of the namespace "urn:ietf:params:xml:ns:yang:yin:1"',
      ],
    ],
    [
      'another namespace',
      '<module name="m"/>',
      [
        '1:1 not-a-module expected <module> or <submodule> of the namespace "urn:ietf:params:xml:ns:yang:yin:1"',
      ],
    ],
    [
      'an attribute too many',
      `<module xmlns="${YIN}"\n  name="m" value="name='x'" x="y"/>`,
      [
        '2:12 invalid-yin <module> has no attribute "value"; its argument is "name"',
        '2:29 invalid-yin <module> has no attribute "x"; its argument is "name"',
      ],
    ],
    [
      'an attribute instead of an element',
      `<module xmlns="${YIN}" name="m">\n<contact text="c"/></module>`,
      ['2:10 invalid-yin <contact> has no attribute "text"'],
    ],
    [
      'text between statements',
      `<module xmlns="${YIN}" name="m">\n text</module>`,
      ['1:1 invalid-yin <module> cannot contain text'],
    ],
    [
      'an argument that is not first',
      `<module xmlns="${YIN}" name="m"><contact>\n<leaf name="x"/><text>c</text></contact></module>`,
      ['2:17 invalid-yin <text> must be the first element in <contact>'],
    ],
    [
      'an argument with elements',
      `<module xmlns="${YIN}" name="m"><contact><text>\n<b/></text></contact></module>`,
      ['2:1 invalid-yin <text> can contain only text'],
    ],
    [
      'an argument with attributes',
      `<module xmlns="${YIN}" name="m"><contact><text\na="b"/></contact></module>`,
      ['2:1 invalid-yin <text> has no attribute "a"'],
    ],
    [
      'a character that YANG does not have',
      `<module xmlns="${YIN}"\n name="\ufdd0"/>`,
      ['2:2 invalid-character character U+FDD0 is not allowed'],
    ],
    [
      'a namespace that no import has',
      `<module xmlns="${YIN}" name="m">\n<x xmlns="urn:x"/></module>`,
      ['2:1 invalid-yin no import has the namespace "urn:x" of <x>'],
    ],
    [
      'two attributes on the use of an extension',
      `<module xmlns="${YIN}" xmlns:e="urn:e" name="m">\n<e:x a="1" b="2"/></module>`,
      ['2:12 invalid-yin <e:x> has no attribute "b"; its argument is "a"'.replace('<e:x>', '<x>')],
    ],
  ];

  for (const [name, given, faults] of cases) {
    it(`reports ${name}`, () => {
      assert.deepEqual(faultsOf(given), faults);
    });
  }

  it('reports elements that are nested too deep', () => {
    const open = '<container name="c">'.repeat(300);
    const [fault = ''] = faultsOf(yin(`${open}${'</container>'.repeat(300)}`));
    assert.match(fault, /invalid-xml elements are nested deeper than/);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '<',
            '>',
            '/',
            'module',
            '"',
            ' xmlns="',
            YIN,
            ' a=',
            '<![CDATA[',
            '&',
            '\ud800',
          ),
        ),
        (parts) => {
          const { statement, diagnostics } = parseYin(parts.join(''), 'x');
          assert.ok(statement ?? diagnostics.length > 0);
        },
      ),
    );
  });
});

describe('half of a surrogate pair', () => {
  it('is no character of a text in YIN', () => {
    const { diagnostics } = parseYin(yin('<contact><text>\ud800</text></contact>'), 'm.yin');
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['invalid-xml'],
    );
  });
});

describe('printYin', () => {
  it('declares as many prefixes as there are imports', () => {
    const imports = Array.from({ length: 500 }, (_, at) => {
      const name = `i${String(at)}`;
      return `import ${name} { prefix ${name}; }`;
    });
    const text = `module m { namespace urn:m; prefix m; ${imports.join(' ')} }`;
    const { statement } = parseYang(text, 'm.yang');
    assert.ok(statement);
    assert.deepEqual(readGood(printYin(statement)), asTree(statement));
  });

  it('prints the example of section 13.1.1', () => {
    const text = parseGood(
      'module example-foo { yang-version 1.1; namespace "urn:example:foo"; prefix "foo"; import example-extensions { prefix "myext"; }' +
        ' list interface { key "name"; leaf name { type string; } leaf mtu { type uint32; description "The MTU."; myext:c-define "MY_MTU"; } } }',
    );
    const extensions =
      'module example-extensions { yang-version 1.1; namespace "urn:example:extensions"; prefix "e"; extension c-define { argument "name"; } extension note { argument "text" { yin-element true; } } }';
    const { context } = compile(new Map([['example-extensions.yang', extensions]]), {
      modules: [{ name: 'example-extensions' }],
    });
    assert.equal(
      printYin(text, { context }),
      `<?xml version="1.0" encoding="UTF-8"?>
<module name="example-foo" xmlns="${YIN}" xmlns:foo="urn:example:foo" xmlns:myext="urn:example:extensions">
  <yang-version value="1.1"/>
  <namespace uri="urn:example:foo"/>
  <prefix value="foo"/>
  <import module="example-extensions">
    <prefix value="myext"/>
  </import>
  <list name="interface">
    <key value="name"/>
    <leaf name="name">
      <type name="string"/>
    </leaf>
    <leaf name="mtu">
      <type name="uint32"/>
      <description>
        <text>The MTU.</text>
      </description>
      <myext:c-define name="MY_MTU"/>
    </leaf>
  </list>
</module>
`,
    );
    const note = parseGood(
      'module n { namespace "urn:n"; prefix n; import example-extensions { prefix e; } e:note "a < b"; }',
    );
    assert.match(
      printYin(note, { context }),
      /<e:note>\n {4}<e:text>a &lt; b<\/e:text>\n {2}<\/e:note>/,
    );
    assert.match(
      printYin(note),
      /xmlns:e="urn:ietf:params:xml:ns:yang:example-extensions"[^]*<e:note name="a &lt; b"\/>/,
    );
  });

  it('prints a submodule, and extensions that take an argument of another name', () => {
    const text = parseGood(
      'submodule s { belongs-to m { prefix m; } import ietf-yang-structure-ext { prefix sx; } sx:augment-structure "/m:a"; extension x { argument y; } m:x z; m:unknown; }',
    );
    const printed = printYin(text);
    assert.match(printed, /<submodule name="s" [^>]*xmlns:m="urn:ietf:params:xml:ns:yang:m"/);
    assert.match(printed, /<sx:augment-structure target="\/m:a"\/>/);
    assert.match(printed, /<m:x y="z"\/>\n {2}<m:unknown\/>/);
    assert.deepEqual(readGood(printed), asTree(text));
  });

  it('prints a module without a header', () => {
    assert.match(printYin(parseGood('module m { import i; }')), /<import module="i"\/>/);
  });

  it('prints what parses to the same statements, whatever is in them', () => {
    const header: readonly StatementTree[] = [
      ['namespace', 'urn:m', []],
      ['prefix', 'm', []],
      ['import', 'ext', [['prefix', 'p', []]]],
    ];
    fc.assert(
      fc.property(anyModule(header), (tree) => {
        assert.deepEqual(readGood(printYin(asStatement(tree))), tree);
      }),
      { numRuns: 300 },
    );
  });

  it('does not need the stack for depth', () => {
    let tree: StatementTree = ['leaf', 'l', []];
    for (let depth = 0; depth < 2_000; depth += 1) tree = ['container', 'c', [tree]];
    assert.equal(printYin(asStatement(tree)).split('\n').length, 4_003);
  });

  for (const { folder, file, text } of installedModules()) {
    it(`keeps ${file} of ${folder.replace(process.cwd(), '.')}`, () => {
      const { statement } = parseYang(text, file);
      assert.ok(statement);
      assert.deepEqual(readGood(printYin(statement)), asTree(statement));
    });
  }
});

describe('parseModule', () => {
  it('knows YIN by its first character', () => {
    const yang = 'module m { namespace urn:m; prefix m; }';
    const expected = asTree(parseGood(yang));
    for (const text of [yang, printYin(parseGood(yang)), `\ufeff\n ${yang}`]) {
      const { statement } = parseModule(text, 'm');
      assert.ok(statement);
      assert.deepEqual(asTree(statement), expected);
    }
  });
});

describe('modules in YIN', () => {
  const revisions = (...dates: readonly string[]): string =>
    dates.map((date) => `<y:revision\n date='${date}'/>`).join('');
  const text = (name: string, content: string): string =>
    `<y:module xmlns:y="${YIN}" name="${name}"><y:namespace uri="urn:${name}"/><y:prefix value="p"/>${content}</y:module>`;

  it('are found by their names and newest revisions', () => {
    const repository = createMapRepository(
      new Map([
        ['a.yin', text('a', revisions('2020-01-01', '2022-02-02', '2021-01-01'))],
        ['a@2019-01-01.yin', text('a', '')],
        ['b.yin', text('b', '')],
      ]),
    );
    assert.equal(repository.find('a')?.revision, '2022-02-02');
    assert.equal(repository.find('a', '2019-01-01')?.file, 'a@2019-01-01.yin');
    assert.equal(repository.find('b')?.revision, undefined);
    assert.equal(newestRevision(`\ufeff ${text('c', revisions('2020-01-01'))}`), '2020-01-01');
  });

  it('are compiled, and import from modules in YANG', () => {
    const sources = new Map([
      [
        'a.yin',
        text(
          'a',
          '<y:import module="b"><y:prefix value="b"/></y:import><y:leaf name="l"><y:type name="b:t"/></y:leaf>',
        ),
      ],
      ['b.yang', 'module b { namespace urn:b; prefix b; typedef t { type int8; } }'],
    ]);
    const { context, diagnostics } = compile(sources, { modules: [{ name: 'a' }] });
    assert.deepEqual(diagnostics, []);
    assert.equal(context?.root.dataChild('urn:a', 'l')?.kind, 'leaf');
  });
});
