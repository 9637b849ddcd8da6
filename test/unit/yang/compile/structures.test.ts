/** Structures (RFC 8791), templates (RFC 8040, section 8), annotations (RFC 7952) and augments as the schema shows them. */
import assert from 'node:assert/strict';
import { compile, qnameKey, type SchemaContext } from '../../../../src/yang/index.ts';

const EXTENSIONS = {
  'ietf-yang-structure-ext': `module ietf-yang-structure-ext {
    yang-version 1.1; namespace "urn:sx"; prefix sx;
    extension structure { argument name; } extension augment-structure { argument path; } }`,
  'ietf-restconf': `module ietf-restconf {
    yang-version 1.1; namespace "urn:rc"; prefix rc; extension yang-data { argument name; } }`,
  'ietf-yang-metadata': `module ietf-yang-metadata {
    namespace "urn:md"; prefix md; extension annotation { argument name; } }`,
};

const IMPORTS =
  'import ietf-yang-structure-ext { prefix sx; } import ietf-restconf { prefix rc; } import ietf-yang-metadata { prefix md; }';

function compileBodies(bodies: Readonly<Record<string, string>>): ReturnType<typeof compile> {
  const texts = Object.entries(bodies).map(
    ([name, body]) =>
      [
        name,
        `module ${name} { yang-version 1.1; namespace "urn:${name}"; prefix ${name}; ${IMPORTS} ${body} }`,
      ] as const,
  );
  const sources = new Map([...Object.entries(EXTENSIONS), ...texts]);
  return compile(sources, { modules: texts.map(([name]) => ({ name })) });
}

function schema(bodies: Readonly<Record<string, string>>): SchemaContext {
  const { context, diagnostics } = compileBodies(bodies);
  assert.deepEqual(
    diagnostics.map(({ code, line, column }) => `${line}:${column} ${code}`),
    [],
  );
  assert.ok(context);
  return context;
}

function codes(body: string): readonly string[] {
  return compileBodies({ a: body }).diagnostics.map(({ code }) => code);
}

