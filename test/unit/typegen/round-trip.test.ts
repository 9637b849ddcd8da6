/** A typed value becomes a data tree and the same value again. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  Branch,
  compareValues,
  encodeData,
  typedModules,
  validateFull,
} from '../../../src/data/index.ts';
import { compileTexts, decodeRoot } from '../../support/data-text.ts';
import { EVERY_TYPE } from '../../support/every-type.ts';

type Plain = Readonly<Record<string, unknown>>;

const context = compileTexts(new Map([['every.yang', EVERY_TYPE]]));
const types = typedModules(['every']);
const Top = types.configBranch<Plain>('/every:top');
const Data = types.configBranch<Plain>('/');

const text = fc.stringMatching(/^[a-z][a-z ]{0,5}$/);
const int8 = fc.integer({ min: -128, max: 127 });
const colour = fc.constantFrom('red', 'light blue', "it's");
const flags = fc.subarray(['up', 'down', 'test-mode'], { minLength: 1 });
const identity = fc.constantFrom('every:cat', 'every:dog', 'every:hamster');
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const decimal = fc.integer({ min: -1049, max: 1049 }).map((n) => {
  const canonical = String(n / 100);
  return canonical.includes('.') ? canonical : `${canonical}.0`;
});
/** Values whose text belongs to no member before their own. */
const union = fc.oneof(
  int8,
  fc.bigInt({ min: 128n, max: 2n ** 64n - 1n }),
  fc.boolean(),
  fc.constant(null),
  colour,
  flags,
  fc.constant(Uint8Array.of(1, 2, 3)),
  identity,
  fc.constantFrom('1.5', '-0.25'),
  fc.constant('inner'),
);

