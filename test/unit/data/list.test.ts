/** Lists against a simple model: keyed ones sorted by key, others in the order given. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Branch, DataList, compareValues, keysOf } from '../../../src/data/index.ts';
import type { InsertPosition } from '../../../src/data/index.ts';
import type { ListNode } from '../../../src/yang/index.ts';
import { compileBody } from '../../support/data-text.ts';

function listNode(statements: string): ListNode {
  const context = compileBody(
    `list entry { ${statements} leaf a { type int32; } leaf b { type string; } leaf c { type int32; } }`,
  );
  const node = context.root.dataChildren[0];
  assert.ok(node?.kind === 'list');
  return node;
}

const SYSTEM = listNode('key "a b";');
const USER = listNode('key "a b"; ordered-by user;');
const STATE = listNode('config false;');

const row = (schema: ListNode, a: number, b: string, c = 0): Branch =>
  new Branch(schema, [a, b, c]);
const numberOf = ({ slots }: Branch): string => (slots[0] as number).toString();
const texts = (list: DataList): readonly string[] =>
  [...list].map(({ slots }) => slots.map(String).join());

const key = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom('x', 'y'));
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, c: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ kind: fc.constant('delete' as const), key }),
  fc.record({
    kind: fc.constant('move' as const),
    key,
    anchor: key,
    place: fc.constantFrom('first', 'last', 'before', 'after'),
  }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** Applies a change to an array of entries in their order. */
function applyToModel(rows: Branch[], schema: ListNode, step: Change): void {
  const [a, b] = step.key;
  const find = ([x, y]: [number, string]): number =>
    rows.findIndex(({ slots }) => slots[0] === x && slots[1] === y);
  const at = find([a, b]);
  if (step.kind === 'delete') {
    if (at >= 0) rows.splice(at, 1);
    return;
  }
  const entry = row(schema, a, b, step.kind === 'set' ? step.c : 9);
  if (step.kind === 'set' && at >= 0) {
    rows[at] = entry;
    return;
  }
  if (at >= 0) rows.splice(at, 1);
  if (step.kind === 'set' || step.place === 'last') rows.push(entry);
  else if (step.place === 'first') rows.unshift(entry);
  else rows.splice(find(step.anchor) + (step.place === 'after' ? 1 : 0), 0, entry);
}

function position(schema: ListNode, step: Change): InsertPosition | undefined {
  if (step.kind !== 'move') return undefined;
  const { place, anchor } = step;
  if (place === 'first' || place === 'last') return { where: place };
  return { where: place, anchor: row(schema, ...anchor) };
}

function applyToList(list: DataList, schema: ListNode, step: Change): DataList {
  const [a, b] = step.key;
  if (step.kind === 'delete') return list.without(row(schema, a, b));
  return list.with(row(schema, a, b, step.kind === 'set' ? step.c : 9), position(schema, step));
}

/** A move beside an entry that is absent, or beside itself, is the caller's fault: left out. */
function isPossible(list: DataList, schema: ListNode, step: Change): boolean {
  if (step.kind !== 'move' || step.place === 'first' || step.place === 'last') return true;
  const isItself = step.anchor[0] === step.key[0] && step.anchor[1] === step.key[1];
  return !isItself && list.get(row(schema, ...step.anchor)) !== undefined;
}

function sortedModel(rows: readonly Branch[]): readonly Branch[] {
  return rows.toSorted((x, y) => {
    const [a = null, b = null] = keysOf(x);
    const [c = null, d = null] = keysOf(y);
    return compareValues(a, c) || compareValues(b, d);
  });
}

