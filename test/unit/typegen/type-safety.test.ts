/** What compiles against generated types and what does not. */
import assert from 'node:assert/strict';
import { generateTypes } from '../../../src/typegen/index.ts';
import { compileTexts } from '../../support/data-text.ts';
import { ADDING, EVERY_TYPE } from '../../support/every-type.ts';
import { DATA_LAYER, typeFaults } from '../../support/type-check.ts';

const context = compileTexts(
  new Map([
    ['every.yang', EVERY_TYPE],
    ['adding.yang', ADDING],
  ]),
);

/** Each row: what it shows, the type, a value that fits and one that does not. */
const ROWS: readonly (readonly [string, string, string, string])[] = [
  ['string', 'Top', `{ aString: 'x' }`, `{ aString: 1 }`],
  ['integer', 'Top', `{ anInt8: 1 }`, `{ anInt8: '1' }`],
  ['integer, not bigint', 'Top', `{ anInt8: 1 }`, `{ anInt8: 1n }`],
  ['64 bits', 'Top', `{ anInt64: 1n, aUint64: 2n }`, `{ anInt64: 1 }`],
  ['decimal64', 'Top', `{ aDecimal: '1.5' }`, `{ aDecimal: '1,5' }`],
  ['decimal64, not number', 'Top', `{ aDecimal: '1' }`, `{ aDecimal: 1.5 }`],
  ['boolean', 'Top', `{ aBoolean: false }`, `{ aBoolean: 'true' }`],
  ['empty', 'Top', `{ anEmpty: true }`, `{ anEmpty: false }`],
  ['enumeration', 'Top', `{ anEnum: 'light blue' }`, `{ anEnum: 'green' }`],
  ['enumeration without a name', 'Top', `{ anInlineEnum: 'two' }`, `{ anInlineEnum: 'three' }`],
  ['bits', 'Top', `{ someBits: ['up', 'test-mode'] }`, `{ someBits: ['left'] }`],
  ['bits, not a text', 'Top', `{ moreBits: ['x'] }`, `{ moreBits: 'x y' }`],
  ['binary', 'Top', `{ aBinary: new Uint8Array(2) }`, `{ aBinary: 'AAA=' }`],
  ['identityref', 'Top', `{ anIdentity: 'every:cat' }`, `{ anIdentity: 'every:animal' }`],
  ['identity without a module', 'Top', `{ anIdentity: 'every:dog' }`, `{ anIdentity: 'dog' }`],
  [
    'identity of another module',
    'Top',
    `{ anIdentity: 'adding:fish' }`,
    `{ twoBases: 'adding:fish' }`,
  ],
  [
    'identityref with two bases',
    'Top',
    `{ twoBases: 'every:hamster' }`,
    `{ twoBases: 'every:cat' }`,
  ],
  ['instance-identifier', 'Top', `{ anInstance: '/every:top' }`, `{ anInstance: 5 }`],
  ['leafref', 'Top', `{ aReference: 1n }`, `{ aReference: '1' }`],
  ['union', 'Top', `{ aUnion: 'inner' }`, `{ aUnion: 'outer' }`],
  ['union with numbers', 'Top', `{ aUnion: 5n }`, `{ aUnion: undefined as never as symbol }`],
  ['union with an identity', 'Top', `{ aUnion: 'every:cat' }`, `{ aUnion: 'every:bird' }`],
  ['union with empty', 'Top', `{ aUnion: null }`, `{ aUnion: {} }`],
  ['leaf-list', 'Top', `{ numbers: [1, 2] }`, `{ numbers: 1 }`],
  ['leaf-list of a union', 'Top', `{ mixed: [1, 'any'] }`, `{ mixed: ['some'] }`],
  ['leaf-list of bits', 'Top', `{ flagSets: [['up'], []] }`, `{ flagSets: ['up'] }`],
  ['unknown leaf', 'Top', `{ load: 1 }`, `{ lode: 1 }`],
  [
    'unknown leaf further down',
    'Top',
    `{ plain: { inner: { text: '' } } }`,
    `{ plain: { inner: { test: '' } } }`,
  ],
  ['list', 'Top', `{ entry: [{ id: 1, name: 'x' }] }`, `{ entry: { id: 1, name: 'x' } }`],
  ['missing key', 'Top', `{ entry: [{ id: 1, name: '' }] }`, `{ entry: [{ id: 1 }] }`],
  [
    'missing mandatory leaf',
    'Top',
    `{ needing: { must: '', deep: { host: 'h' } } }`,
    `{ needing: { deep: { host: 'h' } } }`,
  ],
  [
    'container that a mandatory leaf demands',
    'TopNeeding',
    `{ must: '', deep: { host: '' } }`,
    `{ must: '' }`,
  ],
  ['optional presence container', 'Top', `{ present: {} }`, `{ present: true }`],
  ['two cases', 'Top', `{ name: 'x', nameHint: 'y' }`, `{ name: 'x', number: 1 }`],
  ['two cases, one a container', 'Top', `{ byBox: { size: 1 } }`, `{ byBox: {}, name: 'x' }`],
  ['two cases of a choice in a case', 'Top', `{ left: 'x' }`, `{ left: 'x', right: 'y' }`],
  ['a case and one of a nested choice', 'Top', `{ right: 'x' }`, `{ name: 'x', right: 'y' }`],
  [
    'cases of two choices',
    'Top',
    `{ name: 'x', metric: true }`,
    `{ metric: true, imperial: true }`,
  ],
  ['mandatory choice', 'Target', `{ running: true }`, `{}`],
  ['mandatory choice twice', 'Target', `{ candidate: true }`, `{ candidate: true, running: true }`],
  ['mandatory leaf in a case', 'Target', `{ remote: { host: 'h' } }`, `{ remote: { port: 1 } }`],
  ['choice whose cases all need something', 'OptionalPair', `{}`, `{ a1: 'x', b1: 'y' }`],
  ['state in configuration', 'ConfigOfTop', `{ load: 1 }`, `{ load: 1, status: { up: true } }`],
  [
    'state further down',
    'ConfigOfTop',
    `{ entry: [{ id: 1, name: '' }] }`,
    `{ entry: [{ id: 1, name: '', counter: 1n }] }`,
  ],
  ['state among all data', 'Top', `{ status: { up: true } }`, `{ status: {} }`],
  ['list without keys', 'Top', `{ sample: [{ at: 1n }, { at: 1n }] }`, `{ sample: [1] }`],
  ['anydata', 'Top', `{ free: undefined }`, `{ free: 'text' }`],
  ['node of another module', 'Top', `{ extra: 'x' }`, `{ extra: 1 }`],
  [
    'node with the name of another',
    'Top',
    `{ anInt8: 1, 'adding:an-int8': 'x' }`,
    `{ 'adding:an-int8': 1 }`,
  ],
  [
    'node that looks like another',
    'Top',
    `{ aString: 'x', 'adding:aString': 'y' }`,
    `{ 'a-string': 'x' }`,
  ],
  ['input', 'PingInput', `{ host: 'h', size: 64 }`, `{ size: 64 }`],
  ['output', 'PingOutput', `{ millis: 5 }`, `{ milis: 5 }`],
  ['notification', 'Alarm', `{ severity: 'red' }`, `{ severity: 'high' }`],
  ['action', 'TopEntryResetInput', `{ how: 'red' }`, `{}`],
  ['notification in a list', 'TopEntryOverflow', `{ at: 1n }`, `{ at: 1 }`],
  ['root', 'EveryData', `{ target: { running: true } }`, `{ top: {}, tip: {} }`],
  [
    'configuration at the root',
    'ConfigOfEveryData',
    `{ target: { running: true } }`,
    `{ target: { running: true }, top: { status: { up: true } } }`,
  ],
];

