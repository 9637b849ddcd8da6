/** What the compiled schema says of nodes, beyond what a tree diagram shows. */
import assert from 'node:assert/strict';
import {
  compile,
  printDiagnostic,
  qnameKey,
  type BranchSchemaNode,
  type DataSchemaNode,
  type LeafNode,
  type LeafrefType,
  type ListNode,
  type ModuleRequest,
  type SchemaContext,
  type SchemaNode,
} from '../../../../src/yang/index.ts';

function module(name: string, body: string): string {
  if (body.startsWith('submodule')) return body;
  return `module ${name} { yang-version 1.1; namespace "urn:${name}"; prefix ${name}; ${body} }`;
}

function schema(
  bodies: Readonly<Record<string, string>>,
  requests?: readonly ModuleRequest[],
): SchemaContext {
  const texts = new Map(Object.entries(bodies).map(([name, body]) => [name, module(name, body)]));
  const modules = requests ?? Object.keys(bodies).map((name) => ({ name }));
  const { context, diagnostics } = compile(texts, { modules });
  assert.deepEqual(diagnostics.map(printDiagnostic), []);
  assert.ok(context);
  return context;
}

/** Data node by names from the root; a name may have a module in front. */
function find(context: SchemaContext, path: string): DataSchemaNode {
  let node: BranchSchemaNode = context.root;
  let found: DataSchemaNode | undefined;
  for (const step of path.split('/')) {
    const [name = '', from = 'a'] = step.split(':').reverse();
    found = node.dataChild(`urn:${from}`, name);
    assert.ok(found, `${step} in ${path}`);
    node = found as BranchSchemaNode;
  }
  return found ?? assert.fail();
}

function leaf(context: SchemaContext, path: string): LeafNode {
  const node = find(context, path);
  assert.equal(node.kind, 'leaf');
  return node;
}

function list(context: SchemaContext, path: string): ListNode {
  const node = find(context, path);
  assert.equal(node.kind, 'list');
  return node;
}

const names = (nodes: readonly SchemaNode[]): readonly string[] =>
  nodes.map((node) => (node.kind === 'root' ? '' : node.name));

describe('slots', () => {
  const context = schema({
    a: `list l { key "k2 k1"; leaf a { type string; } choice c { leaf b { type string; } case d { container e; } }
          leaf k1 { type string; } action act; leaf k2 { type string; } notification n; }`,
  });
  const node = list(context, 'l');

  it('number data children, choices flattened, keys first in the order of key', () => {
    assert.deepEqual(names(node.dataChildren), ['k2', 'k1', 'a', 'b', 'e']);
    assert.deepEqual(
      node.dataChildren.map(({ slot }) => slot),
      [0, 1, 2, 3, 4],
    );
    assert.deepEqual(names(node.keys), ['k2', 'k1']);
  });

  it('leave children in the order of the schema', () => {
    assert.deepEqual(names(node.children), ['a', 'c', 'k1', 'act', 'k2', 'n']);
  });

  it('know parents in the data tree and in the schema tree', () => {
    const b = find(context, 'l/b');
    assert.equal(b.dataParent, node);
    assert.equal(b.parent.kind, 'case');
    assert.equal(node.parent, context.root);
  });
});

describe('dataChild', () => {
  const context = schema({
    a: 'container c { leaf x { type int8; } leaf y { type int8; } }',
    b: 'import a { prefix a; } augment "/a:c" { leaf x { type int16; } leaf z { type int16; } }',
    d: 'import a { prefix a; } augment "/a:c" { leaf x { type int32; } }',
  });

  it('tells apart equal names of different modules', () => {
    for (const [path, base] of [
      ['c/x', 'int8'],
      ['c/b:x', 'int16'],
      ['c/d:x', 'int32'],
    ] as const) {
      assert.equal(leaf(context, path).type.base, base);
    }
  });

  it('finds nothing under a wrong name or namespace', () => {
    const c = find(context, 'c') as BranchSchemaNode;
    assert.equal(c.dataChild('urn:a', 'z'), undefined);
    assert.equal(c.dataChild('urn:b', 'y'), undefined);
    assert.equal(c.dataChild('urn:e', 'x'), undefined);
    assert.equal(c.dataChild('urn:a', 'constructor'), undefined);
    assert.equal(c.dataChild('urn:b', 'z')?.module.name, 'b');
  });
});

