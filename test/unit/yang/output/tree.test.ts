import assert from 'node:assert/strict';
import { compileXPath } from '../../../../src/xpath/index.ts';
import {
  compile,
  printTree,
  printYang,
  printYin,
  type TreeOptions,
} from '../../../../src/yang/index.ts';
import { withChildren, type TreeItem } from '../../../../src/yang/output/tree/item.ts';
import { TreeLayout } from '../../../../src/yang/output/tree/layout.ts';
import { shortenPath } from '../../../../src/yang/output/tree/leafref-path.ts';
import { asStatement, type StatementTree } from '../../../support/statements.ts';

const OTHER = `module o { yang-version 1.1; namespace "urn:o"; prefix o; feature of;
  typedef ot { type string; }
  grouping og { leaf in-og { type ot; } leaf plain { type string; } }
  container top { leaf a { type ot; } }
  choice pick { leaf one { type empty; } }
  rpc act { input { leaf i { type string; } } output { leaf o { type string; } } }
  notification note { leaf n { type string; } }
}`;

const EXTENSIONS = {
  'ietf-yang-structure-ext.yang':
    'module ietf-yang-structure-ext { yang-version 1.1; namespace "urn:ietf:params:xml:ns:yang:ietf-yang-structure-ext"; prefix sx; extension structure { argument name; } extension augment-structure { argument path; } }',
  'ietf-restconf.yang':
    'module ietf-restconf { yang-version 1.1; namespace "urn:ietf:params:xml:ns:yang:ietf-restconf"; prefix rc; extension yang-data { argument name { yin-element true; } } }',
  'ietf-yang-schema-mount.yang':
    'module ietf-yang-schema-mount { yang-version 1.1; namespace "urn:ietf:params:xml:ns:yang:ietf-yang-schema-mount"; prefix yangmnt; extension mount-point { argument label; } }',
};

/** The tree of a module `m` with this body, without its first line. */
function treeOf(
  body: string,
  options?: TreeOptions,
  others: Readonly<Record<string, string>> = {},
): string {
  const text = `module m { yang-version 1.1; namespace "urn:m"; prefix m; import o { prefix other; }
    import ietf-yang-structure-ext { prefix sx; } import ietf-restconf { prefix rc; }
    import ietf-yang-schema-mount { prefix yangmnt; }
    feature f; feature g; ${body} }`;
  const texts = { 'm.yang': text, 'o.yang': OTHER, ...EXTENSIONS, ...others };
  const names = ['m', ...Object.keys(others).map((file) => file.replace('.yang', ''))];
  const { context, diagnostics } = compile(new Map(Object.entries(texts)), {
    modules: names.map((name) => ({ name, features: 'all' as const })),
  });
  assert.ok(
    context,
    diagnostics.map(({ line, message }) => `${String(line)}: ${message}`).join('\n'),
  );
  const [first, ...lines] = printTree(context, 'm', options).split('\n');
  assert.equal(first, 'module: m');
  return lines.join('\n');
}

interface Row {
  readonly name: string;
  readonly body: string;
  readonly options?: TreeOptions;
  readonly others?: Readonly<Record<string, string>>;
  readonly tree: string;
}

function check(rows: readonly Row[]): void {
  for (const { name, body, options, others, tree } of rows) {
    it(name, () => {
      assert.equal(treeOf(body, options, others), tree.replace(/^\n/, ''));
    });
  }
}

const LEAF = '{ type string; }';

