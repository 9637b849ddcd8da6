/** RFC 8342: what the datastores of NMDA hold, and the origin of it, for tables of data planes too. */
import assert from 'node:assert/strict';
import { dataOf } from '../support/reading-fixture.ts';
import { modeOf, sami, sessions, vm } from '../support/sami-xml.ts';
import { ServerFixture } from '../support/server-fixture.ts';
import type { TestClient } from '../support/server-fixture.ts';

const NMDA = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-nmda"';
const DS = 'xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores"';
const OR = 'xmlns:or="urn:ietf:params:xml:ns:yang:ietf-origin"';
const SESSIONS = 'xmlns="urn:sami:yang:sami-session"';

const getData = (datastore: string, rest = ''): string =>
  `<get-data ${NMDA} ${DS} ${OR}><datastore>ds:${datastore}</datastore>` +
  `<subtree-filter>${sami(`<vm><id>vm1</id><sessions ${SESSIONS}><session><source-port/></session></sessions></vm>`)}</subtree-filter>${rest}</get-data>`;

describe('RFC 8342: origins', () => {
  let fixture: ServerFixture;
  let client: TestClient;

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    client = await fixture.connect();
    await client.edit(sami(vm({ id: 'vm1', mode: 'standby', more: sessions([1, 2]) })));
    await client.commit();
  });
  afterEach(() => fixture.stop());

  const annotated = (): Promise<string> => dataOf(client, getData('operational', '<with-origin/>'));

  it('§5.3.4 entries that were configured come from intended', async () => {
    const text = await annotated();
    assert.match(text, /^<data><sami origin="or:intended"><vm><id>vm1<.*<session><protocol>/);
    assert.doesNotMatch(text, /learned|system/);
  });

  it('§5.3.4 entries that are the tables of a data plane are learned', async () => {
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit();
    const text = await annotated();
    assert.match(text, /<vm><id>vm1<\/id><sessions origin="or:learned"><session><protocol>/);
    assert.equal([...text.matchAll(/<session>/g)].length, 2);
  });

  it('§5.1.4 and they are not in intended then', async () => {
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit();
    const rest = '<data><sami><vm><id>vm1</id></vm></sami></data>';
    assert.equal(await dataOf(client, getData('intended')), rest);
  });

  it('§5.3.4 an origin filter selects among them', async () => {
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit();
    const filtered = (origin: string): Promise<string> =>
      dataOf(client, getData('operational', `<origin-filter>or:${origin}</origin-filter>`));
    assert.match(await filtered('learned'), /<source-port>1<.*<source-port>2</);
    assert.doesNotMatch(await filtered('intended'), /source-port/);
  });

  it('§5.3 state has no origin', async () => {
    const filter = `<subtree-filter>${sami('<device/>')}</subtree-filter>`;
    const text = await dataOf(
      client,
      `<get-data ${NMDA} ${DS}><datastore>ds:operational</datastore>${filter}<with-origin/></get-data>`,
    );
    assert.match(text, /^<data><sami origin="or:intended"><device><boot-id>/);
  });
});
