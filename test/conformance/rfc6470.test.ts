/** RFC 6470: the base notifications, in the stream NETCONF. */
import assert from 'node:assert/strict';
import type { TransportPeer } from '../../src/netconf/index.ts';
import { EventScene, lab } from '../support/event-scene.ts';
import { deleteVm, sami, sessionRow, vm } from '../support/sami-xml.ts';
import type { Subscriber } from '../support/subscriber.ts';

const PEER: TransportPeer = { username: 'ada', address: '192.0.2.7', administrator: true };
const BY_ADA = (id: number): string =>
  `<username>ada</username><session-id>${String(id)}</session-id><source-host>192.0.2.7</source-host>`;
const BY_TEST = (id: number): string =>
  `<username>test</username><session-id>${String(id)}</session-id>`;

/** Notifications of one name that have come. */
async function told(subscriber: Subscriber, name: string): Promise<readonly string[]> {
  return (await subscriber.drain()).filter((text) => text.startsWith(`<netconf-${name}>`));
}

function edits(text: string | undefined): readonly string[] {
  return Array.from(
    (text ?? '').matchAll(/<edit><target>(.*?)<\/target><operation>(.*?)<\/operation><\/edit>/g),
    ([, target, operation]) => `${operation ?? ''} ${target ?? ''}`,
  );
}

interface Row {
  readonly name: string;
  readonly play: (scene: EventScene, watcher: Subscriber) => Promise<void>;
}

