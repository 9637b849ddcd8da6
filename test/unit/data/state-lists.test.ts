/** State data that configuration cannot have: lists without keys, leaf-lists with equal entries (RFC 7950, sections 7.7 and 7.8.2). */
import assert from 'node:assert/strict';
import { TREE_MODEL, diffTree, placePath, rootRef, sameTree } from '../../../src/data/index.ts';
import type { DiffPlace } from '../../../src/data/index.ts';
import { printPath } from '../../../src/error/index.ts';
import { compileXPath } from '../../../src/xpath/index.ts';
import { compileBody, dataOf } from '../../support/data-text.ts';

const context = compileBody(`
  container c { config false;
    list e { leaf v { type string; } list f { leaf w { type string; } } }
    leaf-list n { type int8; }
    anydata any; anyxml xml;
  }`);
const entry = (v: string, ...inner: readonly string[]): string =>
  `<e><v>${v}</v>${inner.map((w) => `<f><w>${w}</w></f>`).join('')}</e>`;
const data = dataOf(
  context,
  `<c>${entry('b', 'x', 'x')}${entry('a')}${entry('b')}<n>2</n><n>1</n><n>2</n><any><p/></any><xml><q/></xml></c>`,
);

function evaluate(text: string): unknown {
  const options = { resolvePrefix: () => undefined, defaultNamespace: 'urn:m' };
  return compileXPath(text, options).evaluate(TREE_MODEL, rootRef(data));
}

describe('state data', () => {
  const cases: readonly (readonly [expression: string, value: unknown])[] = [
    ['count(/c/e)', 3],
    ['string(/c/e[1]/v)', 'b'],
    ['string(/c/e[last()]/v)', 'b'],
    ['count(/c/e | /c/e)', 3],
    ['count(/c/e[1]/f | /c/e/f | /c/e[3])', 3],
    ['string((/c/e[3] | /c/e[2])[1]/v)', 'a'],
    ['string((/c/e[2]/v | /c/e[1]/f)[2]/w)', 'x'],
    ['count(/c/e[2]/preceding-sibling::e)', 1],
    ['count(/c/n)', 3],
    ['count(/c/n | /c/n)', 3],
    ['string((/c/n[3] | /c/n[2])[1])', '1'],
    ['count(/c/n[3]/preceding-sibling::n)', 2],
    ['string(/c/any)', ''],
    ['count(/c/any/* | /c/xml/node())', 0],
    ['count(/c/e/v/self::v | /c/e/v/text())', 6],
    ['count(/c/*[self::any or self::xml])', 2],
  ];
  for (const [expression, value] of cases) {
    it(`${expression} is ${JSON.stringify(value)}`, () => {
      assert.equal(evaluate(expression), value);
    });
  }

  it('compares lists without keys by what is in them, in their order', () => {
    const tree = (...rows: readonly string[]) => dataOf(context, `<c>${rows.join('')}</c>`);
    assert.ok(sameTree(tree(entry('a'), entry('b')), tree(entry('a'), entry('b'))));
    assert.ok(!sameTree(tree(entry('a'), entry('b')), tree(entry('b'), entry('a'))));
    assert.ok(!sameTree(tree(entry('a')), tree(entry('a'), entry('a'))));
  });

  it('takes entries without keys that are not the same object for others', () => {
    const found: string[] = [];
    const note = (what: string) => (_node: unknown, _value: unknown, place: DiffPlace) => {
      found.push(`${what} ${printPath(placePath(place))}`);
    };
    const other = dataOf(context, `<c>${entry('a')}${entry('b')}</c>`);
    diffTree(dataOf(context, `<c>${entry('a')}</c>`), other, {
      created: note('created'),
      deleted: note('deleted'),
    });
    assert.deepEqual(found.toSorted(), ['created /m:c', 'created /m:c', 'deleted /m:c']);
  });
});
