/** Rules of the schema tree that depend on the YANG version, on what is around a node, or on several modules. */
import assert from 'node:assert/strict';
import { compile, type CompileResult, type SchemaContext } from '../../../../src/yang/index.ts';

const MOUNT = `module ietf-yang-schema-mount { yang-version 1.1; namespace "urn:mnt"; prefix mnt;
  extension mount-point { argument label; } }`;

/** Bodies by module name; a name that begins with `old` is a module of version 1. */
function compileBodies(bodies: Readonly<Record<string, string>>): CompileResult {
  const texts = Object.entries(bodies).map(([name, body]) => {
    const version = name.startsWith('old') ? '1' : '1.1';
    const head = `yang-version ${version}; namespace "urn:${name}"; prefix ${name};`;
    return [`${name}.yang`, `module ${name} { ${head} ${body} }`] as const;
  });
  const sources = new Map([...texts, ['ietf-yang-schema-mount.yang', MOUNT]]);
  return compile(sources, { modules: Object.keys(bodies).map((name) => ({ name })) });
}

function schema(bodies: Readonly<Record<string, string>>): SchemaContext {
  const { context, diagnostics } = compileBodies(bodies);
  assert.ok(context, diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  return context;
}

const FAULTS: readonly (readonly [Readonly<Record<string, string>>, readonly string[]])[] = [
  // a choice is a case of its own since YANG 1.1, wherever it comes from
  [{ old: 'choice c { choice d { leaf x { type string; } } }' }, ['needs-version-1.1']],
  [
    { old: 'choice c; augment "/c" { choice d { leaf x { type string; } } }' },
    ['needs-version-1.1'],
  ],
  [{ a: 'choice c; augment "/c" { choice d { leaf x { type string; } } }' }, []],
  // leaf-lists of version 1 have no defaults
  [
    { old: 'grouping g { leaf-list x { type string; } } uses g { refine x { default 1; } }' },
    ['invalid-refine'],
  ],
  [
    {
      a: 'import old { prefix o; } deviation "/o:x" { deviate add { default 1; } }',
      old: 'leaf-list x { type string; }',
    },
    ['invalid-deviation'],
  ],
  // names of default cases
  [{ a: 'choice c { default a:x; leaf x { type string; } }' }, []],
  [{ a: 'choice c { default b:x; leaf x { type string; } }' }, ['invalid-default-case']],
  // one default too many, or several to replace
  [
    { a: 'grouping g { leaf x { type string; } } uses g { refine x { default 1; default 2; } }' },
    ['invalid-refine'],
  ],
  [
    {
      a: 'leaf-list x { type string; default 1; } leaf-list y { type string; default 1; default 2; }',
      b: `import a { prefix a; } deviation "/a:x" { deviate replace { default 3; } }
          deviation "/a:y" { deviate replace { default 3; } }`,
    },
    ['invalid-deviation'],
  ],
  // a key that is not supported, among many leafs
  [
    {
      a: `list l { key k20; ${Array.from({ length: 40 }, (_, index) => `leaf k${index} { type string; }`).join(' ')} }`,
      b: `import a { prefix a; } deviation "/a:l/a:k20" { deviate not-supported; }
          deviation "/a:l/a:k30" { deviate not-supported; }`,
    },
    ['invalid-key'],
  ],
  // two modules may add nodes of one name, one module may not
  [
    {
      a: 'container c;',
      b: 'import a { prefix a; } augment "/a:c" { leaf x { type string; } }',
      d: 'import a { prefix a; } augment "/a:c" { leaf x { type string; } }',
    },
    [],
  ],
  // mount points
  [
    {
      old: 'import ietf-yang-schema-mount { prefix m; } container c { m:mount-point x; }',
    },
    ['needs-version-1.1'],
  ],
  [
    {
      a: 'import ietf-yang-schema-mount { prefix m; } grouping g { container c { m:mount-point x; } } uses g;',
    },
    [],
  ],
  [
    {
      a: 'import ietf-yang-schema-mount { prefix m; } grouping g { container c { m:mount-point x; } }',
      old: 'import a { prefix a; } uses a:g;',
    },
    ['needs-version-1.1'],
  ],
  [
    {
      a: 'import ietf-yang-schema-mount { prefix m; } list l { config false; leaf x { type string; } m:mount-point x; m:mount-point y; }',
    },
    ['repeated-substatement'],
  ],
  [
    {
      a: 'import ietf-yang-schema-mount { prefix m; } container c { m:mount-point "x y"; }',
    },
    ['invalid-argument'],
  ],
  // a grouping that nothing uses needs not know what is around it
  [
    {
      a: `grouping g { leaf r { type leafref { path "../x"; } } leaf m { must "../y"; when "../z"; type string; }
          list l { leaf v { type string; config true; } } container s { config false; leaf c { type string; config true; } } }`,
    },
    [],
  ],
  // and one that is used does
  [
    { a: 'grouping g { leaf r { type leafref { path "../x"; } } } uses g;' },
    ['leafref-target-not-found'],
  ],
];

describe('rules of the schema tree', () => {
  for (const [bodies, codes] of FAULTS) {
    it(`${codes.join(', ') || 'nothing'} in ${Object.values(bodies).join(' | ')}`, () => {
      const { diagnostics } = compileBodies(bodies);
      assert.deepEqual(
        diagnostics.map(({ code }) => code),
        codes,
      );
    });
  }

  it('order by user means nothing in state, output and notifications', () => {
    const { root, rpcs, notifications } = schema({
      a: `leaf-list c { ordered-by user; type string; }
          leaf-list s { ordered-by user; type string; config false; }
          rpc r { input { leaf-list c { ordered-by user; type string; } } output { leaf-list s { ordered-by user; type string; } } }
          notification n { list s { ordered-by user; leaf x { type string; } } }`,
    });
    const [rpc] = rpcs.values();
    const [notification] = notifications.values();
    assert.ok(rpc && notification);
    const nodes = [root, rpc.input, rpc.output, notification].flatMap(
      ({ dataChildren }) => dataChildren,
    );
    assert.deepEqual(
      nodes.map((node) => [node.name, 'orderedBy' in node && node.orderedBy]),
      [
        ['c', 'user'],
        ['s', 'system'],
        ['c', 'user'],
        ['s', 'system'],
        ['s', 'system'],
      ],
    );
  });

  it('input and output that are not supported are there, and empty', () => {
    const { rpcs } = schema({
      a: 'rpc r { input { must "x"; leaf x { type string; } } output { leaf y { type string; } } }',
      b: `import a { prefix a; } deviation "/a:r/a:input" { deviate not-supported; }
          deviation "/a:r/a:output" { deviate not-supported; }`,
    });
    const [rpc] = rpcs.values();
    assert.deepEqual(
      [rpc?.input.dataChildren, rpc?.input.must, rpc?.output.dataChildren],
      [[], [], []],
    );
  });

  it('the conditions of features are those of the node, of uses and of augments', () => {
    const { root } = schema({
      a: `feature f; grouping g { leaf x { if-feature "not f"; type string; } }
          container c { uses g { if-feature "not a:f"; refine x { if-feature "f or not f"; } } }
          augment "/c" { if-feature "not f"; leaf y { type string; } }`,
    });
    const c = root.dataChild('urn:a', 'c');
    assert.ok(c?.kind === 'container');
    assert.deepEqual(
      c.dataChildren.map(({ name, ifFeatures }) => [name, ifFeatures]),
      [
        ['x', ['not f', 'f or not f', 'not a:f']],
        ['y', ['not f']],
      ],
    );
  });
});