const ROWS: readonly Row[] = [
  {
    name: '§2.2 netconf-config-change: who, which datastore, and what',
    async play(scene, watcher) {
      const ada = await scene.connect(PEER);
      await ada.client.edit(lab('<limit>5</limit>'));
      await ada.client.commit();
      assert.deepEqual(await told(watcher, 'config-change'), [
        `<netconf-config-change><changed-by>${BY_ADA(ada.client.id)}</changed-by><datastore>running</datastore>` +
          '<edit><target>/lab:lab</target><operation>create</operation></edit></netconf-config-change>',
      ]);
    },
  },
  {
    name: '§2.2 netconf-config-change: every edit with its operation',
    async play(scene, watcher) {
      const racks = '<rack><name>a</name><size>1</size></rack><rack><name>b</name></rack>';
      await scene.configure(lab(`<limit>5</limit><tag>x</tag>${racks}`));
      await watcher.drain();
      const change = `<limit>6</limit><note>new</note><tag nc:operation="delete">x</tag><tag>y</tag>
        <rack><name>a</name><size>2</size></rack><rack nc:operation="delete"><name>b</name></rack>
        <rack><name>c'd</name></rack>`;
      await scene.configure(lab(change));
      const [text] = await told(watcher, 'config-change');
      assert.deepEqual(edits(text).toSorted(), [
        'create /lab:lab/lab:note',
        `create /lab:lab/lab:rack[lab:name="c'd"]`,
        "create /lab:lab/lab:tag[.='y']",
        "delete /lab:lab/lab:rack[lab:name='b']",
        "delete /lab:lab/lab:tag[.='x']",
        'replace /lab:lab/lab:limit',
        "replace /lab:lab/lab:rack[lab:name='a']/lab:size",
      ]);
    },
  },
  {
    name: '§2.2 netconf-config-change: of very many edits, the parts that have changed',
    async play(scene, watcher) {
      const one = `<sessions xmlns="urn:sami:yang:sami-session">${sessionRow(2000)}</sessions>`;
      await scene.configure(sami(vm({ mode: 'standby', more: one })));
      await watcher.drain();
      const rows = Array.from({ length: 1000 }, (_, port) => sessionRow(port + 1)).join('');
      const sessions = `<sessions xmlns="urn:sami:yang:sami-session">${rows}</sessions>`;
      await scene.configure(sami(`<vm><id>vm1</id>${sessions}</vm>`));
      const [text] = await told(watcher, 'config-change');
      assert.deepEqual(edits(text), ["merge /sami:sami/sami:vm[sami:id='vm1']"]);
    },
  },
  {
    name: '§2.2 netconf-config-change: not for the candidate, nor for a commit of nothing (control)',
    async play(scene, watcher) {
      await scene.subscriber.client.edit(lab('<limit>5</limit>'));
      assert.deepEqual(await told(watcher, 'config-change'), []);
      await scene.subscriber.client.commit();
      assert.equal((await told(watcher, 'config-change')).length, 1);
      await scene.subscriber.client.commit();
      assert.deepEqual(await told(watcher, 'config-change'), []);
    },
  },
  {
    name: '§2.2 netconf-config-change: of startup',
    async play(scene, watcher) {
      await scene.configure(lab('<limit>5</limit>'));
      await watcher.drain();
      await scene.subscriber.client.rpc(
        '<copy-config><target><startup/></target><source><running/></source></copy-config>',
      );
      const [text] = await told(watcher, 'config-change');
      assert.match(text ?? '', /<datastore>startup<\/datastore><edit><target>\/lab:lab</);
    },
  },
  {
    name: '§2.2 netconf-config-change: by the server, when a lease runs out',
    async play(scene, watcher) {
      await scene.configure(sami(vm({ mode: 'standby' })));
      await watcher.drain();
      await scene.advance(24 * 3600_000);
      await scene.fixture.settled();
      const [text] = await told(watcher, 'config-change');
      assert.match(text ?? '', /<changed-by><server\/><\/changed-by>/);
    },
  },
  {
    name: '§2.2 netconf-session-start: user, session-id, source host',
    async play(scene, watcher) {
      const ada = await scene.connect(PEER);
      assert.deepEqual(await told(watcher, 'session-start'), [
        `<netconf-session-start>${BY_ADA(ada.client.id)}</netconf-session-start>`,
      ]);
    },
  },
  {
    name: '§2.2 netconf-session-start: an address that is none is left out',
    async play(scene, watcher) {
      const { client } = await scene.connect();
      assert.deepEqual(await told(watcher, 'session-start'), [
        `<netconf-session-start>${BY_TEST(client.id)}</netconf-session-start>`,
      ]);
    },
  },
  {
    name: '§2.2 netconf-session-end: closed',
    async play(scene, watcher) {
      const ada = await scene.connect(PEER);
      await ada.client.session.close();
      await scene.fixture.settled();
      assert.deepEqual(await told(watcher, 'session-end'), [
        `<netconf-session-end>${BY_ADA(ada.client.id)}<termination-reason>closed</termination-reason></netconf-session-end>`,
      ]);
    },
  },
  {
    name: '§2.2 netconf-session-end: killed, and by which session',
    async play(scene, watcher) {
      const ada = await scene.connect(PEER);
      const { client } = scene.subscriber;
      await client.rpc(
        `<kill-session><session-id>${String(ada.client.id)}</session-id></kill-session>`,
      );
      await scene.fixture.settled();
      assert.deepEqual(await told(watcher, 'session-end'), [
        `<netconf-session-end>${BY_ADA(ada.client.id)}<killed-by>${String(client.id)}</killed-by>` +
          '<termination-reason>killed</termination-reason></netconf-session-end>',
      ]);
    },
  },
  {
    name: '§2.2 netconf-session-end: dropped',
    async play(scene, watcher) {
      const ada = await scene.connect(PEER);
      ada.client.vanish();
      await scene.fixture.settled();
      const [text] = await told(watcher, 'session-end');
      assert.match(text ?? '', /<termination-reason>dropped</);
    },
  },
  {
    name: '§2.2 netconf-session-end: timeout, when no hello comes',
    async play(scene, watcher) {
      scene.fixture.connectRaw(PEER);
      await scene.fixture.turn();
      await scene.advance(60_000);
      const [text] = await told(watcher, 'session-end');
      assert.match(text ?? '', /<termination-reason>timeout</);
    },
  },
  {
    name: '§2.2 netconf-session-end: bad-hello',
    async play(scene, watcher) {
      const transport = scene.fixture.connectRaw(PEER);
      await transport.send('<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/>');
      await scene.fixture.settled();
      const messages = await watcher.drain();
      assert.match(messages.join(), /<termination-reason>bad-hello</);
      assert.doesNotMatch(messages.join(), /session-start/);
    },
  },
  {
    name: '§2.2 netconf-confirmed-commit: start, extend, complete',
    async play(scene, watcher) {
      const ada = await scene.connect(PEER);
      const who = BY_ADA(ada.client.id);
      const expected = (event: string): string =>
        `<netconf-confirmed-commit>${who}<confirm-event>${event}</netconf-confirmed-commit>`;
      await ada.client.edit(lab('<limit>1</limit>'));
      await ada.client.commit('<confirmed/><confirm-timeout>10</confirm-timeout>');
      await ada.client.commit('<confirmed/><confirm-timeout>20</confirm-timeout>');
      await ada.client.commit();
      assert.deepEqual(await told(watcher, 'confirmed-commit'), [
        expected('start</confirm-event><timeout>10</timeout>'),
        expected('extend</confirm-event><timeout>20</timeout>'),
        expected('complete</confirm-event>'),
      ]);
    },
  },
  {
    name: '§2.2 netconf-confirmed-commit: cancel',
    async play(scene, watcher) {
      const ada = await scene.connect(PEER);
      await ada.client.edit(lab('<limit>1</limit>'));
      await ada.client.commit('<confirmed/>');
      await ada.client.rpc('<cancel-commit/>');
      const events = await told(watcher, 'confirmed-commit');
      assert.equal(
        events[1],
        `<netconf-confirmed-commit>${BY_ADA(ada.client.id)}<confirm-event>cancel</confirm-event></netconf-confirmed-commit>`,
      );
    },
  },
  {
    name: '§2.2 netconf-confirmed-commit: timeout, without a session',
    async play(scene, watcher) {
      await scene.subscriber.client.edit(lab('<limit>1</limit>'));
      await scene.subscriber.client.commit('<confirmed/><confirm-timeout>10</confirm-timeout>');
      await scene.advance(10_000);
      await scene.fixture.settled();
      const events = await told(watcher, 'confirmed-commit');
      assert.equal(
        events[1],
        '<netconf-confirmed-commit><confirm-event>timeout</confirm-event></netconf-confirmed-commit>',
      );
    },
  },
  {
    name: '§2.2 netconf-confirmed-commit: a plain commit is none (control)',
    async play(scene, watcher) {
      await scene.configure(lab('<limit>1</limit>'));
      assert.deepEqual(await told(watcher, 'confirmed-commit'), []);
    },
  },
  {
    name: '§2.2 netconf-capability-change: who, and what has come, gone and changed',
    async play(scene, watcher) {
      scene.fixture.server.notifications.base.capabilitiesChanged({
        by: 'server',
        added: ['urn:a'],
        deleted: ['urn:b'],
        modified: ['urn:c?x=2'],
      });
      assert.deepEqual(await told(watcher, 'capability-change'), [
        '<netconf-capability-change><changed-by><server/></changed-by><added-capability>urn:a</added-capability>' +
          '<deleted-capability>urn:b</deleted-capability><modified-capability>urn:c?x=2</modified-capability></netconf-capability-change>',
      ]);
    },
  },
];

describe('RFC 6470: base notifications', () => {
  for (const { name, play } of ROWS) {
    it(name, async () => {
      const scene = await EventScene.start();
      const watcher = await scene.connect();
      await watcher.create();
      await play(scene, watcher);
      await scene.stop();
    });
  }

  it('§2.2 a VM that is deleted is one edit, not one for each of its entries', async () => {
    const scene = await EventScene.start();
    await scene.configure(sami(vm() + vm({ id: 'vm2' })));
    await scene.subscriber.create();
    await scene.configure(deleteVm('vm2'));
    const [text] = await told(scene.subscriber, 'config-change');
    assert.deepEqual(edits(text), ["delete /sami:sami/sami:vm[sami:id='vm2']"]);
    await scene.stop();
  });
});
