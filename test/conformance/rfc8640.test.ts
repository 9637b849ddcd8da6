/** RFC 8640: subscriptions over NETCONF, and how their errors look. */
import assert from 'node:assert/strict';
import type { RpcError } from '../../src/error/index.ts';
import { EventScene, LAB } from '../support/event-scene.ts';
import { sami } from '../support/sami-xml.ts';
import type { FixtureOptions } from '../support/server-fixture.ts';
import {
  PUSH,
  SUBSCRIBED,
  createSubscription,
  establishSubscription,
  pushParameters,
} from '../support/subscriber.ts';

const STREAM = '<stream>NETCONF</stream>';
const SN = 'ietf-subscribed-notifications';
const YP = 'ietf-yang-push';
const PERIODIC = '<periodic><period>100</period></periodic>';
const LAB_FILTER = `<datastore-subtree-filter><lab ${LAB}/></datastore-subtree-filter>`;

interface Refusal {
  readonly name: string;
  readonly options?: FixtureOptions;
  readonly request: string;
  readonly tag: RpcError['tag'];
  readonly appTag: string;
  /** Structure and names of hints. */
  readonly hints?: readonly [structure: string, ...names: string[]];
}

const push = (datastore: string, terms: string): string =>
  establishSubscription(pushParameters(datastore, terms));
const ON_CHANGE = '<on-change/>';

/** The tables of section 7, as far as the server can fail that way. */
const REFUSALS: readonly Refusal[] = [
  {
    name: 'filter-unsupported, of a stream',
    request: establishSubscription(
      `${STREAM}<stream-xpath-filter>/lab:alarm[</stream-xpath-filter>`,
    ),
    tag: 'invalid-value',
    appTag: `${SN}:filter-unsupported`,
    hints: ['establish-subscription-stream-error-info', 'filter-failure-hint'],
  },
  {
    name: 'filter-unsupported, of a filter that nothing has the name of',
    request: establishSubscription(`${STREAM}<stream-filter-name>no</stream-filter-name>`),
    tag: 'invalid-value',
    appTag: `${SN}:filter-unsupported`,
    hints: ['establish-subscription-stream-error-info', 'filter-failure-hint'],
  },
  {
    name: 'filter-unsupported, of a datastore',
    request: push(
      'running',
      `<datastore-xpath-filter>/lab:lab[</datastore-xpath-filter>${ON_CHANGE}`,
    ),
    tag: 'invalid-value',
    appTag: `${SN}:filter-unsupported`,
    hints: ['establish-subscription-datastore-error-info', 'filter-failure-hint'],
  },
  {
    name: 'insufficient-resources',
    options: { limits: { maxSubscriptionsPerSession: 0 } },
    request: establishSubscription(STREAM),
    tag: 'resource-denied',
    appTag: `${SN}:insufficient-resources`,
  },
  {
    name: 'no-such-subscription, of delete-subscription',
    request: `<delete-subscription ${SUBSCRIBED}><id>9</id></delete-subscription>`,
    tag: 'invalid-value',
    appTag: `${SN}:no-such-subscription`,
  },
  {
    name: 'no-such-subscription, of kill-subscription',
    request: `<kill-subscription ${SUBSCRIBED}><id>9</id></kill-subscription>`,
    tag: 'invalid-value',
    appTag: `${SN}:no-such-subscription`,
  },
  {
    name: 'no-such-subscription, of modify-subscription',
    request: `<modify-subscription ${SUBSCRIBED}><id>9</id><stream-xpath-filter>/</stream-xpath-filter></modify-subscription>`,
    tag: 'invalid-value',
    appTag: `${SN}:no-such-subscription`,
  },
  {
    name: 'replay-unsupported',
    options: { limits: { maxReplayRecords: 0 } },
    request: establishSubscription(
      `${STREAM}<replay-start-time>2026-01-01T00:00:00Z</replay-start-time>`,
    ),
    tag: 'operation-not-supported',
    appTag: `${SN}:replay-unsupported`,
  },
  {
    name: 'cant-exclude',
    request: push(
      'operational',
      `<datastore-subtree-filter>${sami('')}</datastore-subtree-filter><on-change><excluded-change>create</excluded-change></on-change>`,
    ),
    tag: 'operation-not-supported',
    appTag: `${YP}:cant-exclude`,
  },
  {
    name: 'datastore-not-subscribable',
    request: push('dynamic', LAB_FILTER + PERIODIC),
    tag: 'invalid-value',
    appTag: `${YP}:datastore-not-subscribable`,
  },
  {
    name: 'no-such-subscription-resync',
    request: `<resync-subscription ${PUSH}><id>9</id></resync-subscription>`,
    tag: 'invalid-value',
    appTag: `${YP}:no-such-subscription-resync`,
  },
  {
    name: 'on-change-unsupported, of a datastore',
    request: push('candidate', LAB_FILTER + ON_CHANGE),
    tag: 'operation-not-supported',
    appTag: `${YP}:on-change-unsupported`,
  },
  {
    name: 'on-change-unsupported, of state',
    request: push(
      'operational',
      `<datastore-subtree-filter><climate ${LAB}/></datastore-subtree-filter>${ON_CHANGE}`,
    ),
    tag: 'operation-not-supported',
    appTag: `${YP}:on-change-unsupported`,
  },
  {
    name: 'period-unsupported',
    request: push('running', '<periodic><period>1</period></periodic>'),
    tag: 'invalid-value',
    appTag: `${YP}:period-unsupported`,
    hints: ['establish-subscription-datastore-error-info', 'period-hint'],
  },
  {
    name: 'update-too-big',
    options: { limits: { maxUpdateBytes: 2_000 } },
    request: push('operational', PERIODIC),
    tag: 'too-big',
    appTag: `${YP}:update-too-big`,
    hints: ['establish-subscription-datastore-error-info', 'kilobytes-limit'],
  },
  {
    name: 'sync-too-big',
    options: { limits: { maxUpdateBytes: 2_000 } },
    request: push('operational', ON_CHANGE),
    tag: 'too-big',
    appTag: `${YP}:sync-too-big`,
    hints: ['establish-subscription-datastore-error-info', 'kilobytes-limit'],
  },
  {
    name: 'unchanging-selection',
    request: push(
      'running',
      `<datastore-xpath-filter>/lab:nothing</datastore-xpath-filter>${ON_CHANGE}`,
    ),
    tag: 'operation-failed',
    appTag: `${YP}:unchanging-selection`,
    hints: ['establish-subscription-datastore-error-info', 'filter-failure-hint'],
  },
];

