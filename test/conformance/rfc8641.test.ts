/** RFC 8641: subscriptions to datastores (YANG-Push), section by section, over real sessions. */
import assert from 'node:assert/strict';
import { decodeData } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { nacmXml } from '../support/access-schema.ts';
import { EventScene, LAB, lab } from '../support/event-scene.ts';
import type { FixtureOptions } from '../support/server-fixture.ts';
import { deleteVm, sami, sessionRow, vm } from '../support/sami-xml.ts';
import {
  PUSH,
  SUBSCRIBED,
  Subscriber,
  establishSubscription,
  pushParameters,
} from '../support/subscriber.ts';

const ALL = `<datastore-subtree-filter><lab ${LAB}/></datastore-subtree-filter>`;
const ON_CHANGE = '<on-change><sync-on-start>false</sync-on-start></on-change>';
const SYNCED = '<on-change/>';
const onChange = (inside: string): string =>
  `<on-change><sync-on-start>false</sync-on-start>${inside}</on-change>`;
const periodic = (period: number, anchor = ''): string =>
  `<periodic><period>${String(period)}</period>${anchor && `<anchor-time>${anchor}</anchor-time>`}</periodic>`;
const xpath = (text: string): string => `<datastore-xpath-filter>${text}</datastore-xpath-filter>`;
const remove = (what: string): string => what.replace('>', ' nc:operation="delete">');
const rpc = (name: string, content: string): string =>
  `<${name} ${SUBSCRIBED}>${content}</${name}>`;
const modify = (id: number, datastore: string, terms: string): string =>
  rpc('modify-subscription', `<id>${String(id)}</id>${pushParameters(datastore, terms)}`);
const resync = (id: number): string =>
  `<resync-subscription ${PUSH}><id>${String(id)}</id></resync-subscription>`;

/** The edits of push-change-updates, short: operation, target, and where and what there is. */
function edits(messages: readonly string[]): readonly string[] {
  return messages.flatMap((text) => {
    const found = Array.from(
      text.matchAll(/<edit>(.*?)<\/edit>(?=<edit>|<\/yang-patch>)/g),
      ([, edit = '']) => {
        const leaf = (name: string): string =>
          new RegExp(`<${name}>(.*?)</${name}>(?!.*</${name}>)`).exec(edit)?.[1] ?? '';
        const parts = [
          leaf('operation'),
          leaf('target'),
          leaf('where'),
          leaf('point'),
          leaf('value'),
        ];
        return parts.filter((part) => part !== '').join(' ');
      },
    );
    return text.includes('<incomplete-update/>') ? [...found, 'incomplete'] : found;
  });
}

/** What of the messages is about subscriptions to datastores. */
function pushed(messages: readonly string[]): readonly string[] {
  return messages.filter((text) => !text.startsWith('<netconf-'));
}

function contents(text: string | undefined): string | undefined {
  return (
    /<datastore-contents>(.*)<\/datastore-contents>/.exec(text ?? '')?.[1] ??
    (text?.includes('<datastore-contents/>') === true ? '' : undefined)
  );
}

interface Row {
  /** Begins with the section. */
  readonly name: string;
  readonly options?: FixtureOptions;
  readonly before?: string;
  readonly play: (scene: EventScene, subscriber: Subscriber) => Promise<void>;
}

const RACKS = '<rack><name>a</name><size>1</size></rack><rack><name>b</name></rack>';
const STEPS = (...ids: readonly string[]): string =>
  ids.map((id) => `<step><id>${id}</id></step>`).join('');

