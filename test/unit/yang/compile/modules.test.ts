/** What the schema says of modules: facts, revisions, sources, and which are implemented (RFC 7950, section 5). */
import assert from 'node:assert/strict';
import { compile, type CompileOptions, type SchemaContext } from '../../../../src/yang/index.ts';

const TEXTS = new Map([
  [
    'a.yang',
    `module a { yang-version 1.1; namespace "urn:a"; prefix a;
      import b { prefix old; revision-date 2025-01-01; } import b { prefix new; } import c { prefix c; }
      include s; organization o; contact p; description d; reference r;
      revision 2026-01-01; revision 2025-06-01;
      c:mark "x" { c:mark "y"; } leaf x { type new:t; } leaf y { type old:t; if-feature old:f; }
      leaf z { type identityref { base old:i; } } augment "/old:top" { leaf w { type string; } } }`,
  ],
  [
    's.yang',
    `submodule s { yang-version 1.1; belongs-to a { prefix a; } import c { prefix d; } revision 2024-01-01; d:mark "s"; }`,
  ],
  [
    'b@2025-01-01.yang',
    'module b { namespace "urn:b"; prefix b; revision 2025-01-01; feature f; identity i; container top; typedef t { type int8; } }',
  ],
  [
    'b@2026-01-01.yang',
    'module b { namespace "urn:b"; prefix b; revision 2026-01-01; feature f; identity i; identity j { base i; } container top; typedef t { type int16; } }',
  ],
  [
    'c.yang',
    'module c { namespace "urn:c"; prefix c; extension mark { argument text; } feature g; container other; }',
  ],
]);

function schema(options: CompileOptions): SchemaContext {
  const { context, diagnostics } = compile(TEXTS, options);
  assert.deepEqual(diagnostics, []);
  assert.ok(context);
  return context;
}

describe('modules of a schema', () => {
  const context = schema({ modules: [{ name: 'a' }, { name: 'b', features: ['f'] }] });

  it('tell what their texts say of themselves', () => {
    const a = context.modules.get('a');
    assert.ok(a);
    assert.deepEqual(
      [a.organization, a.contact, a.description, a.reference, a.yangVersion],
      ['o', 'p', 'd', 'r', '1.1'],
    );
    assert.deepEqual(a.revisions, ['2026-01-01', '2025-06-01']);
    assert.deepEqual(a.submodules, [{ name: 's', revision: '2024-01-01' }]);
    assert.deepEqual(
      a.imports.map((it) => [it.prefix, it.name, it.revision, it.byRevision, it.submodule]),
      [
        ['old', 'b', '2025-01-01', true, undefined],
        ['new', 'b', '2026-01-01', false, undefined],
        ['c', 'c', undefined, false, undefined],
        ['d', 'c', undefined, false, 's'],
      ],
    );
    assert.deepEqual(
      a.extensions.map(({ module, name, argument, substatements }) => [
        module,
        name,
        argument,
        substatements.map((statement) => statement.text),
      ]),
      [
        ['c', 'mark', 'x', ['y']],
        ['c', 'mark', 's', []],
      ],
    );
  });

  it('are all there, every revision with its source', () => {
    assert.deepEqual(
      context.allModules.map(({ name, revision, implemented }) => [name, revision, implemented]),
      [
        ['a', '2026-01-01', true],
        ['b', '2026-01-01', true],
        ['b', '2025-01-01', false],
        ['c', undefined, false],
      ],
    );
    assert.equal(context.modules.get('b')?.revision, '2026-01-01');
    for (const revision of ['2025-01-01', '2026-01-01']) {
      assert.equal(context.sourceOf('b', revision), TEXTS.get(`b@${revision}.yang`));
    }
    assert.equal(context.sourceOf('b', undefined), TEXTS.get('b@2026-01-01.yang'));
    assert.equal(context.sourceOf('s', '2024-01-01'), TEXTS.get('s.yang'));
  });

  it('take definitions from the imported revision, nodes and features from the implemented one', () => {
    const types = context.root.dataChildren.map((node) => [
      node.name,
      node.kind === 'leaf' ? node.type.base : node.kind,
    ]);
    assert.deepEqual(types, [
      ['x', 'int16'],
      ['y', 'int8'],
      ['z', 'identityref'],
      ['top', 'container'],
    ]);
    assert.ok(context.root.dataChild('urn:b', 'top'));
    const i = context.identity('b', 'i');
    assert.ok(i && context.identity('b', 'j')?.ancestors.has(i), 'one identity for all revisions');
    assert.equal(context.identities.length, 2);
  });

  it('are implemented because others need them', () => {
    const needed = schema({ modules: [{ name: 'a' }] });
    assert.equal(needed.modules.get('b')?.revision, '2025-01-01', 'the revision that is augmented');
    assert.equal(needed.modules.get('b')?.implemented, true);
    assert.equal(needed.modules.get('c')?.implemented, false);
  });

  it('are implemented when they are imported, if asked for', () => {
    const all = schema({ modules: [{ name: 'a' }], implement: 'imports', features: 'all' });
    assert.deepEqual(
      all.allModules.map(({ name, revision, implemented }) => [name, revision, implemented]),
      [
        ['a', '2026-01-01', true],
        ['b', '2025-01-01', false],
        ['b', '2026-01-01', true],
        ['c', undefined, true],
      ],
    );
    assert.deepEqual([...(all.modules.get('c')?.features ?? [])], ['g']);
    assert.ok(all.root.dataChild('urn:c', 'other'));
  });
});