describe('defaults (RFC 7950, sections 7.6.1 and 7.7.2)', () => {
  const context = schema({
    a: `typedef p { type uint8 { range "0..100"; } default 0x32; }
        identity i; identity j { base i; }
        leaf own { type p; default 7; } leaf inherited { type p; } leaf required { type p; mandatory true; }
        list l { key k; leaf k { type p; } }
        leaf-list many { type p; default 1; default 2; } leaf-list one { type p; } leaf-list none { type p; min-elements 1; }
        leaf id { type identityref { base i; } default j; }
        leaf big { type uint64; default 18446744073709551615; }
        leaf dec { type decimal64 { fraction-digits 3; } default 1.50; }
        leaf ref { type leafref { path "../own"; } default 9; }
        leaf flag { type bits { bit x; bit y; } default "y x"; }`,
  });
  const cases: readonly [name: string, expected: unknown][] = [
    ['own', 7],
    ['inherited', 50],
    ['required', undefined],
    ['l/k', undefined],
    ['big', 18446744073709551615n],
    ['dec', '1.5'],
    ['ref', 9],
    ['flag', 'x y'],
  ];
  for (const [path, expected] of cases) {
    it(`of ${path} is ${String(expected)}`, () => {
      assert.equal(leaf(context, path).defaultValue, expected);
    });
  }

  it('of an identityref is the identity', () => {
    const value = leaf(context, 'id').defaultValue;
    assert.deepEqual(value, { kind: 'identity', identity: context.identity('a', 'j') });
  });

  it('of leaf-lists are their own or that of the type', () => {
    const valuesOf = (name: string): unknown => {
      const node = find(context, name);
      return node.kind === 'leaf-list' && node.defaultValues;
    };
    assert.deepEqual(valuesOf('many'), [1, 2]);
    assert.deepEqual(valuesOf('one'), [50]);
    assert.deepEqual(valuesOf('none'), []);
  });
});

describe('constraints', () => {
  const context = schema(
    {
      b: `grouping g { leaf m { type string; must "../b:n or ../n" { error-message "no"; error-app-tag "t"; } } }`,
      a: `import b { prefix bb; }
        leaf on { type boolean; }
        container c {
          when "/a:on"; uses bb:g { when "../on"; }
          leaf n { type string; when "../../on"; }
          choice ch { when "../on"; case k { when "../c/n"; leaf o { type string; } } }
        }
        list l { key k; unique "x d/e/y/y"; unique k; leaf k { type string; } leaf x { type string; }
          container d { choice e { leaf y { type string; } } } min-elements 1; max-elements 5; ordered-by user; }
        list s { config false; leaf x { type string; } leaf-list y { type string; } }`,
    },
    [{ name: 'a' }],
  );

  it('have the prefixes of their text and the default namespace of their node', () => {
    const { must } = leaf(context, 'c/m');
    const [constraint] = must;
    assert.ok(constraint);
    assert.deepEqual(
      constraint.expression.paths.map(({ steps }) => steps.at(-1)?.namespace),
      ['urn:b', 'urn:a'],
    );
    assert.equal(constraint.errorMessage, 'no');
    assert.equal(constraint.errorAppTag, 't');
  });

  it('of when know their context (section 7.21.5)', () => {
    const contexts = (node: SchemaNode): readonly string[] =>
      node.kind === 'root' ? [] : node.when.map(({ context: where }) => where);
    assert.deepEqual(contexts(find(context, 'c')), ['self']);
    assert.deepEqual(contexts(find(context, 'c/m')), ['parent']);
    assert.deepEqual(contexts(find(context, 'c/n')), ['self']);
    const choice = find(context, 'c').kind === 'container' && find(context, 'c/o').parent;
    assert.ok(choice && choice.kind === 'case');
    assert.deepEqual(contexts(choice), ['parent']);
    assert.deepEqual(contexts(choice.parent), ['parent']);
  });

  it('of unique are chains of data nodes', () => {
    const { unique } = list(context, 'l');
    assert.deepEqual(
      unique.map((chains) => chains.map(names)),
      [[['x'], ['d', 'y']], [['k']]],
    );
  });

  it('of lists are counts and order', () => {
    const { minElements, maxElements, orderedBy, leafOnly } = list(context, 'l');
    assert.deepEqual([minElements, maxElements, orderedBy, leafOnly], [1, 5, 'user', false]);
    const state = list(context, 's');
    assert.deepEqual(
      [state.minElements, state.maxElements, state.orderedBy, state.leafOnly],
      [0, Infinity, 'system', true],
    );
    assert.deepEqual(state.keys, []);
  });
});

