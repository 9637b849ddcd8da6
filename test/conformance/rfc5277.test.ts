/** RFC 5277: event notifications, section by section, over real sessions. */
import assert from 'node:assert/strict';
import { decodeData } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { nacmXml } from '../support/access-schema.ts';
import { EventScene, LAB, lab, labSchema, notification } from '../support/event-scene.ts';
import type { FixtureOptions } from '../support/server-fixture.ts';
import { plain } from '../support/server-fixture.ts';
import { Subscriber, createSubscription, establishSubscription } from '../support/subscriber.ts';
import { until } from '../support/until.ts';

const STREAMS =
  '<get><filter><netconf xmlns="urn:ietf:params:xml:ns:netmod:notification"><streams/></netconf></filter></get>';
const subtree = (content: string): string => `<filter type="subtree">${content}</filter>`;
const xpath = (select: string): string =>
  `<filter type="xpath" xmlns:l="urn:lab" select="${select}"/>`;

interface Row {
  /** Begins with the section. */
  readonly name: string;
  readonly options?: FixtureOptions;
  readonly play: (scene: EventScene) => Promise<void>;
}

/** Three alarms, a second apart, before anybody subscribes. */
async function past(scene: EventScene): Promise<string> {
  const start = scene.time();
  for (const source of ['a', 'b', 'c']) {
    scene.alarm(source);
    await scene.advance(1000);
  }
  return start;
}

