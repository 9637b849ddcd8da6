/** Edits of leaf-lists, against the same done with arrays, and of very long ones. */
import assert from 'node:assert/strict';
import { applyEdit, emptyRoot } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { compileBody, decodeRoot, dataOf, treeText } from '../../support/data-text.ts';
import { RandomSource } from '../../support/random-source.ts';

const context = compileBody(`identity a; identity b { base a; } leaf-list v { ordered-by user;
  type union { type int8; type bits { bit x; bit y; } type identityref { base a; } type string; } }`);

const VALUES = ['1', '2', '3', 'x', 'y x', 'x y', 'b', 'c', ''];

/** What an edit does to a list of texts; undefined when it is refused. */
function edited(
  texts: readonly string[],
  [operation, value, where, anchor]: readonly [string, string, string, string],
): readonly string[] | undefined {
  const others = texts.filter((it) => it !== value);
  const isThere = others.length < texts.length;
  if (operation === 'delete') return isThere ? others : undefined;
  if (operation === 'remove') return others;
  if (operation === 'create' && isThere) return undefined;
  if (where === 'stay') return isThere ? texts : [...texts, value];
  if (where === 'first') return [value, ...others];
  if (where === 'last') return [...others, value];
  const at = others.indexOf(anchor);
  if (at < 0) return undefined;
  return others.toSpliced(where === 'before' ? at : at + 1, 0, value);
}

const canonical = (text: string): string => (text === 'y x' ? 'x y' : text);
const print = (texts: readonly string[]): string =>
  texts.map((it) => (it === '' ? '<v/>\n' : `<v>${it}</v>\n`)).join('');

describe('edits of leaf-lists', () => {
  it('do what the same edits of arrays do', () => {
    const random = new RandomSource(7950);
    let refused = 0;
    for (let round = 0; round < 400; round += 1) {
      let tree: Branch = emptyRoot(context);
      let texts: readonly string[] = [];
      for (let step = 0; step < 12; step += 1) {
        const operation = random.pick(['merge', 'merge', 'create', 'delete', 'remove']);
        const [value, anchor] = [random.pick(VALUES), random.pick(VALUES)];
        const isInsert = operation === 'merge' || operation === 'create';
        const where = isInsert ? random.pick(['stay', 'first', 'last', 'before', 'after']) : 'stay';
        const at = where === 'before' || where === 'after' ? ` yang:value="${anchor}"` : '';
        const insert = where === 'stay' ? '' : ` yang:insert="${where}"${at}`;
        const xml = `<v nc:operation="${operation}"${insert}>${value}</v>`;
        const result = applyEdit(tree, decodeRoot(context, xml, { edit: true }));
        const expected = edited(texts, [operation, canonical(value), where, canonical(anchor)]);
        assert.equal(result.errors.length > 0, expected === undefined, `${xml} on ${print(texts)}`);
        if (!expected) {
          refused += 1;
          continue;
        }
        texts = expected;
        tree = result.tree;
        const found = treeText(tree).replace('<v xmlns:m="urn:m">m:b</v>', '<v>b</v>');
        assert.equal(found, print(texts), xml);
      }
    }
    assert.ok(refused > 100, 'the control: some edits are refused');
  });

  it('end for very long ones', function () {
    this.timeout(20_000);
    const count = 60_000;
    const all = Array.from({ length: count }, (_, at) => `<v>v${at}</v>`);
    const before = dataOf(context, all.join(''));
    const again = applyEdit(before, decodeRoot(context, all.toReversed().join(''), { edit: true }));
    assert.equal(again.tree, before);
    const moves = all.map((it) => it.replace('<v>', '<v yang:insert="first">')).join('');
    const moved = applyEdit(before, decodeRoot(context, moves, { edit: true }));
    assert.match(treeText(moved.tree).slice(0, 40), new RegExp(`^<v>v${count - 1}</v>`));
  });
});
