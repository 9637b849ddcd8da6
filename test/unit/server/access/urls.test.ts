/** URLs and users who are no administrators: what they can overwrite, and where they can reach through the device. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { zooSchema, zoo } from '../../../support/reading-fixture.ts';
import { ServerFixture } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';

const NACM = (operations: readonly string[]): string =>
  '<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm"><groups><group><name>g</name><user-name>ann</user-name></group></groups>' +
  `<rule-list><name>l</name><group>g</group>${operations
    .map(
      (name) =>
        `<rule><name>${name}</name><module-name>ietf-netconf</module-name><rpc-name>${name}</rpc-name><action>permit</action></rule>`,
    )
    .join('')}</rule-list></nacm>`;
const URL = '<url>file:///kept.xml</url>';
const COPY = `<copy-config><target>${URL}</target><source><running/></source></copy-config>`;

describe('URLs', () => {
  let directory: string;
  let fixture: ServerFixture;
  let admin: TestClient;
  let ann: TestClient;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sami-urls-'));
    fixture = await ServerFixture.start({ context: zooSchema(), url: { directory, https: {} } });
    admin = await fixture.connect();
    await admin.edit(zoo('<name>first</name>'));
    await admin.commit();
    await admin.rpc(COPY);
    ann = await fixture.connect({ username: 'ann' });
  });
  afterEach(async () => {
    await fixture.stop();
    await rm(directory, { recursive: true });
  });

  for (const { may, outcome } of [
    { may: [], outcome: 'access-denied' },
    { may: ['copy-config'], outcome: 'access-denied' },
    { may: ['copy-config', 'delete-config'], outcome: 'ok' },
  ]) {
    it(`are written by who may ${may.join(' and ') || 'read'}: ${outcome}`, async () => {
      await admin.edit(NACM(may) + zoo('<name>second</name>'));
      await admin.commit();
      const isOk = outcome === 'ok';
      if (isOk) assert.equal(await ann.rpc(COPY), 'ok');
      else assert.deepEqual(await ann.refusedWith(COPY), [outcome]);
      const kept = await readFile(join(directory, 'kept.xml'), 'utf8');
      assert.match(kept, isOk ? /second/ : /first/);
    });
  }

  it('lead to no address that the device itself has', async () => {
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    for (const { address, family } of own) {
      const host = family === 'IPv6' ? `[${address}]` : address;
      const request = `<validate><source><url>https://${host}:9/</url></source></validate>`;
      const [error] = await admin.refused(request);
      assert.match(error?.message ?? '', /an address of this device itself/, address);
    }
  });
});