/** Any of the properties may be missing; what is there has content. */
function some(properties: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Plain> {
  return fc.record(properties, { requiredKeys: [], noNullPrototype: true });
}

function whole(properties: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Plain> {
  return fc.record(properties, { noNullPrototype: true });
}

function filled(content: fc.Arbitrary<Plain>): fc.Arbitrary<Plain> {
  return content.filter((it) => Object.keys(it).length > 0);
}

/** Entries with distinct keys, in the order of the keys, as lists ordered by the system have them. */
function rows(
  entry: fc.Arbitrary<Plain>,
  keys: readonly string[],
  isSorted = true,
): fc.Arbitrary<readonly Plain[]> {
  const compare = (a: Plain, b: Plain): number =>
    keys.reduce((order, key) => order || compareValues(a[key] as string, b[key] as string), 0);
  const selector = (it: Plain): string => keys.map((key) => String(it[key])).join('\n');
  return fc
    .uniqueArray(entry, { selector, minLength: 1, maxLength: 5 })
    .map((all) => (isSorted ? all.toSorted(compare) : all));
}

function keyed(
  keys: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  others: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<Plain> {
  return fc.record(
    { ...keys, ...others },
    { requiredKeys: Object.keys(keys), noNullPrototype: true },
  );
}

function many(item: fc.Arbitrary<unknown>): fc.Arbitrary<readonly unknown[]> {
  return fc.uniqueArray(item, { minLength: 1, maxLength: 4, selector: (it) => String(it) });
}

const leafs = some({
  aString: text,
  anInt8: int8,
  anInt64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  aUint64: uint64,
  aDecimal: decimal,
  aBoolean: fc.boolean(),
  anEmpty: fc.constant(true),
  anEnum: colour,
  anInlineEnum: fc.constantFrom('one', 'two'),
  someBits: fc.subarray(['up', 'down', 'test-mode']),
  aBinary: fc.uint8Array({ maxLength: 16 }),
  anIdentity: identity,
  twoBases: fc.constant('every:hamster'),
  anInstance: fc.constantFrom('/every:top', "/every:top/every:step[every:n='1']/every:text"),
  aReference: fc.bigInt({ min: -5n, max: 5n }),
  aUnion: union,
  aTextUnion: fc.oneof(fc.integer({ min: 0, max: 100 }), text),
  load: fc.integer({ min: 0, max: 100 }),
  numbers: many(fc.integer({ min: 0, max: 65535 })),
  bigs: many(uint64),
  flagSets: many(flags),
  mixed: many(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant('any'))),
  animals: many(identity),
});
const branches = some({
  plain: whole({ inner: whole({ text }) }),
  present: some({ text }),
  needing: whole({ must: text, deep: keyed({ host: text }, { port: fc.nat(65535) }) }),
  entry: rows(
    keyed(
      { id: fc.integer({ min: -3, max: 3 }), name: text },
      { value: text, counter: uint64, sub: rows(whole({ k: uint64 }), ['k']) },
    ),
    ['id', 'name'],
  ),
  step: rows(keyed({ n: fc.nat(255) }, { text }), ['n'], false),
  sample: fc.array(some({ at: fc.bigInt({ min: 0n, max: 9n }) }), { minLength: 1, maxLength: 3 }),
  status: whole({ up: fc.boolean() }),
});
const choices = fc.tuple(
  fc.oneof(
    some({ name: text, nameHint: text }),
    whole({ number: fc.nat() }),
    whole({ byBox: filled(some({ size: fc.nat(255) })) }),
    whole({ left: text }),
    whole({ right: text }),
  ),
  fc.constantFrom({}, { metric: true }, { imperial: true }),
);
const top = fc
  .tuple(leafs, branches, choices)
  .map(([a, b, [c, d]]): Plain => ({ ...a, ...b, ...c, ...d }));

describe('typed values', () => {
  it('come back from a data tree as they were', () => {
    fc.assert(
      fc.property(top, (value) => {
        assert.deepEqual(Top.fromTree(Top.toTree(context, value)), value);
      }),
      { numRuns: 300 },
    );
  });

  it('come back from XML as they were', () => {
    fc.assert(
      fc.property(filled(top), (value) => {
        const tree = Data.toTree(context, { top: value });
        const { content, errors } = decodeRoot(context, encodeData(tree));
        assert.deepEqual(errors, []);
        assert.ok(content instanceof Branch);
        assert.deepEqual(Data.fromTree(content), { top: value });
      }),
      { numRuns: 200 },
    );
  });

  it('come back in part as they were', () => {
    fc.assert(
      fc.property(top, (value) => {
        assert.deepEqual(Top.fromPartialTree(Top.toTree(context, value)), value);
      }),
    );
  });

  it('make trees that validation accepts', () => {
    const valid = { aString: 'x', entry: [{ id: 1, name: 'x' }] };
    const tree = Data.toTree(context, { top: valid, target: { running: true } });
    assert.deepEqual(validateFull(tree, context), []);
  });

  it('lose what means nothing: empty lists, leaf-lists and containers', () => {
    const value = { numbers: [], entry: [], plain: { inner: {} }, load: undefined };
    assert.deepEqual(Top.toTree(context, value).slots, []);
    assert.deepEqual(Top.fromTree(Top.toTree(context, { present: {} })), { present: {} });
  });

  it('are canonical when read', () => {
    const rows: readonly (readonly [Plain, Plain])[] = [
      [{ aDecimal: '1.50' }, { aDecimal: '1.5' }],
      [{ aDecimal: '+01' }, { aDecimal: '1.0' }],
      [{ someBits: ['down', 'up'] }, { someBits: ['up', 'down'] }],
      [{ anInt8: -0 }, { anInt8: 0 }],
    ];
    for (const [given, read] of rows) {
      assert.deepEqual(Top.fromTree(Top.toTree(context, given)), read);
    }
  });

  it('hold the content of anydata as it is', () => {
    const element = {
      namespace: 'urn:x',
      local: 'x',
      attributes: [],
      children: [],
      bindings: new Map(),
    };
    const value = { free: { kind: 'any', element }, xml: { kind: 'any', element } };
    assert.deepEqual(Top.fromTree(Top.toTree(context, value)), value);
  });
});
