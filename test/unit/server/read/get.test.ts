/** get and get-config with filters, streamed from configuration and data planes (RFC 6241, section 6). */
import assert from 'node:assert/strict';
import type { ReadRequest } from '../../../../server/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { ServerFixture } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';
import { modeOf, sami, sessionRow, sessions, vm } from '../../../support/sami-xml.ts';

const SESSIONS = 'xmlns="urn:sami:yang:sami-session"';
const subtree = (content: string): string => `<get><filter>${content}</filter></get>`;
const ports = (text: string): readonly number[] =>
  [...text.matchAll(/<source-port>(\d+)</g)].map((match) => Number(match[1]));

describe('get with a filter', () => {
  let fixture: ServerFixture;
  let client: TestClient;

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    client = await fixture.connect();
    const one = vm({ id: 'vm1', mode: 'standby', more: sessions([1, 2, 3]) });
    const two = vm({
      id: 'vm2',
      address: '10.0.0.2',
      mode: 'standby',
      more: sessions([4], '10.0.0.2'),
    });
    await client.edit(sami(one + two));
    await client.commit();
  });
  afterEach(() => fixture.stop());

  const keyed = (port: number): string =>
    `<vm><id>vm1</id><sessions ${SESSIONS}>${sessionRow(port).replace('<state>established</state>', '')}</sessions></vm>`;

  const rows: readonly {
    readonly name: string;
    readonly filter: string;
    readonly ports: readonly number[];
    readonly has?: RegExp;
    readonly lacks?: RegExp;
  }[] = [
    {
      name: 'everything of all VMs',
      filter: subtree(sami('')),
      ports: [1, 2, 3, 4],
      has: /<device>/,
    },
    {
      name: 'one VM',
      filter: subtree(sami('<vm><id>vm1</id></vm>')),
      ports: [1, 2, 3],
      has: /<address>10.0.0.1</,
      lacks: /device|vm2/,
    },
    {
      name: 'a kind of one VM',
      filter: subtree(sami(`<vm><id>vm1</id><sessions ${SESSIONS}/></vm>`)),
      ports: [1, 2, 3],
      has: /<id>vm1</,
      lacks: /<address>|<mode>|<table>/,
    },
    {
      name: 'a kind of all VMs',
      filter: subtree(sami(`<vm><sessions ${SESSIONS}/></vm>`)),
      ports: [1, 2, 3, 4],
      lacks: /<address>/,
    },
    {
      name: 'one entry by all its keys',
      filter: subtree(sami(keyed(2))),
      ports: [2],
      has: /<state>established</,
    },
    { name: 'an entry that is not there', filter: subtree(sami(keyed(9))), ports: [] },
    {
      name: 'entries by a part of the key',
      filter: subtree(
        sami(
          `<vm><sessions ${SESSIONS}><session><source-port>4</source-port></session></sessions></vm>`,
        ),
      ),
      ports: [4],
      has: /<id>vm2</,
    },
    {
      name: 'one leaf of each entry',
      filter: subtree(
        sami(
          `<vm><id>vm1</id><sessions ${SESSIONS}><session><source-port/></session></sessions></vm>`,
        ),
      ),
      ports: [1, 2, 3],
      lacks: /<state>/,
    },
    {
      name: 'the tables only',
      filter: subtree(sami('<vm><id>vm1</id><table/></vm>')),
      ports: [],
      has: /<table><kind>session<\/kind><entries>3</,
    },
    {
      name: 'the device only',
      filter: subtree(sami('<device/>')),
      ports: [],
      has: /<device>/,
      lacks: /<vm>/,
    },
    { name: 'a VM that is not there', filter: subtree(sami('<vm><id>no</id></vm>')), ports: [] },
    {
      name: 'another module',
      filter: subtree(
        '<netconf-state xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"><sessions/></netconf-state>',
      ),
      ports: [],
      has: /<session-id>1</,
      lacks: /<vm>|capabilit/,
    },
    { name: 'nothing', filter: '<get><filter/></get>', ports: [], has: /^<data\/>$/ },
    {
      name: 'a VM by XPath',
      filter: `<get><filter type="xpath" xmlns:s="urn:sami:yang:sami" select="/s:sami/s:vm[s:id='vm2']"/></get>`,
      ports: [4],
      lacks: /vm1/,
    },
    {
      name: 'an entry by XPath',
      filter: `<get><filter type="xpath" xmlns:s="urn:sami:yang:sami" xmlns:e="urn:sami:yang:sami-session" select="/s:sami/s:vm[s:id='vm1']/e:sessions/e:session[e:source-port=2]"/></get>`,
      ports: [2],
      lacks: /vm2/,
    },
  ];
  for (const mode of ['standby', 'learning'] as const) {
    describe(`of VMs in mode ${mode}`, () => {
      beforeEach(async () => {
        if (mode === 'standby') return;
        await client.edit(modeOf('vm1', mode));
        await client.edit(modeOf('vm2', mode));
        await client.commit();
      });

      for (const row of rows) {
        it(`reads ${row.name}`, async () => {
          const reply = await client.rpc(row.filter);
          assert.deepEqual([...ports(reply)].sort(), row.ports);
          if (row.has) assert.match(reply, row.has);
          if (row.lacks) assert.doesNotMatch(reply, row.lacks);
        });
      }
    });
  }

  describe('from the data plane', () => {
    beforeEach(async () => {
      await client.edit(modeOf('vm1', 'learning'));
      await client.commit();
    });

    it('hands the keys of an entry down', async () => {
      await client.rpc(subtree(sami(keyed(2))));
      assert.deepEqual(
        fixture.plane.reads.map(({ keys }) => keys),
        [[6, '10.0.0.1', '192.0.2.1', 2, 80, 0]],
      );
    });

    it('hands the keys of an entry down from XPath', async () => {
      const predicates = Object.entries({
        protocol: 6,
        'source-address': '10.0.0.1',
        'destination-address': '192.0.2.1',
        'source-port': 2,
        'destination-port': 80,
        zone: 0,
      })
        .map(([name, value]) => `[e:${name}='${String(value)}']`)
        .join('');
      const reply = await client.rpc(
        `<get><filter type="xpath" xmlns:s="urn:sami:yang:sami" xmlns:e="urn:sami:yang:sami-session" select="/s:sami/s:vm[s:id='vm1']/e:sessions/e:session${predicates}"/></get>`,
      );
      assert.deepEqual(ports(reply), [2]);
      assert.equal(fixture.plane.reads[0]?.keys?.length, 6);
    });

    it('reads nothing that is not selected', async () => {
      await client.rpc(subtree(sami('<vm><id>vm1</id><table/></vm>')));
      await client.rpc(subtree(sami('<vm><id>vm2</id></vm>')));
      await client.rpc(subtree(sami('<device/>')));
      assert.deepEqual(fixture.plane.reads, []);
    });

    it('reports a failure before the first entry as an error', async () => {
      fixture.plane.read = failingRead(fixture.plane.read.bind(fixture.plane), 0);
      assert.deepEqual(await client.refusedWith('<get/>'), ['operation-failed']);
      assert.match(await client.config(), /vm1/);
    });

    it('reports a failure after part of the reply has been sent, in a reply that is XML', async () => {
      const many = Array.from({ length: 900 }, (_, index) => index + 10);
      await client.edit(sami(`<vm><id>vm1</id>${sessions(many)}</vm>`));
      await client.commit();
      fixture.plane.read = failingRead(fixture.plane.read.bind(fixture.plane), 7);
      assert.deepEqual(await client.refusedWith('<get/>'), ['operation-failed']);
      assert.match(await client.config(), /vm1/);
    });
  });

  it('refuses an XPath expression that is none', async () => {
    const [error] = await client.refused('<get><filter type="xpath" select="/["/></get>');
    assert.equal(error?.tag, 'invalid-value');
  });

  it('refuses a filter of another type', async () => {
    assert.deepEqual(await client.refusedWith('<get><filter type="regex"/></get>'), [
      'bad-attribute',
    ]);
    assert.deepEqual(await client.refusedWith('<get><filter type="xpath"/></get>'), [
      'missing-attribute',
    ]);
  });

  it('filters get-config too, without state', async () => {
    const filter = `<filter>${sami('<vm><id>vm1</id></vm>')}</filter>`;
    const reply = await client.rpc(`<get-config><source><running/></source>${filter}</get-config>`);
    assert.deepEqual(ports(reply), [1, 2, 3]);
    assert.doesNotMatch(reply, /table|vm2/);
  });
});

