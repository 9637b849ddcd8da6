/**
 * List pagination: draft-ietf-netconf-list-pagination (LP) and draft-ietf-netconf-list-pagination-nc (NC). What a
 * page costs is looked at on a table of a data plane.
 */
import assert from 'node:assert/strict';
import { dataOf, openZoo, refusalOf, zoo, zooSchema } from '../support/reading-fixture.ts';
import type { Zoo } from '../support/reading-fixture.ts';
import { RpcErrorException } from '../../src/error/index.ts';
import { modeOf, sami, sessions, vm } from '../support/sami-xml.ts';
import { ServerFixture } from '../support/server-fixture.ts';
import { samiSchema } from '../support/server-fixture.ts';

const NC = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"';
const NMDA = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-nmda"';
const DS = 'xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores"';
const PAGE = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-list-pagination-nc"';

const page = (parameters: string): string =>
  `<list-pagination ${PAGE}>${parameters}</list-pagination>`;
const CAGES = zoo('<cage/>');
const getConfig = (parameters: string, filter = CAGES): string =>
  `<get-config ${NC}><source><running/></source><filter>${filter}</filter>${page(parameters)}</get-config>`;

/** Sizes are not in the order of the keys, and one is missing. */
const SIZES: readonly (readonly [string, number | undefined])[] = [
  ['a', 5],
  ['b', 12],
  ['c', undefined],
  ['d', 3],
  ['e', 40],
];
const CONFIG =
  '<route>r1</route><route>r2</route><route>r3</route>' +
  SIZES.map(([id, size]) => {
    const animals = `<animal><name>${id}1</name></animal><animal><name>${id}2</name></animal>`;
    return `<cage><id>${id}</id>${size === undefined ? '' : `<size>${String(size)}</size>`}<keeper>k${id}</keeper>${animals}</cage>`;
  }).join('');

const ids = (text: string): string => [...text.matchAll(/<id>(.)</g)].map(([, id]) => id).join('');
const said = (text: string, name: string): string | undefined =>
  new RegExp(`<cage[^>]* ${name}="([^"]*)"`).exec(text)?.[1];