/** One change of configuration each, and the edits that tell of it. */
const CHANGES: readonly (readonly [
  name: string,
  before: string,
  change: string,
  ...edits: string[],
])[] = [
  ['create a leaf', '', '<limit>5</limit>', 'create /lab:lab/limit <limit>5</limit>'],
  [
    'replace the value of a leaf',
    '<limit>5</limit>',
    '<limit>6</limit>',
    'replace /lab:lab/limit <limit>6</limit>',
  ],
  [
    'delete a leaf',
    '<limit>5</limit><note>n</note>',
    remove('<limit>5</limit>'),
    'delete /lab:lab/limit',
  ],
  [
    'create an entry of a list, with all that is in it',
    RACKS,
    '<rack><name>c d</name><size>3</size></rack>',
    'create /lab:lab/rack=c%20d <rack><name>c d</name><size>3</size></rack>',
  ],
  [
    'delete an entry of a list',
    RACKS,
    '<rack nc:operation="delete"><name>a</name></rack>',
    'delete /lab:lab/rack=a',
  ],
  [
    'replace a leaf in an entry',
    RACKS,
    '<rack><name>a</name><size>2</size></rack>',
    'replace /lab:lab/rack=a/size <size>2</size>',
  ],
  [
    'create a container with presence',
    RACKS,
    '<rack><name>a</name><door><open>true</open></door></rack>',
    'create /lab:lab/rack=a/door <door><open>true</open></door>',
  ],
  [
    'create an entry of a leaf-list',
    '<tag>x</tag>',
    '<tag>y</tag>',
    'create /lab:lab/tag=y <tag>y</tag>',
  ],
  [
    'delete an entry of a leaf-list',
    '<tag>x</tag><tag>y</tag>',
    remove('<tag>x</tag>'),
    'delete /lab:lab/tag=x',
  ],
  [
    'insert an entry of a list ordered by user, after another',
    STEPS('1', '2'),
    '<step xmlns:yang="urn:ietf:params:xml:ns:yang:1" nc:operation="create" yang:insert="after" yang:key="[id=\'1\']"><id>9</id></step>',
    'insert /lab:lab/step=9 after /lab:lab/step=1 <step><id>9</id></step>',
  ],
  [
    'insert an entry first',
    STEPS('1'),
    '<step xmlns:yang="urn:ietf:params:xml:ns:yang:1" nc:operation="create" yang:insert="first"><id>0</id></step>',
    'insert /lab:lab/step=0 first <step><id>0</id></step>',
  ],
  [
    'move an entry of a list ordered by user',
    STEPS('1', '2', '3'),
    '<step xmlns:yang="urn:ietf:params:xml:ns:yang:1" yang:insert="first"><id>3</id></step>',
    'move /lab:lab/step=3 first',
  ],
  [
    'insert an entry of a leaf-list ordered by user',
    '<turn>l</turn>',
    '<turn>r</turn>',
    'insert /lab:lab/turn=r after /lab:lab/turn=l <turn>r</turn>',
  ],
];

