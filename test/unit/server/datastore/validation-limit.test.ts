/** What a session asks to be validated is bounded: expressions of a module may be as dear as their author likes. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSchema } from '../../../../server/index.ts';
import type { SchemaContext } from '../../../../src/yang/index.ts';
import { sami, sessions } from '../../../support/sami-xml.ts';
import { ServerFixture } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

const MODULE = `module pairs {
  yang-version 1.1; namespace "urn:pairs"; prefix p;
  container pairs {
    leaf dear { type empty; }
    list item {
      key id;
      must "count(../item[value = current()/value]) <= 1";
      leaf id { type uint32; }
      leaf value { type uint32; }
    }
    leaf conditional { when "count(../item[../item/value = value]) > 0"; type empty; }
  }
}`;

/** Each entry is compared with every other one. */
const pairs = (count: number, more = ''): string => {
  const items = Array.from({ length: count }, (_, id) => {
    return `<item><id>${String(id)}</id><value>${String(id)}</value></item>`;
  });
  return `<pairs xmlns="urn:pairs">${items.join('')}${more}</pairs>`;
};

describe('a validation that a session asks for', () => {
  let context: SchemaContext;
  let fixture: ServerFixture;
  before(() =>
    withTemporaryDirectory(async (folder) => {
      await writeFile(join(folder, 'pairs.yang'), MODULE);
      const modules = ['sami', 'sami-session', 'pairs'].map((name) => ({ name }));
      context = loadSchema({ paths: [folder], modules });
    }),
  );
  afterEach(() => fixture.stop());

  const start = async (maxValidationVisits?: number): Promise<TestClient> => {
    const limit = maxValidationVisits === undefined ? {} : { maxValidationVisits };
    fixture = await ServerFixture.start({ context, ...limit });
    return fixture.connect();
  };

  it('is refused when its constraints visit too much, with the name of the one that did', async () => {
    const client = await start(20_000);
    const { running } = fixture.server.datastores;
    await client.edit(pairs(200));
    for (const operation of ['<commit/>', '<validate><source><candidate/></source></validate>']) {
      const [error] = await client.refused(operation);
      assert.equal(error?.tag, 'resource-denied');
      assert.match(error.message ?? '', /too long to check; .*count\(\.\.\/item\[value = current/);
    }
    assert.equal(fixture.server.datastores.running, running);
  });

  it('is made with the usual bound (control)', async () => {
    const client = await start();
    await client.edit(pairs(200));
    await client.commit();
    assert.match(await client.config('running'), /<id>199</);
  });

  it('is refused when a condition visits too much, and the candidate stays', async () => {
    const client = await start(20_000);
    await client.edit(pairs(200));
    const edit = pairs(200, '<conditional/>');
    const [error] = await client.refused(
      `<edit-config><target><candidate/></target><config>${edit}</config></edit-config>`,
    );
    assert.equal(error?.tag, 'resource-denied');
    assert.match(error.message ?? '', /"when" of "conditional" takes too long/);
    assert.doesNotMatch(await client.config('candidate'), /conditional/);
  });

  it('of sessions visits less than 10 nodes for each, so that 100 000 stay far below the usual bound', async () => {
    const COUNT = 2000;
    const client = await start(10 * COUNT);
    const ports = Array.from({ length: COUNT }, (_, index) => index + 1);
    const standby = '<mode>standby</mode>';
    await client.edit(
      sami(
        `<vm><id>a</id><address>10.0.0.1</address>${standby}${sessions(ports, '10.0.0.1')}</vm>`,
      ),
    );
    await client.commit();
  });
});
