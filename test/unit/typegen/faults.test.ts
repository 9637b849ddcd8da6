/** What is wrong with a value is told as RpcErrors with paths, even where the types were got round. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  childNode,
  encodeData,
  Branch,
  emptyBranch,
  typedModules,
  type TypedBranch,
} from '../../../src/data/index.ts';
import { RpcErrorException, printPath } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { compileTexts } from '../../support/data-text.ts';
import { ADDING, EVERY_TYPE, STRUCTURE_MODULES } from '../../support/every-type.ts';

const context = compileTexts(
  new Map([
    ['every.yang', EVERY_TYPE],
    ['adding.yang', ADDING],
  ]),
);
const types = typedModules(['every', 'adding']);
const Top = types.configBranch<unknown>('/every:top');
const TopEntry = types.configBranch<unknown>('/every:top/entry');
const PingInput = types.branch<unknown>('/every:ping/input');
const Data = types.configBranch<unknown>('/');

function line({ tag, path, appTag }: RpcError): string {
  const place = typeof path === 'object' ? printPath(path) : '-';
  return [tag, ...(appTag === undefined ? [] : [appTag]), place].join(' ');
}

function faults(type: TypedBranch<unknown>, value: unknown): readonly string[] {
  const { tree, errors } = type.build(context, value);
  assert.equal(tree === undefined, errors.length > 0);
  return errors.map(line);
}

const LEAF_ROWS: readonly (readonly [string, unknown])[] = [
  ['aString', 'UPPER'],
  ['aString', 'far too long'],
  ['aString', 5],
  ['anInt8', 128],
  ['anInt8', 1.5],
  ['anInt8', NaN],
  ['anInt8', Infinity],
  ['anInt8', 1n],
  ['anInt64', 2n ** 63n],
  ['anInt64', 5],
  ['aDecimal', '10.51'],
  ['aDecimal', '1.234'],
  ['aDecimal', 'ten'],
  ['aDecimal', 1.5],
  ['aBoolean', 'true'],
  ['anEmpty', false],
  ['anEmpty', null],
  ['anEnum', 'green'],
  ['someBits', ['up', 'up']],
  ['someBits', ['sideways']],
  ['someBits', 'up'],
  ['someBits', [1]],
  ['aBinary', new Uint8Array(17)],
  ['aBinary', 'AAAA'],
  ['anIdentity', 'every:animal'],
  ['anIdentity', 'cat'],
  ['anIdentity', 'nowhere:cat'],
  ['anInstance', '/every:nowhere'],
  ['anInstance', 'top'],
  ['aReference', '5'],
  ['aUnion', 300],
  ['aUnion', 'every:bird'],
  ['aUnion', { some: 'object' }],
  ['aUnion', Symbol('x')],
  ['aTextUnion', 101],
  ['load', null],
  ['load', () => 5],
];

describe('faults of typed values', () => {
  for (const [property, value] of LEAF_ROWS) {
    const shown = inspect(value, { breakLength: Infinity, maxArrayLength: 2 });
    it(`are told for ${property} ${shown}`, () => {
      const node = Top.nodes(context) as Record<string, { name: string }>;
      const path = `/every:top/${node[property]?.name ?? ''}`;
      const found = faults(Top, { [property]: value });
      assert.equal(found.length, 1);
      assert.match(found[0] ?? '', /^invalid-value /);
      assert.ok(found[0]?.endsWith(` ${path}`), found[0]);
    });
  }

  const ROWS: readonly (readonly [string, TypedBranch<unknown>, unknown, ...string[]])[] = [
    ['unknown property', Top, { lode: 1 }, 'unknown-element /every:top'],
    ['unknown property at the root', Data, { tip: 1 }, 'unknown-element /'],
    ['inherited property', Top, Object.create({ load: 1000 }) as unknown],
    ['state in configuration', Top.config, { status: { up: true } }, 'unknown-element /every:top'],
    ['state', Top, { status: { up: true } }],
    ['missing key', Top, { entry: [{ id: 1 }] }, "missing-element /every:top/entry[id='1']"],
    [
      'no key',
      TopEntry,
      {},
      'missing-element /every:top/entry',
      'missing-element /every:top/entry',
    ],
    [
      'missing mandatory leaf',
      Top,
      { needing: { deep: { host: 'h' } } },
      'data-missing /every:top/needing/must',
    ],
    [
      'mandatory leaf of a container that is not there',
      Top,
      { needing: { must: 'x' } },
      'data-missing /every:top/needing/deep/host',
    ],
    ['mandatory parameter', PingInput, {}, 'data-missing /every:host'],
    ['two cases', Top, { name: 'x', number: 1 }, 'bad-element /every:top'],
    ['two cases, nested', Top, { left: 'x', right: 'x' }, 'bad-element /every:top'],
    ['second case nested', Top, { name: 'x', right: 'x' }, 'bad-element /every:top'],
    ['two nodes of a case', Top, { name: 'x', nameHint: 'x' }],
    ['no object', Top, 5, 'invalid-value /every:top'],
    ['array for a container', Top, { plain: [] }, 'invalid-value /every:top/plain'],
    ['null for a container', Top, { plain: null }, 'invalid-value /every:top/plain'],
    ['object for a list', Top, { entry: {} }, 'invalid-value /every:top/entry'],
    ['no entry', Top, { entry: [5] }, 'invalid-value /every:top/entry'],
    ['no leaf-list', Top, { numbers: 5 }, 'invalid-value /every:top/numbers'],
    ['value of a leaf-list', Top, { numbers: [1, -1] }, 'invalid-value /every:top/numbers'],
    ['no anydata', Top, { free: 'text' }, 'invalid-value /every:top/free'],
    [
      'twins',
      Top,
      {
        entry: [
          { id: 1, name: 'a' },
          { id: 2, name: 'a' },
          { id: 1, name: 'a' },
        ],
      },
      "bad-element /every:top/entry[id='1'][name='a']",
    ],
    [
      'below an entry',
      Top,
      { entry: [{ id: 1, name: 'a', sub: [{ k: 5 }] }] },
      "invalid-value /every:top/entry[id='1'][name='a']/sub/k",
    ],
    [
      'of two leafs',
      Top,
      { load: 101, anInt8: 128 },
      'invalid-value /every:top/load',
      'invalid-value /every:top/an-int8',
    ],
    ['node of another module', Top, { extra: 5 }, 'invalid-value /every:top/adding:extra'],
  ];
  for (const [name, type, value, ...expected] of ROWS) {
    it(`are told: ${name}`, () => {
      assert.deepEqual(faults(type, value), expected);
    });
  }

  it('are 100 at most', () => {
    const entry = Array.from({ length: 1000 }, (_, id) => ({ id: id % 3, name: 5 }));
    assert.equal(faults(Top, { entry }).length, 100);
    assert.equal(faults(Top, { numbers: entry }).length, 100);
  });

  it('are thrown together by toTree', () => {
    assert.throws(
      () => Top.toTree(context, { load: 101, anInt8: 'x' }),
      (error) =>
        error instanceof RpcErrorException &&
        error.errors.length === 2 &&
        /101 is outside 0\.\.100.*expected a number, not "x"/s.test(error.message),
    );
  });
});

describe('trees that lack something', () => {
  it('are no values of the type, and are values in part', () => {
    const Needing = types.configBranch<unknown>('/every:top/needing');
    const schema = Needing.find(context);
    assert.ok(schema);
    const branch = emptyBranch(schema);
    assert.throws(
      () => Needing.fromTree(branch),
      (error) =>
        error instanceof RpcErrorException &&
        error.errors.map(line).join('; ') ===
          'data-missing /every:top/needing/must; data-missing /every:top/needing/deep/host',
    );
    assert.deepEqual(Needing.fromPartialTree(branch), {});
  });
});

describe('single properties', () => {
  const Row = types.configBranch<Record<string, unknown>>('/every:top/entry');
  const row = TopEntry.toTree(context, { id: 1, name: 'x', sub: [{ k: 5n }] });

  it('are as they are in the value', () => {
    const value = Row.fromTree(row);
    for (const name of ['id', 'name', 'sub', 'value']) {
      assert.deepEqual(Row.get(row, name), value[name]);
    }
  });

  it('are missing where the type demands them', () => {
    const bare = emptyBranch(row.schema);
    assert.equal(Row.get(bare, 'value'), undefined);
    assert.throws(() => Row.get(bare, 'id'), /key "id" is missing/);
    const Needing = types.configBranch<Record<string, unknown>>('/every:top/needing');
    const schema = Needing.find(context);
    assert.ok(schema);
    const empty = emptyBranch(schema);
    assert.throws(() => Needing.get(empty, 'must'), /mandatory node "must" is missing/);
    assert.throws(() => Needing.get(empty, 'deep'), /mandatory node "host" is missing/);
  });

  it('are our fault where there is no such property', () => {
    assert.throws(() => Row.get(row, 'nope'), /the schema has no "nope" at \/every:top\/entry/);
  });
});

describe('what a schema does not have', () => {
  const Nowhere = types.branch<unknown>('/every:nowhere');

  it('is found nowhere', () => {
    for (const path of [
      '/nowhere:top',
      '/every:top/nowhere',
      '/every:top/load',
      '/every:top/load/more',
      '/every:ping',
      '/every:ping/neither',
      '/every:top/nowhere:entry',
      'structure /every:top',
      'structure /nowhere:top',
    ]) {
      assert.equal(types.branch(path).find(context), undefined, path);
    }
  });

  it('is our fault', () => {
    assert.throws(() => Nowhere.toTree(context, {}), /the schema has no \/every:nowhere/);
    assert.throws(() => Nowhere.nodes(context), /the schema has no \/every:nowhere/);
    const branch = emptyBranch(context.root);
    assert.throws(() => Top.fromTree(branch), /the branch is no \/every:top/);
  });
});

describe('modules that the types do not know', () => {
  const Narrow = typedModules(['every']).configBranch<Record<string, unknown>>('/every:top');

  it('have qualified names', () => {
    const node = childNode(Top.find(context) as never, 'extra', 'urn:adding');
    const tree = Top.toTree(context, { load: 1 }).with(node, 'x');
    assert.deepEqual(Narrow.fromTree(tree), { load: 1, 'adding:extra': 'x' });
    assert.deepEqual(Narrow.toTree(context, Narrow.fromTree(tree)).slots, tree.slots);
    assert.deepEqual(Top.fromTree(tree), { load: 1, extra: 'x' });
    assert.ok(tree instanceof Branch);
  });
});

describe('structures', () => {
  const context = compileTexts(
    new Map([
      ...STRUCTURE_MODULES,
      [
        's.yang',
        `module s { namespace "urn:s"; prefix s; import ietf-yang-structure-ext { prefix sx; } import ietf-restconf { prefix rc; }
          sx:structure message { leaf text { type string { length "1..5"; } mandatory true; } container inner { leaf x { type int64; } } }
          rc:yang-data template { container errors { leaf count { type uint8; } } } }`,
      ],
    ]),
  );
  const types = typedModules(['s']);

  it('are trees of their documents', () => {
    const Message = types.branch<unknown>('structure /s:message');
    const value = { text: 'hello', inner: { x: 5n } };
    const tree = Message.toTree(context, value);
    assert.deepEqual(Message.fromTree(tree), value);
    const text = encodeData(new Branch(tree.schema, tree.slots));
    assert.equal(text, '<text xmlns="urn:s">hello</text><inner xmlns="urn:s"><x>5</x></inner>');
    assert.deepEqual(Message.build(context, { text: 'too long' }).errors.map(line), [
      'invalid-value /s:message/text',
    ]);
    const Inner = types.branch<unknown>('structure /s:message/inner');
    assert.deepEqual(Inner.fromTree(Inner.toTree(context, { x: 1n })), { x: 1n });
  });

  it('have no name of their own as yang-data', () => {
    const Template = types.branch<unknown>('structure /s:template');
    const value = { errors: { count: 1 } };
    const tree = Template.toTree(context, value);
    assert.deepEqual(Template.fromTree(tree), value);
    assert.equal(encodeData(tree), '<errors xmlns="urn:s"><count>1</count></errors>');
  });
});