describe('lists', () => {
  for (const [name, schema] of [
    ['ordered by the system', SYSTEM],
    ['ordered by user', USER],
  ] as const) {
    it(`${name}: hold what was put in, in order, in every version`, () => {
      fc.assert(
        fc.property(fc.array(change, { maxLength: 120 }), (steps) => {
          const model: Branch[] = [];
          let list = DataList.empty(schema);
          const versions: [DataList, readonly string[]][] = [];
          for (const step of steps) {
            const usable = schema === SYSTEM && step.kind === 'move' ? undefined : step;
            if (!usable || !isPossible(list, schema, usable)) continue;
            applyToModel(model, schema, usable);
            list = applyToList(list, schema, usable);
            const expected = schema === SYSTEM ? sortedModel(model) : model;
            versions.push([list, expected.map(({ slots }) => slots.map(String).join())]);
          }
          for (const [version, expected] of versions) {
            assert.deepEqual(texts(version), expected);
            assert.equal(version.size, expected.length);
          }
        }),
      );
    });

    it(`${name}: tell exactly what differs between two versions`, () => {
      fc.assert(
        fc.property(
          fc.array(change, { maxLength: 60 }),
          fc.array(change, { maxLength: 30 }),
          (first, second) => {
            const grow = (list: DataList, steps: readonly Change[]): DataList =>
              steps.reduce(
                (at, step) =>
                  (schema === SYSTEM && step.kind === 'move') || !isPossible(at, schema, step)
                    ? at
                    : applyToList(at, schema, step),
                list,
              );
            const before = grow(DataList.empty(schema), first);
            const after = grow(before, second);
            const replayed = before.edit();
            DataList.diff(before, after, {
              added: (entry) => {
                assert.equal(before.get(entry), undefined);
                replayed.set(entry);
              },
              removed: (entry) => {
                assert.equal(after.get(entry), undefined);
                replayed.delete(entry);
              },
              changed: (old, now) => {
                assert.equal(before.get(old), old);
                assert.equal(after.get(now), now);
                replayed.set(now);
              },
            });
            assert.deepEqual(texts(replayed.done()).toSorted(), texts(after).toSorted());
          },
        ),
      );
    });
  }

  it('tells differences between large versions without looking at what they share', () => {
    const before = DataList.from(
      SYSTEM,
      Array.from({ length: 20_000 }, (_, n) => row(SYSTEM, n, 'x')),
    );
    const editor = before.edit();
    editor.set(row(SYSTEM, 700, 'x', 5));
    editor.delete(row(SYSTEM, 19_999, 'x'));
    editor.set(row(SYSTEM, 3, 'y'));
    const seen: string[] = [];
    DataList.diff(before, editor.done(), {
      added: (entry) => seen.push(`+${numberOf(entry)}`),
      removed: (entry) => seen.push(`-${numberOf(entry)}`),
      changed: (entry) => seen.push(`~${numberOf(entry)}`),
    });
    assert.deepEqual(seen.toSorted(), ['+3', '-19999', '~700']);
  });

  it('find entries by their keys', () => {
    const list = DataList.from(SYSTEM, [row(SYSTEM, 2, 'x', 1), row(SYSTEM, 1, 'x', 2)]);
    assert.equal(list.find([1, 'x'])?.slots[2], 2);
    assert.equal(list.find([1, 'y']), undefined);
  });

  it('without keys keep every entry, equal ones too', () => {
    const list = DataList.from(STATE, [row(STATE, 2, 'x'), row(STATE, 1, 'x'), row(STATE, 2, 'x')]);
    assert.deepEqual(texts(list), ['2,x,0', '1,x,0', '2,x,0']);
  });

  it('an editor that changes nothing gives the list it began with', () => {
    const list = DataList.from(SYSTEM, [row(SYSTEM, 2, 'x')]);
    const editor = list.edit();
    assert.equal(editor.delete(row(SYSTEM, 3, 'x')), false);
    assert.equal(editor.done(), list);
  });

  it('hand out their entries in batches', () => {
    const list = DataList.from(
      SYSTEM,
      [1, 2, 3, 4, 5].map((n) => row(SYSTEM, n, 'x')),
    );
    assert.deepEqual(
      [...list.batches(2)].map((batch) => batch.length),
      [2, 2, 1],
    );
  });

  it('ordered by user stay in order when there is no more room between two ranks', () => {
    let list = DataList.from(USER, [row(USER, 0, 'x'), row(USER, 1, 'x')]);
    for (let n = 2; n < 3000; n += 1) {
      list = list.with(row(USER, n, 'x'), { where: 'after', anchor: row(USER, 0, 'x') });
    }
    const numbers = [...list].map(({ slots }) => slots[0]);
    assert.deepEqual(numbers.slice(0, 3), [0, 2999, 2998]);
    assert.deepEqual(numbers.slice(-2), [2, 1]);
  });
});
