/** What one request may cost that reads; going over a limit refuses it and harms nobody else. */
import assert from 'node:assert/strict';
import { dataOf, openZoo, refusalOf, zoo, branchOf } from '../../../support/reading-fixture.ts';
import { modeOf, sami, sessions, vm } from '../../../support/sami-xml.ts';
import type { Zoo } from '../../../support/reading-fixture.ts';

const NC = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"';
const CAGES = Array.from({ length: 60 }, (_, at) => `<cage><id>c${String(at)}</id></cage>`).join(
  '',
);
const STATE = zoo(
  Array.from({ length: 40 }, (_, at) => `<cage><id>s${String(at)}</id></cage>`).join(''),
);
/** Compares every entry with every other. */
const COSTLY = '/z:zoo/z:cage[count(../z:cage[z:id != current()/z:id]) = 1]';

const xpath = (select: string): string =>
  `<get-config ${NC}><source><running/></source><filter type="xpath" xmlns:z="urn:example:zoo" select="${select}"/></get-config>`;

describe('limits of reading', () => {
  let scene: Zoo;
  afterEach(() => scene.fixture.stop());

  it('refuse an XPath filter that looks at too many nodes, and the session goes on', async () => {
    scene = await openZoo(CAGES, { reading: { maxFilterVisits: 5000 } });
    assert.deepEqual(await refusalOf(scene.client, xpath(COSTLY)), ['resource-denied']);
    assert.match(await dataOf(scene.client, xpath("/z:zoo/z:cage[z:id='c7']")), /<id>c7</);
  });

  it('let it pass when they are high enough', async () => {
    scene = await openZoo(CAGES, { reading: { maxFilterVisits: 500_000 } });
    assert.equal(await dataOf(scene.client, xpath(COSTLY)), '<data/>');
  });

  it('say nothing of filters that are asked entry by entry', async () => {
    scene = await openZoo(CAGES, { reading: { maxFilterVisits: 1 } });
    const text = await dataOf(
      scene.client,
      xpath("/z:zoo/z:cage[contains(z:id, '7') and z:size > 3]"),
    );
    assert.equal([...text.matchAll(/<cage>/g)].length, 6);
  });

  const held = (entries: number): Promise<readonly string[] | string> => {
    const path = '/s:sami/s:vm/t:sessions/t:session[last()]';
    const names = 'xmlns:s="urn:sami:yang:sami" xmlns:t="urn:sami:yang:sami-session"';
    const request = `<get ${NC}><filter type="xpath" ${names} select="${path}"/></get>`;
    return entries > 30 ? refusalOf(scene.client, request) : dataOf(scene.client, request);
  };

  for (const entries of [25, 40]) {
    it(`hold 30 entries of a data plane to look at them together: ${String(entries)} are there`, async () => {
      scene = await openZoo('', { reading: { maxHeldEntries: 30 } });
      const ports = Array.from({ length: entries }, (_, at) => at + 1);
      await scene.client.edit(sami(vm({ mode: 'standby', more: sessions(ports) })));
      await scene.client.commit();
      await scene.client.edit(modeOf('vm1', 'learning'));
      await scene.client.commit();
      const answer = await held(entries);
      if (entries > 30) assert.deepEqual(answer, ['resource-denied']);
      else assert.match(String(answer), /<source-port>25</);
    });
  }

  it('refuse to sort too many entries', async () => {
    scene = await openZoo(CAGES, {
      reading: { maxHeldEntries: 50 },
      state: [{ path: '/zoo:zoo', read: () => branchOf(STATE) }],
    });
    const sorted = (limit: string): string =>
      `<get ${NC}><filter>${zoo('<cage/>')}</filter><list-pagination xmlns="urn:ietf:params:xml:ns:yang:ietf-list-pagination-nc"><sort-by>size</sort-by>${limit}</list-pagination></get>`;
    assert.deepEqual(await refusalOf(scene.client, sorted('')), ['resource-denied']);
    assert.match(await dataOf(scene.client, sorted('<limit>10</limit>')), /remaining="90"/);
  });
});

describe('state of an embedding program', () => {
  let scene: Zoo;
  afterEach(() => scene.fixture.stop());

  const get = (filter: string): string => `<get ${NC}><filter>${filter}</filter></get>`;

  it('is read only when it is asked for, and merged with running', async () => {
    let reads = 0;
    const read = (): ReturnType<typeof branchOf> => {
      reads += 1;
      return branchOf(
        zoo(
          '<name>not this</name><visitors>2</visitors><cage><id>a</id><weight>1.5</weight></cage>',
        ),
      );
    };
    scene = await openZoo('<name>n</name><cage><id>a</id><size>3</size></cage>', {
      state: [{ path: '/zoo:zoo', read }],
    });
    await dataOf(scene.client, get('<weather xmlns="urn:example:zoo"/>'));
    assert.equal(reads, 0);
    assert.equal(
      await dataOf(scene.client, get(zoo(''))),
      '<data><zoo><name>n</name><visitors>2</visitors><cage><id>a</id><size>3</size><weight>1.5</weight></cage></zoo></data>',
    );
    assert.equal(reads, 1);
  });

  it('of several sources for one node adds up', async () => {
    scene = await openZoo('', {
      state: [
        { path: '/zoo:zoo', read: () => branchOf(zoo('<visitors>2</visitors>')) },
        { path: '/zoo:zoo', read: () => Promise.resolve(branchOf(zoo('<mood>wild</mood>'))) },
        { path: '/zoo:zoo', read: () => undefined },
      ],
    });
    assert.equal(
      await dataOf(scene.client, get(zoo(''))),
      '<data><zoo><visitors>2</visitors><mood>wild</mood></zoo></data>',
    );
  });

  it('that cannot be read is operation-failed, and the log has the reason', async () => {
    scene = await openZoo('', {
      state: [{ path: '/zoo:weather', read: () => Promise.reject(new Error('no sensor')) }],
    });
    const request = get('<weather xmlns="urn:example:zoo"/>');
    assert.deepEqual(await refusalOf(scene.client, request), ['operation-failed']);
    assert.equal(await dataOf(scene.client, get(zoo(''))), '<data/>');
  });

  it('for nothing in the schema is refused when the server starts', async () => {
    scene = await openZoo('');
    for (const path of ['/zoo:nothing', '/none:zoo', '/zoo', '/zoo:zoo/cage']) {
      const state = [{ path, read: () => undefined }];
      await assert.rejects(
        openZoo('', { state }),
        /expected the path of a container or list at the top/,
      );
    }
  });
});
