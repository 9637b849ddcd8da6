/** RFC 8639: dynamic subscriptions to event streams. Configured ones are no part of NETCONF (RFC 8640). */
import assert from 'node:assert/strict';
import { EventScene, LAB, lab } from '../support/event-scene.ts';

import type { FixtureOptions } from '../support/server-fixture.ts';
import { SUBSCRIBED, Subscriber, establishSubscription } from '../support/subscriber.ts';

const STREAM = '<stream>NETCONF</stream>';
const OF = (source: string): string =>
  `<stream-subtree-filter><alarm ${LAB}><source>${source}</source></alarm></stream-subtree-filter>`;
const call = (name: string, content: string): string =>
  `<${name} ${SUBSCRIBED}>${content}</${name}>`;
const id = (number: number): string => `<id>${String(number)}</id>`;
const remove = (number: number): string => call('delete-subscription', id(number));
const kill = (number: number): string => call('kill-subscription', id(number));
const state = (name: string): string => `<get><filter><${name} ${SUBSCRIBED}/></filter></get>`;
const streamFilter = (name: string, content: string): string =>
  `<filters ${SUBSCRIBED}><stream-filter><name>${name}</name>${content}</stream-filter></filters>`;
const PREFIX = 'ietf-subscribed-notifications:';

interface Row {
  /** Begins with the section. */
  readonly name: string;
  readonly options?: FixtureOptions;
  readonly play: (scene: EventScene, subscriber: Subscriber) => Promise<void>;
}