describe('sections of a tree diagram (RFC 8340, section 2)', () => {
  check([
    { name: 'nothing but the name', body: '', tree: '' },
    {
      name: 'data nodes, augments, rpcs and notifications, in this order',
      body: `notification n { leaf x ${LEAF} } rpc r; augment "/other:top" { leaf b ${LEAF} } leaf l ${LEAF}`,
      tree: `
  +--rw l?   string

  augment /other:top:
    +--rw b?   string

  rpcs:
    +---x r

  notifications:
    +---n n
       +--ro x?   string
`,
    },
    {
      name: 'two augments of one target',
      body: `augment "/other:top" { leaf b ${LEAF} } augment "/other:top" { leaf c ${LEAF} }`,
      tree: `
  augment /other:top:
    +--rw b?   string
  augment /other:top:
    +--rw c?   string
`.replace(/^\n/, '\n\n'),
    },
    {
      name: 'augments of messages, and of a choice, whose cases are made explicit',
      body: `augment "/other:act/other:input" { leaf b ${LEAF} } augment "/other:act/other:output" { leaf b ${LEAF} }
        augment "/other:note" { leaf b ${LEAF} } augment "/other:pick" { leaf b ${LEAF} case c { leaf d ${LEAF} } }`,
      tree: `

  augment /other:act/other:input:
    +---w b?   string
  augment /other:act/other:output:
    +--ro b?   string
  augment /other:note:
    +--ro b?   string
  augment /other:pick:
    +--:(b)
    |  +--rw b?   string
    +--:(c)
       +--rw d?   string
`,
    },
    {
      name: 'an augment of the module itself is shown in place',
      body: `container c; augment "/m:c" { leaf b ${LEAF} }`,
      tree: `
  +--rw c
     +--rw b?   string
`,
    },
    {
      name: 'no augment whose nodes are all switched off',
      body: `augment "/other:top" { if-feature "not f"; leaf b ${LEAF} } leaf l ${LEAF}`,
      tree: `
  +--rw l?   string
`,
    },
    {
      name: 'an operation without parameters, with input, with output',
      body: `rpc a; rpc b { input { leaf i ${LEAF} } } rpc c { output { leaf o ${LEAF} } }`,
      tree: `

  rpcs:
    +---x a
    +---x b
    |  +---w input
    |     +---w i?   string
    +---x c
       +--ro output
          +--ro o?   string
`,
    },
  ]);

  it('throws for a module that there is not', () => {
    const { context } = compile(new Map([['o.yang', OTHER]]), { modules: [{ name: 'o' }] });
    assert.ok(context);
    assert.throws(() => printTree(context, 'x'), /no module "x"/);
  });
});

describe('submodules (RFC 8340, section 2.1) and modules that are only imported', () => {
  const texts = {
    'm.yang': `module m { yang-version 1.1; namespace "urn:m"; prefix m; include s; include t; import i { prefix i; } import o { prefix o; } feature f; leaf own ${LEAF} leaf it { type i:t; } }`,
    's.yang':
      `submodule s { yang-version 1.1; belongs-to m { prefix m; } import o { prefix o; } include t; container c { if-feature m:f; leaf st { type m:t; config false; } uses g; }
      rpc r { input { leaf i ${LEAF} } } notification n { leaf x ${LEAF} } grouping unused { leaf u ${LEAF} }
      augment "/o:top" { if-feature m:f; leaf b ${LEAF} } augment "/o:act/o:input" { leaf c ${LEAF} } augment "/o:act / o:output" { leaf d ${LEAF} } }`.replace(
        'act / o',
        'act/o',
      ),
    't.yang': `submodule t { yang-version 1.1; belongs-to m { prefix m; } typedef t { type string; } grouping g { leaf in-g { type t; } } }`,
    'i.yang': `module i { yang-version 1.1; namespace "urn:i"; prefix i; import ietf-restconf { prefix rc; } typedef t { type string; } container c { leaf a { type t; } } rc:yang-data d { container x; } }`,
    'o.yang': OTHER,
    ...EXTENSIONS,
  };
  const { context, diagnostics } = compile(new Map(Object.entries(texts)), {
    modules: [{ name: 'm' }],
  });

  const cases: readonly (readonly [name: string, module: string, tree: string])[] = [
    [
      'a submodule has what its text defines',
      's',
      `submodule: s
  +--rw c {m:f}?
     +--ro st?     t
     +--rw in-g?   t

  augment /o:top:
    +--rw b?   string {m:f}?
  augment /o:act/o:input:
    +---w c?   string
  augment /o:act/o:output:
    +--ro d?   string

  rpcs:
    +---x r
       +---w input
          +---w i?   string

  notifications:
    +---n n
       +--ro x?   string
`,
    ],
    [
      'a submodule of groupings has these',
      't',
      `submodule: t

  grouping g:
    +-- in-g?   t
`,
    ],
    [
      'a module that is only imported has what it would have',
      'i',
      `module: i
  +--rw c
     +--rw a?   t

  yang-data d:
    +-- x
`,
    ],
  ];

  for (const [name, module, tree] of cases) {
    it(name, () => {
      assert.ok(context, diagnostics.map(({ message }) => message).join());
      assert.equal(printTree(context, module), tree);
    });
  }
});