describe('RFC 8640: subscriptions over NETCONF', () => {
  for (const { name, options, request, tag, appTag, hints } of REFUSALS) {
    it(`§7 ${name}: ${tag}`, async () => {
      const scene = await EventScene.start(options);
      const error = await scene.subscriber.refused(request);
      assert.deepEqual([error.type, error.tag, error.appTag], ['application', tag, appTag]);
      const [structure] = error.info?.elements ?? [];
      const names = Array.isArray(structure?.content)
        ? structure.content.map((it: { readonly name: string }) => it.name)
        : [];
      const found = structure && [structure.name, ...names];
      if (hints) assert.deepEqual(found?.slice(0, hints.length), hints);
      else assert.equal(found, undefined);
      // Nothing is left behind.
      assert.deepEqual([...scene.fixture.server.notifications.subscriptions], []);
      await scene.stop();
    });
  }

  it('§3 create-subscription beside an established one: operation-not-supported', async () => {
    const scene = await EventScene.start();
    await scene.subscriber.establish(STREAM);
    const error = await scene.subscriber.refused(createSubscription());
    assert.equal(error.tag, 'operation-not-supported');
    await scene.stop();
  });

  it('§3 establish-subscription beside a created one: operation-not-supported', async () => {
    const scene = await EventScene.start();
    await scene.subscriber.create();
    const error = await scene.subscriber.refused(establishSubscription(STREAM));
    assert.equal(error.tag, 'operation-not-supported');
    const other = await scene.connect();
    assert.ok(await other.establish(STREAM));
    await scene.stop();
  });

  it('§4 encode-xml and the stream NETCONF are there', async () => {
    const scene = await EventScene.start();
    const { context } = scene.fixture.server;
    assert.ok(context.modules.get(SN)?.features.has('encode-xml'));
    assert.ok(scene.fixture.server.notifications.stream('NETCONF'));
    await scene.stop();
  });

  it('§5 a subscription ends with its session', async () => {
    const scene = await EventScene.start();
    const other = await scene.connect();
    await other.push('running', PERIODIC);
    await other.push('running', ON_CHANGE);
    assert.equal([...scene.fixture.server.notifications.subscriptions].length, 2);
    await other.client.session.close();
    await scene.fixture.settled();
    assert.deepEqual([...scene.fixture.server.notifications.subscriptions], []);
    await scene.stop();
  });

  it('§5 resync-subscription is for the session that established it', async () => {
    const scene = await EventScene.start();
    const number = await scene.subscriber.push('running', ON_CHANGE);
    const resync = `<resync-subscription ${PUSH}><id>${String(number)}</id></resync-subscription>`;
    const other = await scene.connect();
    assert.equal((await other.refused(resync)).appTag, `${YP}:no-such-subscription-resync`);
    assert.equal(await scene.subscriber.ask(resync), 'ok');
    await scene.stop();
  });

  it('§6 every message is a notification with the eventTime of its event', async () => {
    const scene = await EventScene.start();
    await scene.subscriber.establish(STREAM);
    await scene.advance(1500);
    scene.alarm('a');
    const [first] = await scene.subscriber.taken();
    assert.equal(first?.eventTime, '2026-11-20T12:00:01.500+00:00');
    await scene.stop();
  });
});
