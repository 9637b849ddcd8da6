import assert from 'node:assert/strict';
import {
  compile,
  moduleDependencies,
  printSkeleton,
  schemaPaths,
  type SchemaContext,
  type SkeletonOptions,
} from '../../../../src/yang/index.ts';

const TEXTS = {
  'm.yang': `module m { yang-version 1.1; namespace "urn:m&"; prefix m; import t { prefix t; revision-date 2020-01-01; } import u { prefix u; } include s;
    container c { presence p; leaf a { type t:a; default "<b>"; } choice ch { default y; case x { leaf x { type empty; } } case y { container y; } } anydata any { mandatory true; }
      list l { key k; min-elements 1; max-elements 5; leaf v { type int8; } leaf k { type string; } action act { input { leaf i { type string; } } } notification n { leaf j { type string; } } } }
    choice none; choice first { leaf f { type string; mandatory true; } leaf g { type string; } }
    leaf-list ll { type int8; default 5; } leaf state { config false; type string; } rpc r { output { leaf o { type string; } } } notification note; }`,
  's.yang':
    'submodule s { yang-version 1.1; belongs-to m { prefix m; } import u { prefix v; } revision 2021-01-01; }',
  't@2020-01-01.yang':
    'module t { namespace "urn:t"; prefix t; revision 2020-01-01; typedef a { type string; } }',
  'u.yang': 'module u { namespace "urn:u"; prefix u; import t { prefix t; } }',
  'a.yang':
    'module a { yang-version 1.1; namespace "urn:a"; prefix a; import m { prefix m; } augment /m:c/m:l { leaf added { type string; } } augment /m:c/m:ch { leaf case { type string; } } leaf own { type string; } }',
};

function contextOf(...names: readonly string[]): SchemaContext {
  const { context, diagnostics } = compile(new Map(Object.entries(TEXTS)), {
    modules: names.map((name) => ({ name })),
  });
  assert.ok(context, diagnostics.map(({ message }) => message).join());
  return context;
}

describe('schemaPaths', () => {
  const pathsOf = (module?: string): readonly string[] =>
    [...schemaPaths(contextOf('m', 'a'), { module })].map(
      ({ path, node }) => `${path} ${node.kind}`,
    );

  it('lists all data nodes, operations and notifications, with modules where they change', () => {
    assert.deepEqual(pathsOf(), [
      '/m:c container',
      '/m:c/a leaf',
      '/m:c/x leaf',
      '/m:c/y container',
      '/m:c/a:case leaf',
      '/m:c/any anydata',
      '/m:c/l list',
      '/m:c/l/v leaf',
      '/m:c/l/k leaf',
      '/m:c/l/act action',
      '/m:c/l/act/input input',
      '/m:c/l/act/input/i leaf',
      '/m:c/l/n notification',
      '/m:c/l/n/j leaf',
      '/m:c/l/a:added leaf',
      '/m:f leaf',
      '/m:g leaf',
      '/m:ll leaf-list',
      '/m:state leaf',
      '/m:r rpc',
      '/m:r/output output',
      '/m:r/output/o leaf',
      '/m:note notification',
      '/a:own leaf',
    ]);
  });

  it('lists those of one module', () => {
    assert.deepEqual(pathsOf('a'), ['/m:c/a:case leaf', '/m:c/l/a:added leaf', '/a:own leaf']);
  });
});

describe('moduleDependencies', () => {
  it('lists modules after what they import', () => {
    const t = { name: 't', revision: '2020-01-01' };
    const u = { name: 'u', revision: undefined };
    const m = { name: 'm', revision: undefined };
    assert.deepEqual(moduleDependencies(contextOf('a', 'm')), [
      { ...t, imports: [], includes: [] },
      { ...u, imports: [t], includes: [] },
      { ...m, imports: [t, u], includes: [{ name: 's', revision: '2021-01-01' }] },
      { name: 'a', revision: undefined, imports: [m], includes: [] },
    ]);
  });
});

describe('printSkeleton', () => {
  const cases: readonly (readonly [
    name: string,
    options: SkeletonOptions | undefined,
    expected: string,
  ])[] = [
    [
      'has an element for each data node that can be there together',
      undefined,
      `<c xmlns="urn:m&amp;"> <!-- presence -->
  <a>&lt;b&gt;</a> <!-- a -->
  <y/>
  <any/> <!-- mandatory -->
  <l> <!-- 1..5 -->
    <k/> <!-- string, key -->
    <v/> <!-- int8 -->
    <added xmlns="urn:a"/> <!-- string -->
  </l>
</c>
<f xmlns="urn:m&amp;"/> <!-- string, mandatory -->
<ll xmlns="urn:m&amp;">5</ll> <!-- 0..n, int8 -->
<state xmlns="urn:m&amp;"/> <!-- string -->
<own xmlns="urn:a"/> <!-- string -->
`,
    ],
    [
      'can do without comments, and have one module only',
      { module: 'a', comments: false },
      '<own xmlns="urn:a"/>\n',
    ],
  ];

  for (const [name, options, expected] of cases) {
    it(name, () => {
      assert.equal(printSkeleton(contextOf('m', 'a'), options), expected);
    });
  }

  it('can have configuration only', () => {
    assert.doesNotMatch(printSkeleton(contextOf('m'), { config: true }), /state/);
  });
});