describe('structures (RFC 8791)', () => {
  const context = schema({
    a: `sx:structure book {
          must "entry"; status deprecated; description "d"; reference "r";
          typedef t { type string; } grouping g { leaf more { type t; } }
          list entry { leaf name { type t; config false; } unique name; }
          leaf first { type leafref { path "/a:book/a:entry/a:name"; } when "../entry"; }
          leaf-list order { ordered-by user; type string; }
          uses g; }
        leaf data { type string; }`,
    b: `import a { prefix x; }
        sx:augment-structure "/x:book/x:entry" { leaf zip { type uint32; mandatory true; } }
        sx:augment-structure "/x:book" { choice c { leaf one { type string; } leaf two { type string; } } }`,
  });
  const book = context.structures.get(qnameKey('urn:a', 'book'));

  it('are no part of the data tree', () => {
    assert.deepEqual(
      context.root.dataChildren.map(({ name }) => name),
      ['data'],
    );
  });

  it('have children, constraints and documentation', () => {
    assert.ok(book);
    const { source, status, description, reference, must, module } = book;
    assert.deepEqual(
      [source, status, description, reference, must.length, module.name],
      ['structure', 'deprecated', 'd', 'r', 1, 'a'],
    );
    assert.deepEqual(
      book.dataChildren.map(({ name, slot }) => [name, slot]),
      [
        ['entry', 0],
        ['first', 1],
        ['order', 2],
        ['more', 3],
        ['one', 4],
        ['two', 5],
      ],
    );
    assert.equal(book.dataChild('urn:a', 'entry'), book.dataChildren[0]);
    assert.equal(book.children.at(-1)?.kind, 'choice');
  });

  it('are a container of their name in a document of their own', () => {
    assert.ok(book);
    const [container] = book.root.dataChildren;
    assert.equal(book.root.context, context);
    assert.ok(container?.kind === 'container' && container.presence);
    assert.equal(container.name, 'book');
    assert.equal(container.dataChildren, book.dataChildren);
  });

  it('need no keys and know no config', () => {
    const entry = book?.dataChild('urn:a', 'entry');
    assert.ok(entry?.kind === 'list');
    assert.deepEqual([entry.keys, entry.unique.length], [[], 1]);
    assert.ok(entry.config && entry.dataChildren.every(({ config }) => config));
    const order = book?.dataChild('urn:a', 'order');
    assert.ok(order?.kind === 'leaf-list' && order.orderedBy === 'user');
  });

  it('are augmented, with the namespace of whoever does it', () => {
    const entry = book?.dataChild('urn:a', 'entry');
    assert.ok(entry?.kind === 'list' && entry.dataChild('urn:b', 'zip'));
    assert.deepEqual(
      context.augments.map(({ module, target, nodes, statement }) => [
        module.name,
        target.kind,
        nodes.map((node) => node.kind),
        statement.isExtension,
      ]),
      [
        ['b', 'list', ['leaf'], true],
        ['b', 'container', ['choice'], true],
      ],
    );
  });

  it('depend on features', () => {
    const { context: without } = compileBodies({
      a: 'feature f; sx:structure s { leaf x { if-feature f; type string; } leaf y { type string; } }',
    });
    const names = without?.structures
      .get(qnameKey('urn:a', 's'))
      ?.dataChildren.map(({ name }) => name);
    assert.deepEqual(names, ['y']);
  });

  it('are in the schema when their module is only imported', () => {
    const { context: importing } = compile(
      new Map([
        ...Object.entries(EXTENSIONS),
        ['a', 'module a { namespace "urn:a"; prefix a; import b { prefix b; } }'],
        [
          'b',
          `module b { namespace "urn:b"; prefix b; ${IMPORTS} sx:structure s { leaf x { type string; } } }`,
        ],
      ]),
      { modules: [{ name: 'a' }] },
    );
    assert.deepEqual([...(importing?.structures.keys() ?? [])], ['{urn:b}s']);
  });

  const faults: readonly (readonly [string, readonly string[]])[] = [
    ['sx:structure s { leaf x { type string; } } leaf s { type string; }', ['duplicate-node']],
    ['sx:structure s; sx:structure s;', ['duplicate-node']],
    ['sx:structure "s s";', ['invalid-argument']],
    ['sx:structure s { contact b; }', ['unexpected-substatement']],
    ['sx:structure s { action x; }', ['unexpected-substatement']],
    ['sx:structure s { if-feature x; }', ['unexpected-substatement', 'unknown-feature']],
    ['sx:structure s { leaf x; }', ['missing-substatement']],
    ['sx:structure s { leaf x { type nothing; } }', ['unknown-type']],
    ['sx:structure s { leaf x { type string; if-feature f; } }', ['unknown-feature']],
    ['sx:structure s { leaf x { type string; } leaf x { type string; } }', ['duplicate-node']],
    ['sx:structure s { uses nothing; }', ['unknown-grouping']],
    ['sx:structure s { grouping g { uses g; } }', ['circular-grouping']],
    ['sx:structure s { grouping g { leaf x { type nothing; } } }', ['unknown-type']],
    ['sx:structure s { typedef t { type int8; default x; } }', ['invalid-default']],
    ['sx:structure s { leaf x { type int8; default 300; } }', ['invalid-default']],
    ['sx:structure s { must "a b"; }', ['invalid-xpath']],
    ['sx:structure s { must "nothing"; }', ['unknown-xpath-node']],
    ['sx:structure s { list l { key k; leaf j { type string; } } }', ['invalid-key']],
    ['sx:structure s { leaf x { type leafref { path "../y"; } } }', ['leafref-target-not-found']],
    [
      'sx:structure s { leaf x { type leafref { path "/a:d"; } } } leaf d { type string; }',
      ['leafref-target-not-found'],
    ],
    [
      'leaf x { type leafref { path "/a:s/a:y"; } } sx:structure s { leaf y { type string; } }',
      ['leafref-target-not-found'],
    ],
    ['augment "/a:s" { leaf x { type string; } } sx:structure s;', ['augment-target-not-found']],
    [
      'sx:augment-structure "/a:d" { leaf x { type string; } } container d;',
      ['augment-target-not-found'],
    ],
    ['sx:augment-structure "s" { leaf x { type string; } } sx:structure s;', ['invalid-argument']],
    [
      'sx:augment-structure "/a:s" { leaf x { type string; } } sx:structure s { leaf x { type string; } }',
      ['duplicate-node'],
    ],
  ];
  for (const [body, expected] of faults) {
    it(`have the faults of ${body}`, () => {
      assert.deepEqual(codes(body), expected);
    });
  }
});

