/** What sessions may take up, each limit with one step over it (server/session/session-limits.ts). */
import assert from 'node:assert/strict';
import type { SessionEnd, SessionLimits } from '../../../../server/index.ts';
import { ClientSession, createLinkedTransports } from '../../../../src/netconf/index.ts';
import type { Transport } from '../../../../src/netconf/index.ts';
import { sami, vm } from '../../../support/sami-xml.ts';
import { ServerFixture } from '../../../support/server-fixture.ts';

const BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const HELLO = `<hello xmlns="${BASE}"><capabilities><capability>urn:ietf:params:netconf:base:1.1</capability></capabilities></hello>`;
const GET_CONFIG = '<get-config><source><running/></source></get-config>';

describe('limits of sessions', () => {
  let fixture: ServerFixture;
  let ends: SessionEnd[];
  afterEach(() => fixture.stop());

  async function start(limits: Partial<SessionLimits>): Promise<void> {
    fixture = await ServerFixture.start({ limits });
    ends = [];
    fixture.server.listenSessions({ ended: (_session, end) => void ends.push(end) });
  }

  /** A client of a user of that name, with its first answer: error tags, or 'ok'. */
  async function answerTo(username: string): Promise<{ answer: string; transport: Transport }> {
    const [transport, server] = createLinkedTransports({ peer: { username, administrator: true } });
    void fixture.server.accept(server);
    const messages = transport.messages()[Symbol.asyncIterator]();
    await Promise.all([read(messages), transport.send(HELLO)]);
    transport.useChunkedFraming();
    await transport.send(`<rpc xmlns="${BASE}" message-id="7">${GET_CONFIG}</rpc>`);
    return { answer: await read(messages), transport };
  }

  async function read(messages: AsyncIterator<AsyncIterable<Uint8Array>>): Promise<string> {
    const next = await messages.next();
    let text = '';
    if (next.done !== true)
      for await (const piece of next.value) text += Buffer.from(piece).toString();
    return text;
  }

  it('tells who comes when there are as many sessions as there may be, and lets the next one in', async () => {
    await start({ maxSessions: 2 });
    const [one] = [await answerTo('a'), await answerTo('b')];
    const third = await answerTo('c');
    assert.match(third.answer, /message-id="7".*resource-denied.*as many sessions/s);
    await third.transport.closed;
    assert.deepEqual(fixture.logger.events('warning'), ['session-refused']);
    one.transport.abort();
    await fixture.settled();
    assert.match((await answerTo('d')).answer, /<data/);
  });

  it('counts the sessions of each user', async () => {
    await start({ maxSessionsPerUser: 1 });
    assert.match((await answerTo('a')).answer, /<data/);
    assert.match((await answerTo('b')).answer, /<data/);
    assert.match((await answerTo('a')).answer, /resource-denied.*the user has as many/s);
  });

  it('does not keep who was refused and asks for nothing', async () => {
    await start({ maxSessions: 1, helloTimeoutMs: 1000 });
    await answerTo('a');
    const [client, server] = createLinkedTransports();
    const over = fixture.server.accept(server);
    await client.send(HELLO);
    await fixture.turn();
    fixture.clock.advance(1000);
    await over;
  });

  it('ends a session whose client says no hello in time', async () => {
    await start({ helloTimeoutMs: 1000 });
    const transport = fixture.connectRaw();
    fixture.clock.advance(1000);
    await transport.closed;
    await fixture.settled();
    assert.deepEqual(
      ends.map((it) => it.reason),
      ['timeout'],
    );
  });

  it('ends a session that asks for nothing for so long, and not before', async () => {
    await start({ idleTimeoutMs: 1000 });
    const client = await fixture.connect();
    fixture.clock.advance(999);
    await client.config();
    fixture.clock.advance(999);
    await client.config();
    fixture.clock.advance(1000);
    await client.transport.closed;
    await fixture.settled();
    assert.deepEqual(ends, [{ reason: 'timeout' }]);
  });

  it('spares a session whose request takes long', async () => {
    await start({ idleTimeoutMs: 1000 });
    const client = await fixture.connect();
    await client.edit(sami(vm()));
    const [answer] = await fixture.withPlaneHeld(async () => {
      const committing = client.commit();
      await fixture.turn();
      fixture.clock.advance(10_000);
      return [committing];
    });
    assert.equal(answer, 'ok');
    assert.deepEqual(ends, []);
  });

  it('spares a session that waits for notifications', async () => {
    await start({ idleTimeoutMs: 1000 });
    const client = await fixture.connect();
    await client.session.request(
      '<create-subscription xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"/>',
    );
    fixture.clock.advance(10_000);
    assert.match(await client.config(), /data/);
  });

  it('refuses elements that are nested deeper than that', async () => {
    await start({ maxDepth: 20 });
    const nested = (depth: number): string =>
      `<get><filter type="subtree">${'<x>'.repeat(depth)}${'</x>'.repeat(depth)}</filter></get>`;
    const client = await fixture.connect();
    assert.equal((await client.rpc(nested(17))) === '', false);
    assert.deepEqual(await client.refusedWith(nested(18)), ['too-big']);
  });

  it('bounds the errors that it sends back', async () => {
    await start({});
    const client = await fixture.connect();
    const name = 'n'.repeat(200_000);
    const [error] = await client.refused(`<${name}/>`);
    assert.ok(error);
    const size = JSON.stringify(error).length;
    assert.ok(size < 10_000, `${String(size)} characters`);
    assert.match(error.message ?? '', /…/);
    const [short] = await client.refused('<no-such-thing/>');
    assert.doesNotMatch(JSON.stringify(short), /…/);
  });

  it('lets an answer be finished when it stops, and takes no further request', async () => {
    await start({});
    const client = await fixture.connect();
    await client.edit(sami(vm()));
    const [answer] = await fixture.withPlaneHeld(async () => {
      const asked = client.commit();
      await fixture.turn();
      const stopped = fixture.server.close({ graceMs: 5000 });
      await fixture.turn();
      return [Promise.all([asked, stopped])];
    });
    assert.equal(answer?.[0], 'ok');
    assert.deepEqual(
      ends.map((it) => it.detail),
      ['the server stops'],
    );
  });

  it('cuts a client that does not read what was left at the end of its session, once its time is over', async () => {
    await start({ closeTimeoutMs: 1000 });
    const [client, server] = createLinkedTransports();
    let isCut = false;
    const over = fixture.server.accept({
      peer: server.peer,
      closed: server.closed,
      messages: () => server.messages(),
      send: (message) => server.send(message),
      useChunkedFraming: () => {
        server.useChunkedFraming();
      },
      close: () => server.closed,
      abort: () => {
        isCut = true;
        server.abort();
      },
    });
    const session = await ClientSession.open(client, { clock: fixture.clock });
    await session.request('<close-session xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/>');
    await fixture.turn();
    fixture.clock.advance(999);
    assert.equal(isCut, false);
    fixture.clock.advance(1);
    assert.equal(isCut, true);
    await over;
  });

  for (const reads of [false, true]) {
    const title = reads
      ? 'lets a client that reads on have the rest of its answer when it stops (control)'
      : 'cuts a client that does not read its answer once the time to stop is over';
    it(title, async () => {
      await start({});
      const admin = await fixture.connect();
      const ids = Array.from({ length: 3000 }, (_, index) => `vm${String(index)}`);
      await admin.edit(
        sami(
          ids
            .map((id, at) => vm({ id, address: `10.0.${String(at >> 8)}.${String(at & 255)}` }))
            .join(''),
        ),
      );
      await admin.commit();
      await admin.session.close();
      ends = [];

      const [client, server] = createLinkedTransports({ capacity: 1 });
      void fixture.server.accept(server);
      const messages = client.messages()[Symbol.asyncIterator]();
      await Promise.all([read(messages), client.send(HELLO)]);
      client.useChunkedFraming();
      await client.send(`<rpc xmlns="${BASE}" message-id="7">${GET_CONFIG}</rpc>`);
      const answer = await messages.next();
      assert.ok(answer.done !== true);
      const pieces = answer.value[Symbol.asyncIterator]();
      assert.ok((await pieces.next()).done !== true);
      // From here on the answer is under way, and there is more of it than fits between the two.
      let isClosed = false;
      void client.closed.then(() => (isClosed = true));
      const stopped = fixture.server.close({ graceMs: 5000 });
      await fixture.turn();
      fixture.clock.advance(4999);
      await fixture.turn();
      assert.deepEqual([isClosed, ends], [false, []]);
      if (reads) {
        let last = '';
        for (;;) {
          const piece = await pieces.next();
          if (piece.done === true) break;
          last = Buffer.from(piece.value).toString();
        }
        assert.match(last, /<\/rpc-reply>\s*$/);
        // What is said before the end is read too; no time passes.
        while ((await messages.next()).done !== true);
      } else fixture.clock.advance(1);
      await stopped;
      await client.closed;
      assert.deepEqual(
        ends.map((it) => it.detail),
        ['the server stops'],
      );
    });
  }
});