type Read = (request: ReadRequest) => AsyncIterable<readonly Branch[]>;

/** A read that fails after some batches. */
function failingRead(read: Read, batches: number): Read {
  return async function* (request) {
    let left = batches;
    for await (const batch of read(request)) {
      if (left === 0) break;
      left -= 1;
      yield batch;
    }
    throw new Error('the table cannot be read');
  };
}

describe('a client that does not read', () => {
  it('holds up no other session', async () => {
    const fixture = await ServerFixture.start();
    const client = await fixture.connect();
    const many = Array.from({ length: 20_000 }, (_, index) => index + 1);
    await client.edit(sami(vm({ mode: 'standby', more: sessions(many) })));
    await client.commit();
    const slow = await fixture.connect();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let rows = 0;
    const reading = slow.session.request('<get xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/>', {
      reply: {
        open: (_namespace, local) => void (rows += Number(local === 'session')),
        text: () => undefined,
        close: () => undefined,
      },
      pace: () => gate,
    });
    await fixture.settled();
    await client.edit(sami(`<vm><id>vm1</id>${sessions([60_000])}</vm>`));
    await client.commit();
    assert.ok(rows < 15_000, 'the slow client has not been sent everything');
    open();
    await reading;
    // What it gets is what there was when it asked: the entry added since is not in it.
    // Two elements are sessions of the server itself.
    assert.equal(rows, 20_000 + 2);
    await fixture.stop();
  });
});
