/** RFC 6241, appendix A: each error-tag that a client can bring about, with what its error-info must have. */
import assert from 'node:assert/strict';
import { createServer } from '../../server/index.ts';
import type { ErrorTag, RpcError } from '../../src/error/index.ts';
import { RpcErrorException } from '../../src/error/index.ts';
import { ClientSession, createLinkedTransports } from '../../src/netconf/index.ts';
import type { TransportPeer } from '../../src/netconf/index.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { samiSchema } from '../support/server-fixture.ts';

const BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const NC = `xmlns:nc="${BASE}"`;
const edit = (config: string): string =>
  `<edit-config><target><candidate/></target><config ${NC}>${config}</config></edit-config>`;
const sami = (content: string): string =>
  edit(`<sami xmlns="urn:sami:yang:sami">${content}</sami>`);
const VM = '<vm><id>a</id></vm>';

interface Row {
  readonly tag: ErrorTag;
  readonly when: string;
  readonly ask: string;
  readonly info?: Partial<NonNullable<RpcError['info']>>;
  /** Who asks; an administrator by default. */
  readonly peer?: TransportPeer;
}

const ROWS: readonly Row[] = [
  {
    tag: 'bad-attribute',
    when: 'the value of operation',
    ask: sami('<vm nc:operation="x"><id>a</id></vm>'),
    info: { badAttribute: 'operation', badElement: 'vm' },
  },
  {
    tag: 'bad-attribute',
    when: 'the type of a filter',
    ask: '<get><filter type="x"/></get>',
    info: { badAttribute: 'type', badElement: 'filter' },
  },
  {
    tag: 'missing-attribute',
    when: 'an XPath filter without select',
    ask: '<get><filter type="xpath"/></get>',
    info: { badAttribute: 'select', badElement: 'filter' },
  },
  {
    tag: 'unknown-attribute',
    when: 'an attribute on data',
    ask: sami(`<vm nc:colour="red"><id>a</id></vm>`),
    info: { badAttribute: 'colour', badElement: 'vm' },
  },
  {
    tag: 'missing-element',
    when: 'a parameter',
    ask: '<get-config/>',
    info: { badElement: 'source' },
  },
  {
    tag: 'missing-element',
    when: 'a key',
    ask: sami('<vm><mode>standby</mode></vm>'),
    info: { badElement: 'id' },
  },
  {
    tag: 'bad-element',
    when: 'an element in a leaf',
    ask: sami('<vm><id>a<b/></id></vm>'),
    info: { badElement: 'b' },
  },
  {
    tag: 'unknown-element',
    when: 'data',
    ask: sami('<vm><id>a</id><colour/></vm>'),
    info: { badElement: 'colour' },
  },
  {
    tag: 'unknown-element',
    when: 'a parameter',
    ask: '<get-config><source><running/></source><x/></get-config>',
    info: { badElement: 'x' },
  },
  {
    tag: 'unknown-namespace',
    when: 'data',
    ask: edit('<x xmlns="urn:none"/>'),
    info: { badElement: 'x', badNamespace: 'urn:none' },
  },
  {
    tag: 'access-denied',
    when: 'an edit by a user without rules',
    ask: sami(VM),
    peer: { username: 'nobody', address: 'linked' },
  },
  {
    tag: 'lock-denied',
    when: 'another session has the lock',
    ask: '<lock><target><candidate/></target></lock>',
  },
  { tag: 'operation-failed', when: 'nothing is there to be cancelled', ask: '<cancel-commit/>' },
  {
    tag: 'invalid-value',
    when: 'a value outside of its type',
    ask: sami('<vm><id>a</id><mode>x</mode></vm>'),
  },
];

/** What the operation is refused with, after another session has locked the candidate if the tag is about that. */
async function errorsOf({ tag, ask, peer }: Row): Promise<readonly RpcError[]> {
  const clock = new FakeClock();
  const server = await createServer({ context: samiSchema(), clock });
  const connect = async (options: { readonly peer?: TransportPeer }): Promise<ClientSession> => {
    const [client, served] = createLinkedTransports(options);
    void server.accept(served);
    return ClientSession.open(client, { clock });
  };
  const send = (session: ClientSession, operation: string): Promise<unknown> =>
    session.request(operation.replace(/^<([\w-]+)/, `<$1 xmlns="${BASE}"`));
  try {
    if (tag === 'lock-denied') await send(await connect({}), ask);
    await send(await connect(peer ? { peer } : {}), ask);
    return [];
  } catch (error) {
    assert.ok(error instanceof RpcErrorException, String(error));
    return error.errors;
  } finally {
    await server.close();
  }
}

describe('RFC 6241, appendix A', () => {
  for (const row of ROWS) {
    const { tag, when, info = {} } = row;
    it(`App. A ${tag}: ${when}`, async () => {
      const [error] = await errorsOf(row);
      assert.equal(error?.tag, tag);
      for (const [name, value] of Object.entries(info)) {
        assert.equal(error.info?.[name as keyof typeof error.info], value, name);
      }
      if (tag === 'lock-denied') assert.equal(error.info?.sessionId, 1);
    });
  }
});
