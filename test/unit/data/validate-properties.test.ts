/** Validation of a change finds what validation of the whole finds, whatever the change. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { validate, validateFull } from '../../../src/data/index.ts';
import { compileBody, dataOf, errorText } from '../../support/data-text.ts';

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
