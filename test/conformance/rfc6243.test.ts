/** RFC 6243: the client says how defaults are reported; the basic mode of the server is `explicit`. */
import assert from 'node:assert/strict';
import { dataOf, openZoo, zoo } from '../support/reading-fixture.ts';
import type { Zoo } from '../support/reading-fixture.ts';
import { branchOf } from '../support/reading-fixture.ts';

const NC = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"';
const WD = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults"';
const DEFAULT = 'xmlns:wd="urn:ietf:params:xml:ns:netconf:default:1.0" wd:default="true"';

const withDefaults = (mode: string | undefined): string =>
  mode === undefined ? '' : `<with-defaults ${WD}>${mode}</with-defaults>`;
const getConfig = (mode?: string, filter = zoo('')): string =>
  `<get-config ${NC}><source><running/></source><filter>${filter}</filter>${withDefaults(mode)}</get-config>`;
const get = (mode?: string, filter = zoo('')): string =>
  `<get ${NC}><filter>${filter}</filter>${withDefaults(mode)}</get>`;

/** `open` has the value of the default and was set by a client; `price` was not. */
const CONFIG = '<open>true</open><cage><id>a</id></cage>';

describe('RFC 6243: with-defaults', () => {
  let scene: Zoo;

  beforeEach(async () => {
    const read = (): ReturnType<typeof branchOf> =>
      branchOf(zoo('<visitors>3</visitors><mood>calm</mood>'));
    scene = await openZoo(CONFIG, { state: [{ path: '/zoo:zoo', read }] });
  });
  afterEach(() => scene.fixture.stop());

  const rows: readonly {
    readonly name: string;
    readonly operation: string;
    readonly data: string;
  }[] = [
    {
      name: '§2.3.1 without the parameter what a client has set is reported, also when it is the default',
      operation: getConfig(),
      data: '<zoo><open>true</open><cage><id>a</id></cage></zoo>',
    },
    {
      name: '§2.3.1 without the parameter state is reported that has the value of its default',
      operation: get(),
      data: '<zoo><open>true</open><visitors>3</visitors><mood>calm</mood><cage><id>a</id></cage></zoo>',
    },
    {
      name: '§3.1 report-all reports every default, also in containers that are not there, none in those with presence',
      operation: getConfig('report-all'),
      data: '<zoo><open>true</open><guard>anna</guard><guard>ben</guard><shop><price>5</price></shop><cage><id>a</id><size>10</size></cage></zoo>',
    },
    {
      name: '§3.2 trim reports nothing that has the value of its default',
      operation: getConfig('trim'),
      data: '<zoo><cage><id>a</id></cage></zoo>',
    },
    {
      name: '§3.2 trim reports no state that has the value of its default',
      operation: get('trim'),
      data: '<zoo><visitors>3</visitors><cage><id>a</id></cage></zoo>',
    },
    {
      name: '§3.3 explicit is what is reported without the parameter',
      operation: getConfig('explicit'),
      data: '<zoo><open>true</open><cage><id>a</id></cage></zoo>',
    },
    {
      name: '§3.4 report-all-tagged tags what the server considers default data, not what a client has set',
      operation: getConfig('report-all-tagged'),
      data: '<zoo><open>true</open><guard default="true">anna</guard><guard default="true">ben</guard><shop><price default="true">5</price></shop><cage><id>a</id><size default="true">10</size></cage></zoo>',
    },
    {
      name: '§4.5.1 the filter is applied to defaults: a content match on one holds with report-all',
      operation: getConfig('report-all', zoo('<shop><price>5</price></shop>')),
      data: '<zoo><shop><price>5</price></shop></zoo>',
    },
    {
      name: '§4.5.1 the filter is applied to defaults: the same content match does not hold with explicit',
      operation: getConfig('explicit', zoo('<shop><price>5</price></shop>')),
      data: '',
    },
    {
      name: '§4.5.1 the filter is applied to defaults: a key match and a default of the entry',
      operation: getConfig('report-all', zoo('<cage><id>a</id><size/></cage>')),
      data: '<zoo><cage><id>a</id><size>10</size></cage></zoo>',
    },
    {
      name: '§4.5.1 the filter is applied after trim: a content match on a default that was set does not hold',
      operation: getConfig('trim', zoo('<open>true</open>')),
      data: '',
    },
    {
      name: '§4.5.1 get takes the parameter as well',
      operation: get('report-all', '<weather xmlns="urn:example:zoo"/>'),
      data: '<weather><wind>0</wind></weather>',
    },
  ];
  for (const { name, operation, data } of rows) {
    it(name, async () => {
      const wrapped = data === '' ? '<data/>' : `<data>${data}</data>`;
      assert.equal(await dataOf(scene.client, operation), wrapped);
    });
  }

  it('§4.3 the capability has the basic mode and what else is supported', () => {
    assert.ok(
      scene.fixture.server.capabilities.includes(
        'urn:ietf:params:netconf:capability:with-defaults:1.0?basic-mode=explicit&also-supported=report-all,report-all-tagged,trim',
      ),
    );
  });

  it('§4.5.1 an unsupported value is invalid-value', async () => {
    const tags = await scene.client.refusedWith(getConfig('some').replace(` ${NC}`, ''));
    assert.deepEqual(tags, ['invalid-value']);
  });

  it('§2.3.3 create of what a client has set to its default fails, of what the server has set succeeds', async () => {
    const nc = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="create"';
    const create = (leaf: string, value: string): string =>
      `<edit-config><target><candidate/></target><config>${zoo(`<${leaf} ${nc}>${value}</${leaf}>`)}</config></edit-config>`;
    assert.deepEqual(await scene.client.refusedWith(create('open', 'true')), ['data-exists']);
    assert.equal(await scene.client.edit(zoo(`<shop><price ${nc}>5</price></shop>`)), 'ok');
  });

  it('§2.3.3 delete of a default that a client has set succeeds, of one that is only in use it fails', async () => {
    const nc = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"';
    const target = '<target><candidate/></target>';
    assert.equal(await scene.client.edit(zoo(`<open ${nc}/>`)), 'ok');
    const missing = `<edit-config>${target}<config>${zoo(`<shop><price ${nc}/></shop>`)}</config></edit-config>`;
    assert.deepEqual(await scene.client.refusedWith(missing), ['data-missing']);
  });

  it('§4.5.2 a tagged value returns the node to its default', async () => {
    await scene.client.edit(zoo(`<open ${DEFAULT}>true</open>`));
    await scene.client.commit();
    assert.equal(
      await dataOf(scene.client, getConfig()),
      '<data><zoo><cage><id>a</id></cage></zoo></data>',
    );
  });

  it('§4.5.2 a tagged value that is not the default is invalid-value, and nothing changes', async () => {
    const edit = `<edit-config><target><candidate/></target><config>${zoo(`<open ${DEFAULT}>false</open>`)}</config></edit-config>`;
    assert.deepEqual(await scene.client.refusedWith(edit), ['invalid-value']);
    assert.match(await scene.client.config('candidate'), /<open>true</);
  });

  it('§4.5.1 copy-config takes a tagged value as a request for the default', async () => {
    const config = zoo(`<name>n</name><open ${DEFAULT}>true</open>`);
    await scene.client.rpc(
      `<copy-config><target><candidate/></target><source><config>${config}</config></source></copy-config>`,
    );
    assert.equal(await scene.client.config('candidate'), '<data><zoo><name>n</name></zoo></data>');
  });

  it('§4.5.1 copy-config onto a datastore ignores the parameter', async () => {
    await scene.client.edit(zoo('<name>n</name>'));
    await scene.client.rpc(
      `<copy-config><target><candidate/></target><source><running/></source>${withDefaults('report-all')}</copy-config>`,
    );
    assert.equal(
      await scene.client.config('candidate'),
      '<data><zoo><open>true</open><cage><id>a</id></cage></zoo></data>',
    );
  });
});
