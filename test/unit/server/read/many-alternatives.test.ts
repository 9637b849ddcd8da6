/** Requests that name thousands of things: each costs what it names, not its square, and too many are refused. */
import assert from 'node:assert/strict';
import { dataOf, openZoo, refusalOf, zoo } from '../../../support/reading-fixture.ts';
import type { Zoo } from '../../../support/reading-fixture.ts';

const NC = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"';
const LOCK = 'xmlns="urn:ietf:params:xml:ns:netconf:partial-lock:1.0" xmlns:z="urn:example:zoo"';
const COUNT = 2000;
const CAGES = times(
  COUNT,
  (at) => `<cage><id>c${String(at)}</id><size>${String(at)}</size><keeper>k</keeper></cage>`,
);

function times(count: number, make: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => make(at)).join('');
}

const read = (cages: string): string =>
  `<get-config ${NC}><source><running/></source><filter>${zoo(cages)}</filter></get-config>`;
const lock = (expressions: string): string => `<partial-lock ${LOCK}>${expressions}</partial-lock>`;
const select = (expression: string): string => `<select>${expression}</select>`;

describe('requests that name thousands of things', () => {
  let scene: Zoo;
  before(async () => {
    scene = await openZoo(CAGES);
  });
  after(() => scene.fixture.stop());

  const found = async (cages: string): Promise<readonly string[]> =>
    [...(await dataOf(scene.client, read(cages))).matchAll(/<id>(\w+)</g)].map(
      ([, id]) => id ?? '',
    );
  const keyed = times(COUNT, (at) => `<cage><id>c${String(COUNT - 1 - at)}</id><size/></cage>`);
  const open = (count: number): string =>
    times(count, (at) => `<cage><size>${String(at + COUNT)}</size></cage>`);

  it('find entries that a subtree filter names by their keys', async () => {
    assert.equal((await found(keyed)).length, COUNT);
    assert.deepEqual(await found('<cage><id>c7</id></cage><cage><id>none</id></cage>'), ['c7']);
  });

  it('join what is selected of an entry in several places, by its key and not', async () => {
    const text = await dataOf(
      scene.client,
      read(
        '<cage><id>c7</id><size/></cage><cage><id>c7</id><keeper/></cage><cage><size>9</size><keeper/></cage>',
      ),
    );
    assert.deepEqual(text.match(/<cage>.*?<\/cage>/g), [
      '<cage><id>c7</id><size>7</size><keeper>k</keeper></cage>',
      '<cage><id>c9</id><size>9</size><keeper>k</keeper></cage>',
    ]);
  });

  it('refuse a filter whose alternatives every entry would have to be held against', async () => {
    assert.deepEqual(await found(open(1000)), []);
    assert.deepEqual(await refusalOf(scene.client, read(open(1001))), ['resource-denied']);
  });

  const locks: readonly {
    readonly name: string;
    readonly expressions: string;
    readonly tag: string;
  }[] = [
    { name: 'a few expressions', expressions: select('//z:nothing'), tag: 'operation-failed' },
    {
      name: 'expressions that look at too much together, and not each by itself',
      expressions: select('//z:size[. = 60000]').repeat(100),
      tag: 'resource-denied',
    },
    { name: 'too many expressions', expressions: '<select/>'.repeat(1001), tag: 'resource-denied' },
    {
      name: 'too long expressions',
      expressions: select(`'${'x'.repeat(40_000)}'`).repeat(2),
      tag: 'resource-denied',
    },
  ];
  it('tell of many operations in one request no more than of a thousand', async () => {
    const tags = await refusalOf(scene.client, `<get ${NC}/>${'<none/>'.repeat(3000)}`);
    assert.equal(tags.length, 1001);
    assert.ok(tags.includes('unknown-element'));
  });

  for (const { name, expressions, tag } of locks) {
    it(`refuse a partial lock with ${name}: ${tag}`, async () => {
      assert.deepEqual(await refusalOf(scene.client, lock(expressions)), [tag]);
    });
  }
});