/** Uses of what is generated: code that compiles and code that does not. */
const USES: readonly (readonly [string, string, string])[] = [
  [
    'a value is readonly',
    `const x = (it: Top): unknown => it.load;`,
    `const x = (it: Top) => { it.load = 1; };`,
  ],
  [
    'absence has to be thought of',
    `const x = (it: Top): number => it.load ?? 0;`,
    `const x = (it: Top): number => it.load;`,
  ],
  [
    'a key is always there',
    `const x = (it: TopEntry): number => it.id;`,
    `const x = (it: TopEntry): string => it.value;`,
  ],
  [
    'a case rules out the others',
    `const x = (it: Target): true => it.remote ? true : (it.running ?? it.candidate);`,
    `const x = (it: Target): true => it.running ?? it.candidate;`,
  ],
  [
    'a decimal from a number',
    'const x = (n: number): Decimal64 => `${n}`;',
    `const x = (n: number): Decimal64 => n.toFixed(1);`,
  ],
  [
    'toTree takes the type',
    `const x = Top.toTree(context, { load: 1 });`,
    `const x = Top.toTree(context, { load: '1' });`,
  ],
  [
    'toTree of configuration',
    `const x = Top.config.toTree(context, { load: 1 });`,
    `const x = Top.config.toTree(context, { status: { up: true } });`,
  ],
  ['state has no configuration', `const x = TopStatus.toTree;`, `const x = TopStatus.config;`],
  [
    'fromTree gives the type',
    `const x = (branch: Branch): number | undefined => Top.fromTree(branch).load;`,
    `const x = (branch: Branch): string | undefined => Top.fromTree(branch).load;`,
  ],
  [
    'in a part anything is missing',
    `const x = (branch: Branch): string | undefined => TopNeeding.fromPartialTree(branch).deep?.host;`,
    `const x = (branch: Branch): string => TopNeeding.fromPartialTree(branch).must;`,
  ],
  [
    'a single property has its type',
    `const x = (branch: Branch): readonly number[] | undefined => Top.get(branch, 'numbers');`,
    `const x = (branch: Branch): readonly string[] | undefined => Top.get(branch, 'numbers');`,
  ],
  [
    'a single property has to exist',
    `const x = (branch: Branch): true | undefined => Target.get(branch, 'running');`,
    `const x = (branch: Branch): unknown => Target.get(branch, 'startup');`,
  ],
  [
    'nodes by property',
    `const x = Top.nodes(context).anInt64.slot;`,
    `const x = Top.nodes(context).anInt63;`,
  ],
  [
    'nodes in cases',
    `const x = Target.nodes(context).candidate;`,
    `const x = Target.nodes(context).startup;`,
  ],
];

