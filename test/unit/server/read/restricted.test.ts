/** A user who may not read everything, and the tables of a data plane (RFC 8341, section 3.2.4). */
import assert from 'node:assert/strict';
import { modeOf, sami, sessions, vm } from '../../../support/sami-xml.ts';
import { ServerFixture } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';

const SESSIONS = 'xmlns="urn:sami:yang:sami-session"';
const NAMES = 'xmlns:s="urn:sami:yang:sami" xmlns:t="urn:sami:yang:sami-session"';
const PATH = '/s:sami/s:vm/t:sessions/t:session/t:state';
const NACM =
  '<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm"><groups><group><name>g</name><user-name>ann</user-name></group></groups>' +
  `<rule-list><name>l</name><group>g</group><rule><name>r</name><path ${NAMES}>${PATH}</path>` +
  '<access-operations>read</access-operations><action>deny</action></rule></rule-list></nacm>';

describe('tables of a data plane, read by a user who may not see a leaf of them', () => {
  let fixture: ServerFixture;
  let admin: TestClient;
  let ann: TestClient;

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    admin = await fixture.connect();
    await admin.edit(NACM + sami(vm({ id: 'vm1', mode: 'standby', more: sessions([1, 2]) })));
    await admin.commit();
    await admin.edit(modeOf('vm1', 'learning'));
    await admin.commit();
    ann = await fixture.connect({ username: 'ann' });
  });
  afterEach(() => fixture.stop());

  const ports = (text: string): number => [...text.matchAll(/<source-port>/g)].length;
  const subtree = (inside: string): string =>
    `<get><filter>${sami(`<vm><id>vm1</id><sessions ${SESSIONS}><session>${inside}</session></sessions></vm>`)}</filter></get>`;
  const xpath = (predicate: string): string =>
    `<get><filter type="xpath" ${NAMES} select="/s:sami/s:vm/t:sessions/t:session${predicate}"/></get>`;

  const rows: readonly {
    readonly name: string;
    readonly request: string;
    readonly admin: number;
    readonly ann: number;
  }[] = [
    { name: 'every entry', request: subtree(''), admin: 2, ann: 2 },
    {
      name: 'a content match on the leaf',
      request: subtree('<state>established</state><source-port/>'),
      admin: 2,
      ann: 0,
    },
    {
      name: 'an XPath condition on the leaf',
      request: xpath("[t:state='established']"),
      admin: 2,
      ann: 0,
    },
    {
      name: 'an XPath condition that looks at other entries',
      request: xpath("[../t:session/t:state='established']"),
      admin: 2,
      ann: 0,
    },
    { name: 'a condition on another leaf', request: xpath('[t:source-port=2]'), admin: 1, ann: 1 },
  ];
  for (const { name, request, ...expected } of rows) {
    it(name, async () => {
      assert.equal(ports(await admin.rpc(request)), expected.admin);
      const text = await ann.rpc(request);
      assert.equal(ports(text), expected.ann);
      assert.doesNotMatch(text, /established/);
    });
  }
});
