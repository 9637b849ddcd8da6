/** Validation of a change finds what validation of the whole finds, whatever the change. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  applyEdit,
  decodeData,
  diffToEdit,
  validate,
  validateFull,
} from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { compile } from '../../../src/yang/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import { compileBody, dataOf, errorText } from '../../support/data-text.ts';
import { RandomSchema } from '../../support/random-schema.ts';
import { RandomSource } from '../../support/random-source.ts';

const context = compileBody(`
  container c {
    leaf limit { type int8; default 2; }
    leaf mode { type string; must "not(. = 'x') or ../np/deep"; }
    container np { must "count(../e) <= ../limit or not(deep)"; leaf deep { type string; when "../../mode"; } }
    leaf opt { type string; default d; when "../limit > 1"; }
    leaf wants { type string; must "../opt = 'd'"; }
    choice ch { leaf one { type string; } case two { leaf two-a { type string; mandatory true; } leaf two-b { type string; } } }
    list e { key k; unique "v"; max-elements 3; leaf k { type int8; } leaf v { type int8; must ". <= ../../limit"; }
      leaf ref { type leafref { path "../../e/k"; } }
      leaf far { type leafref { path "/names"; } }
      list f { key k; min-elements 1; when "../v > 0"; leaf k { type int8; } must "../../np/deep or k < 2"; } }
  }
  leaf-list names { type string; }
  leaf first { type string; must "/c/e[k = 1]/v = 1 or . = 'no'"; }`);

const option = (name: string, values: readonly (string | number)[]): fc.Arbitrary<string> =>
  fc.option(
    fc.constantFrom(...values).map((value) => `<${name}>${String(value)}</${name}>`),
    { nil: '' },
  );
const join = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((all) => all.join(''));
const rows = (name: string, content: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 3 }), content), {
      selector: ([k]) => k,
      maxLength: 4,
    })
    .map((all) =>
      all.map(([k, inner]) => `<${name}><k>${String(k)}</k>${inner}</${name}>`).join(''),
    );

const entry = join(
  option('v', [0, 1, 2, 3]),
  option('ref', [0, 1, 2]),
  option('far', ['a', 'b']),
  rows('f', fc.constant('')),
);
const data = fc
  .tuple(
    join(
      option('limit', [0, 1, 2, 3]),
      option('mode', ['x', 'y']),
      fc.constantFrom('', '<np><deep>1</deep></np>'),
      option('opt', ['d', 'e']),
      option('wants', ['w']),
      fc.constantFrom('', '<one>1</one>', '<two-b>1</two-b>', '<two-a>1</two-a>'),
      rows('e', entry),
    ),
    join(
      fc.constantFrom('', '<names>a</names>', '<names>b</names><names>a</names>'),
      option('first', ['yes', 'no']),
    ),
  )
  .map(([inside, beside]) => `${inside === '' ? '' : `<c>${inside}</c>`}${beside}`);

const lines = (text: string): readonly string[] => text.split('\n').toSorted();

describe('validation of changes', () => {
  it('finds in the change of a valid tree what is wrong with the whole', () => {
    const isValid = (xml: string): boolean =>
      validateFull(dataOf(context, xml), context).length === 0;
    const valid = fc.sample(data, { numRuns: 3000, seed: 7950 }).filter(isValid);
    assert.ok(valid.length > 50, `only ${String(valid.length)} trees to start from are valid`);
    fc.assert(
      fc.property(fc.constantFrom(...valid), data, (first, second) => {
        const before = dataOf(context, first);
        const after = dataOf(context, second);
        const limits = { maxErrors: 1000 };
        assert.deepEqual(
          lines(errorText(validate(before, after, context, limits))),
          lines(errorText(validateFull(after, context, limits))),
        );
      }),
      { numRuns: 800 },
    );
  });

  it('reports no more than it is asked for, and says so', () => {
    const many = Array.from({ length: 9 }, (_, k) => `<e><k>${String(k)}</k><v>9</v></e>`).join('');
    const errors = validateFull(dataOf(context, `<c>${many}</c>`), context, { maxErrors: 4 });
    assert.equal(errors.length, 5);
    assert.match(errors.at(-1)?.message ?? '', /more violations/);
  });

  it('finds nothing where nothing has changed', () => {
    const tree = dataOf(context, '<c><e><k>1</k><v>99</v></e></c>');
    assert.deepEqual(validate(tree, tree, context), []);
  });
});

/** The schema of a random module; undefined when the module asks for what YANG does not allow. */
function compileRandom(schema: RandomSchema): SchemaContext | undefined {
  const text = `module m { yang-version 1.1; namespace "urn:m"; prefix m; ${schema.text} }`;
  const { context, diagnostics } = compile(new Map([['m.yang', text]]), {
    modules: [{ name: 'm' }],
  });
  return diagnostics.some(({ severity }) => severity === 'error') ? undefined : context;
}

const WITHOUT_LIMIT = { maxErrors: 1000 };

describe('validation of changes in random modules', () => {
  /** The tree of a random document; undefined when values do not fit. */
  const treeOf = (random: SchemaContext, xml: string): Branch | undefined => {
    const { content, errors } = decodeData(random.root, `<config xmlns="urn:m">${xml}</config>`);
    return errors.length > 0 || 'operation' in content ? undefined : content;
  };
  const found = (errors: ReturnType<typeof validate>): readonly string[] =>
    lines(errorText(errors));

  /** The trees that `after` may be reached by: as a whole, and by an edit that leaves alone what is equal. */
  const waysTo = (before: Branch, after: Branch): readonly Branch[] => {
    const edited = applyEdit(before, diffToEdit(before, after), { defaultOperation: 'none' });
    return edited.errors.length > 0 ? [after] : [after, edited.tree];
  };

  /** Number of changes that were compared. */
  const compare = (schema: RandomSchema, random: SchemaContext, seed: number): number => {
    let count = 0;
    const xml = schema.data(seed);
    const before = treeOf(random, xml);
    if (!before || validateFull(before, random, WITHOUT_LIMIT).length > 0) return 0;
    for (let variant = 1; variant <= 12; variant += 1) {
      const changed = schema.data(seed, 1 + (variant % 3), variant);
      const target = changed === xml ? undefined : treeOf(random, changed);
      for (const after of target ? waysTo(before, target) : []) {
        count += 1;
        assert.deepEqual(
          found(validate(before, after, random, WITHOUT_LIMIT)),
          found(validateFull(after, random, WITHOUT_LIMIT)),
          `module: ${schema.text}\nfrom: ${xml}\nto: ${changed}`,
        );
      }
    }
    return count;
  };

  it('finds what validation of the whole finds', function () {
    this.timeout(120_000);
    let count = 0;
    for (let seed = 0; seed < 250; seed += 1) {
      const schema = new RandomSchema(new RandomSource(seed));
      const random = compileRandom(schema);
      if (!random) continue;
      for (let data = 0; data < 8; data += 1) count += compare(schema, random, seed * 1000 + data);
    }
    assert.ok(count > 2000, `only ${String(count)} changes were compared`);
  });
});