describe('config (RFC 7950, section 7.21.1)', () => {
  const context = schema({
    a: `container c { leaf x { type string; } container s { config false; leaf y { type string; } choice z { leaf w { type string; } } }
          action act { input { leaf p { type string; } } } }`,
  });
  for (const [path, expected] of [
    ['c', true],
    ['c/x', true],
    ['c/s', false],
    ['c/s/y', false],
    ['c/s/w', false],
  ] as const) {
    it(`of ${path} is ${expected}`, () => {
      assert.equal(find(context, path).config, expected);
    });
  }

  it('of parameters is false', () => {
    const c = find(context, 'c');
    const action = 'children' in c ? c.children.find(({ kind }) => kind === 'action') : undefined;
    assert.ok(action?.kind === 'action');
    const [parameter] = action.input.dataChildren;
    assert.ok(parameter);
    assert.equal(parameter.config, false);
    assert.equal(parameter.dataParent, action.input);
    assert.equal(action.output.dataChildren.length, 0);
  });
});

describe('leafrefs (RFC 7950, section 9.9)', () => {
  const context = schema(
    {
      a: 'import b { prefix b; } leaf r { type b:ref; } leaf s { type leafref { path "../r"; } } container c { uses b:g; }',
      b: `typedef ref { type leafref { path "/b:t"; } } leaf t { type int8; }
          grouping g { leaf here { type leafref { path "../there"; require-instance false; } } leaf there { type string; } }`,
    },
    [{ name: 'a' }],
  );
  const targetOf = (path: string): LeafNode =>
    (leaf(context, path).type as LeafrefType).target as LeafNode;

  it('have a target, in the module that the path means', () => {
    assert.equal(targetOf('r').module.name, 'b');
    assert.equal(targetOf('s'), leaf(context, 'r'));
    assert.equal(targetOf('c/here'), leaf(context, 'c/there'));
  });

  it('make the module they refer to an implemented one (section 5.6.5)', () => {
    assert.equal(context.modules.get('b')?.implemented, true);
  });

  it('keep require-instance', () => {
    assert.equal((leaf(context, 'r').type as LeafrefType).requireInstance, true);
    assert.equal((leaf(context, 'c/here').type as LeafrefType).requireInstance, false);
  });
});

