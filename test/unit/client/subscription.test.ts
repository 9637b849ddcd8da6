/** Subscriptions with loops of their own (RFC 5277, RFC 8639, RFC 8640, RFC 8641). */
import assert from 'node:assert/strict';
import { NetconfClient } from '../../../client/index.ts';
import type { Subscription, SubscriptionEvent } from '../../../client/index.ts';
import { SessionClosedError } from '../../../src/netconf/index.ts';
import type { LinkOptions, Notification } from '../../../src/netconf/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { createScriptedServer } from '../../support/scripted-server.ts';
import type { ScriptedServer } from '../../support/scripted-server.ts';

const SN = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications"';
const YP = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-yang-push"';
const onChange = { datastore: 'operational', trigger: { onChange: {} } } as const;

interface Rig {
  readonly client: NetconfClient;
  readonly server: ScriptedServer;
  /** Establishes one; the server says what its id is, and sends `more` at once. */
  readonly establish: (id: number, more?: string[], capacity?: number) => Promise<Subscription>;
}

async function start(link: LinkOptions = {}): Promise<Rig> {
  const { client: transport, server, ready } = createScriptedServer(link);
  const [client] = await Promise.all([
    NetconfClient.open(transport, { clock: new FakeClock() }),
    ready,
  ]);
  const establish: Rig['establish'] = async (id, more = [], capacity) => {
    const asking = client.subscribe({ ...onChange, capacity });
    const messageId = /message-id="(\d+)"/.exec((await server.receive()) ?? '')?.[1] ?? '';
    await server.reply(messageId, `<id ${SN}>${String(id)}</id>`);
    for (const content of more) await server.notify(content);
    return asking;
  };
  return { client, server, establish };
}

const update = (id: number, content = ''): string =>
  `<push-update ${YP}><id>${String(id)}</id><datastore-contents>${content}</datastore-contents></push-update>`;
const state = (name: string, id: number, more = ''): string =>
  `<${name} ${SN}><id>${String(id)}</id>${more}</${name}>`;

async function kinds(events: AsyncIterable<SubscriptionEvent>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { kind } of events) seen.push(kind);
  return seen;
}