describe('list pagination', () => {
  let scene: Zoo;

  beforeEach(async () => {
    scene = await openZoo(CONFIG);
  });
  afterEach(() => scene.fixture.stop());

  const rows: readonly {
    readonly name: string;
    readonly parameters: string;
    readonly ids: string;
    readonly remaining?: string;
  }[] = [
    { name: 'LP §3.1 without parameters all entries', parameters: '', ids: 'abcde' },
    { name: 'LP §3.1.7 limit', parameters: '<limit>2</limit>', ids: 'ab', remaining: '3' },
    { name: 'LP §3.1.7 a limit that is not reached', parameters: '<limit>5</limit>', ids: 'abcde' },
    { name: 'LP §3.1.7 unbounded', parameters: '<limit>unbounded</limit>', ids: 'abcde' },
    {
      name: 'LP §3.1.5 offset and limit',
      parameters: '<offset>2</offset><limit>2</limit>',
      ids: 'cd',
      remaining: '1',
    },
    {
      name: 'LP §3.1.5 an offset that is the number of entries',
      parameters: '<offset>5</offset>',
      ids: '',
    },
    { name: 'LP §3.1.4 backwards', parameters: '<direction>backwards</direction>', ids: 'edcba' },
    {
      name: 'LP §3.1.4 backwards with offset and limit',
      parameters: '<direction>backwards</direction><offset>1</offset><limit>2</limit>',
      ids: 'dc',
      remaining: '2',
    },
    {
      name: 'LP §3.1.1 where sees a default that is in use',
      parameters: '<where>size > 4</where>',
      ids: 'abce',
    },
    { name: 'LP §3.1.1 where, unfiltered', parameters: '<where>unfiltered</where>', ids: 'abcde' },
    {
      name: 'LP §3.1.1 where with a prefix and a descendant list',
      parameters: `<where xmlns:q="urn:example:zoo">q:animal[q:name = 'd2']</where>`,
      ids: 'd',
    },
    {
      name: 'LP §3.1.1 offset and limit are counted after where',
      parameters: '<where>size > 4</where><offset>1</offset><limit>1</limit>',
      ids: 'b',
      remaining: '2',
    },
    {
      name: 'LP §3.1.2 sort-by orders numbers as numbers, and puts missing values last',
      parameters: '<sort-by>size</sort-by>',
      ids: 'dabec',
    },
    {
      name: 'LP §3.1.2 sort-by, then direction, then limit',
      parameters: '<sort-by>size</sort-by><direction>backwards</direction><limit>3</limit>',
      ids: 'ceb',
      remaining: '2',
    },
    {
      name: 'LP §3.1.3 sort-by with a locale',
      parameters: '<locale>sv_SE.UTF-8</locale><sort-by>keeper</sort-by><limit>2</limit>',
      ids: 'ab',
      remaining: '3',
    },
  ];
  for (const { name, parameters, ids: expected, remaining } of rows) {
    it(name, async () => {
      const text = await dataOf(scene.client, getConfig(parameters));
      assert.equal(ids(text), expected);
      assert.equal(said(text, 'remaining'), remaining);
    });
  }

  it('LP §3.1.3 the reply names the locale', async () => {
    const text = await dataOf(
      scene.client,
      getConfig('<locale>sv_SE</locale><sort-by>keeper</sort-by>'),
    );
    assert.match(said(text, 'locale') ?? '', /^sv/);
  });

  it('LP §3.1.6 cursors lead from page to page, and back', async () => {
    const read = (cursor: string | undefined): Promise<string> =>
      dataOf(
        scene.client,
        getConfig(`${cursor === undefined ? '' : `<cursor>${cursor}</cursor>`}<limit>2</limit>`),
      );
    const first = await read(undefined);
    assert.equal(said(first, 'previous'), undefined);
    const second = await read(said(first, 'next'));
    assert.equal(ids(second), 'cd');
    const third = await read(said(second, 'next'));
    assert.equal(ids(third), 'e');
    assert.equal(said(third, 'next'), undefined);
    assert.equal(ids(await read(said(third, 'previous'))), 'cd');
    assert.equal(ids(await read(said(second, 'previous'))), 'ab');
  });

  it('LP §3.1.6 a cursor of an entry that has gone is cursor-not-found', async () => {
    const first = await dataOf(scene.client, getConfig('<limit>2</limit>'));
    const gone =
      '<cage xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"><id>c</id></cage>';
    await scene.client.edit(zoo(gone));
    await scene.client.commit();
    const next = said(first, 'next') ?? '';
    assert.deepEqual(await appTagsOf(getConfig(`<cursor>${next}</cursor><limit>2</limit>`)), [
      'invalid-value ietf-list-pagination:cursor-not-found',
    ]);
  });

  it('LP §3.2.1 sublist-limit is about descendant lists', async () => {
    const text = await dataOf(
      scene.client,
      getConfig('<limit>1</limit><sublist-limit>1</sublist-limit>'),
    );
    assert.equal(
      text.replace(/ next="[^"]*"/, ''),
      '<data><zoo><cage remaining="4"><id>a</id><size>5</size><keeper>ka</keeper><animal remaining="1"><name>a1</name></animal></cage></zoo></data>',
    );
  });

  it('LP §3.2.1 sublist-limit goes with any node', async () => {
    const text = await dataOf(scene.client, getConfig('<sublist-limit>1</sublist-limit>', zoo('')));
    assert.match(text, /<route remaining="2">r1<\/route><cage [^>]*remaining="4"/);
  });

  it('LP §3.1 a leaf-list', async () => {
    const text = await dataOf(
      scene.client,
      getConfig('<offset>1</offset><limit>1</limit>', zoo('<route/>')),
    );
    assert.equal(text, '<data><zoo><route remaining="1">r2</route></zoo></data>');
  });

  it('NC §3 an XPath filter names the list', async () => {
    const operation =
      `<get-config ${NC}><source><running/></source><filter type="xpath" xmlns:q="urn:example:zoo" select="/q:zoo/q:cage"/>` +
      `${page('<offset>3</offset>')}</get-config>`;
    assert.equal(ids(await dataOf(scene.client, operation)), 'de');
  });

  it('NC §3 get-data takes the parameters', async () => {
    const operation =
      `<get-data ${NMDA} ${DS}><datastore>ds:running</datastore><subtree-filter>${CAGES}</subtree-filter>` +
      `${page('<limit>1</limit>')}</get-data>`;
    assert.equal(ids(await dataOf(scene.client, operation)), 'a');
  });

  it('NC §3 get takes the parameters', async () => {
    const operation = `<get ${NC}><filter>${CAGES}</filter>${page('<limit>1</limit>')}</get>`;
    assert.equal(ids(await dataOf(scene.client, operation)), 'a');
  });

  async function appTagsOf(operation: string): Promise<readonly string[]> {
    try {
      await scene.client.session.request(operation);
    } catch (error) {
      if (!(error instanceof RpcErrorException)) throw error;
      return error.errors.map(({ tag, appTag = '' }) => `${tag} ${appTag}`.trim());
    }
    throw new Error('not refused');
  }

  const refused: readonly (readonly [name: string, parameters: string, answer: string])[] = [
    [
      'NC §4.1 an offset beyond the entries',
      '<offset>6</offset>',
      'invalid-value ietf-list-pagination:offset-out-of-range',
    ],
    [
      'LP §3.1.3 a locale that is not known',
      '<locale>xx_nowhere</locale><sort-by>keeper</sort-by>',
      'invalid-value ietf-list-pagination:locale-unavailable',
    ],
    ['LP §3.1.3 a locale without sort-by', '<locale>sv_SE</locale>', 'invalid-value'],
    ['LP §3.1.2 sort-by of a leaf that there is not', '<sort-by>colour</sort-by>', 'invalid-value'],
    ['LP §3.1.1 where that is no expression', '<where>size ></where>', 'invalid-value'],
    ['LP §3.1.7 a limit of 0', '<limit>0</limit>', 'invalid-value'],
  ];
  for (const [name, parameters, answer] of refused) {
    it(`${name} is refused`, async () => {
      assert.deepEqual(await appTagsOf(getConfig(parameters)), [answer]);
    });
  }

  it('NC §3 a filter that leads to no list is refused', async () => {
    assert.deepEqual(await refusalOf(scene.client, getConfig('<limit>1</limit>', zoo(''))), [
      'invalid-value',
    ]);
  });

  it('is there with the feature only', () => {
    assert.ok(zooSchema().modules.has('ietf-list-pagination-nc'));
    assert.ok(!samiSchema().modules.has('ietf-list-pagination-nc'));
  });
});