const ROWS: readonly Row[] = [
  {
    name: '§2.1 the stream NETCONF has all events, in the order in which they came',
    async play(scene, subscriber) {
      await subscriber.establish(STREAM);
      for (const source of ['a', 'b', 'c']) scene.alarm(source);
      scene.publish('calm');
      assert.deepEqual(await scene.sources(), ['a', 'b', 'c', 'calm']);
    },
  },
  {
    name: '§2.1 a stream that does not exist is refused',
    async play(_scene, subscriber) {
      const error = await subscriber.refused(establishSubscription('<stream>no</stream>'));
      assert.equal(error.tag, 'invalid-value');
      assert.match(error.message ?? '', /no event stream "no"/);
    },
  },
  {
    name: '§2.2 a filter is a test: it strips nothing of a record that passes',
    async play(scene, subscriber) {
      await subscriber.establish(STREAM + OF('a'));
      scene.alarm('b');
      scene.alarm('a', 'high');
      assert.deepEqual(await subscriber.drain(), [
        '<alarm><severity>high</severity><source>a</source></alarm>',
      ]);
    },
  },
  {
    name: '§2.2 an XPath filter, with declarations in scope and with names of modules',
    async play(scene, subscriber) {
      const xpath = (text: string, bindings = ''): string =>
        `<stream-xpath-filter ${bindings}>${text}</stream-xpath-filter>`;
      await subscriber.establish(STREAM + xpath("/l:alarm[l:source='a']", 'xmlns:l="urn:lab"'));
      await subscriber.establish(STREAM + xpath("/lab:alarm[lab:source='b']"));
      for (const source of ['a', 'b', 'c']) scene.alarm(source);
      assert.deepEqual((await scene.sources()).toSorted(), ['a', 'b']);
    },
  },
  {
    name: '§2.2 a filter by name, from the container filters',
    async play(scene, subscriber) {
      await scene.configure(streamFilter('f', OF('a')));
      await subscriber.establish(`${STREAM}<stream-filter-name>f</stream-filter-name>`);
      scene.alarm('b');
      scene.alarm('a');
      assert.deepEqual(await scene.sources(), ['a']);
    },
  },
  {
    name: '§2.3 dscp and qos are not supported, and not in the schema',
    async play(_scene, subscriber) {
      for (const leaf of ['dscp', 'weighting', 'dependency']) {
        const text = establishSubscription(`${STREAM}<${leaf}>1</${leaf}>`);
        assert.equal((await subscriber.refused(text)).tag, 'unknown-element');
      }
    },
  },
  {
    name: '§2.4.2 notifications follow the reply with the number, not before',
    async play(scene, subscriber) {
      const number = await subscriber.establish(STREAM);
      assert.ok(number > 0);
      scene.alarm('a');
      assert.deepEqual(await scene.sources(), ['a']);
    },
  },
  {
    name: '§2.4.2 a session may have several subscriptions, each with a number of its own',
    async play(scene, subscriber) {
      const first = await subscriber.establish(STREAM + OF('a'));
      const second = await subscriber.establish(STREAM);
      assert.notEqual(first, second);
      scene.alarm('a');
      assert.deepEqual(await scene.sources(), ['a', 'a']);
    },
  },
  {
    name: '§2.4.2 encode-xml may be asked for, and nothing else',
    async play(_scene, subscriber) {
      const encoding = (name: string): string =>
        `${STREAM}<encoding xmlns:sn="urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications">sn:${name}</encoding>`;
      assert.ok((await subscriber.establish(encoding('encode-xml'))) > 0);
      const text = establishSubscription(encoding('encode-json'));
      assert.equal((await subscriber.refused(text)).tag, 'invalid-value');
    },
  },
  {
    name: '§2.4.2 a stop-time that has been is refused, one to come ends the subscription',
    async play(scene, subscriber) {
      const until = (ms: number): string => `${STREAM}<stop-time>${scene.time(ms)}</stop-time>`;
      const error = await subscriber.refused(establishSubscription(until(-1)));
      assert.equal(error.tag, 'invalid-value');
      await subscriber.establish(until(5000));
      scene.alarm('a');
      await scene.advance(5000);
      scene.alarm('late');
      assert.deepEqual(await scene.sources(), ['a']);
      assert.deepEqual([...scene.fixture.server.notifications.subscriptions], []);
    },
  },
  {
    name: '§2.4.2.1 a replay: what is after its start, then replay-completed, then what comes',
    async play(scene, subscriber) {
      scene.alarm('a');
      await scene.advance(1000);
      scene.alarm('b');
      const start = scene.time(-1000);
      await subscriber.establish(`${STREAM}<replay-start-time>${start}</replay-start-time>`);
      scene.alarm('c');
      assert.deepEqual(await scene.sources(), ['b', 'replay-completed', 'c']);
    },
  },
  {
    name: '§2.4.2.1 replay-completed has the number of the subscription',
    async play(scene, subscriber) {
      const start = `<replay-start-time>${scene.time()}</replay-start-time>`;
      const number = await subscriber.establish(STREAM + start);
      const [completed] = await subscriber.drain();
      assert.equal(completed, `<replay-completed>${id(number)}</replay-completed>`);
    },
  },
  {
    name: '§2.4.2.1 a start earlier than the log is revised, one within it is not',
    options: { limits: { maxReplayRecords: 1 } },
    async play(scene, subscriber) {
      scene.alarm('a');
      await scene.advance(1000);
      scene.alarm('b');
      await scene.advance(1000);
      const from = (ms: number): string =>
        establishSubscription(`${STREAM}<replay-start-time>${scene.time(ms)}</replay-start-time>`);
      const revised =
        '<replay-start-time-revision>2026-11-20T12:00:00.000+00:00</replay-start-time-revision>';
      assert.ok((await subscriber.ask(from(-9000))).includes(revised));
      assert.ok(!(await subscriber.ask(from(-1500))).includes('revision'));
    },
  },
  {
    name: '§2.4.2.1 a start that is to come is refused',
    async play(scene, subscriber) {
      const start = `<replay-start-time>${scene.time(1)}</replay-start-time>`;
      const error = await subscriber.refused(establishSubscription(STREAM + start));
      assert.equal(error.tag, 'invalid-value');
    },
  },
  {
    name: '§2.4.2.1 a stop-time may have been when it is after the start of the replay',
    async play(scene, subscriber) {
      scene.alarm('a');
      await scene.advance(1000);
      scene.alarm('b');
      const start = `<replay-start-time>${scene.time(-2000)}</replay-start-time>`;
      await subscriber.establish(`${STREAM}${start}<stop-time>${scene.time(-500)}</stop-time>`);
      await scene.advance(0);
      assert.deepEqual(await scene.sources(), ['a', 'replay-completed']);
    },
  },
  {
    name: '§2.4.3 modify-subscription changes the filter, from the reply on',
    async play(scene, subscriber) {
      const number = await subscriber.establish(STREAM + OF('a'));
      scene.alarm('a');
      assert.equal(await subscriber.ask(call('modify-subscription', id(number) + OF('b'))), 'ok');
      scene.alarm('a');
      scene.alarm('b');
      assert.deepEqual(await scene.sources(), ['a', 'b']);
    },
  },
  {
    name: '§2.4.3 modify-subscription changes the stop-time',
    async play(scene, subscriber) {
      const number = await subscriber.establish(
        `${STREAM}<stop-time>${scene.time(1000)}</stop-time>`,
      );
      const later = `<stop-time>${scene.time(9000)}</stop-time>`;
      await subscriber.ask(call('modify-subscription', id(number) + OF('a') + later));
      await scene.advance(2000);
      scene.alarm('a');
      assert.deepEqual(await scene.sources(), ['a']);
    },
  },
  {
    name: '§2.4.3 a refused modification changes nothing',
    async play(scene, subscriber) {
      const number = await subscriber.establish(STREAM + OF('a'));
      const bad = `<stream-xpath-filter>/lab:alarm[</stream-xpath-filter>`;
      const stop = `<stop-time>${scene.time(1000)}</stop-time>`;
      await subscriber.refused(call('modify-subscription', id(number) + bad + stop));
      await scene.advance(2000);
      scene.alarm('b');
      scene.alarm('a');
      assert.deepEqual(await scene.sources(), ['a']);
    },
  },
  {
    name: '§2.4.3 only the session that established it modifies a subscription',
    async play(scene, subscriber) {
      const number = await subscriber.establish(STREAM);
      const other = await scene.connect();
      const error = await other.refused(call('modify-subscription', id(number) + OF('a')));
      assert.equal(error.appTag, `${PREFIX}no-such-subscription`);
    },
  },
  {
    name: '§2.4.4 after delete-subscription nothing is sent any more',
    async play(scene, subscriber) {
      const number = await subscriber.establish(STREAM);
      assert.equal(await subscriber.ask(remove(number)), 'ok');
      scene.alarm('a');
      assert.deepEqual(await subscriber.drain(), []);
    },
  },
  {
    name: '§2.4.4 only the session that established it deletes a subscription',
    async play(scene, subscriber) {
      const number = await subscriber.establish(STREAM);
      const other = await scene.connect();
      assert.equal((await other.refused(remove(number))).appTag, `${PREFIX}no-such-subscription`);
      scene.alarm('a');
      assert.deepEqual(await scene.sources(), ['a']);
    },
  },
  {
    name: '§2.4.5 kill-subscription ends one of another session, which is told',
    async play(scene, subscriber) {
      const number = await subscriber.establish(STREAM);
      const other = await scene.connect();
      assert.equal(await other.ask(kill(number)), 'ok');
      scene.alarm('a');
      await scene.fixture.turn();
      const told = (await subscriber.drain()).filter((text) => !text.includes('session-start'));
      assert.match(
        told.join(),
        /^<subscription-terminated><id>\d+<\/id><reason>[\w-]+:no-such-subscription<\/reason><\/subscription-terminated>$/,
      );
    },
  },
  {
    name: '§2.4.5 kill-subscription is for those with the right to it (default-deny-all)',
    async play(scene, subscriber) {
      const number = await subscriber.establish(STREAM);
      const guest = await scene.connect({ username: 'guest', address: '192.0.2.1' });
      assert.equal((await guest.refused(kill(number))).tag, 'access-denied');
      scene.alarm('a');
      assert.deepEqual(await scene.sources(), ['a']);
    },
  },
  {
    name: '§2.5 the feature configured is not there, and subscriptions cannot be configured',
    async play(_scene, subscriber) {
      const entry = `<subscriptions ${SUBSCRIBED}><subscription>${id(7)}${STREAM}<receivers><receiver><name>r</name></receiver></receivers></subscription></subscriptions>`;
      await subscriber.client.edit(entry);
      const error = await subscriber.client.refused('<commit/>');
      assert.deepEqual(
        error.map(({ tag, message }) => [tag, message]),
        [
          [
            'operation-not-supported',
            'subscriptions cannot be configured over NETCONF: use establish-subscription',
          ],
        ],
      );
      const reset = call('reset', '');
      assert.equal((await subscriber.refused(reset)).tag, 'operation-not-supported');
    },
  },
  {
    name: '§2.7.2 a filter by name that changes: subscription-modified with its content',
    async play(scene, subscriber) {
      await scene.configure(streamFilter('f', OF('a')));
      const number = await subscriber.establish(
        `${STREAM}<stream-filter-name>f</stream-filter-name>`,
      );
      await scene.configure(streamFilter('f', OF('b')));
      scene.alarm('a');
      scene.alarm('b');
      const told = (await subscriber.drain()).filter((text) => !text.includes('config-change'));
      assert.deepEqual(told, [
        `<subscription-modified>${id(number)}<stream-subtree-filter><alarm><source>b</source></alarm></stream-subtree-filter>` +
          '<stream>NETCONF</stream><encoding>sn:encode-xml</encoding></subscription-modified>',
        '<alarm><severity>low</severity><source>b</source></alarm>',
      ]);
    },
  },
  {
    name: '§2.7.2 another filter that changes says nothing (control)',
    async play(scene, subscriber) {
      await scene.configure(streamFilter('f', OF('a')));
      await subscriber.establish(`${STREAM}<stream-filter-name>f</stream-filter-name>`);
      await scene.configure(streamFilter('g', OF('b')));
      await scene.configure(lab('<limit>1</limit>'));
      assert.deepEqual(await scene.sources(), []);
    },
  },
  {
    name: '§2.7.3 a filter by name that is gone: subscription-terminated, filter-unavailable',
    async play(scene, subscriber) {
      await scene.configure(streamFilter('f', OF('a')));
      await subscriber.establish(`${STREAM}<stream-filter-name>f</stream-filter-name>`);
      const nc = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"';
      await scene.configure(`<filters ${SUBSCRIBED} ${nc}/>`);
      await scene.fixture.turn();
      assert.match((await subscriber.drain()).join(), /<reason>[\w-]+:filter-unavailable</);
    },
  },
  {
    name: '§2.8 the list of streams, with the log of events',
    options: { limits: { maxReplayRecords: 1 } },
    async play(scene, subscriber) {
      scene.alarm('a');
      await scene.advance(1000);
      scene.alarm('b');
      assert.equal(
        await subscriber.client.rpc(state('streams')),
        '<data><streams><stream><name>NETCONF</name><description>All events of this server</description><replay-support/>' +
          '<replay-log-creation-time>2026-11-20T12:00:00.000+00:00</replay-log-creation-time>' +
          '<replay-log-aged-time>2026-11-20T12:00:00.000+00:00</replay-log-aged-time></stream></streams></data>',
      );
    },
  },
  {
    name: '§2.8 the list of subscriptions, with their terms and counters, as long as they are there',
    async play(scene, subscriber) {
      const stop = `<stop-time>${scene.time(60_000)}</stop-time>`;
      const number = await subscriber.establish(STREAM + OF('a') + stop);
      scene.alarm('a');
      scene.alarm('b');
      scene.alarm('a');
      await subscriber.drain();
      const read = (): Promise<string> => subscriber.client.rpc(state('subscriptions'));
      const text = await read();
      assert.match(text, new RegExp(`<subscription>${id(number)}`));
      for (const part of [
        '<stream>NETCONF</stream>',
        '<stream-subtree-filter><alarm><source>a</source></alarm></stream-subtree-filter>',
        '<stop-time>2026-11-20T12:01:00.000+00:00</stop-time>',
        `<receiver><name>session-${String(subscriber.client.id)}</name><sent-event-records>2</sent-event-records>` +
          '<excluded-event-records>1</excluded-event-records><state>active</state></receiver>',
      ]) {
        assert.ok(text.includes(part), `${part} in ${text}`);
      }
      await scene.advance(60_000);
      assert.doesNotMatch(await read(), /<subscription>/);
    },
  },
  {
    name: '§2.9 the YANG library says which features there are',
    async play(scene) {
      const module = scene.fixture.server.context.modules.get('ietf-subscribed-notifications');
      assert.deepEqual([...(module?.features ?? [])].toSorted(), [
        'encode-xml',
        'replay',
        'subtree',
        'xpath',
      ]);
      return Promise.resolve();
    },
  },
];

