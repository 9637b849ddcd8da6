/** RFC 8526: get-data and edit-data, and datastores in lock, unlock and validate. */
import assert from 'node:assert/strict';
import { branchOf, dataOf, openZoo, refusalOf, zoo } from '../support/reading-fixture.ts';
import type { Zoo } from '../support/reading-fixture.ts';
import { ServerFixture } from '../support/server-fixture.ts';
import { serverSchema } from '../support/server-schemas.ts';

const NMDA = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-nmda"';
const DS = 'xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores"';
const OR = 'xmlns:or="urn:ietf:params:xml:ns:yang:ietf-origin"';

const ZOO_FILTER = `<subtree-filter>${zoo('')}</subtree-filter>`;
const getData = (datastore: string, rest = ZOO_FILTER): string =>
  `<get-data ${NMDA} ${DS} ${OR}><datastore>ds:${datastore}</datastore>${rest}</get-data>`;
const editData = (datastore: string, config: string, options = ''): string =>
  `<edit-data ${NMDA} ${DS}><datastore>ds:${datastore}</datastore>${options}<config>${config}</config></edit-data>`;

const CONFIG =
  '<name>n</name><open>true</open>' +
  '<cage><id>a</id><keeper>kim</keeper><animal><name>leo</name><age>3</age></animal></cage>';
const STATE = zoo(
  '<visitors>3</visitors><cage><id>a</id><weight>2.5</weight></cage><cage><id>b</id><keeper>system</keeper></cage>',
);