const ROWS: readonly Row[] = [
  {
    name: '§3.1 a periodic subscription: everything selected, at once and after each period',
    before: lab('<limit>5</limit>'),
    async play(scene, subscriber) {
      const id = await subscriber.push('running', ALL + periodic(100));
      const expected = `<push-update><id>${String(id)}</id><datastore-contents><lab><limit>5</limit></lab></datastore-contents></push-update>`;
      assert.deepEqual(await subscriber.drain(), [expected]);
      await scene.advance(999);
      assert.deepEqual(await subscriber.drain(), []);
      await scene.advance(1);
      assert.deepEqual(await subscriber.drain(), [expected]);
      await scene.configure(lab('<limit>6</limit>'));
      await scene.advance(1000);
      assert.equal(contents((await subscriber.drain())[0]), '<lab><limit>6</limit></lab>');
    },
  },
  {
    name: '§4.2 periods are counted from the anchor-time, also from one that is to come',
    before: lab('<limit>5</limit>'),
    async play(scene, subscriber) {
      await subscriber.push('running', ALL + periodic(1000, scene.time(-7000)));
      await subscriber.push('running', ALL + periodic(1000, scene.time(25_000)));
      assert.deepEqual(await subscriber.drain(), []);
      await scene.advance(3000);
      assert.equal((await subscriber.drain()).length, 1);
      await scene.advance(2000);
      assert.equal((await subscriber.drain()).length, 1);
    },
  },
  {
    name: '§3.1 on-change: an update at once when nothing dampens',
    async play(scene, subscriber) {
      const id = await subscriber.push('running', ALL + ON_CHANGE);
      await scene.configure(lab('<limit>5</limit>'));
      assert.deepEqual(await subscriber.drain(), [
        `<push-change-update><id>${String(id)}</id><datastore-changes><yang-patch><patch-id>0</patch-id><edit><edit-id>1</edit-id>` +
          '<operation>create</operation><target>/lab:lab/limit</target><value><limit>5</limit></value></edit></yang-patch></datastore-changes></push-change-update>',
      ]);
    },
  },
  {
    name: '§3.3 dampening: what changes within the period is told at its end, as it is then',
    before: lab('<limit>1</limit><note>n</note>'),
    async play(scene, subscriber) {
      await subscriber.push('running', ALL + onChange('<dampening-period>100</dampening-period>'));
      await scene.configure(lab('<limit>2</limit>'));
      assert.deepEqual(edits(await subscriber.drain()), [
        'replace /lab:lab/limit <limit>2</limit>',
      ]);
      await scene.configure(lab('<limit>3</limit>'));
      await scene.configure(lab(`<limit>4</limit>${remove('<note>n</note>')}`));
      assert.deepEqual(await subscriber.drain(), []);
      await scene.advance(1000);
      assert.deepEqual(edits(await subscriber.drain()).toSorted(), [
        'delete /lab:lab/note',
        'replace /lab:lab/limit <limit>4</limit>',
      ]);
      await scene.advance(1000);
      await scene.configure(lab('<limit>5</limit>'));
      assert.equal((await subscriber.drain()).length, 1);
    },
  },
  {
    name: '§3.3 dampening: a value that has returned is told all the same',
    before: lab('<limit>1</limit>'),
    async play(scene, subscriber) {
      await subscriber.push('running', ALL + onChange('<dampening-period>100</dampening-period>'));
      await scene.configure(lab('<note>begin</note>'));
      await subscriber.drain();
      await scene.configure(lab('<limit>9</limit>'));
      await scene.configure(lab('<limit>1</limit>'));
      await scene.advance(1000);
      assert.deepEqual(edits(await subscriber.drain()), [
        'replace /lab:lab/limit <limit>1</limit>',
      ]);
    },
  },
  {
    name: '§3.3 dampening: created and deleted is a deletion, deleted and created a creation',
    before: lab('<rack><name>a</name></rack>'),
    async play(scene, subscriber) {
      await subscriber.push('running', ALL + onChange('<dampening-period>100</dampening-period>'));
      await scene.configure(lab('<note>begin</note>'));
      await subscriber.drain();
      await scene.configure(
        lab('<rack><name>b</name></rack><rack nc:operation="delete"><name>a</name></rack>'),
      );
      await scene.configure(
        lab(
          '<rack><name>a</name><size>7</size></rack><rack nc:operation="delete"><name>b</name></rack>',
        ),
      );
      await scene.advance(1000);
      assert.deepEqual(edits(await subscriber.drain()).toSorted(), [
        'create /lab:lab/rack=a <rack><name>a</name><size>7</size></rack>',
        'delete /lab:lab/rack=b',
      ]);
    },
  },
  {
    name: '§3.3 what is in something that has come is told with that',
    async play(scene, subscriber) {
      await subscriber.push('running', ALL + onChange('<dampening-period>100</dampening-period>'));
      await scene.configure(lab('<note>begin</note>'));
      await subscriber.drain();
      await scene.configure(lab('<rack><name>a</name></rack>'));
      await scene.configure(lab('<rack><name>a</name><size>7</size></rack>'));
      await scene.advance(1000);
      assert.deepEqual(edits(await subscriber.drain()), [
        'create /lab:lab/rack=a <rack><name>a</name><size>7</size></rack>',
      ]);
    },
  },
  {
    name: '§3.1 excluded-change: what is excluded is not told, the rest is',
    before: lab('<limit>1</limit>'),
    async play(scene, subscriber) {
      const excluded = '<excluded-change>replace</excluded-change>';
      await subscriber.push('running', ALL + onChange(excluded));
      await scene.configure(lab('<limit>2</limit><note>n</note>'));
      assert.deepEqual(edits(await subscriber.drain()), ['create /lab:lab/note <note>n</note>']);
      await scene.configure(lab('<limit>3</limit>'));
      assert.deepEqual(await subscriber.drain(), []);
    },
  },
  {
    name: '§3.7 sync-on-start, which is the default: a push-update first, then changes',
    before: lab('<limit>1</limit>'),
    async play(scene, subscriber) {
      await subscriber.push('running', ALL + SYNCED);
      const [first, ...more] = await subscriber.drain();
      assert.equal(contents(first), '<lab><limit>1</limit></lab>');
      assert.deepEqual(more, []);
      await scene.configure(lab('<limit>2</limit>'));
      assert.deepEqual(edits(await subscriber.drain()), [
        'replace /lab:lab/limit <limit>2</limit>',
      ]);
    },
  },
  {
    name: '§3.7 patch-id counts from 0, and from 0 again after a push-update',
    async play(scene, subscriber) {
      const id = await subscriber.push('running', ALL + ON_CHANGE);
      const numbers: string[] = [];
      const change = async (limit: number): Promise<void> => {
        await scene.configure(lab(`<limit>${String(limit)}</limit>`));
        const [text = ''] = await subscriber.drain();
        numbers.push(/<patch-id>(\d+)</.exec(text)?.[1] ?? '');
      };
      await change(1);
      await change(2);
      await subscriber.ask(resync(id));
      await subscriber.drain();
      await change(3);
      assert.deepEqual(numbers, ['0', '1', '0']);
    },
  },
  {
    name: '§4.4.4 resync-subscription: a push-update follows the reply',
    before: lab('<limit>1</limit>'),
    async play(_scene, subscriber) {
      const id = await subscriber.push('running', ALL + ON_CHANGE);
      assert.equal(await subscriber.ask(resync(id)), 'ok');
      const [text, ...more] = await subscriber.drain();
      assert.equal(contents(text), '<lab><limit>1</limit></lab>');
      assert.deepEqual(more, []);
    },
  },
  {
    name: '§4.4.4 resync-subscription of a periodic subscription: no-such-subscription-resync',
    async play(_scene, subscriber) {
      const id = await subscriber.push('running', ALL + periodic(100));
      const error = await subscriber.refused(resync(id));
      assert.equal(error.appTag, 'ietf-yang-push:no-such-subscription-resync');
    },
  },
  {
    name: '§3.6 only what the filter selects is told (subtree, XPath, by name)',
    async play(scene, subscriber) {
      const named =
        `<filters ${SUBSCRIBED}><selection-filter ${PUSH}><filter-id>f</filter-id>` +
        `<datastore-xpath-filter>/lab:lab/lab:note</datastore-xpath-filter></selection-filter></filters>`;
      await scene.configure(named);
      const limit = `<datastore-subtree-filter><lab ${LAB}><limit/></lab></datastore-subtree-filter>`;
      const ids = [
        await subscriber.push('running', limit + ON_CHANGE),
        await subscriber.push(
          'running',
          xpath("/lab:lab/lab:rack[lab:name='a']/lab:size") + ON_CHANGE,
        ),
        await subscriber.push(
          'running',
          `<selection-filter-ref>f</selection-filter-ref>${ON_CHANGE}`,
        ),
      ];
      await scene.configure(lab(`<limit>1</limit><note>n</note>${RACKS}`));
      const messages = await subscriber.drain();
      const told = ids.map((id) =>
        edits(messages.filter((text) => text.includes(`<id>${String(id)}</id>`))),
      );
      assert.deepEqual(told, [
        ['create /lab:lab/limit <limit>1</limit>'],
        ['create /lab:lab/rack=a <rack><name>a</name><size>1</size></rack>'],
        ['create /lab:lab/note <note>n</note>'],
      ]);
    },
  },
  {
    name: '§3.6 a filter on a value: what comes to pass it is created, what no longer passes it deleted',
    before: lab('<rack><name>a</name><size>1</size></rack>'),
    async play(scene, subscriber) {
      await subscriber.push('running', xpath('/lab:lab/lab:rack[lab:size=2]') + ON_CHANGE);
      await scene.configure(lab('<rack><name>a</name><size>2</size></rack>'));
      assert.deepEqual(edits(await subscriber.drain()), [
        'create /lab:lab/rack=a <rack><name>a</name><size>2</size></rack>',
      ]);
      await scene.configure(lab('<rack><name>a</name><size>3</size></rack>'));
      assert.deepEqual(edits(await subscriber.drain()), ['delete /lab:lab/rack=a']);
    },
  },
  {
    name: '§3.9 a filter may name what is not there yet',
    async play(scene, subscriber) {
      await subscriber.push('running', xpath("/lab:lab/lab:rack[lab:name='z']") + ON_CHANGE);
      await scene.configure(lab('<rack><name>z</name></rack>'));
      assert.deepEqual(edits(await subscriber.drain()), [
        'create /lab:lab/rack=z <rack><name>z</name></rack>',
      ]);
    },
  },
  {
    name: '§3.9 a periodic update of nothing is sent, and empty; on-change sends none',
    async play(scene, subscriber) {
      await subscriber.push('running', ALL + ON_CHANGE);
      await subscriber.push('running', ALL + periodic(100));
      const [text, ...more] = await subscriber.drain();
      assert.equal(contents(text), '');
      assert.deepEqual(more, []);
      await scene.advance(1000);
      assert.equal((await subscriber.drain()).length, 1);
    },
  },
  {
    name: '§3.6 datastores: candidate and startup, operational and intended, periodically',
    async play(scene, subscriber) {
      await scene.configure(lab('<limit>1</limit>'));
      await subscriber.client.rpc(
        '<copy-config><target><startup/></target><source><running/></source></copy-config>',
      );
      await scene.configure(lab('<limit>2</limit>'));
      await subscriber.client.edit(lab('<limit>3</limit>'));
      const read: Record<string, string | undefined> = {};
      for (const datastore of ['running', 'startup', 'candidate', 'operational', 'intended']) {
        const id = await subscriber.push(datastore, ALL + periodic(100));
        const [text] = await subscriber.drain();
        read[datastore] = contents(text)?.replace(/<\/?lab>|<\/?limit>/g, '');
        await subscriber.ask(rpc('delete-subscription', `<id>${String(id)}</id>`));
      }
      assert.deepEqual(read, {
        running: '2',
        startup: '1',
        candidate: '3',
        operational: '2',
        intended: '2',
      });
    },
  },
  {
    name: '§3.6 datastores: startup on change, by copy-config only',
    async play(scene, subscriber) {
      await subscriber.push('startup', ALL + ON_CHANGE);
      await scene.configure(lab('<limit>1</limit>'));
      assert.deepEqual(await subscriber.drain(), []);
      await subscriber.client.rpc(
        '<copy-config><target><startup/></target><source><running/></source></copy-config>',
      );
      assert.deepEqual(edits(await subscriber.drain()), ['create /lab:lab/limit <limit>1</limit>']);
    },
  },
  {
    name: '§3.5.1 state of the server is read periodically',
    async play(_scene, subscriber) {
      const filter =
        '<netconf-state xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"><sessions/></netconf-state>';
      await subscriber.push(
        'operational',
        `<datastore-subtree-filter>${filter}</datastore-subtree-filter>${periodic(100)}`,
      );
      assert.match(contents((await subscriber.drain())[0]) ?? '', /<session-id>1<\/session-id>/);
    },
  },
  {
    name: '§3.10 of a filter that also selects what does not tell of changes, the rest is told and synchronized',
    before: lab('<limit>1</limit>'),
    async play(scene, subscriber) {
      const filter = `<lab ${LAB}/><netconf-state xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"/>`;
      await subscriber.push(
        'operational',
        `<datastore-subtree-filter>${filter}</datastore-subtree-filter>${SYNCED}`,
      );
      assert.equal(contents((await subscriber.drain())[0]), '<lab><limit>1</limit></lab>');
      await scene.configure(lab('<limit>2</limit>'));
      assert.deepEqual(edits(await subscriber.drain()), [
        'replace /lab:lab/limit <limit>2</limit>',
      ]);
    },
  },
  {
    name: '§3.9 what a receiver may not read is left out of every update',
    before: lab('<limit>1</limit><note>secret</note>'),
    async play(scene) {
      await scene.configure(guestsReadNo('/lab:lab/lab:note'));
      const guest = await scene.connect({ username: 'guest', address: '192.0.2.1' });
      await guest.push('running', ALL + SYNCED);
      assert.equal(contents((await guest.drain())[0]), '<lab><limit>1</limit></lab>');
      await scene.configure(lab('<note>more</note>'));
      assert.deepEqual(await guest.drain(), []);
      await scene.configure(lab('<note>still more</note><limit>2</limit>'));
      assert.deepEqual(edits(await guest.drain()), ['replace /lab:lab/limit <limit>2</limit>']);
    },
  },
  {
    name: '§3.9 losing the right to read is told as a deletion, getting it as a creation',
    before: lab('<limit>1</limit><note>n</note>'),
    async play(scene) {
      const guest = await scene.connect({ username: 'guest', address: '192.0.2.1' });
      await guest.push('running', ALL + ON_CHANGE);
      await scene.configure(guestsReadNo('/lab:lab/lab:note'));
      assert.deepEqual(edits(await guest.drain()), ['delete /lab:lab/note']);
      const nc = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"';
      await scene.configure(`<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm" ${nc}/>`);
      assert.deepEqual(edits(await guest.drain()), ['create /lab:lab/note <note>n</note>']);
    },
  },
  {
    name: '§3.9 losing the right to tables ends the subscription: unchanging-selection',
    before: sami(vm()),
    async play(scene) {
      const guest = await scene.connect({ username: 'guest', address: '192.0.2.1' });
      const filter = `<datastore-subtree-filter>${sami('<vm/>')}</datastore-subtree-filter>`;
      await guest.push('operational', filter + ON_CHANGE);
      await scene.configure(guestsReadNo('/sami:sami'));
      await scene.fixture.turn();
      assert.match((await guest.drain()).join(), /<reason>[\w-]+:unchanging-selection</);
    },
  },
  {
    name: '§4.4.2 modify-subscription: another period, after the reply',
    before: lab('<limit>1</limit>'),
    async play(scene, subscriber) {
      const id = await subscriber.push('running', ALL + periodic(1000));
      await subscriber.drain();
      assert.equal(await subscriber.ask(modify(id, 'running', periodic(100))), 'ok');
      await subscriber.drain();
      await scene.advance(1000);
      assert.equal((await subscriber.drain()).length, 1);
    },
  },
  {
    name: '§4.4.2 modify-subscription: another filter; what is not given stays as it is',
    before: lab('<limit>1</limit><note>n</note>'),
    async play(scene, subscriber) {
      const excluded = onChange('<excluded-change>create</excluded-change>');
      const id = await subscriber.push('running', xpath('/lab:lab/lab:limit') + excluded);
      await subscriber.ask(modify(id, 'running', xpath('/lab:lab/lab:note | /lab:lab/lab:tag')));
      await scene.configure(lab('<limit>2</limit><note>m</note><tag>t</tag>'));
      assert.deepEqual(edits(await subscriber.drain()), ['replace /lab:lab/note <note>m</note>']);
    },
  },
  {
    name: '§4.4.2 modify-subscription: a dampening period',
    before: lab('<limit>1</limit>'),
    async play(scene, subscriber) {
      const id = await subscriber.push('running', ALL + ON_CHANGE);
      const terms = '<on-change><dampening-period>100</dampening-period></on-change>';
      assert.equal(await subscriber.ask(modify(id, 'running', terms)), 'ok');
      await scene.configure(lab('<limit>2</limit>'));
      await scene.configure(lab('<limit>3</limit>'));
      assert.equal((await subscriber.drain()).length, 1);
      await scene.advance(1000);
      assert.deepEqual(edits(await subscriber.drain()), [
        'replace /lab:lab/limit <limit>3</limit>',
      ]);
    },
  },
  {
    name: '§4.4.2 a refused modification changes nothing',
    before: lab('<limit>1</limit>'),
    async play(scene, subscriber) {
      const id = await subscriber.push('running', xpath('/lab:lab/lab:limit') + ON_CHANGE);
      for (const [datastore, terms, tag] of [
        ['startup', xpath('/lab:lab'), 'invalid-value'],
        ['running', periodic(100), 'invalid-value'],
        ['running', xpath('/lab:lab['), 'invalid-value'],
        ['running', xpath('/lab:nothing'), 'operation-failed'],
      ] as const) {
        assert.equal((await subscriber.refused(modify(id, datastore, terms))).tag, tag);
      }
      await scene.configure(lab('<limit>2</limit><note>n</note>'));
      assert.deepEqual(edits(await subscriber.drain()), [
        'replace /lab:lab/limit <limit>2</limit>',
      ]);
    },
  },
  {
    name: '§4.3.1 a filter by name that changes: subscription-modified has the parts of datastores',
    async play(scene, subscriber) {
      const named = (path: string): string =>
        `<filters ${SUBSCRIBED}><selection-filter ${PUSH}><filter-id>f</filter-id>${xpath(path)}</selection-filter></filters>`;
      await scene.configure(named('/lab:lab/lab:limit'));
      await subscriber.push(
        'running',
        `<selection-filter-ref>f</selection-filter-ref>${ON_CHANGE}`,
      );
      await scene.configure(named('/lab:lab/lab:note'));
      await scene.configure(lab('<limit>1</limit><note>n</note>'));
      const [modified, ...more] = pushed(await subscriber.drain());
      assert.match(
        modified ?? '',
        /^<subscription-modified><id>\d+<\/id>.*<datastore>ds:running<\/datastore>.*<on-change>/,
      );
      assert.match(modified ?? '', /<datastore-xpath-filter>\/lab:lab\/lab:note</);
      assert.deepEqual(edits(more), ['create /lab:lab/note <note>n</note>']);
    },
  },
  {
    name: '§4.2 the list of subscriptions has datastore, filter and trigger',
    async play(_scene, subscriber) {
      await subscriber.push('running', ALL + periodic(100));
      await subscriber.push(
        'operational',
        xpath('/lab:lab') + onChange('<dampening-period>5</dampening-period>'),
      );
      const text = await subscriber.client.rpc(
        `<get><filter><subscriptions ${SUBSCRIBED}/></filter></get>`,
      );
      for (const part of [
        '<datastore>ds:running</datastore><datastore-subtree-filter><lab/></datastore-subtree-filter>',
        '<periodic><period>100</period><anchor-time>2026-11-20T12:00:00.000+00:00</anchor-time></periodic>',
        '<datastore>ds:operational</datastore><datastore-xpath-filter>/lab:lab</datastore-xpath-filter>',
        '<on-change><dampening-period>5</dampening-period><sync-on-start>false</sync-on-start></on-change>',
      ]) {
        assert.ok(text.includes(part), `${part} in ${text}`);
      }
    },
  },
  {
    name: '§2.4.2 of RFC 8639: stop-time ends it, and what was before is sent',
    before: lab('<limit>1</limit>'),
    async play(scene, subscriber) {
      const stop = `<stop-time>${scene.time(2000)}</stop-time>`;
      await subscriber.push(
        'running',
        ALL + onChange('<dampening-period>9999</dampening-period>'),
        stop,
      );
      await scene.configure(lab('<limit>2</limit>'));
      await scene.configure(lab('<limit>3</limit>'));
      await scene.advance(2000);
      await scene.configure(lab('<limit>4</limit>'));
      assert.deepEqual(edits(await subscriber.drain()), [
        'replace /lab:lab/limit <limit>2</limit>',
        'replace /lab:lab/limit <limit>3</limit>',
      ]);
    },
  },
  {
    name: '§3.7 incomplete-update: tables whose changes the data plane has lost',
    before: sami(vm()),
    async play(scene, subscriber) {
      const filter = `<datastore-subtree-filter>${sami('<vm/>')}</datastore-subtree-filter>`;
      await subscriber.push('operational', filter + ON_CHANGE);
      scene.fixture.plane.learn('vm1', { kind: 'lost' });
      assert.deepEqual(edits(await subscriber.drain()), ['incomplete']);
    },
  },
  {
    name: '§3.11.1 tables that change hands at the end of standby: incomplete-update',
    before: sami(vm({ mode: 'standby' })),
    async play(scene, subscriber) {
      const filter = `<datastore-subtree-filter>${sami('<vm/>')}</datastore-subtree-filter>`;
      await subscriber.push('operational', filter + ON_CHANGE);
      await scene.configure(sami('<vm><id>vm1</id><mode>learning</mode></vm>'));
      const told = edits(await subscriber.drain());
      assert.ok(told.includes('incomplete'), told.join());
      assert.ok(
        told.some((it) => it.startsWith('replace /sami:sami/vm=vm1/mode')),
        told.join(),
      );
    },
  },
  {
    name: '§3.6 VMs that come and go: their configuration and their tables, in one subscription',
    async play(scene, subscriber) {
      const filter = `<datastore-subtree-filter>${sami('<vm/>')}</datastore-subtree-filter>`;
      await subscriber.push('operational', filter + ON_CHANGE);
      await scene.configure(sami(vm()));
      assert.match(
        edits(await subscriber.drain()).join(),
        /^create \/sami:sami\/vm=vm1 <vm><id>vm1</,
      );
      scene.fixture.plane.learn('vm1', { kind: 'set', ...sessionOf(scene, 7) });
      assert.match(
        edits(await subscriber.drain()).join(),
        /^replace \/sami:sami\/vm=vm1\/sami-session:sessions\/session=6,/,
      );
      await scene.configure(deleteVm('vm1'));
      assert.deepEqual(edits(await subscriber.drain()), ['delete /sami:sami/vm=vm1']);
      assert.equal(scene.fixture.plane.watcherCount('vm1'), 0);
    },
  },
];