describe('groupings (RFC 8340, sections 2.2 and 3.2)', () => {
  const body = `grouping g { container c { if-feature f; leaf a { type m:t; mandatory true; } uses h; config false; } }
    grouping h { leaf b { type other:ot; } action go { input { leaf i ${LEAF} } output; } } typedef t { type string; }`;
  const expanded = `
  grouping g:
    +--ro c {f}?
       +--ro a     t
       +--ro b?    o:ot
       +---x go
          +---w input
             +---w i?   string
  grouping h:
    +-- b?    o:ot
    +---x go
       +---w input
          +---w i?   string
`.replace('+--ro output', '');
  check([
    {
      name: 'are shown when a module has nothing else',
      body: body.replace('output;', ''),
      tree: `\n${expanded}`,
    },
    {
      name: 'are not shown when it has',
      body: `leaf x ${LEAF} ${body.replace('output;', '')}`,
      tree: '\n  +--rw x?   string\n',
    },
    {
      name: 'are shown on demand',
      body: `leaf x ${LEAF} ${body.replace('output;', '')}`,
      options: { groupings: true },
      tree: `\n  +--rw x?   string\n${expanded}`,
    },
    {
      name: 'are not shown on demand',
      body: body.replace('output;', ''),
      options: { groupings: false },
      tree: '',
    },
    {
      name: 'and uses in them by their names',
      body: 'grouping g { uses h { if-feature f; status deprecated; } uses other:og; } grouping h;',
      options: { expandUses: false },
      tree: `

  grouping g:
    x---u h {f}?
    +---u other:og
  grouping h:
`,
    },
    {
      name: 'and uses in data nodes by their names, features or not',
      body: `container c { uses h; leaf x { type string; if-feature "not f"; } } grouping h { leaf b ${LEAF} } augment "/other:top" { uses h; }`,
      options: { expandUses: false, groupings: false },
      tree: `
  +--rw c
     +---u h
     +--rw x?   string {not f}?

  augment /other:top:
    +---u h
`,
    },
    {
      name: 'with the types of their own module',
      body: 'grouping g { uses other:og; }',
      tree: `

  grouping g:
    +-- in-og?   o:ot
    +-- plain?   string
`,
    },
    {
      name: 'with nodes of all kinds',
      body: `grouping g {
        choice ch { mandatory true; leaf s ${LEAF} case k { if-feature g; container p { presence p; } } choice inner; }
        list l { key " k  j "; leaf k ${LEAF} leaf j ${LEAF} leaf-list ll ${LEAF} anydata ad; anyxml ax { mandatory true; } }
        notification n { leaf x ${LEAF} } leaf st { status obsolete; config true; type leafref { path "/m:a/other:top/other:a[m:b = current()/../m:c]"; } }
        }`,
      tree: `

  grouping g:
    +-- (ch)
    |  +--:(s)
    |  |  +-- s?   string
    |  +--:(k) {g}?
    |  |  +-- p!
    |  +--:(inner)
    |     +-- (inner)?
    +-- l* [k j]
    |  +-- k     string
    |  +-- j     string
    |  +-- ll*   string
    |  +-- ad?   anydata
    |  +-- ax    anyxml
    +---n n
    |  +--ro x?   string
    o--rw st?     -> /a/o:top/a[m:b = current()/../c]
`,
    },
    {
      name: 'with what refine and augment in uses change',
      body: `grouping g { uses h { if-feature f; refine "c/l" { mandatory true; if-feature g; } refine c { presence p; config false; }
          refine "ch/s/s" { mandatory true; } refine d { mandatory false; } augment "c" { if-feature g; leaf new ${LEAF} } augment ch { leaf t ${LEAF} } } }
        grouping h { container c { leaf l ${LEAF} } choice ch { leaf s ${LEAF} } uses deep { refine d { mandatory true; } } } grouping deep { leaf d ${LEAF} }`,
      tree: `

  grouping g:
    +--ro c! {f}?
    |  +--ro l      string {g}?
    |  +--ro new?   string {g}?
    +-- (ch)? {f}?
    |  +--:(s)
    |  |  +-- s    string
    |  +--:(t)
    |     +-- t?   string
    +-- d?      string {f}?
  grouping h:
    +-- c
    |  +-- l?   string
    +-- (ch)?
    |  +--:(s)
    |     +-- s?   string
    +-- d       string
  grouping deep:
    +-- d?   string
`,
    },
  ]);

  it('of submodules, and in the scope of a node', () => {
    const texts = {
      'm.yang': 'module m { namespace "urn:m"; prefix m; include s; include s2; }',
      's.yang': `submodule s { belongs-to m { prefix q; } include s2; grouping g { container c { grouping local { leaf x { type q:t; } } uses local; } uses q:h; } }`,
      's2.yang': `submodule s2 { belongs-to m { prefix q; } typedef t { type string; } grouping h { leaf y { type t; } } }`,
    };
    const { context, diagnostics } = compile(new Map(Object.entries(texts)), {
      modules: [{ name: 'm' }],
    });
    assert.ok(context, diagnostics.map(({ message }) => message).join());
    assert.equal(
      printTree(context, 'm'),
      `module: m

  grouping g:
    +-- c
    |  +-- x?   t
    +-- y?   t
  grouping h:
    +-- y?   t
`,
    );
  });
});