describe('the schema context', () => {
  const context = schema(
    {
      a: `import b { prefix x; } import c { prefix c; } include p; feature f; feature g; x:mark "m"; identity i { base x:r; } rpc op; notification note;
          leaf y { type string; x:mark "one"; x:flag; description "d"; reference "r"; units "u"; status deprecated; }`,
      b: 'revision 2026-01-01; extension mark { argument t; } extension flag; identity r; identity q { if-feature nothing; } feature nothing;',
      c: 'container unseen;',
      p: 'submodule p { yang-version 1.1; belongs-to a { prefix a; } }',
    },
    [{ name: 'a', features: ['g'] }],
  );

  it('lists all modules', () => {
    const summary = [...context.modules.values()].map(
      ({ name, namespace, prefix, revision, implemented }) =>
        [name, namespace, prefix, revision, implemented] as const,
    );
    assert.deepEqual(summary, [
      ['a', 'urn:a', 'a', undefined, true],
      ['b', 'urn:b', 'b', '2026-01-01', false],
      ['c', 'urn:c', 'c', undefined, false],
    ]);
    assert.equal(context.moduleByNamespace.get('urn:b'), context.modules.get('b'));
    assert.deepEqual([...(context.modules.get('a')?.features ?? [])], ['g']);
  });

  it('has the nodes of implemented modules only', () => {
    assert.deepEqual(names(context.root.dataChildren), ['y']);
    assert.equal(context.root.context, context);
  });

  it('finds operations and notifications by name', () => {
    assert.equal(context.rpcs.get(qnameKey('urn:a', 'op'))?.name, 'op');
    assert.equal(context.notifications.get(qnameKey('urn:a', 'note'))?.name, 'note');
    assert.equal(context.rpcs.get(qnameKey('urn:b', 'op')), undefined);
  });

  it('knows identities and what they are derived from', () => {
    const i = context.identity('a', 'i');
    const r = context.identity('b', 'r');
    assert.ok(i && r);
    assert.deepEqual(i.bases, [r]);
    assert.deepEqual([...i.ancestors].map(({ name }) => name).sort(), ['i', 'r']);
    assert.equal(i.ancestors.has(r) && i.ancestors.has(i), true);
    assert.equal(r.ancestors.has(i), false);
    assert.equal(i.ancestors.has({ ...i }), false, 'something else of that shape');
    const seen = new Set<unknown>();
    i.ancestors.forEach((value, key, set) => {
      assert.ok(value === key && set === i.ancestors);
      seen.add(value);
    });
    assert.equal(i.ancestors.size, 2);
    assert.deepEqual(seen, new Set([i, r]));
    assert.deepEqual(new Set(i.ancestors.keys()), seen);
    assert.deepEqual(new Set(i.ancestors.values()), seen);
    assert.equal([...i.ancestors.entries()].length, 2);
    assert.equal(context.identity('b', 'q'), undefined, 'its feature is not supported');
  });

  it('keeps documentation and extensions', () => {
    const y = leaf(context, 'y');
    assert.deepEqual(y.extensions, [
      { module: 'b', name: 'mark', argument: 'one', substatements: [] },
      { module: 'b', name: 'flag', argument: undefined, substatements: [] },
    ]);
    assert.deepEqual(
      [y.description, y.reference, y.units, y.status],
      ['d', 'r', 'u', 'deprecated'],
    );
  });

  it('gives the source of modules and submodules', () => {
    assert.match(context.sourceOf('a', undefined) ?? '', /^module a/);
    assert.match(context.sourceOf('p', undefined) ?? '', /^submodule p/);
    assert.match(context.sourceOf('b', '2026-01-01') ?? '', /module b/);
    assert.equal(context.sourceOf('b', '2025-01-01'), undefined);
    assert.equal(context.sourceOf('nowhere', undefined), undefined);
  });
});

describe('compile', () => {
  it('says what is missing instead of throwing', () => {
    const { context, diagnostics } = compile(new Map(), { modules: [{ name: 'nowhere' }] });
    assert.equal(context, undefined);
    assert.equal(diagnostics[0]?.code, 'module-not-found');
  });

  it('compiles nothing to an empty schema', () => {
    const { context, diagnostics } = compile(new Map(), { modules: [] });
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(context?.root.dataChildren, []);
  });

  it('joins the features of a module that is asked for twice', () => {
    const texts = new Map([['a', module('a', 'feature f; feature g;')]]);
    const modules = [
      { name: 'a', features: ['f'] },
      { name: 'a', features: ['g'] },
    ];
    const { context } = compile(texts, { modules });
    assert.deepEqual([...(context?.modules.get('a')?.features ?? [])], ['f', 'g']);
  });
});