/** Guests may read everything but this. */
function guestsReadNo(path: string): string {
  const rules = [{ path, operations: 'read', action: 'deny' }] as const;
  const text = { groups: { guests: ['guest'] }, lists: [{ groups: ['guests'], rules }] };
  return nacmXml(text, 'xmlns:lab="urn:lab" xmlns:sami="urn:sami:yang:sami"');
}

function sessionOf(
  scene: EventScene,
  port: number,
): { readonly list: never; readonly row: Branch } {
  const kind = scene.fixture.server.datastores.vmTree?.kinds.find(({ name }) => name === 'session');
  const [list] = kind?.lists ?? [];
  assert.ok(list);
  const text = `<x xmlns="urn:sami:yang:sami-session">${sessionRow(port)}</x>`;
  const content = decodeData(list.dataParent, text).content as Branch;
  const [row] = content.get(list) as Iterable<Branch>;
  assert.ok(row);
  return { list: list as never, row };
}

describe('RFC 8641: subscriptions to datastores', () => {
  for (const { name, options, before, play } of ROWS) {
    it(name, async () => {
      const scene = await EventScene.start(options);
      if (before !== undefined) await scene.configure(before);
      await play(scene, scene.subscriber);
      await scene.stop();
    });
  }

  for (const [name, before, change, ...expected] of CHANGES) {
    it(`§3.5.2 ${name}`, async () => {
      const scene = await EventScene.start();
      if (before !== '') await scene.configure(lab(before));
      await scene.subscriber.push('running', ALL + ON_CHANGE);
      await scene.configure(lab(change));
      assert.deepEqual(edits(await scene.subscriber.drain()), expected);
      await scene.stop();
    });
  }

  it('§3.11.1 a reader that is too slow is suspended; resumed, it gets all that is missing', async () => {
    const scene = await EventScene.start({ limits: { maxPendingChanges: 20 } });
    const slow = new SlowReader(scene);
    await slow.start(ALL + ON_CHANGE);
    const rack = (number: number): string => `<rack><name>r${String(number)}</name></rack>`;
    for (let number = 0; number < 60; number += 1) await scene.configure(lab(rack(number)));
    slow.read();
    const messages = await slow.drain();
    assert.equal(messages.filter((it) => it.includes('<subscription-suspended>')).length, 1);
    assert.equal(messages.filter((it) => it.includes('<subscription-resumed>')).length, 1);
    const told = new Set(
      messages.flatMap((it) => Array.from(it.matchAll(/rack=(r\d+)/g), ([, name]) => name)),
    );
    const isAll = told.size === 60;
    assert.ok(isAll || messages.at(-1)?.includes('<incomplete-update>') === true, messages.at(-1));
    await scene.configure(lab(rack(99)));
    assert.match((await slow.drain()).join(), /rack=r99/);
    await scene.stop();
  });

  it('§3.11.1 a periodic subscription whose updates are not taken is suspended, and goes on later', async () => {
    const scene = await EventScene.start();
    const slow = new SlowReader(scene);
    const text = 'x'.repeat(100_000);
    await scene.configure(lab(`<note>${text}</note>`));
    await slow.start(ALL + periodic(100));
    for (let turn = 0; turn < 60; turn += 1) await scene.advance(1000);
    slow.read();
    const messages = await slow.drain();
    assert.ok(messages.length < 60, String(messages.length));
    assert.ok(messages.some((it) => it.includes('<subscription-suspended>')));
    assert.ok(messages.some((it) => it.includes('<subscription-resumed>')));
    await scene.advance(1000);
    assert.equal((await slow.drain()).filter((it) => it.includes('<push-update>')).length, 1);
    await scene.stop();
  });

  it('§3.7 an update that cannot be made whole says so', async () => {
    const scene = await EventScene.start();
    await scene.configure(sami(vm()));
    const filter = `<datastore-subtree-filter>${sami('<vm/>')}</datastore-subtree-filter>`;
    scene.fixture.plane.failReads = new Error('broken');
    await scene.subscriber.push('operational', filter + periodic(100));
    const [text] = await scene.subscriber.drain();
    assert.match(text ?? '', /<incomplete-update\/><\/push-update>$/);
    scene.fixture.plane.failReads = undefined;
    await scene.advance(1000);
    assert.doesNotMatch((await scene.subscriber.drain()).join(), /incomplete/);
    await scene.fixture.stop();
  });

  it('§3.6 a stream has no trigger, a datastore must have one', async () => {
    const scene = await EventScene.start();
    const { subscriber } = scene;
    const both = establishSubscription(
      `<stream>NETCONF</stream><periodic ${PUSH}><period>100</period></periodic>`,
    );
    assert.equal((await subscriber.refused(both)).tag, 'unknown-element');
    const none = establishSubscription(pushParameters('running', ALL));
    assert.equal((await subscriber.refused(none)).tag, 'missing-element');
    await scene.stop();
  });
});

/** A client that takes nothing until it is told to. */
class SlowReader {
  readonly #scene: EventScene;
  readonly #messages: string[] = [];
  #subscriber: Subscriber | undefined;
  #open: () => void = () => undefined;

  constructor(scene: EventScene) {
    this.#scene = scene;
  }

  async start(terms: string): Promise<void> {
    const client = await this.#scene.fixture.connect();
    const gate = new Promise<void>((resolve) => (this.#open = resolve));
    client.session.onNotification(() => {
      let text = '';
      return {
        sink: {
          open: (_namespace, local) => void (text += `<${local}>`),
          text: (it) => void (text += it),
          close: () => undefined,
        },
        end: () => {
          this.#messages.push(text);
          return gate;
        },
      };
    });
    this.#subscriber = Subscriber.of(client);
    await this.#subscriber.push('running', terms);
  }

  read(): void {
    this.#open();
  }

  async drain(): Promise<readonly string[]> {
    await this.#subscriber?.drain();
    return this.#messages.splice(0);
  }
}