describe('templates (RFC 8340, section 2.3) and structures (RFC 8791, section 3)', () => {
  check([
    {
      name: 'have no flags',
      body: `sx:structure s { container c { leaf a ${LEAF} list l { key k; leaf k ${LEAF} } } leaf-list x ${LEAF} }
        rc:yang-data d { container e { choice ch { leaf f ${LEAF} } } } sx:structure t { leaf z ${LEAF} }`,
      tree: `

  yang-data d:
    +-- e
       +-- (ch)?
          +--:(f)
             +-- f?   string

  structure s:
    +-- c
    |  +-- a?   string
    |  +-- l* [k]
    |     +-- k    string
    +-- x*   string
  structure t:
    +-- z?   string
`,
    },
  ]);

  it('show what is added to structures of others', () => {
    const texts = {
      'm.yang':
        'module m { yang-version 1.1; namespace "urn:m"; prefix m; import n { prefix p; } import ietf-yang-structure-ext { prefix sx; } sx:augment-structure "/p:s/p:c" { leaf added { type string; } } }',
      'n.yang':
        'module n { yang-version 1.1; namespace "urn:n"; prefix n; import ietf-yang-structure-ext { prefix sx; } sx:structure s { container c; } }',
      ...EXTENSIONS,
    };
    const { context, diagnostics } = compile(new Map(Object.entries(texts)), {
      modules: [{ name: 'm' }, { name: 'n' }],
    });
    assert.ok(context, diagnostics.map(({ message }) => message).join());
    assert.equal(
      `${printTree(context, 'm')}${printTree(context, 'n')}`,
      `module: m

  augment-structure /p:s/p:c:
    +-- added?   string
module: n

  structure s:
    +-- c
       +-- m:added?   string
`,
    );
  });
});

describe('collapsed nodes (RFC 8340, section 2.4)', () => {
  const body = `container a { container b { leaf c ${LEAF} } leaf d ${LEAF} } container e { leaf f ${LEAF} } rpc r { input { leaf i ${LEAF} } }`;
  check([
    {
      name: 'stand below the depth that was asked for',
      body,
      options: { depth: 1 },
      tree: `
  +--rw a
  |  ...
  +--rw e
     ...

  rpcs:
    +---x r
       ...
`,
    },
    {
      name: 'stand for nothing when the depth suffices',
      body: 'container a { container b; }',
      options: { depth: 2 },
      tree: '  +--rw a\n     +--rw b\n',
    },
  ]);
});