describe('RFC 8639: subscriptions to event streams', () => {
  for (const { name, options, play } of ROWS) {
    it(name, async () => {
      const scene = await EventScene.start(options);
      await play(scene, scene.subscriber);
      await scene.stop();
    });
  }

  it('§2.7.4 a subscriber that does not read is suspended, and told so; §2.7.5 then resumed', async () => {
    const scene = await EventScene.start({ limits: { maxQueuedNotifications: 50 } });
    const slow = await scene.fixture.connect();
    let read: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (read = resolve));
    const messages: string[] = [];
    slow.session.onNotification(({ local }) => {
      messages.push(local);
      const ignore = (): void => undefined;
      return { sink: { open: ignore, text: ignore, close: ignore }, end: () => gate };
    });
    const subscriber = Subscriber.of(slow);
    await subscriber.establish(STREAM);
    for (let turn = 0; turn < 400; turn += 1) {
      scene.alarm(String(turn));
      if (turn % 20 === 0) await scene.fixture.turn();
    }
    const receiver = await scene.subscriber.client.rpc(state('subscriptions'));
    assert.match(receiver, /<state>suspended</);
    read();
    await subscriber.drain();
    const changes = messages.filter((it) => it !== 'alarm');
    assert.deepEqual(changes, ['subscription-suspended', 'subscription-resumed']);
    assert.ok(messages.length < 200, String(messages.length));
    messages.length = 0;
    scene.alarm('after');
    await subscriber.drain();
    assert.deepEqual(messages, ['alarm']);
    assert.match(await scene.subscriber.client.rpc(state('subscriptions')), /<state>active</);
    await scene.stop();
  });

  it('§2.4.1 a subscription goes with its session', async () => {
    const scene = await EventScene.start();
    const other = await scene.connect();
    await other.establish(STREAM);
    other.client.vanish();
    await scene.fixture.settled();
    assert.deepEqual([...scene.fixture.server.notifications.subscriptions], []);
    await scene.stop();
  });
});
