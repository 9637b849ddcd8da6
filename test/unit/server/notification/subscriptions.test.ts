/** Subscriptions to the tables of a VM (RFC 8639, RFC 8641). */
import assert from 'node:assert/strict';
import { decodeData } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { encodeEstablishSubscription } from '../../../../src/netconf/index.ts';
import type { DatastoreSubscriptionRequest, Notification } from '../../../../src/netconf/index.ts';
import { textContent } from '../../../../src/xml/index.ts';
import type { ListNode } from '../../../../src/yang/index.ts';
import { ServerFixture, plain } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';
import { deleteVm, modeOf, sami, sessionRow, vm } from '../../../support/sami-xml.ts';

const SUBTREE = {
  type: 'subtree',
  content: sami('<vm><id>vm1</id><sessions xmlns="urn:sami:yang:sami-session"/></vm>'),
} as const;
const ALL_SESSIONS = sami('<vm><sessions xmlns="urn:sami:yang:sami-session"/></vm>');
const ON_CHANGE: DatastoreSubscriptionRequest = {
  datastore: 'operational',
  filter: SUBTREE,
  trigger: { onChange: { syncOnStart: false } },
};
const target = (port: number): string =>
  `/sami:sami/vm=vm1/sami-session:sessions/session=6,10.0.0.1,192.0.2.1,${String(port)},80,0`;

describe('subscription to the tables of a VM', () => {
  let fixture: ServerFixture;
  let client: TestClient;
  let list: ListNode;
  let received: Notification[];

  const row = (port: number): Branch => {
    const content = decodeData(
      list.dataParent,
      `<x xmlns="urn:sami:yang:sami-session">${sessionRow(port)}</x>`,
    ).content as Branch;
    const [entry] = content.get(list) as Iterable<Branch>;
    assert.ok(entry);
    return entry;
  };
  const set = (port: number): void => {
    fixture.plane.learn('vm1', { kind: 'set', list, row: row(port) });
  };
  const remove = (port: number): void => {
    fixture.plane.learn('vm1', { kind: 'remove', list, row: row(port) });
  };
  const establish = async (request = ON_CHANGE): Promise<number> => {
    const { output } = await client.session.request(encodeEstablishSubscription(request));
    return Number(output.map(textContent).join(''));
  };
  /** Everything that came before the reply to a request. */
  const drain = async (): Promise<readonly string[]> => {
    await client.rpc('<get-config><source><candidate/></source></get-config>');
    return received.splice(0).map(({ element }) => plain(element));
  };

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    client = await fixture.connect();
    received = [];
    void (async () => {
      for await (const notification of client.session.notifications()) received.push(notification);
    })();
    const found = fixture.server.datastores.vmTree?.kinds.find((it) => it.name === 'session')
      ?.lists[0];
    assert.ok(found);
    list = found;
    await client.edit(sami(vm()));
    await client.commit();
  });
  afterEach(() => fixture.stop());

  it('tells of an entry that is set, with its value', async () => {
    assert.equal(await establish(), 1);
    set(7);
    assert.deepEqual(await drain(), [
      '<push-change-update><id>1</id><datastore-changes><yang-patch><patch-id>0</patch-id>' +
        '<edit><edit-id>1</edit-id><operation>replace</operation>' +
        `<target>${target(7)}</target><value>${sessionRow(7)}</value></edit>` +
        '</yang-patch></datastore-changes></push-change-update>',
    ]);
  });

  it('tells of an entry that is removed', async () => {
    await establish();
    remove(7);
    assert.match(
      (await drain()).join(),
      new RegExp(`<operation>delete</operation><target>${target(7)}<`),
    );
  });

  it('has an eventTime', async () => {
    await establish();
    set(1);
    await fixture.settled();
    assert.equal(received[0]?.eventTime, '2026-11-20T12:00:00.000+00:00');
  });

  it('puts changes that come together into one notification', async () => {
    await establish();
    for (const port of [1, 2, 3]) set(port);
    const [one, ...more] = await drain();
    assert.equal(one?.match(/<edit>/g)?.length, 3);
    assert.deepEqual(more, []);
  });

  it('tells the latest of each entry only when several changes wait', async () => {
    await establish();
    set(1);
    set(1);
    remove(1);
    const [one] = await drain();
    assert.equal(one?.match(/<edit>/g)?.length, 1);
    assert.match(one, /delete/);
  });

  it('tells everything before the reply to a later request, on one session', async () => {
    await establish();
    for (let port = 1; port <= 500; port += 1) set(port);
    assert.equal((await drain()).join().match(/<edit>/g)?.length, 500);
  });

  it('tells changes up to a freeze that another session has commanded', async () => {
    await establish();
    const other = await fixture.connect();
    set(5);
    await other.edit(modeOf('vm1', 'frozen'));
    await other.commit('<confirmed/>');
    assert.match((await drain()).join(), /<source-port>5</);
  });

  it('tells nothing of changes before it', async () => {
    set(1);
    await establish();
    assert.deepEqual(await drain(), []);
  });

  it('tells nothing of another VM', async () => {
    await client.edit(sami(vm({ id: 'vm2', address: '10.0.0.2' })));
    await client.commit();
    await establish();
    fixture.plane.learn('vm2', { kind: 'set', list, row: row(1) });
    assert.deepEqual(await drain(), []);
  });

  it('tells nothing of a kind that is not selected', async () => {
    const content = sami('<vm><id>vm1</id><mode/></vm>');
    await establish({ ...ON_CHANGE, filter: { type: 'subtree', content } });
    set(1);
    assert.deepEqual(await drain(), []);
  });

  it('takes an XPath filter', async () => {
    const prefixes = new Map([['x', 'urn:sami:yang:sami']]);
    await establish({
      ...ON_CHANGE,
      filter: { type: 'xpath', select: "/x:sami/x:vm[x:id='vm1']", prefixes },
    });
    set(1);
    assert.match((await drain()).join(), /<source-port>1</);
  });

  it('takes module names as prefixes in an XPath filter', async () => {
    await establish({
      ...ON_CHANGE,
      filter: { type: 'xpath', select: "/sami:sami/sami:vm[sami:id='vm1']", prefixes: new Map() },
    });
    set(1);
    assert.match((await drain()).join(), /<source-port>1</);
  });

  it('says when changes have been lost', async () => {
    await establish();
    set(1);
    fixture.plane.learn('vm1', { kind: 'lost' });
    set(2);
    const [one] = await drain();
    assert.match(one ?? '', /<source-port>2<.*<incomplete-update\/>/);
    assert.doesNotMatch(one ?? '', /<source-port>1</);
  });

  it('tells that the VM is deleted, and of the tables of one that comes again', async () => {
    await establish();
    await client.edit(deleteVm('vm1'));
    await client.commit();
    assert.match(
      (await drain()).join(),
      /<operation>delete<\/operation><target>\/sami:sami\/vm=vm1</,
    );
    assert.equal(fixture.plane.watcherCount('vm1'), 0);
    await client.edit(sami(vm()));
    await client.commit();
    await drain();
    set(3);
    assert.match((await drain()).join(), /<source-port>3</);
  });

  it('ends by delete-subscription', async () => {
    await establish();
    const ask = (id: number): Promise<unknown> =>
      client.session.request(
        `<delete-subscription xmlns="urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications"><id>${String(id)}</id></delete-subscription>`,
      );
    await ask(1);
    assert.equal(fixture.plane.watcherCount('vm1'), 0);
    set(1);
    assert.deepEqual(await drain(), []);
    await assert.rejects(ask(1), /no subscription 1/);
  });

  it('ends by kill-subscription of another session, which tells the subscriber', async () => {
    await establish();
    const other = await fixture.connect();
    await other.session.request(
      '<kill-subscription xmlns="urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications"><id>1</id></kill-subscription>',
    );
    await fixture.settled();
    assert.match(received.map(({ element }) => plain(element)).join(), /no-such-subscription/);
  });

  it('ends with the session', async () => {
    await establish();
    client.vanish();
    await fixture.settled();
    assert.equal(fixture.plane.watcherCount('vm1'), 0);
  });

  it('tells of several VMs, and of those that come later', async () => {
    await establish({ ...ON_CHANGE, filter: { type: 'subtree', content: ALL_SESSIONS } });
    await client.edit(sami(vm({ id: 'vm2', address: '10.0.0.2' })));
    await client.commit();
    await drain();
    set(1);
    fixture.plane.learn('vm2', { kind: 'set', list, row: row(2) });
    const told = (await drain()).join();
    assert.match(told, /vm=vm1\/sami-session:sessions\/session=6,10.0.0.1,192.0.2.1,1,80,0</);
    assert.match(told, /vm=vm2\/sami-session:sessions\/session=6,10.0.0.1,192.0.2.1,2,80,0</);
  });

  it('may be to a VM that is not here yet', async () => {
    const content = sami('<vm><id>vm7</id><sessions xmlns="urn:sami:yang:sami-session"/></vm>');
    await establish({ ...ON_CHANGE, filter: { type: 'subtree', content } });
    await client.edit(sami(vm({ id: 'vm7', address: '10.0.0.7' })));
    await client.commit();
    await drain();
    fixture.plane.learn('vm7', { kind: 'set', list, row: row(2) });
    assert.match((await drain()).join(), /<source-port>2</);
  });
});