describe('the tree at a path', () => {
  const body = `container a { container b { leaf c ${LEAF} leaf d ${LEAF} } choice ch { case x { container y { leaf z ${LEAF} } } } }
    leaf l ${LEAF} rpc r { input { leaf i ${LEAF} leaf j ${LEAF} } } augment "/other:top" { leaf a ${LEAF} } grouping g { leaf a ${LEAF} }`;
  const toZ = `
  +--rw a
     +--rw (ch)?
        +--:(x)
           +--rw y
              +--rw z?   string
`;
  check([
    {
      name: 'has what is below',
      body,
      options: { path: '/a/b', groupings: true },
      tree: '\n  +--rw a\n     +--rw b\n        +--rw c?   string\n        +--rw d?   string\n',
    },
    { name: 'can leave out choices and cases', body, options: { path: '/a/y/z' }, tree: toZ },
    { name: 'can name choices and cases', body, options: { path: '/a/ch/x/y/z' }, tree: toZ },
    {
      name: 'can have prefixes and names of modules',
      body,
      options: { path: 'm:a/ch/y' },
      tree: toZ,
    },
    {
      name: 'leads into operations',
      body,
      options: { path: '/r/input/j' },
      tree: '\n\n  rpcs:\n    +---x r\n       +---w input\n          +---w j?   string\n',
    },
    {
      name: 'is empty when there is no such node',
      body,
      options: { path: '/a/nothing' },
      tree: '',
    },
    { name: 'is empty when the prefix is another', body, options: { path: '/o:a' }, tree: '' },
  ]);
});

describe('the representation of nodes (RFC 8340, section 2.6)', () => {
  check([
    {
      name: 'status: + current, x deprecated, o obsolete',
      body: `leaf a { type string; status current; } leaf b { type string; status deprecated; } leaf c { type string; status obsolete; }`,
      tree: `
  +--rw a?   string
  x--rw b?   string
  o--rw c?   string
`,
    },
    {
      name: 'flags: rw, ro, -w, -x, -n, mp, and none for cases',
      body: `container c { leaf a { type string; config false; } choice ch { config false; leaf b ${LEAF} }
        action act { input { leaf i ${LEAF} } output { leaf o ${LEAF} } } notification n { container p { leaf q ${LEAF} } } }
        container mnt { yangmnt:mount-point root; }`,
      tree: `
  +--rw c
  |  +--ro a?      string
  |  +--ro (ch)?
  |  |  +--:(b)
  |  |     +--ro b?   string
  |  +---x act
  |  |  +---w input
  |  |  |  +---w i?   string
  |  |  +--ro output
  |  |     +--ro o?   string
  |  +---n n
  |     +--ro p
  |        +--ro q?   string
  +--mp mnt
`,
    },
    {
      name: 'options: ? optional, ! presence, * list or leaf-list, [keys]',
      body: `leaf a ${LEAF} leaf b { type string; mandatory true; } container c { presence p; } leaf-list d ${LEAF}
        list e { key "y x"; leaf x ${LEAF} leaf y ${LEAF} } list f { config false; leaf z ${LEAF} } anydata g; anyxml h { mandatory true; }
        choice i { case j; } choice k { mandatory true; case l; }`,
      tree: `
  +--rw a?     string
  +--rw b      string
  +--rw c!
  +--rw d*     string
  +--rw e* [y x]
  |  +--rw x    string
  |  +--rw y    string
  +--ro f*
  |  +--ro z?   string
  +--rw g?     anydata
  +--rw h      anyxml
  +--rw (i)?
  |  +--:(j)
  +--rw (k)
     +--:(l)
`,
    },
    {
      name: 'names of nodes that another module has put there',
      body: 'container c { container d; } choice ch { case e; }',
      others: {
        'n.yang': `module n { yang-version 1.1; namespace "urn:n"; prefix nn; import m { prefix whatever; } augment "/whatever:c/whatever:d" { leaf x ${LEAF} } augment "/whatever:ch" { leaf y ${LEAF} } augment "/whatever:ch" { choice z; } }`,
      },
      tree: `
  +--rw c
  |  +--rw d
  |     +--rw nn:x?   string
  +--rw (ch)?
     +--:(e)
     +--:(nn:y)
     |  +--rw nn:y?   string
     +--:(nn:z)
        +--rw (nn:z)?
`,
    },
    {
      name: 'types: built-in, of the module, of another one with its own prefix',
      body: 'leaf a { type m:t; } leaf b { type other:ot; } leaf c { type union { type m:t; type empty; } } uses other:og; typedef t { type int8; }',
      tree: `
  +--rw a?       t
  +--rw b?       o:ot
  +--rw c?       union
  +--rw in-og?   o:ot
  +--rw plain?   string
`,
    },
    {
      name: 'leafrefs: the path, with prefixes only where the module changes',
      body: `container c { leaf a ${LEAF} list l { key k; leaf k ${LEAF} leaf v ${LEAF} } leaf r1 { type leafref { path "/m:c/m:a"; } } leaf r2 { type leafref { path "../a"; } }
        leaf r3 { type leafref { path "/other:top/other:a"; } } leaf r4 { type leafref { path "/c/l[m:k = current()/../m:a]/v"; } }
         leaf r6 { type ref; } } typedef ref { type leafref { path "/m:c/m:a"; } }`,
      tree: `
  +--rw c
     +--rw a?    string
     +--rw l* [k]
     |  +--rw k    string
     |  +--rw v?   string
     +--rw r1?   -> /c/a
     +--rw r2?   -> ../a
     +--rw r3?   -> /o:top/a
     +--rw r4?   -> /c/l[k = current()/../a]/v
     +--rw r6?   ref
`,
    },
    {
      name: 'features, those that uses and augment bring too, as they are written',
      body: `leaf a { type string; if-feature f; if-feature "g or not f"; } container c { if-feature f; leaf d ${LEAF} } grouping gr { leaf e { type string; if-feature g; } }
        uses gr { if-feature "f"; } choice ch { if-feature f; case x { if-feature g; leaf y ${LEAF} } } rpc r { if-feature "m:f"; } augment "/m:c" { if-feature g; leaf z ${LEAF} }`,
      tree: `
  +--rw a?      string {f,g or not f}?
  +--rw c {f}?
  |  +--rw d?   string
  |  +--rw z?   string {g}?
  +--rw e?      string {g,f}?
  +--rw (ch)? {f}?
     +--:(x) {g}?
        +--rw y?   string

  rpcs:
    +---x r {m:f}?
`,
    },
    {
      name: 'types of siblings stand in one column',
      body: `leaf a ${LEAF} container long-name { leaf b ${LEAF} } leaf-list cc { type int8; }`,
      tree: `
  +--rw a?           string
  +--rw long-name
  |  +--rw b?   string
  +--rw cc*          int8
`,
    },
  ]);
});

