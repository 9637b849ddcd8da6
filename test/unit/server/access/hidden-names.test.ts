/** Errors about a clash with what a user may not see: they must not name it (RFC 8341, section 3.2.5). */
import assert from 'node:assert/strict';
import { sami, vm } from '../../../support/sami-xml.ts';
import { ServerFixture } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';

const NACM =
  '<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm"><groups><group><name>g</name><user-name>ann</user-name></group></groups>' +
  '<rule-list><name>l</name><group>g</group><rule><name>hide</name>' +
  '<path xmlns:s="urn:sami:yang:sami">/s:sami/s:vm[s:id="secret"]</path><access-operations>read</access-operations><action>deny</action></rule>' +
  '<rule><name>rest</name><module-name>sami</module-name><action>permit</action></rule></rule-list></nacm>';
const LOCK = 'xmlns="urn:ietf:params:xml:ns:netconf:partial-lock:1.0" xmlns:s="urn:sami:yang:sami"';
const withAddress = (id: string, address: string): string =>
  `<vm><id>${id}</id><address>${address}</address><mode>standby</mode></vm>`;
const edit = (config: string): string =>
  `<edit-config><target><running/></target><config>${config}</config></edit-config>`;

describe('what errors name', () => {
  let fixture: ServerFixture;
  let admin: TestClient;
  let ann: TestClient;

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    admin = await fixture.connect();
    await admin.rpc(edit(NACM + sami(withAddress('secret', '10.9.9.9') + vm({ id: 'other' }))));
    ann = await fixture.connect({ username: 'ann' });
  });
  afterEach(() => fixture.stop());

  it('an address that a VM has already: the VM, to whom may see it', async () => {
    const request = edit(sami(withAddress('mine', '10.9.9.9')));
    const [told] = await admin.refused(request);
    assert.match(told?.message ?? '', /"secret"/);
    const errors = await ann.refused(request);
    assert.deepEqual(
      errors.map(({ tag, appTag }) => [tag, appTag]),
      [['invalid-value', 'address-in-use']],
    );
    assert.doesNotMatch(JSON.stringify(errors), /secret/);
  });

  it('what another session has locked: the node, to whom may see it', async () => {
    for (const id of ['other', 'secret']) {
      const select = `<select>/s:sami/s:vm[s:id='${id}']</select>`;
      await admin.rpc(`<partial-lock ${LOCK}>${select}</partial-lock>`);
    }
    const remove = (id: string): string =>
      edit(
        sami(
          `<vm xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="remove"><id>${id}</id></vm>`,
        ),
      );
    const [told] = await ann.refused(remove('other'));
    assert.deepEqual([told?.tag, told?.appTag], ['in-use', 'locked']);
    assert.match(told?.message ?? '', /'other'/);
    const errors = await ann.refused(remove('secret'));
    assert.deepEqual(
      errors.map(({ tag }) => tag),
      ['access-denied'],
    );
    assert.doesNotMatch(JSON.stringify(errors), /secret/);
  });
});