async function nameOf(all: AsyncIterator<Notification>): Promise<string | undefined> {
  const next = await all.next();
  return next.done === true ? undefined : next.value.element.local;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('subscription', () => {
  it('gets its own updates only, even those right behind the reply', async () => {
    const { server, establish } = await start();
    const one = await establish(1, [update(1, '<a xmlns="urn:a"/>')]);
    const two = await establish(2, [update(2, '<b xmlns="urn:b"/>'), update(1)]);
    for (const id of [1, 2]) await server.notify(state('subscription-terminated', id));
    const contents = async (subscription: Subscription): Promise<unknown> => {
      const seen: unknown[] = [];
      for await (const event of subscription) {
        seen.push(
          event.kind === 'push-update' ? event.contents.map(({ local }) => local) : event.kind,
        );
      }
      return seen;
    };
    assert.deepEqual(await contents(one), [['a'], [], 'terminated']);
    assert.deepEqual(await contents(two), [['b'], 'terminated']);
  });

  it('says what changed, and why it is suspended or over', async () => {
    const { server, establish } = await start();
    const subscription = await establish(7);
    await server.notify(
      `<push-change-update ${YP}><id>7</id><datastore-changes><yang-patch><patch-id>0</patch-id><edit><edit-id>e1</edit-id>` +
        '<operation>replace</operation><target>/a:x</target><value><x xmlns="urn:a">1</x></value></edit></yang-patch></datastore-changes><incomplete-update/></push-change-update>',
    );
    const reason = `<reason xmlns:yp="urn:ietf:params:xml:ns:yang:ietf-yang-push">yp:update-too-big</reason>`;
    await server.notify(state('subscription-suspended', 7, reason));
    await server.notify(state('subscription-resumed', 7));
    await server.notify(state('subscription-modified', 7));
    await server.notify(state('replay-completed', 7));
    await server.notify(
      state('subscription-terminated', 7, '<reason>no-such-subscription</reason>'),
    );
    const seen: SubscriptionEvent[] = [];
    for await (const event of subscription) seen.push(event);
    assert.deepEqual(
      seen.map(({ kind }) => kind),
      ['push-change-update', 'suspended', 'resumed', 'modified', 'replay-completed', 'terminated'],
    );
    const [changes, suspended] = seen;
    assert.ok(changes?.kind === 'push-change-update');
    assert.equal(changes.incomplete, true);
    assert.equal(changes.eventTime, '2026-11-20T12:00:00Z');
    assert.deepEqual(
      changes.edits.map(({ editId, operation, target, value }) => [
        editId,
        operation,
        target,
        value[0]?.local,
      ]),
      [['e1', 'replace', '/a:x', 'x']],
    );
    assert.ok(suspended?.kind === 'suspended');
    assert.deepEqual(suspended.reason, {
      namespace: 'urn:ietf:params:xml:ns:yang:ietf-yang-push',
      name: 'update-too-big',
    });
    const last = seen.at(-1);
    assert.ok(last?.kind === 'terminated');
    assert.deepEqual(last.reason, {
      namespace: 'urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications',
      name: 'no-such-subscription',
    });
    assert.equal(subscription.ended, true);
  });

  it('leaves notifications of other subscriptions and streams to the others', async () => {
    const { client, server, establish } = await start();
    const all = client.notifications()[Symbol.asyncIterator]();
    await establish(1);
    await server.notify(update(9));
    await server.notify('<alarm xmlns="urn:a"/>');
    assert.equal(await nameOf(all), 'push-update');
    assert.equal(await nameOf(all), 'alarm');
  });

  it('takes an update without an id when there is no doubt', async () => {
    const { server, establish } = await start();
    const subscription = await establish(1, [
      `<push-update ${YP}><datastore-contents/></push-update>`,
    ]);
    await server.notify(state('subscription-completed', 1));
    assert.deepEqual(await kinds(subscription), ['push-update', 'completed']);
  });

  it('changes, resynchronizes and deletes itself by its id', async () => {
    const { server, establish } = await start();
    const subscription = await establish(5);
    const does: [string, () => Promise<void>][] = [
      ['<modify-subscription [^>]*><id>5</id>', () => subscription.modify({ stopTime: 'x' })],
      ['<resync-subscription [^>]*><id>5</id>', () => subscription.resync()],
      ['<delete-subscription [^>]*><id>5</id>', () => subscription.delete()],
    ];
    let id = 1;
    for (const [request, act] of does) {
      const acting = act();
      assert.match((await server.receive()) ?? '', new RegExp(request));
      await server.reply(String(++id), '<ok/>');
      await acting;
    }
    assert.deepEqual(await kinds(subscription), []);
  });

  it('is deleted when its scope is left, and what still comes is thrown away', async () => {
    const { client, server, establish } = await start();
    const all = client.notifications()[Symbol.asyncIterator]();
    const established = await establish(5, [update(5)]);
    const using = (async () => {
      await using subscription = established;
      for await (const event of subscription) return event.kind;
      return undefined;
    })();
    assert.match((await server.receive()) ?? '', /<delete-subscription /);
    await server.notify(update(5));
    await server.reply('2', '<ok/>');
    assert.equal(await using, 'push-update');
    await server.notify('<alarm xmlns="urn:a"/>');
    assert.equal(await nameOf(all), 'alarm');
  });

  it('sends no delete for what is over already', async () => {
    const { client, server, establish } = await start();
    const subscription = await establish(5, [state('subscription-terminated', 5)]);
    assert.deepEqual(await kinds(subscription), ['terminated']);
    await subscription[Symbol.asyncDispose]();
    const asking = client.discardChanges();
    assert.match((await server.receive()) ?? '', /<discard-changes /);
    await server.reply('2', '<ok/>');
    await asking;
  });

  it('can be deleted while its queue is full', async () => {
    const { server, establish } = await start({ capacity: 2 });
    const subscription = await establish(5, [update(5)], 1);
    const sending = (async () => {
      for (let count = 0; count < 20; count++) await server.notify(update(5));
    })();
    await settle();
    const deleting = subscription.delete();
    await sending;
    await server.reply('2', '<ok/>');
    await deleting;
  });

  it('makes the session stop reading when nobody takes its events, and loses none', async () => {
    const { server, establish } = await start({ capacity: 2 });
    const subscription = await establish(5, [], 3);
    let sent = 0;
    const sending = (async () => {
      for (; sent < 50; sent++) await server.notify(update(5));
      await server.notify(state('subscription-terminated', 5));
    })();
    await settle();
    assert.ok(sent < 20, `${String(sent)} went ahead`);
    assert.equal((await kinds(subscription)).length, 51);
    await sending;
  });

  it('loses nothing when a loop ends by its signal and another goes on', async () => {
    const { server, establish } = await start();
    const subscription = await establish(5);
    const abort = new AbortController();
    const first = kinds(subscription.events({ signal: abort.signal }));
    await settle();
    abort.abort(new Error('enough'));
    await assert.rejects(first, /enough/);
    await server.notify(update(5));
    await server.notify(state('subscription-terminated', 5));
    assert.deepEqual(await kinds(subscription), ['push-update', 'terminated']);
  });

  it('ends when we close the session, and throws when it is lost', async () => {
    const closed = await start();
    const calm = kinds(await closed.establish(1));
    closed.client.abort();
    assert.deepEqual(await calm, []);

    const lost = await start();
    const torn = kinds(await lost.establish(1));
    await lost.server.transport.close();
    await assert.rejects(torn, SessionClosedError);
  });

  it('of a stream gets all event records; that of RFC 5277 until it is complete', async () => {
    const { client, server } = await start();
    const asking = client.subscribeEvents({ stream: 'NETCONF', startTime: 'x' });
    assert.match((await server.receive()) ?? '', /<create-subscription [^>]*><stream>NETCONF</);
    await server.reply('1', '<ok/>');
    await server.notify('<alarm xmlns="urn:a"/>');
    const subscription = await asking;
    const NETMOD = 'xmlns="urn:ietf:params:xml:ns:netmod:notification"';
    await server.notify(`<replayComplete ${NETMOD}/>`);
    await server.notify('<alarm xmlns="urn:a"/>');
    await server.notify(`<notificationComplete ${NETMOD}/>`);
    assert.deepEqual(await kinds(subscription), [
      'event',
      'replay-completed',
      'event',
      'completed',
    ]);
    await assert.rejects(async () => subscription.resync(), /RFC 5277/);
  });
});
