/** State that the server itself knows, as `get` shows it (RFC 6022, RFC 8525, the module sami). */
import assert from 'node:assert/strict';
import { ServerFixture, plain, samiSchema } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';
import { sami, vm } from '../../../support/sami-xml.ts';
import { decodeData } from '../../../../src/data/index.ts';
import { childElements, textContent } from '../../../../src/xml/index.ts';
import type { XmlElement } from '../../../../src/xml/index.ts';

/** The elements on a path of local names. */
function at(element: XmlElement, ...path: readonly string[]): readonly XmlElement[] {
  return path.reduce<readonly XmlElement[]>(
    (found, name) => found.flatMap(childElements).filter((child) => child.local === name),
    [element],
  );
}

const NC = 'urn:ietf:params:xml:ns:netconf:base:1.0';

describe('get without a filter', () => {
  let fixture: ServerFixture;
  let client: TestClient;
  let data: XmlElement;

  const read = async (): Promise<XmlElement> => {
    const reply = await client.session.request(`<get xmlns="${NC}"/>`);
    assert.ok(reply.data);
    return reply.data;
  };
  const texts = (...path: readonly string[]): readonly string[] =>
    at(data, ...path).map(textContent);

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    client = await fixture.connect();
    await client.edit(sami(vm()));
    await client.commit();
    await client.rpc('<lock><target><candidate/></target></lock>');
    data = await read();
  });
  afterEach(() => fixture.stop());

  it('has configuration and every container of state', () => {
    assert.deepEqual(
      childElements(data)
        .map((it) => it.local)
        .sort(),
      ['modules-state', 'nacm', 'netconf', 'netconf-state', 'sami', 'streams', 'yang-library'],
    );
  });

  it('has the capabilities of the hello', () => {
    assert.deepEqual(
      texts('netconf-state', 'capabilities', 'capability'),
      fixture.server.capabilities,
    );
  });

  it('has sessions with their counters', async () => {
    await assert.rejects(client.rpc('<cancel-commit/>'));
    data = await read();
    const [session] = at(data, 'netconf-state', 'sessions', 'session');
    assert.ok(session);
    const leaf = (name: string): string => at(session, name).map(textContent).join();
    assert.equal(leaf('session-id'), '1');
    assert.equal(leaf('username'), 'test');
    assert.equal(leaf('in-rpcs'), '6');
    assert.equal(leaf('out-rpc-errors'), '1');
    assert.equal(leaf('login-time'), '2026-11-20T12:00:00.000+00:00');
  });

  it('has locks and who holds them', () => {
    const [running, candidate] = [...at(data, 'netconf-state', 'datastores', 'datastore')].sort(
      (a, b) => (plain(a) < plain(b) ? 1 : -1),
    );
    assert.ok(running && candidate);
    assert.equal(plain(running), '<datastore><name>running</name></datastore>');
    assert.equal(
      at(candidate, 'locks', 'global-lock', 'locked-by-session').map(textContent)[0],
      '1',
    );
  });

  it('has every module as a schema, and get-schema has its text', async () => {
    const names = texts('netconf-state', 'schemas', 'schema', 'identifier');
    assert.deepEqual([...new Set(names)].sort(), [...samiSchema().modules.keys()].sort());
    const ask = (parameters: string): Promise<string> =>
      client.session
        .request(
          `<get-schema xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring">${parameters}</get-schema>`,
        )
        .then(({ data: text }) => (text ? textContent(text) : ''));
    assert.match(await ask('<identifier>sami</identifier>'), /^module sami \{/);
    assert.match(
      await ask('<identifier>sami</identifier><version>2026-11-20</version>'),
      /^module sami \{/,
    );
    await assert.rejects(ask('<identifier>nothing</identifier>'), /invalid-value/);
    await assert.rejects(
      ask('<identifier>sami</identifier><version>1999-01-01</version>'),
      /invalid-value/,
    );
    const format = (name: string): string =>
      `<format xmlns:m="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring">m:${name}</format>`;
    assert.match(await ask(`<identifier>sami</identifier>${format('yin')}`), /<module name="sami"/);
    await assert.rejects(ask(`<identifier>sami</identifier>${format('xsd')}`), /invalid-value/);
  });

  it('has a YANG library that names what is implemented and what is imported', () => {
    assert.ok(texts('yang-library', 'module-set', 'module', 'name').includes('sami-session'));
    assert.ok(
      texts('yang-library', 'module-set', 'import-only-module', 'name').includes('ietf-inet-types'),
    );
    const [id] = texts('yang-library', 'content-id');
    assert.ok(id && fixture.server.capabilities.some((it) => it.endsWith(`content-id=${id}`)));
    assert.deepEqual(texts('modules-state', 'module-set-id'), [id]);
  });

  it('has the device: planes, kinds, and a boot-id that lasts as long as the server', async () => {
    const [first] = texts('sami', 'device', 'boot-id');
    assert.match(first ?? '', /^[0-9a-f-]{36}$/);
    assert.deepEqual(texts('sami', 'device', 'plane'), ['table']);
    assert.deepEqual(texts('sami', 'device', 'kind', 'name'), ['session']);
    data = await read();
    assert.deepEqual(texts('sami', 'device', 'boot-id'), [first]);
    const other = await ServerFixture.start();
    client = await other.connect();
    data = await read();
    assert.notDeepEqual(texts('sami', 'device', 'boot-id'), [first]);
    await other.stop();
  });

  it('has count and digest of the tables of each VM', () => {
    const [table] = at(data, 'sami', 'vm', 'table');
    assert.ok(table);
    assert.equal(
      plain(table),
      '<table><kind>session</kind><entries>0</entries><digest>0000000000000000</digest></table>',
    );
  });

  it('is valid data of the schema', async () => {
    let text = '';
    const reply = await client.session.request(`<get xmlns="${NC}"/>`);
    assert.ok(reply.data);
    const { XmlWriter } = await import('../../../../src/xml/index.ts');
    const writer = new XmlWriter((part) => (text += part));
    writer.element(reply.data);
    writer.end();
    assert.deepEqual(decodeData(samiSchema().root, text).errors, []);
  });
});