describe('a slow subscriber', () => {
  it('does not hold up others, and gets the latest of each entry in the end', async () => {
    const fixture = await ServerFixture.start({ limits: { maxPendingChanges: 100 } });
    const client = await fixture.connect();
    const kind = fixture.server.datastores.vmTree?.kinds.find((it) => it.name === 'session');
    const list = kind?.lists[0];
    assert.ok(list);
    await client.edit(sami(vm()));
    await client.commit();
    const slow = await fixture.connect();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const texts: string[] = [];
    slow.session.onNotification(() => {
      let text = '';
      return {
        sink: {
          open: (_ns, local) => void (text += `<${local}>`),
          text: (it) => void (text += it),
          close: () => undefined,
        },
        end: () => {
          texts.push(text);
          return gate;
        },
      };
    });
    await slow.session.request(encodeEstablishSubscription(ON_CHANGE));
    const content = decodeData(
      list.dataParent,
      `<x xmlns="urn:sami:yang:sami-session">${sessionRow(1)}</x>`,
    ).content as Branch;
    const [row] = content.get(list) as Iterable<Branch>;
    assert.ok(row);
    for (let turn = 0; turn < 2_000; turn += 1) {
      fixture.plane.learn('vm1', { kind: 'set', list, row });
      if (turn % 10 === 0) assert.match(await client.config(), /vm1/);
    }
    open();
    await slow.rpc('<get-config><source><candidate/></source></get-config>');
    assert.ok(texts.length < 200, `${String(texts.length)} notifications`);
    await fixture.stop();
  });
});