const ROWS: readonly Row[] = [
  {
    name: '§2.1.1 create-subscription is answered with ok, and events follow',
    async play(scene) {
      assert.equal(await scene.subscriber.create(), 'ok');
      scene.alarm('a');
      assert.deepEqual(await scene.sources(), ['a']);
    },
  },
  {
    name: '§2.1.1 without a subscription nothing is sent (control)',
    async play(scene) {
      scene.alarm('a');
      assert.deepEqual(await scene.subscriber.drain(), []);
    },
  },
  {
    name: '§2.1.1 the stream may be named',
    async play(scene) {
      await scene.subscriber.create('<stream>NETCONF</stream>');
      scene.alarm('a');
      assert.deepEqual(await scene.sources(), ['a']);
    },
  },
  {
    name: '§2.1.1 a stream that does not exist is refused',
    async play(scene) {
      const error = await scene.subscriber.refused(createSubscription('<stream>no</stream>'));
      assert.deepEqual([error.type, error.tag], ['protocol', 'invalid-value']);
      assert.match(error.message ?? '', /no event stream "no"/);
    },
  },
  {
    name: '§2.1.1 a filter with invalid syntax is refused',
    async play(scene) {
      const error = await scene.subscriber.refused(createSubscription(xpath('/l:alarm[')));
      assert.deepEqual([error.type, error.tag], ['protocol', 'invalid-value']);
      const type = '<filter type="regex"/>';
      assert.equal((await scene.subscriber.refused(createSubscription(type))).tag, 'bad-attribute');
      const bare = '<filter type="xpath"/>';
      const missing = await scene.subscriber.refused(createSubscription(bare));
      assert.equal(missing.tag, 'missing-attribute');
    },
  },
  {
    name: '§2.1.1 stopTime without startTime: missing-element startTime',
    async play(scene) {
      const text = createSubscription(`<stopTime>${scene.time(1000)}</stopTime>`);
      const { type, tag, info } = await scene.subscriber.refused(text);
      assert.deepEqual(
        [type, tag, info],
        ['protocol', 'missing-element', { badElement: 'startTime' }],
      );
    },
  },
  {
    name: '§2.1.1 stopTime before startTime: bad-element stopTime',
    async play(scene) {
      const times = `<startTime>${scene.time(-1000)}</startTime><stopTime>${scene.time(-2000)}</stopTime>`;
      const { type, tag, info } = await scene.subscriber.refused(createSubscription(times));
      assert.deepEqual([type, tag, info], ['protocol', 'bad-element', { badElement: 'stopTime' }]);
    },
  },
  {
    name: '§2.1.1 startTime later than now: bad-element startTime',
    async play(scene) {
      const text = createSubscription(`<startTime>${scene.time(1000)}</startTime>`);
      const { type, tag, info } = await scene.subscriber.refused(text);
      assert.deepEqual([type, tag, info], ['protocol', 'bad-element', { badElement: 'startTime' }]);
    },
  },
  {
    name: '§2.1.1 a 31st of June is no startTime',
    async play(scene) {
      const text = createSubscription('<startTime>2026-06-31T00:00:00Z</startTime>');
      assert.equal((await scene.subscriber.refused(text)).tag, 'bad-element');
    },
  },
  {
    name: '§2.1.1 replay that is not supported: operation-failed',
    options: { limits: { maxReplayRecords: 0 } },
    async play(scene) {
      const text = createSubscription(`<startTime>${scene.time(-1000)}</startTime>`);
      const { type, tag } = await scene.subscriber.refused(text);
      assert.deepEqual([type, tag], ['protocol', 'operation-failed']);
    },
  },
  {
    name: '§2.1.1 a refused subscription leaves none behind',
    async play(scene) {
      await scene.subscriber.refused(createSubscription('<stream>no</stream>'));
      scene.alarm('a');
      assert.deepEqual(await scene.subscriber.drain(), []);
      assert.equal(await scene.subscriber.create(), 'ok');
    },
  },
  {
    name: '§2.1.1 times have zones',
    async play(scene) {
      await past(scene);
      // 12:00:00.5 in Greenwich, five and a half hours further east.
      await scene.subscriber.create('<startTime>2026-11-20T17:30:00.5+05:30</startTime>');
      assert.deepEqual(await scene.sources(), ['b', 'c', 'replayComplete']);
    },
  },
  {
    name: '§2.2.1 a notification has eventTime first, then its content',
    async play(scene) {
      await scene.subscriber.create();
      const eventTime = Date.parse('2026-01-02T03:04:05.678Z');
      scene.publish('calm', '', eventTime);
      const [received] = await scene.subscriber.taken();
      assert.equal(received?.eventTime, '2026-01-02T03:04:05.678+00:00');
      assert.equal(received.element.namespace, 'urn:lab');
      assert.equal(plain(received.element), '<calm/>');
    },
  },
  {
    name: '§2.3 closing the session ends the subscription',
    async play(scene) {
      const other = await scene.connect();
      await other.create();
      assert.equal([...scene.fixture.server.notifications.subscriptions].length, 1);
      await other.client.session.close();
      await scene.fixture.settled();
      assert.deepEqual([...scene.fixture.server.notifications.subscriptions], []);
    },
  },
  {
    name: '§2.3 after stopTime the session goes on without a subscription',
    async play(scene) {
      const stop = `<startTime>${scene.time()}</startTime><stopTime>${scene.time(5000)}</stopTime>`;
      await scene.subscriber.create(stop);
      scene.alarm('a');
      await scene.advance(5000);
      scene.alarm('late');
      assert.deepEqual(await scene.sources(), ['replayComplete', 'a', 'notificationComplete']);
      assert.equal(await scene.subscriber.create(), 'ok');
    },
  },
  {
    name: '§3.1.1 the capability is in the hello',
    async play(scene) {
      assert.ok(
        scene.subscriber.client.session.capabilities.has(
          'urn:ietf:params:netconf:capability:notification:1.0',
        ),
      );
      return Promise.resolve();
    },
  },
  {
    name: '§3.2.3 the stream NETCONF has all events, those of the server too',
    async play(scene) {
      await scene.subscriber.create();
      scene.alarm('a');
      await scene.connect();
      const names = await scene.subscriber.names();
      assert.deepEqual(names, ['alarm', 'netconf-session-start']);
    },
  },
  {
    name: '§3.2.5.1 get has the streams with name, description and replay',
    async play(scene) {
      const created = '2026-11-20T12:00:00.000+00:00';
      const text = await scene.subscriber.client.rpc(STREAMS);
      assert.match(text, /<name>NETCONF<\/name><description>[^<]+<\/description>/);
      assert.match(text, /<replaySupport>true<\/replaySupport>/);
      assert.ok(text.includes(`<replayLogCreationTime>${created}</replayLogCreationTime>`), text);
      assert.doesNotMatch(text, /replayLogAgedTime/);
    },
  },
  {
    name: '§3.4 without replay replaySupport is false, and there is no log',
    options: { limits: { maxReplayRecords: 0 } },
    async play(scene) {
      const text = await scene.subscriber.client.rpc(STREAMS);
      assert.match(text, /<replaySupport>false<\/replaySupport>/);
      assert.doesNotMatch(text, /replayLog/);
    },
  },
  {
    name: '§3.4 replayLogAgedTime is the time of the last event that has left the log',
    options: { limits: { maxReplayRecords: 2 } },
    async play(scene) {
      const start = await past(scene);
      const text = await scene.subscriber.client.rpc(STREAMS);
      assert.match(text, /<replayLogAgedTime>2026-11-20T12:00:00\.000\+00:00</);
      await scene.subscriber.create(`<startTime>${start}</startTime>`);
      assert.deepEqual(await scene.sources(), ['b', 'c', 'replayComplete']);
    },
  },
  {
    name: '§3.3.1 the log is bounded by bytes as well',
    options: { limits: { maxReplayBytes: 600 } },
    async play(scene) {
      const start = await past(scene);
      await scene.subscriber.create(`<startTime>${start}</startTime>`);
      assert.deepEqual(await scene.sources(), ['b', 'c', 'replayComplete']);
    },
  },
  {
    name: '§3.3.2 what was before startTime is not sent, what is after it is',
    async play(scene) {
      await past(scene);
      await scene.subscriber.create(`<startTime>${scene.time(-2000)}</startTime>`);
      scene.alarm('d');
      assert.deepEqual(await scene.sources(), ['b', 'c', 'replayComplete', 'd']);
    },
  },
  {
    name: '§3.3.2 what is after stopTime is not replayed',
    async play(scene) {
      const start = await past(scene);
      const stop = scene.time(-1500);
      await scene.subscriber.create(`<startTime>${start}</startTime><stopTime>${stop}</stopTime>`);
      await scene.advance(0);
      assert.deepEqual(await scene.sources(), ['a', 'b', 'replayComplete', 'notificationComplete']);
    },
  },
  {
    name: '§3.3.2 replayComplete is sent for no other reason',
    async play(scene) {
      await past(scene);
      await scene.subscriber.create();
      scene.alarm('d');
      assert.deepEqual(await scene.sources(), ['d']);
    },
  },
  {
    name: '§3.3.2 replayComplete and notificationComplete cannot be filtered out',
    async play(scene) {
      const start = await past(scene);
      const times = `<startTime>${start}</startTime><stopTime>${scene.time(1000)}</stopTime>`;
      await scene.subscriber.create(`${subtree(`<calm ${LAB}/>`)}${times}`);
      await scene.advance(1000);
      assert.deepEqual(await scene.sources(), ['replayComplete', 'notificationComplete']);
    },
  },
  {
    name: '§3.6 an event without what the filter looks for is left out',
    async play(scene) {
      await scene.subscriber.create(subtree(`<alarm ${LAB}><severity>high</severity></alarm>`));
      scene.publish('alarm', '<source>without</source>');
      scene.alarm('low', 'low');
      scene.alarm('high', 'high');
      assert.deepEqual(await scene.sources(), ['high']);
    },
  },
  {
    name: '§3.6 a subtree filter passes or leaves out, and strips nothing',
    async play(scene) {
      await scene.subscriber.create(subtree(`<alarm ${LAB}><source/></alarm>`));
      scene.alarm('a', 'high');
      const [text] = await scene.subscriber.drain();
      assert.equal(text, '<alarm><severity>high</severity><source>a</source></alarm>');
    },
  },
  {
    name: '§3.6 conditions on entries of lists count',
    async play(scene) {
      const part = '<part><id>1</id><state>broken</state></part>';
      await scene.subscriber.create(subtree(`<alarm ${LAB}>${part}</alarm>`));
      scene.alarm('whole', 'low', '<part><id>1</id><state>fine</state></part>');
      scene.alarm('broken', 'low', `<part><id>0</id></part>${part}`);
      assert.deepEqual(await scene.sources(), ['broken']);
    },
  },
  {
    name: '§3.6 an XPath filter is converted to a boolean',
    async play(scene) {
      await scene.subscriber.create(xpath('count(/l:alarm/l:part) > 1'));
      scene.alarm('one', 'low', '<part><id>1</id></part>');
      scene.alarm('two', 'low', '<part><id>1</id></part><part><id>2</id></part>');
      assert.deepEqual(await scene.sources(), ['two']);
    },
  },
  {
    name: '§5.1 siblings at the top of a subtree filter are alternatives',
    async play(scene) {
      const either = `<alarm ${LAB}><source>a</source></alarm><calm ${LAB}/>`;
      await scene.subscriber.create(subtree(either));
      scene.alarm('b');
      scene.publish('calm');
      scene.alarm('a');
      assert.deepEqual(await scene.sources(), ['calm', 'a']);
    },
  },
  {
    name: '§5.2 an XPath filter names what it wants',
    async play(scene) {
      await scene.subscriber.create(xpath("/l:alarm[l:severity='high']"));
      scene.alarm('low', 'low');
      scene.alarm('high', 'high');
      assert.deepEqual(await scene.sources(), ['high']);
    },
  },
  {
    name: '§6.1 requests are answered while there is a subscription',
    async play(scene) {
      await scene.subscriber.create();
      assert.match(await scene.subscriber.client.config(), /^<data/);
      scene.alarm('a');
      assert.deepEqual(await scene.sources(), ['a']);
    },
  },
  {
    name: '§6.3 the capability interleave is in the hello',
    async play(scene) {
      assert.ok(
        scene.subscriber.client.session.capabilities.has(
          'urn:ietf:params:netconf:capability:interleave:1.0',
        ),
      );
      return Promise.resolve();
    },
  },
  {
    name: '§6.5 a second create-subscription: operation-failed, and the first goes on',
    async play(scene) {
      await scene.subscriber.create();
      const { type, tag } = await scene.subscriber.refused(createSubscription());
      assert.deepEqual([type, tag], ['protocol', 'operation-failed']);
      scene.alarm('a');
      assert.deepEqual(await scene.sources(), ['a']);
    },
  },
  {
    name: '§7 many subscriptions are refused: insufficient resources of one session',
    options: { limits: { maxSubscriptionsPerSession: 1 } },
    async play(scene) {
      await scene.subscriber.establish('<stream>NETCONF</stream>');
      const error = await scene.subscriber.refused(
        establishSubscription('<stream>NETCONF</stream>'),
      );
      assert.equal(error.tag, 'resource-denied');
      assert.equal(error.appTag, 'ietf-subscribed-notifications:insufficient-resources');
      const other = await scene.connect();
      assert.ok(await other.establish('<stream>NETCONF</stream>'));
    },
  },
  {
    name: '§7 many subscriptions are refused: insufficient resources of the server',
    options: { limits: { maxSubscriptions: 1 } },
    async play(scene) {
      await scene.subscriber.create();
      const other = await scene.connect();
      assert.equal((await other.refused(createSubscription())).tag, 'resource-denied');
    },
  },
  {
    name: '§7 of events a client sees those only that it may (RFC 8341, section 3.4.6)',
    async play(scene) {
      const rule = { module: 'lab', notification: 'alarm', action: 'deny' } as const;
      const lists = [{ groups: ['guests'], rules: [rule] }];
      await scene.configure(nacmXml({ groups: { guests: ['guest'] }, lists }));
      const guest = await scene.connect({ username: 'guest', address: '192.0.2.1' });
      await guest.create();
      await scene.subscriber.create();
      scene.alarm('a');
      scene.publish('calm');
      assert.deepEqual(await scene.sources(guest), ['calm']);
      assert.deepEqual(await scene.sources(), ['a', 'calm']);
    },
  },
];