describe('generated types', function () {
  this.timeout(60_000);
  const texts = new Map<string, string>([
    ['every.ts', generateTypes(context, { modules: ['every'], from: DATA_LAYER })],
  ]);
  const imports = `import type { Branch, Decimal64 } from '${DATA_LAYER}';
import type { SchemaContext } from '../../src/yang/index.ts';
import { Target, Top, TopNeeding, TopStatus, type TopEntry } from './every.ts';
declare const context: SchemaContext;
`;
  for (const [index, [, type, good, bad]] of ROWS.entries()) {
    const use = (value: string): string =>
      `import type { ${type} } from './every.ts';\nexport const value: ${type} = ${value};\n`;
    texts.set(`good-${index}.ts`, use(good)).set(`bad-${index}.ts`, use(bad));
  }
  for (const [index, [, good, bad]] of USES.entries()) {
    const use = (code: string): string => `${imports}export ${code}\n`;
    texts.set(`use-good-${index}.ts`, use(good)).set(`use-bad-${index}.ts`, use(bad));
  }
  let faults: ReadonlyMap<string, readonly string[]>;
  before(() => {
    faults = typeFaults(texts);
  });

  it('are valid TypeScript', () => {
    assert.deepEqual(faults.get('every.ts'), []);
  });
  for (const [kind, rows] of [
    ['', ROWS],
    ['use-', USES],
  ] as const) {
    for (const [index, [name]] of rows.entries()) {
      it(`tell right from wrong: ${name}`, () => {
        assert.deepEqual(faults.get(`${kind}good-${index}.ts`), []);
        const found = faults.get(`${kind}bad-${index}.ts`) ?? [];
        assert.notDeepEqual(found, [], 'the wrong value does not compile');
        assert.ok(
          !found.some((text) => /Cannot find|has no exported/.test(text)),
          found.join('\n'),
        );
      });
    }
  }
});
