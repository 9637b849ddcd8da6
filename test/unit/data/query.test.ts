/** XPath over a data tree from a program: prefixes, results, paths and errors. */
import assert from 'node:assert/strict';
import { XPathError, parseDocument, query, type QueryResult } from '../../../src/data/index.ts';
import { compile, createMapRepository } from '../../../src/yang/index.ts';

const MODULES = new Map([
  [
    'a.yang',
    `module a { namespace "urn:a"; prefix p;
       container top { list item { key id; leaf id { type int8; } leaf level { type uint8; default 5; } } } }`,
  ],
  ['b.yang', 'module b { namespace "urn:b"; prefix p; leaf other { type string; } }'],
]);
const DATA = '{"a:top":{"item":[{"id":1},{"id":2,"level":9}]}}';

function run(
  expression: string,
  modules: readonly string[],
  options: { readonly module?: string; readonly maxVisits?: number } = {},
): QueryResult {
  const requests = modules.map((name) => ({ name }));
  const { context } = compile(createMapRepository(MODULES), { modules: requests });
  assert.ok(context);
  const { document } = parseDocument(context, DATA, { format: 'json' });
  assert.ok(document);
  return query(context, document.root, expression, options);
}

const VALUES: readonly {
  readonly expression: string;
  readonly modules?: readonly string[];
  readonly options?: { readonly module?: string };
  readonly result: string | number | boolean;
}[] = [
  { expression: 'count(/a:top/a:item)', modules: ['a', 'b'], result: 2 },
  { expression: 'count(/p:top/p:item)', result: 2 },
  { expression: 'count(/top/item)', result: 2 },
  { expression: 'count(/top/item)', modules: ['a', 'b'], result: 0 },
  { expression: 'count(/top/item)', modules: ['a', 'b'], options: { module: 'a' }, result: 2 },
  { expression: 'sum(//level)', result: 14 },
  { expression: 'string(/top/item[2]/level)', result: '9' },
  { expression: '/top/item/level > 8', result: true },
];

describe('query', () => {
  for (const { expression, modules = ['a'], options, result } of VALUES) {
    it(`${expression} of ${modules.join(', ')}`, () => {
      assert.equal(run(expression, modules, options), result);
    });
  }

  it('finds nodes with their paths and values, defaults among them', () => {
    const found = run('/top/item[id = 1]/level', ['a']);
    assert.ok(typeof found === 'object');
    const [node, ...rest] = found;
    assert.ok(node && rest.length === 0);
    const { path, value, text, schema } = node;
    assert.deepEqual(
      { path, value, text, kind: schema.kind },
      { path: "/a:top/item[id='1']/level", value: 5, text: '5', kind: 'leaf' },
    );
  });

  const throwing = [
    { name: 'what is no expression', expression: '/top/item[' },
    { name: 'an unknown prefix', expression: '/nope:top' },
    { name: 'a prefix of two modules', expression: '/p:top', modules: ['a', 'b'] },
    { name: 'what costs too much', expression: '//*', options: { maxVisits: 2 } },
  ];
  for (const { name, expression, modules = ['a'], options } of throwing) {
    it(`throws for ${name}`, () => {
      assert.throws(() => run(expression, modules, options), XPathError);
    });
  }
});