describe('RFC 8526: datastores of NMDA in NETCONF', () => {
  let scene: Zoo;

  beforeEach(async () => {
    scene = await openZoo(CONFIG, {
      state: [{ path: '/zoo:zoo', read: () => Promise.resolve(branchOf(STATE)) }],
    });
    await scene.client.edit(zoo('<name>changed</name>'));
  });
  afterEach(() => scene.fixture.stop());

  const CAGE =
    '<cage><id>a</id><keeper>kim</keeper><animal><name>leo</name><age>3</age></animal></cage>';
  const configured = (name: string): string =>
    `<zoo><name>${name}</name><open>true</open>${CAGE}</zoo>`;
  const rows: readonly {
    readonly name: string;
    readonly operation: string;
    readonly data: string;
  }[] = [
    { name: '§3.1.1 reads running', operation: getData('running'), data: configured('n') },
    {
      name: '§3.1.1 reads candidate',
      operation: getData('candidate'),
      data: configured('changed'),
    },
    { name: '§3.1.1 reads startup', operation: getData('startup'), data: '' },
    {
      name: '§3.1.1 reads intended, which is what running is',
      operation: getData('intended'),
      data: configured('n'),
    },
    {
      name: '§3.1.1.2 operational has the values in use, whether configured, of the system or by default',
      operation: getData('operational'),
      data:
        '<zoo><name>n</name><open>true</open><guard>anna</guard><guard>ben</guard><visitors>3</visitors><mood>calm</mood><shop><price>5</price></shop>' +
        '<cage><id>a</id><size>10</size><keeper>kim</keeper><weight>2.5</weight><animal><name>leo</name><age>3</age></animal></cage>' +
        '<cage><id>b</id><size>10</size><keeper>system</keeper></cage></zoo>',
    },
    {
      name: '§3.1.1.2 operational with trim lacks what has the value of its default',
      operation: getData('operational', `${ZOO_FILTER}<with-defaults>trim</with-defaults>`),
      data:
        '<zoo><name>n</name><visitors>3</visitors>' +
        '<cage><id>a</id><keeper>kim</keeper><weight>2.5</weight><animal><name>leo</name><age>3</age></animal></cage>' +
        '<cage><id>b</id><keeper>system</keeper></cage></zoo>',
    },
    {
      name: '§3.1.1.2 operational with report-all-tagged tags every value that is the default',
      operation: getData(
        'operational',
        `<subtree-filter>${zoo('<open/><name/><shop/>')}</subtree-filter><with-defaults>report-all-tagged</with-defaults>`,
      ),
      data: '<zoo><name>n</name><open default="true">true</open><shop><price default="true">5</price></shop></zoo>',
    },
    {
      name: '§3.1.1.2 running with report-all reports defaults',
      operation: getData(
        'running',
        `<subtree-filter>${zoo('<shop/>')}</subtree-filter><with-defaults>report-all</with-defaults>`,
      ),
      data: '<zoo><shop><price>5</price></shop></zoo>',
    },
    {
      name: '§3.1.1 an XPath filter has the prefixes of its element',
      operation: getData(
        'running',
        '<xpath-filter xmlns:q="urn:example:zoo">/q:zoo/q:cage[q:id="a"]/q:keeper</xpath-filter>',
      ),
      data: '<zoo><cage><id>a</id><keeper>kim</keeper></cage></zoo>',
    },
    {
      name: '§3.1.1 an XPath filter that looks at the whole tree sees state and configuration together',
      operation: getData(
        'operational',
        '<xpath-filter xmlns:q="urn:example:zoo">/q:zoo/q:cage[count(../q:cage) = /q:zoo/q:visitors - 1][last()]/q:keeper</xpath-filter>',
      ),
      data: '<zoo><cage><id>b</id><keeper>system</keeper></cage></zoo>',
    },
    {
      name: '§4 config-filter true leaves configuration',
      operation: getData(
        'operational',
        `<subtree-filter>${zoo('<visitors/><cage/>')}</subtree-filter><config-filter>true</config-filter><with-defaults>trim</with-defaults>`,
      ),
      data:
        '<zoo><cage><id>a</id><keeper>kim</keeper><animal><name>leo</name><age>3</age></animal></cage>' +
        '<cage><id>b</id><keeper>system</keeper></cage></zoo>',
    },
    {
      name: '§4 config-filter false leaves state, with the keys of what is around it',
      operation: getData('operational', `${ZOO_FILTER}<config-filter>false</config-filter>`),
      data: '<zoo><visitors>3</visitors><mood>calm</mood><cage><id>a</id><weight>2.5</weight></cage></zoo>',
    },
    {
      name: '§4 config-filter false leaves nothing of a datastore of configuration',
      operation: getData('running', '<config-filter>false</config-filter>'),
      data: '',
    },
    {
      name: '§4 max-depth 1 leaves the selected nodes without children',
      operation: getData(
        'running',
        `<subtree-filter>${zoo('<name/><cage/>')}</subtree-filter><max-depth>1</max-depth>`,
      ),
      data: '<zoo><name>n</name><cage><id>a</id></cage></zoo>',
    },
    {
      name: '§4 max-depth counts from each selected node',
      operation: getData(
        'running',
        `<subtree-filter>${zoo('<cage/>')}</subtree-filter><max-depth>2</max-depth>`,
      ),
      data: '<zoo><cage><id>a</id><keeper>kim</keeper><animal><name>leo</name></animal></cage></zoo>',
    },
    {
      name: '§4 max-depth unbounded leaves everything',
      operation: getData('running', `${ZOO_FILTER}<max-depth>unbounded</max-depth>`),
      data: configured('n'),
    },
    {
      name: '§3.1.1.1 with-origin says where each value comes from; a child inherits',
      operation: getData('operational', `${ZOO_FILTER}<with-origin/>`),
      data:
        '<zoo origin="or:intended"><name>n</name><open>true</open><guard origin="or:default">anna</guard><guard origin="or:default">ben</guard>' +
        '<visitors>3</visitors><mood>calm</mood><shop><price origin="or:default">5</price></shop>' +
        '<cage><id>a</id><size origin="or:default">10</size><keeper>kim</keeper><weight>2.5</weight><animal><name>leo</name><age>3</age></animal></cage>' +
        '<cage origin="or:system"><id>b</id><size origin="or:default">10</size><keeper>system</keeper></cage></zoo>',
    },
    {
      name: '§4 origin-filter leaves configuration of that origin, state, and what is around them',
      operation: getData('operational', `${ZOO_FILTER}<origin-filter>or:system</origin-filter>`),
      data: '<zoo><visitors>3</visitors><mood>calm</mood><cage><id>a</id><weight>2.5</weight></cage><cage><id>b</id><keeper>system</keeper></cage></zoo>',
    },
    {
      name: '§4 several origin filters add up',
      operation: getData(
        'operational',
        `<subtree-filter>${zoo('<open/><shop/>')}</subtree-filter><origin-filter>or:intended</origin-filter><origin-filter>or:default</origin-filter>`,
      ),
      data: '<zoo><open>true</open><shop><price>5</price></shop></zoo>',
    },
    {
      name: '§4 negated-origin-filter leaves configuration of other origins',
      operation: getData(
        'operational',
        `<subtree-filter>${zoo('<open/><shop/><cage/>')}</subtree-filter><negated-origin-filter>or:default</negated-origin-filter><negated-origin-filter>or:system</negated-origin-filter>`,
      ),
      data: '<zoo><open>true</open><cage><id>a</id><keeper>kim</keeper><weight>2.5</weight><animal><name>leo</name><age>3</age></animal></cage></zoo>',
    },
    {
      name: '§4 all filters have to be satisfied',
      operation: getData(
        'operational',
        `<subtree-filter>${zoo('<open/><cage/>')}</subtree-filter><config-filter>true</config-filter><origin-filter>or:system</origin-filter>`,
      ),
      data: '<zoo><cage><id>b</id><keeper>system</keeper></cage></zoo>',
    },
    {
      name: '§4 an empty container data says that nothing matched',
      operation: getData('running', `<subtree-filter>${zoo('<fence/>')}</subtree-filter>`),
      data: '',
    },
  ];
  for (const { name, operation, data } of rows) {
    it(name, async () => {
      const wrapped = data === '' ? '<data/>' : `<data>${data}</data>`;
      assert.equal(await dataOf(scene.client, operation), wrapped);
    });
  }

  const refused: readonly { readonly name: string; readonly operation: string }[] = [
    { name: '§4 get-data of a datastore that is none', operation: getData('dynamic') },
    {
      name: '§4 with-origin of another datastore than operational',
      operation: getData('running', '<with-origin/>'),
    },
    {
      name: '§4 origin-filter of another datastore than operational',
      operation: getData('intended', '<origin-filter>or:system</origin-filter>'),
    },
    {
      name: '§4 an XPath filter that gives no nodes',
      operation: getData('running', '<xpath-filter>1 + 1</xpath-filter>'),
    },
    { name: '§4 max-depth of 0', operation: getData('running', '<max-depth>0</max-depth>') },
    {
      name: '§4 edit-data of operational',
      operation: editData('operational', zoo('<name>x</name>')),
    },
    { name: '§4 edit-data of intended', operation: editData('intended', zoo('<name>x</name>')) },
  ];
  for (const { name, operation } of refused) {
    it(`${name} is invalid-value`, async () => {
      assert.deepEqual(await refusalOf(scene.client, operation), ['invalid-value']);
    });
  }

  it('§3.1.2 edit-data changes running, and what was there stays', async () => {
    assert.equal(await dataOf(scene.client, editData('running', zoo('<name>new</name>'))), 'ok');
    assert.match(await scene.client.config('running'), /<name>new<.*<keeper>kim</);
  });

  it('§3.1.2 edit-data of running takes the feature writable-running', async () => {
    const context = serverSchema({ omit: ['writable-running'] });
    const fixture = await ServerFixture.start({ context });
    const client = await fixture.connect();
    const config = '<sami xmlns="urn:sami:yang:sami"/>';
    assert.deepEqual(await refusalOf(client, editData('running', config)), ['invalid-value']);
    assert.equal(await dataOf(client, editData('candidate', config)), 'ok');
    await fixture.stop();
  });

  it('§3.1.2 edit-data changes candidate, and running stays', async () => {
    await dataOf(scene.client, editData('candidate', zoo('<name>new</name>')));
    assert.match(await scene.client.config('candidate'), /<name>new</);
    assert.match(await scene.client.config('running'), /<name>n</);
  });

  it('§3.1.2 edit-data with default-operation replace', async () => {
    const replace = '<default-operation>replace</default-operation>';
    await dataOf(scene.client, editData('candidate', zoo('<name>only</name>'), replace));
    assert.equal(
      await scene.client.config('candidate'),
      '<data><zoo><name>only</name></zoo></data>',
    );
  });

  it('§3.1.2 edit-data that fails restores everything it has done', async () => {
    const nc = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"';
    const edit = editData(
      'candidate',
      zoo(`<name>lost</name><till ${nc}/>`)
        .replace('<till', '<shop><till')
        .replace('/></zoo>', '/></shop></zoo>'),
    );
    assert.deepEqual(await refusalOf(scene.client, edit), ['data-missing']);
    assert.match(await scene.client.config('candidate'), /<name>changed</);
  });

  it('§3.2 lock, unlock and validate name their datastore', async () => {
    const named = (operation: string, role: string, datastore: string): string =>
      `<${operation}><${role}><datastore ${NMDA} ${DS}>ds:${datastore}</datastore></${role}></${operation}>`;
    assert.equal(await scene.client.rpc(named('validate', 'source', 'candidate')), 'ok');
    assert.equal(await scene.client.rpc(named('validate', 'source', 'intended')), 'ok');
    assert.equal(await scene.client.rpc(named('lock', 'target', 'running')), 'ok');
    assert.equal(scene.fixture.server.datastores.locks.get('running')?.sessionId, scene.client.id);
    assert.equal(await scene.client.rpc(named('unlock', 'target', 'running')), 'ok');
    assert.deepEqual(await scene.client.refusedWith(named('lock', 'target', 'operational')), [
      'invalid-value',
    ]);
    assert.deepEqual(await scene.client.refusedWith(named('validate', 'source', 'operational')), [
      'invalid-value',
    ]);
  });

  it('§3.1.1.2 the capability with-operational-defaults is announced', () => {
    const capability = 'urn:ietf:params:netconf:capability:with-operational-defaults:1.0';
    assert.ok(scene.fixture.server.capabilities.includes(capability));
  });

  it('§2 yang-library lists the datastores', async () => {
    const library =
      '<yang-library xmlns="urn:ietf:params:xml:ns:yang:ietf-yang-library"><datastore><name/></datastore></yang-library>';
    const text = await dataOf(
      scene.client,
      getData('operational', `<subtree-filter>${library}</subtree-filter>`),
    );
    const names = [...text.matchAll(/<name>(?:\w+:)?(\w+)</g)].map(([, name]) => name);
    assert.deepEqual(names.sort(), ['candidate', 'intended', 'operational', 'running', 'startup']);
  });
});