describe('long lines (RFC 8340, section 3.1)', () => {
  check([
    {
      name: 'are broken before the type, below the name',
      body: `container a { leaf some-name { type leafref { path "/m:a/m:other-name"; } } leaf other-name ${LEAF} }`,
      options: { lineLength: 34 },
      tree: `
  +--rw a
     +--rw some-name?
     |       -> /a/other-name
     +--rw other-name?   string
`,
    },
    {
      name: 'are broken before the features',
      body: `leaf some-name { type string; if-feature "f and g"; }`,
      options: { lineLength: 32 },
      tree: `
  +--rw some-name?   string
          {f and g}?
`,
    },
    {
      name: 'are broken before the keys',
      body: `list some-name { key "first second"; leaf first ${LEAF} leaf second ${LEAF} }`,
      options: { lineLength: 28 },
      tree: `
  +--rw some-name*
     |    [first second]
     +--rw first     string
     +--rw second    string
`.replace('     |    [', '          ['),
    },
    {
      name: 'have "leafref" when there is no room for the path',
      body: `container a { leaf b { type leafref { path "/m:a/m:a-name-that-is-quite-long"; } } leaf a-name-that-is-quite-long ${LEAF} }`,
      options: { lineLength: 40 },
      tree: `
  +--rw a
     +--rw b?
     |       leafref
     +--rw a-name-that-is-quite-long?
             string
`,
    },
    {
      name: 'of augments are broken before a slash',
      body: `augment "/other:act/other:input" { leaf b ${LEAF} }`,
      options: { lineLength: 24 },
      tree: `

  augment /other:act
            /other:input:
    +---w b?   string
`,
    },
    {
      name: 'stay when there is nothing to break',
      body: 'container a-name-that-is-too-long;',
      options: { lineLength: 10 },
      tree: '  +--rw a-name-that-is-too-long\n',
    },
  ]);
});

