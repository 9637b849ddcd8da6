/** RFC 9144: comparing datastores. */
import assert from 'node:assert/strict';
import { branchOf, dataOf, openZoo, refusalOf, zoo } from '../support/reading-fixture.ts';
import type { Zoo } from '../support/reading-fixture.ts';

const CMP = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-nmda-compare"';
const DS = 'xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores"';

const ZOO_FILTER = `<subtree-filter>${zoo('')}</subtree-filter>`;
const compare = (source: string, target: string, rest = ZOO_FILTER): string =>
  `<compare ${CMP} ${DS}><source>ds:${source}</source><target>ds:${target}</target>${rest}</compare>`;
const NC = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"';

const CONFIG =
  '<name>n</name><route>a</route><route>b</route><cage><id>a/1</id><keeper>kim</keeper>' +
  '<animal><name>leo</name></animal><animal><name>mia</name></animal><animal><name>noa</name></animal></cage>';
const STATE = zoo('<visitors>3</visitors><cage><id>sys</id><keeper>auto</keeper></cage>');

/** The edits of the reply, and all that is around them. */
async function edits(zooed: Zoo, operation: string): Promise<readonly string[]> {
  const text = await dataOf(zooed.client, operation);
  const match =
    /^<differences><yang-patch><patch-id>differences<\/patch-id><comment>[^<]*<\/comment>(.*)<\/yang-patch><\/differences>$/.exec(
      text,
    );
  assert.ok(match, text);
  return [...(match[1] ?? '').matchAll(/<edit><edit-id>(\d+)<\/edit-id>(.*?)<\/edit>/g)].map(
    ([, id, edit], index) => {
      assert.equal(Number(id), index + 1);
      return edit ?? '';
    },
  );
}

const edit = (operation: string, target: string, rest: string): string =>
  `<operation>${operation}</operation><target>/zoo:zoo/${target}</target>${rest}`;