describe('list pagination of a table of a data plane', () => {
  const TABLE = sami(
    '<vm><id>vm1</id><sessions xmlns="urn:sami:yang:sami-session"><session/></sessions></vm>',
  );
  let fixture: ServerFixture;
  let text: (parameters: string) => Promise<string>;
  const ports = (xml: string): readonly number[] =>
    [...xml.matchAll(/<source-port>(\d+)</g)].map(([, port]) => Number(port));

  beforeEach(async () => {
    fixture = await ServerFixture.start({ context: zooSchema() });
    const client = await fixture.connect();
    const all = Array.from({ length: 1000 }, (_, at) => at + 1);
    await client.edit(sami(vm({ id: 'vm1', mode: 'standby', more: sessions(all) })));
    await client.commit();
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit();
    text = (parameters) =>
      dataOf(client, `<get ${NC}><filter>${TABLE}</filter>${page(parameters)}</get>`);
  });
  afterEach(() => fixture.stop());

  it('LP §3.1.7 a page is read, and no more than one batch beyond; what remains is unknown', async () => {
    let batches = 0;
    const { plane } = fixture;
    const read = plane.read.bind(plane);
    plane.read = async function* (request) {
      for await (const batch of read(request)) {
        batches += 1;
        yield batch;
      }
    };
    const xml = await text('<offset>10</offset><limit>5</limit>');
    assert.deepEqual(ports(xml), [11, 12, 13, 14, 15]);
    assert.match(xml, /<session remaining="unknown"/);
    assert.equal(batches, 1);
    await text('<offset>990</offset><limit>5</limit>');
    assert.equal(batches, 11);
  });

  it('LP §3.1.4 the last entries', async () => {
    const xml = await text('<direction>backwards</direction><limit>3</limit>');
    assert.deepEqual(ports(xml), [1000, 999, 998]);
    assert.match(xml, / remaining="997"/);
  });

  it('LP §3.1.1 where, sort-by and limit', async () => {
    const xml = await text(
      '<where>source-port mod 100 = 7</where><sort-by>source-port</sort-by><direction>backwards</direction><limit>2</limit>',
    );
    assert.deepEqual(ports(xml), [907, 807]);
  });
});