describe('RFC 5277: event notifications', () => {
  for (const { name, options, play } of ROWS) {
    it(name, async () => {
      const scene = await EventScene.start(options);
      await play(scene);
      await scene.stop();
    });
  }

  it('§2.2.1 a notification in the data tree comes with the way to what it is about', async () => {
    const scene = await EventScene.start();
    const root = decodeData(labSchema().root, `<x>${lab('<bench><name>left</name></bench>')}</x>`)
      .content as Branch;
    const bench = labSchema().root.dataChild('urn:lab', 'lab');
    assert.equal(bench?.kind, 'container');
    await scene.subscriber.create(
      `<filter type="xpath" xmlns:l="urn:lab" select="/l:lab/l:bench[l:name='left']/l:smoke"/>`,
    );
    const { smoke } = nestedNotifications();
    const content = decodeData(smoke, `<x ${LAB}><density>9</density></x>`).content as Branch;
    scene.fixture.server.publish(content, { instance: root });
    assert.deepEqual(await scene.subscriber.drain(), [
      '<lab><bench><name>left</name><smoke><density>9</density></smoke></bench></lab>',
    ]);
    assert.throws(() => {
      scene.fixture.server.publish(content);
    }, /needs an instance of "lab"/);
    await scene.stop();
  });

  it('§3.2 what is no notification cannot be published', async () => {
    const scene = await EventScene.start();
    assert.throws(() => {
      scene.fixture.server.publish(scene.fixture.server.datastores.running);
    }, TypeError);
    scene.fixture.server.publish(notification('calm'));
    await scene.stop();
  });

  it('a client that does not read is cut off when too much waits, and nobody else waits for it', async () => {
    const scene = await EventScene.start({ limits: { maxQueuedNotifications: 50 } });
    const slow = await scene.fixture.connect();
    slow.session.onNotification(() => ({
      sink: { open: () => undefined, text: () => undefined, close: () => undefined },
      end: () => new Promise(() => undefined),
    }));
    await Subscriber.of(slow).create();
    await scene.subscriber.create();
    const sessions = (): number => scene.fixture.server.sessionIds.length;
    assert.equal(sessions(), 2);
    for (let turn = 0; turn < 400; turn += 1) {
      scene.alarm(String(turn));
      if (turn % 20 === 0) await scene.fixture.turn();
    }
    await until(() => sessions() === 1);
    assert.equal((await scene.sources()).length, 400);
    await scene.stop();
  });
});

function nestedNotifications(): { readonly smoke: Parameters<typeof decodeData>[0] } {
  const top = labSchema().root.dataChild('urn:lab', 'lab');
  assert.equal(top?.kind, 'container');
  const bench = top.dataChild('urn:lab', 'bench');
  assert.equal(bench?.kind, 'list');
  const smoke = bench.children.find((child) => child.kind === 'notification');
  assert.ok(smoke);
  return { smoke };
}