describe('RFC 9144: compare', () => {
  let scene: Zoo;

  beforeEach(async () => {
    scene = await openZoo(CONFIG, { state: [{ path: '/zoo:zoo', read: () => branchOf(STATE) }] });
  });
  afterEach(() => scene.fixture.stop());

  const rows: readonly {
    readonly name: string;
    readonly change: string;
    readonly edits: readonly string[];
  }[] = [
    { name: '§3 equal datastores have no differences', change: '', edits: [] },
    {
      name: '§3 a value that differs is replaced, and the source value is given',
      change: '<name>m</name>',
      edits: [
        edit(
          'replace',
          'name',
          '<value><name>m</name></value><source-value><name>n</name></source-value>',
        ),
      ],
    },
    {
      name: '§3 what only the target has is created',
      change: '<open>false</open>',
      edits: [edit('create', 'open', '<value><open>false</open></value>')],
    },
    {
      name: '§3 what only the source has is deleted',
      change: `<name ${NC} nc:operation="delete"/>`,
      edits: [edit('delete', 'name', '<source-value><name>n</name></source-value>')],
    },
    {
      name: '§3 an entry that only the source has is deleted, with all its content as the source value',
      change: `<cage ${NC} nc:operation="delete"><id>a/1</id></cage>`,
      edits: [
        edit(
          'delete',
          'cage=a%2F1',
          '<source-value><cage><id>a/1</id><keeper>kim</keeper><animal><name>leo</name></animal>' +
            '<animal><name>mia</name></animal><animal><name>noa</name></animal></cage></source-value>',
        ),
      ],
    },
    {
      name: '§3 inside of an entry, whose key is percent-encoded',
      change: '<cage><id>a/1</id><size>3</size></cage>',
      edits: [edit('create', 'cage=a%2F1/size', '<value><size>3</size></value>')],
    },
    {
      name: '§3 a new entry with all its content',
      change: '<cage><id>z</id><animal><name>x</name></animal></cage>',
      edits: [
        edit(
          'create',
          'cage=z',
          '<value><cage><id>z</id><animal><name>x</name></animal></cage></value>',
        ),
      ],
    },
    {
      name: '§3 entries of a leaf-list',
      change: `<route ${NC} nc:operation="delete">a</route><route>c</route>`,
      edits: [
        edit('delete', 'route=a', '<source-value><route>a</route></source-value>'),
        edit('create', 'route=c', '<value><route>c</route></value>'),
      ],
    },
    {
      name: '§3 a container with presence',
      change: '<fence/>',
      edits: [edit('create', 'fence', '<value><fence/></value>')],
    },
    {
      name: '§3 an entry that has another place in a list ordered by user is moved',
      change: `<cage><id>a/1</id><animal ${NC} nc:operation="merge" xmlns:y="urn:ietf:params:xml:ns:yang:1" y:insert="first"><name>noa</name></animal></cage>`,
      edits: [
        edit(
          'move',
          'cage=a%2F1/animal=noa',
          '<where>first</where><source-value><animal><name>noa</name></animal></source-value>',
        ),
      ],
    },
    {
      name: '§3 a new entry of a list ordered by user is inserted at its place',
      change: `<cage><id>a/1</id><animal xmlns:y="urn:ietf:params:xml:ns:yang:1" y:insert="after" y:key="[name='leo']"><name>new</name></animal></cage>`,
      edits: [
        edit(
          'insert',
          'cage=a%2F1/animal=new',
          '<point>/zoo:zoo/cage=a%2F1/animal=leo</point><where>after</where><value><animal><name>new</name></animal></value>',
        ),
      ],
    },
  ];
  for (const { name, change, edits: expected } of rows) {
    it(name, async () => {
      if (change !== '') await scene.client.edit(zoo(change));
      assert.deepEqual(await edits(scene, compare('running', 'candidate')), expected);
    });
  }

  it('§3 the other way round it is the other way round', async () => {
    await scene.client.edit(zoo('<open>false</open>'));
    assert.deepEqual(await edits(scene, compare('candidate', 'running')), [
      edit('delete', 'open', '<source-value><open>false</open></source-value>'),
    ]);
  });

  const SYSTEM = (origin: string): string =>
    edit(
      'create',
      'cage=sys',
      `<value><cage${origin}><id>sys</id><keeper>auto</keeper></cage></value>`,
    );

  it('§3 without "all" state is not compared with configuration', async () => {
    assert.deepEqual(await edits(scene, compare('intended', 'operational')), [SYSTEM('')]);
  });

  it('§3 with "all" it is', async () => {
    assert.deepEqual(
      await edits(scene, compare('intended', 'operational', `${ZOO_FILTER}<all/>`)),
      [edit('create', 'visitors', '<value><visitors>3</visitors></value>'), SYSTEM('')],
    );
  });

  it('§3 report-origin has the origin of what is in operational', async () => {
    const operation = compare('intended', 'operational', `${ZOO_FILTER}<report-origin/>`);
    assert.deepEqual(await edits(scene, operation), [SYSTEM(' origin="or:system"')]);
  });

  it('§3 report-origin means nothing where operational is not compared', async () => {
    await scene.client.edit(zoo('<open>false</open>'));
    const operation = compare('running', 'candidate', `${ZOO_FILTER}<report-origin/>`);
    assert.deepEqual(await edits(scene, operation), [
      edit('create', 'open', '<value><open>false</open></value>'),
    ]);
  });

  it('§3 only what the filter selects is compared', async () => {
    await scene.client.edit(zoo('<open>false</open><name>m</name>'));
    const filter = '<xpath-filter xmlns:q="urn:example:zoo">/q:zoo/q:open</xpath-filter>';
    assert.deepEqual(await edits(scene, compare('running', 'candidate', filter)), [
      edit('create', 'open', '<value><open>false</open></value>'),
    ]);
  });

  it('§4 a filter that matches nothing gives no-matches', async () => {
    const filter = `<subtree-filter>${zoo('<fence/>')}</subtree-filter>`;
    assert.equal(
      await dataOf(scene.client, compare('running', 'candidate', filter)),
      '<no-matches/>',
    );
  });

  it('§4 without a filter everything is compared', async () => {
    await scene.client.edit(zoo('<open>false</open>'));
    assert.deepEqual(await edits(scene, compare('running', 'candidate', '')), [
      edit('create', 'open', '<value><open>false</open></value>'),
    ]);
  });

  it('§4 a datastore that is none is invalid-value', async () => {
    assert.deepEqual(await refusalOf(scene.client, compare('running', 'dynamic')), [
      'invalid-value',
    ]);
  });
});