describe('groupings that grow', () => {
  it('are shown by their names when there are too many nodes', () => {
    const body = `grouping a { leaf l ${LEAF} } grouping b { container x { uses a; } container y { uses a; } }
      grouping c { container x { uses b; } container y { uses b; } }`;
    assert.match(treeOf(body), /grouping c:[^]*y\n {7}\+-- x\n {7}\| {2}\+-- l/);
    assert.match(treeOf(body, { maxNodes: 12 }), /grouping c:[^]*y\n {7}\+---u b\n/);
  });
});

describe('a schema that is very wide', () => {
  const WIDTH = 150_000;
  const leaf: StatementTree = ['leaf', 'l', []];
  const module = asStatement(['module', 'm', Array.from({ length: WIDTH }, () => leaf)]);

  it('is shown up to the length of text that can be read', () => {
    const item: TreeItem = {
      status: '+',
      flags: 'rw',
      name: 'l',
      qualifiers: [],
      label: 'l',
      mark: '?',
      keys: [],
      type: 'string',
      features: [],
      isTransparent: false,
      children: () => [],
    };
    const items = Array.from({ length: WIDTH }, () => item);
    const top = withChildren(item, items);
    for (const [maxLength, lines] of [
      [Infinity, WIDTH + 2],
      [1_000, 53],
    ] as const) {
      const layout = new TreeLayout({ depth: 5, lineLength: 80, maxLength });
      layout.nodes([top], '');
      assert.equal(layout.text.split('\n').length, lines);
    }
  });

  it('is printed as YANG and as YIN', () => {
    assert.equal(printYang(module).split('\n').length, WIDTH + 3);
    assert.equal(printYin(module).split('\n').length, WIDTH + 4);
  });
});

describe('a schema that is very deep', () => {
  it('is shown to a depth that can be read', () => {
    let body = '';
    for (let depth = 0; depth < 400; depth += 1) {
      body += `grouping g${String(depth)} { container c { ${depth === 0 ? '' : `uses g${String(depth - 1)};`} } } `;
    }
    const lines = treeOf(`${body} uses g399;`, { depth: 300 }).split('\n');
    assert.equal(lines.length, 302);
    assert.equal(lines.at(-2)?.trim(), '...');
  });

  it('is shown whole on demand', () => {
    let body = '';
    for (let depth = 0; depth < 400; depth += 1) {
      body += `grouping g${String(depth)} { container c { ${depth === 0 ? '' : `uses g${String(depth - 1)};`} } } `;
    }
    assert.equal(treeOf(`${body} uses g399;`).split('\n').length, 401);
  });
});

describe('shortenPath', () => {
  const shorten = (path: string): string | undefined => {
    const { ast } = compileXPath(path, {
      resolvePrefix: (prefix) => prefix,
      defaultNamespace: 'm',
      prefixOf: () => undefined,
    });
    return shortenPath(ast, { namespace: 'm', prefixOf: (namespace) => namespace });
  };

  for (const [path, expected] of [
    ['/m:a/n:b/n:c/m:d', '/a/n:b/c/m:d'],
    ['../../n:b[k = current()/../n:x/m:y]/c', '../../n:b[m:k = current()/../n:x/m:y]/m:c'],
  ]) {
    it(`makes ${String(expected)} of ${String(path)}`, () => {
      assert.equal(shorten(path ?? ''), expected);
    });
  }

  for (const path of [
    'a[1 < 2]',
    'a[b + 1 = 2]',
    '1',
    'a[string(1) = 2]',
    '(a)[1]/b',
    'a/*',
    'descendant::a',
    'a | b',
    'a[(b)[2] = b]',
  ]) {
    it(`leaves ${path} alone`, () => {
      assert.equal(shorten(path), undefined);
    });
  }
});