describe('templates (RFC 8040, section 8)', () => {
  const context = schema({
    a: `feature f;
        grouping g { choice c { container x { list l { leaf v { type string; config false; if-feature f; } } } container y { must "/a:y"; } } }
        rc:yang-data named { uses g; }
        rc:yang-data other { container x; }
        leaf x { type string; }`,
  });
  const named = context.structures.get(qnameKey('urn:a', 'named'));

  it('are the root of their documents', () => {
    assert.ok(named);
    assert.deepEqual([named.source, named.must, named.status], ['yang-data', [], 'current']);
    assert.deepEqual(
      named.root.dataChildren.map(({ name }) => name),
      ['x', 'y'],
    );
    assert.equal(named.dataChildren, named.root.dataChildren);
    assert.equal(named.children[0]?.kind, 'choice');
  });

  it('ignore config, features and missing keys', () => {
    const x = named?.dataChild('urn:a', 'x');
    const list = x?.kind === 'container' ? x.dataChild('urn:a', 'l') : undefined;
    assert.ok(list?.kind === 'list' && list.config);
    assert.deepEqual(
      list.dataChildren.map(({ name, config }) => [name, config]),
      [['v', true]],
    );
  });

  it('have names that are not those of nodes, and that are there once', () => {
    assert.deepEqual([...context.structures.keys()], ['{urn:a}named', '{urn:a}other']);
    const twice = 'rc:yang-data t { container x; } rc:yang-data t { container x; }';
    assert.deepEqual(codes(twice), ['duplicate-definition']);
  });

  it('have the faults that data nodes have', () => {
    assert.deepEqual(
      codes(
        'rc:yang-data t { container x { leaf y { type int8; default z; } leaf y { type string; } } }',
      ),
      ['invalid-default', 'duplicate-node'],
    );
  });

  it('cannot be augmented', () => {
    const body =
      'rc:yang-data t { container x; } sx:augment-structure "/a:t/a:x" { leaf y { type string; } }';
    assert.deepEqual(codes(body), ['augment-target-not-found']);
  });
});

describe('annotations (RFC 7952)', () => {
  it('have a type, and documentation', () => {
    const { annotations } = schema({
      a: `typedef t { type uint8; units s; } md:annotation age { type t; description "d"; status deprecated; }
          feature f; md:annotation never { type t; if-feature f; }`,
    });
    assert.deepEqual([...annotations.keys()], ['{urn:a}age']);
    const age = annotations.get(qnameKey('urn:a', 'age'));
    assert.ok(age);
    const { name, module, type, units, status, description } = age;
    assert.deepEqual(
      [name, module.name, type.base, units, status, description],
      ['age', 'a', 'uint8', 's', 'deprecated', 'd'],
    );
  });

  const faults: readonly (readonly [string, readonly string[]])[] = [
    ['md:annotation x;', ['missing-substatement']],
    ['md:annotation x { type string; type string; }', ['repeated-substatement']],
    ['md:annotation x { type nothing; }', ['unknown-type']],
    ['md:annotation x { type string; must "1"; }', ['unexpected-substatement']],
    ['md:annotation "x y" { type string; }', ['invalid-argument']],
    ['md:annotation x { type string; } md:annotation x { type int8; }', ['duplicate-definition']],
    ['md:annotation x { type leafref { path "../y"; } }', ['invalid-path']],
  ];
  for (const [body, expected] of faults) {
    it(`have the faults of ${body}`, () => {
      assert.deepEqual(codes(body), expected);
    });
  }
});

describe('augments in the schema', () => {
  it('keep apart what each statement has added to one node', () => {
    const { augments } = schema({
      a: 'container c { leaf own { type string; } }',
      b: `import a { prefix x; } feature f;
          augment "/x:c/b:two" { leaf deep { type string; } }
          augment "/x:c" { leaf one { type string; } leaf off { if-feature f; type string; } }
          augment "/x:c" { when "x:own"; container two; }`,
    });
    assert.deepEqual(
      augments.map(({ statement, target, nodes }) => [
        statement.text,
        target.kind === 'root' ? '' : target.name,
        nodes.map((node) => (node.kind === 'root' ? '' : node.name)),
      ]),
      [
        ['/x:c/b:two', 'two', ['deep']],
        ['/x:c', 'c', ['one']],
        ['/x:c', 'c', ['two']],
      ],
    );
  });
});
