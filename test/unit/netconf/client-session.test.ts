/** A client's session (RFC 6241, section 4; RFC 5277). */
import assert from 'node:assert/strict';
import { RpcErrorException } from '../../../src/error/index.ts';
import {
  ClientSession,
  FramingError,
  ProtocolError,
  RpcReplyError,
  SessionClosedError,
  encodeCommit,
  encodeGet,
  encodeLock,
} from '../../../src/netconf/index.ts';
import type { ClientSessionOptions, LinkOptions } from '../../../src/netconf/index.ts';
import { textContent } from '../../../src/xml/index.ts';
import type { XmlSink } from '../../../src/xml/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { createScriptedServer } from '../../support/scripted-server.ts';
import type { ScriptedServer } from '../../support/scripted-server.ts';

async function start(
  options: Partial<ClientSessionOptions> = {},
  link: LinkOptions = {},
): Promise<{ session: ClientSession; server: ScriptedServer; clock: FakeClock }> {
  const clock = new FakeClock();
  const { client, server, ready } = createScriptedServer(link);
  const [session] = await Promise.all([ClientSession.open(client, { clock, ...options }), ready]);
  return { session, server, clock };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const ERROR = (severity: string, tag = 'lock-denied'): string =>
  `<rpc-error><error-type>protocol</error-type><error-tag>${tag}</error-tag>` +
  `<error-severity>${severity}</error-severity></rpc-error>`;

function collector(): { sink: XmlSink; events: string[] } {
  const events: string[] = [];
  return {
    events,
    sink: {
      open: (_namespace, local) => void events.push(`<${local}>`),
      text: (text) => void events.push(text),
      close: () => void events.push('</>'),
    },
  };
}

describe('client session', () => {
  it('knows the id and the capabilities of the server', async () => {
    const { session } = await start();
    assert.equal(session.sessionId, 4);
    assert.ok(session.capabilities.has('urn:ietf:params:netconf:base:1.1'));
  });

  it('sends a request and resolves with ok', async () => {
    const { session, server } = await start();
    const asking = session.request(encodeCommit());
    assert.equal(
      await server.receive(),
      '<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1">' +
        '<commit xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/></rpc>',
    );
    await server.reply('1', '<ok/>');
    assert.deepEqual(await asking, { ok: true, warnings: [], output: [] });
  });

  it('resolves with data as a tree', async () => {
    const { session, server } = await start();
    const asking = session.request(encodeGet());
    await server.reply('1', '<data><a xmlns="urn:a">x</a></data>');
    const { ok, data } = await asking;
    assert.equal(ok, false);
    assert.equal(data?.local, 'data');
    const [child] = data.children;
    assert.ok(typeof child === 'object' && textContent(child) === 'x');
  });

  it('streams data to a sink, and only data', async () => {
    const { session, server } = await start();
    const { sink, events } = collector();
    const asking = session.request(encodeGet(), { reply: sink });
    await server.reply('1', ['<data><a>x', 'y</a>', '</data>', ERROR('warning')]);
    const { warnings, data } = await asking;
    assert.deepEqual(events, ['<data>', '<a>', 'xy', '</>', '</>']);
    assert.equal(warnings.length, 1);
    assert.equal(data, undefined);
  });

  it('rejects with all errors of the reply, warnings included', async () => {
    const { session, server } = await start();
    const asking = session.request(encodeLock('running'));
    await server.reply('1', ERROR('error') + ERROR('warning') + ERROR('error', 'in-use'));
    await assert.rejects(asking, (error) => {
      assert.ok(error instanceof RpcErrorException);
      assert.deepEqual(
        error.errors.map((item) => `${item.severity} ${item.tag}`),
        ['error lock-denied', 'warning lock-denied', 'error in-use'],
      );
      return true;
    });
  });

  it('does not reject for warnings only', async () => {
    const { session, server } = await start();
    const asking = session.request(encodeLock('running'));
    await server.reply('1', `<ok/>${ERROR('warning')}`);
    assert.equal((await asking).ok, true);
  });

  it('pipelines requests and matches replies by message-id', async () => {
    const { session, server } = await start();
    const asking = [1, 2, 3].map(() => session.request(encodeGet()));
    for (const id of ['1', '3', '2']) await server.reply(id, `<data><id>${id}</id></data>`);
    const replies = await Promise.all(asking);
    assert.deepEqual(
      replies.map(({ data }) =>
        data?.children.map((child) => typeof child === 'object' && textContent(child)),
      ),
      [['1'], ['2'], ['3']],
    );
  });

  it('takes a reply without message-id for one to the oldest request', async () => {
    const { session, server } = await start();
    const asking = session.request(encodeGet());
    await server.send(
      `<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">${ERROR('error', 'missing-attribute')}</rpc-reply>`,
    );
    await assert.rejects(asking, RpcErrorException);
  });

  it('gives up waiting when the signal fires, and uses the session further', async () => {
    const { session, server } = await start();
    const abort = new AbortController();
    const { sink, events } = collector();
    const first = session.request(encodeGet(), { signal: abort.signal, reply: sink });
    const second = session.request(encodeGet());
    abort.abort(new Error('enough'));
    await assert.rejects(first, /enough/);
    await server.reply('1', '<data><late/></data>');
    await server.reply('2', '<data/>');
    assert.equal((await second).data?.local, 'data');
    assert.deepEqual(events, []);
    await assert.rejects(session.request(encodeGet(), { signal: abort.signal }), /enough/);
  });

  it('fails a request alone when its sink throws', async () => {
    const { session, server } = await start();
    const sink: XmlSink = {
      open() {
        throw new Error('cannot take it');
      },
      text: () => undefined,
      close: () => undefined,
    };
    const first = session.request(encodeGet(), { reply: sink });
    const second = session.request(encodeGet());
    void server.reply('1', ['<data>', 'x'.repeat(500_000), '</data>']);
    void server.reply('2', '<data/>');
    await assert.rejects(first, /cannot take it/);
    assert.equal((await second).data?.local, 'data');
  });

  it('reads a reply no faster than its consumer goes', async () => {
    const { session, server } = await start({}, { capacity: 2 });
    let release = (): void => undefined;
    let paces = 0;
    const asking = session.request(encodeGet(), {
      reply: collector().sink,
      pace: () =>
        ++paces === 1
          ? new Promise((resolve) => {
              release = resolve;
            })
          : undefined,
    });
    let produced = 0;
    const replying = server.reply(
      '1',
      (function* () {
        yield '<data>';
        for (; produced < 500; produced++) yield `<a>${'x'.repeat(16_384)}</a>`;
        yield '</data>';
      })(),
    );
    await settle();
    assert.ok(produced < 50, `${String(produced)} pieces went ahead`);
    release();
    await Promise.all([asking, replying]);
    assert.ok(paces > 1);
  });

  it('goes on when a reply is given up in its middle while its consumer is slow', async () => {
    const { session, server } = await start({}, { capacity: 2 });
    const abort = new AbortController();
    const asking = session.request(encodeGet(), {
      reply: collector().sink,
      pace: () => new Promise(() => undefined),
      signal: abort.signal,
    });
    const next = session.request(encodeGet());
    const body = Array.from({ length: 50 }, () => `<a>${'x'.repeat(16_384)}</a>`);
    const replying = server.reply('1', ['<data>', ...body, '</data>']);
    await settle();
    abort.abort(new Error('enough'));
    await assert.rejects(asking, /enough/);
    await replying;
    await server.reply('2', '<ok/>');
    assert.equal((await next).ok, true);
  });

  it('tells of a reply before it reads what follows', async () => {
    const { session, server } = await start();
    const order: string[] = [];
    session.onNotification(() => {
      order.push('notification');
      return undefined;
    });
    const asking = session.request(encodeCommit(), { onReply: () => order.push('reply') });
    await server.reply('1', '<ok/>');
    await server.notify('<n xmlns="urn:n"/>');
    await server.transport.close();
    await asking;
    await session.closed;
    assert.deepEqual(order, ['reply', 'notification']);
  });

  it('sends many requests in one go, and each has its own answer', async () => {
    const { session, server } = await start();
    const asking = Array.from({ length: 100 }, () => session.request(encodeGet()));
    const settling = Promise.allSettled(asking);
    // All of them have left before the first answer.
    for (let id = 1; id <= 100; id++) {
      assert.ok((await server.receive())?.includes(`message-id="${String(id)}"`));
    }
    for (let id = 1; id <= 100; id++) {
      await server.reply(
        String(id),
        id % 10 === 0 ? ERROR('error') : `<data><n>${String(id)}</n></data>`,
      );
    }
    const answers = (await settling).map((item) =>
      item.status === 'fulfilled'
        ? item.value.data?.children.map(
            (child) => typeof child === 'object' && textContent(child),
          )[0]
        : item.reason instanceof RpcReplyError && item.reason.errors[0]?.tag,
    );
    const expected = Array.from({ length: 100 }, (_, index) =>
      (index + 1) % 10 === 0 ? 'lock-denied' : String(index + 1),
    );
    assert.deepEqual(answers, expected);
  });

  describe('with servers that take liberties', () => {
    const NC = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"';
    const refusals: { name: string; reply: string }[] = [
      {
        name: 'an rpc-error that has lost its namespace',
        reply: `<nc:rpc-reply ${NC} message-id="1">${ERROR('error')}</nc:rpc-reply>`,
      },
      {
        name: 'a reply in no namespace',
        reply: `<rpc-reply message-id="1">${ERROR('error')}</rpc-reply>`,
      },
      {
        name: 'errors within results, a warning first',
        reply:
          '<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><commit-results>' +
          `<routing-engine><name>re0</name></routing-engine>${ERROR('warning')}${ERROR('error')}</commit-results></rpc-reply>`,
      },
      {
        name: 'errors beside ok',
        reply: `<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><ok/>${ERROR('error')}</rpc-reply>`,
      },
    ];
    for (const { name, reply } of refusals) {
      it(`sees ${name}`, async () => {
        const { session, server } = await start();
        const asking = session.request(encodeCommit());
        await server.send(reply);
        await assert.rejects(asking, (error) => {
          assert.ok(error instanceof RpcReplyError);
          assert.ok(
            error.errors.some(({ tag, severity }) => tag === 'lock-denied' && severity === 'error'),
          );
          return true;
        });
      });
    }

    it('takes data that looks like an error for data', async () => {
      const { session, server } = await start();
      const asking = session.request(encodeGet());
      const data = `<data><log xmlns="urn:l"><rpc-error xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/></log></data>`;
      await server.reply('1', data);
      assert.equal((await asking).warnings.length, 0);
    });

    it('takes ok and data together, in any order', async () => {
      const { session, server } = await start();
      const asking = session.request(encodeGet());
      await server.reply('1', '<ok t:etag="x" xmlns:t="urn:t"/><data/>');
      const { ok, data, okAttributes } = await asking;
      assert.equal(ok, true);
      assert.equal(data?.local, 'data');
      assert.deepEqual(okAttributes, [{ namespace: 'urn:t', local: 'etag', value: 'x' }]);
    });
  });

  it('fails a request whose body fails before it has left, and uses the session further', async () => {
    const { session, server } = await start();
    const failing = (function* () {
      yield '<get';
      throw new Error('no body');
    })();
    await assert.rejects(session.request(failing), /no body/);
    const asking = session.request(encodeGet());
    assert.match((await server.receive()) ?? '', /message-id="2"/);
    await server.reply('2', '<ok/>');
    await asking;
  });

  describe('notifications', () => {
    it('are delivered in order, and dropped while nobody wants them', async () => {
      const { session, server } = await start();
      await server.notify('<lost xmlns="urn:n"/>');
      const asking = session.request(encodeGet());
      await server.reply('1', '<ok/>');
      await asking;
      const notifications = session.notifications();
      await server.notify('<a xmlns="urn:n"/>', '2026-11-20T12:00:01Z');
      await server.notify('<b xmlns="urn:n"/>', '2026-11-20T12:00:02Z');
      await server.transport.close();
      const seen: string[] = [];
      for await (const { eventTime, element } of notifications) {
        seen.push(`${eventTime} ${element.local}`);
      }
      assert.deepEqual(seen, ['2026-11-20T12:00:01Z a', '2026-11-20T12:00:02Z b']);
    });

    it('go to a receiver that wants them, as they arrive, and to the queue otherwise', async () => {
      const { session, server } = await start();
      const { sink, events } = collector();
      let ended = 0;
      const remove = session.onNotification(({ local, eventTime }) =>
        local === 'mine' && eventTime !== ''
          ? {
              sink,
              end: () => {
                ended++;
              },
            }
          : undefined,
      );
      const queue = session.notifications()[Symbol.asyncIterator]();
      await server.notify('<mine xmlns="urn:n"><x>1</x></mine>');
      await server.notify('<other xmlns="urn:n"/>');
      const first = await queue.next();
      assert.equal(first.done === true ? '' : first.value.element.local, 'other');
      assert.deepEqual([events, ended], [['<mine>', '<x>', '1', '</>', '</>'], 1]);
      remove();
      await server.notify('<mine xmlns="urn:n"/>');
      const second = await queue.next();
      assert.equal(second.done === true ? '' : second.value.element.local, 'mine');
    });

    it('come before the reply that was sent after them', async () => {
      const { session, server } = await start();
      const order: string[] = [];
      session.onNotification(() => ({
        sink: collector().sink,
        end: async () => {
          await settle();
          order.push('notification');
        },
      }));
      const asking = session.request(encodeGet()).then(() => order.push('reply'));
      await server.notify('<a xmlns="urn:n"/>');
      await server.notify('<a xmlns="urn:n"/>');
      await server.reply('1', '<ok/>');
      await asking;
      assert.deepEqual(order, ['notification', 'notification', 'reply']);
    });

    it('stop the reading when the queue is full, and none is lost', async () => {
      const { session, server } = await start({ notificationCapacity: 3 }, { capacity: 2 });
      const notifications = session.notifications();
      let sent = 0;
      const sending = (async () => {
        for (; sent < 50; sent++) await server.notify(`<n xmlns="urn:n">${String(sent)}</n>`);
        await server.transport.close();
      })();
      await settle();
      assert.ok(sent < 20, `${String(sent)} went ahead`);
      const seen: string[] = [];
      for await (const { element } of notifications) seen.push(textContent(element));
      await sending;
      assert.deepEqual(
        seen,
        Array.from({ length: 50 }, (_, index) => String(index)),
      );
    });
  });

  describe('end', () => {
    it('closes in order', async () => {
      const { session, server, clock } = await start();
      const closing = session.close();
      assert.match((await server.receive()) ?? '', /<close-session /);
      await server.reply('1', '<ok/>');
      await server.transport.close();
      await closing;
      await session.closed;
      assert.equal(clock.armed, 0);
      await assert.rejects(session.request(encodeGet()), SessionClosedError);
    });

    it('does not wait for ever for a server that does not answer close-session', async () => {
      const { session, server, clock } = await start();
      const closing = session.close();
      await server.receive();
      clock.advance(5_000);
      await closing;
      assert.equal(clock.armed, 0);
    });

    it('fails what waits when the server closes', async () => {
      const { session, server } = await start();
      const asking = [session.request(encodeGet()), session.request(encodeGet())];
      await server.receive();
      await server.transport.close();
      for (const promise of asking) await assert.rejects(promise, SessionClosedError);
      await session.closed;
    });

    const faults: { name: string; message: string; error: new (...args: never[]) => Error }[] = [
      {
        name: 'a reply that was not asked for',
        message:
          '<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="9"><ok/></rpc-reply>',
        error: ProtocolError,
      },
      { name: 'a message of no known kind', message: '<rpc xmlns="urn:x"/>', error: ProtocolError },
      {
        name: 'a notification without eventTime',
        message:
          '<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"><a/></notification>',
        error: ProtocolError,
      },
    ];
    for (const { name, message, error } of faults) {
      it(`breaks the session off at ${name}`, async () => {
        const { session, server } = await start();
        const asking = session.request(encodeGet());
        await server.receive();
        await server.send(message);
        await assert.rejects(asking, error);
        await server.transport.closed;
      });
    }

    it('breaks the session off at a malformed reply', async () => {
      const { session, server } = await start();
      const asking = [session.request(encodeGet()), session.request(encodeGet())];
      await server.reply('1', '<data></wrong>');
      for (const promise of asking) await assert.rejects(promise, /close tag/);
      await session.closed;
    });

    it('breaks the session off at a frame that is cut', async () => {
      const { session, server } = await start();
      const asking = session.request(encodeGet());
      const failing = (function* () {
        yield `<data>${'x'.repeat(100_000)}`;
        throw new Error('cut');
      })();
      await assert.rejects(server.reply('1', failing), /cut/);
      await assert.rejects(asking, FramingError);
      await session.closed;
    });
  });
});
