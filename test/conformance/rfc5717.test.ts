/** RFC 5717: locks on parts of running. */
import assert from 'node:assert/strict';
import { serverSchema } from '../support/server-schemas.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { deleteVm, sami, vm } from '../support/sami-xml.ts';
import { ServerFixture } from '../support/server-fixture.ts';
import type { TestClient } from '../support/server-fixture.ts';

const PL = 'urn:ietf:params:xml:ns:netconf:partial-lock:1.0';
const S = 'xmlns:s="urn:sami:yang:sami"';
const VM_A = '/s:sami/s:vm[s:id="a"]';

interface Scene {
  readonly fixture: ServerFixture;
  readonly client: TestClient;
  readonly other: TestClient;
}

interface Row {
  readonly name: string;
  readonly context?: () => SchemaContext;
  play(scene: Scene): Promise<void>;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const select = (...paths: readonly string[]): string =>
  `<partial-lock xmlns="${PL}">${paths.map((path) => `<select ${S}>${escape(path)}</select>`).join('')}</partial-lock>`;
const unlock = (id: string): string =>
  `<partial-unlock xmlns="${PL}"><lock-id>${id}</lock-id></partial-unlock>`;
const edit = (content: string, options = ''): string =>
  `<edit-config><target><running/></target>${options}<config>${sami(content)}</config></edit-config>`;
const change = (id: string): string => edit(`<vm><id>${id}</id><mode>frozen</mode></vm>`);
const global = '<lock><target><running/></target></lock>';

/** Grants a lock and gives its number. */
async function lock(client: TestClient, ...paths: readonly string[]): Promise<string> {
  const reply = await client.rpc(select(...paths));
  const [, id] = /^<lock-id>(\d+)<\/lock-id>/.exec(reply) ?? [];
  assert.ok(id, reply);
  return id;
}

async function isRefused(client: TestClient, request: string): Promise<boolean> {
  try {
    await client.rpc(request);
    return false;
  } catch {
    return true;
  }
}

const REFUSALS: readonly {
  readonly name: string;
  readonly paths: readonly string[];
  readonly tag: string;
  readonly appTag: string | undefined;
  readonly context?: () => SchemaContext;
}[] = [
  {
    name: 'an expression that is none is invalid-value',
    paths: ['/s:sami['],
    tag: 'invalid-value',
    appTag: undefined,
  },
  {
    name: 'an expression with an unknown prefix is invalid-value',
    paths: ['/t:sami'],
    tag: 'invalid-value',
    appTag: undefined,
  },
  {
    name: 'an expression that finds no node set is not-a-node-set',
    paths: [VM_A, 'count(/s:sami/s:vm)'],
    tag: 'invalid-value',
    appTag: 'not-a-node-set',
  },
  {
    name: 'expressions that all find nothing are no-matches',
    paths: ['/s:sami/s:vm[s:id="z"]', '/s:nothing'],
    tag: 'operation-failed',
    appTag: 'no-matches',
  },
  {
    name: 'without xpath anything but an instance-identifier is invalid-lock-specification',
    paths: ['//s:vm'],
    tag: 'invalid-value',
    appTag: 'invalid-lock-specification',
    context: () => serverSchema({ omit: ['xpath'] }),
  },
  {
    name: 'without xpath a condition on another node is invalid-lock-specification',
    paths: ['/s:sami/s:vm[s:mode="learning" or s:id="a"]'],
    tag: 'invalid-value',
    appTag: 'invalid-lock-specification',
    context: () => serverSchema({ omit: ['xpath'] }),
  },
];

const ROWS: readonly Row[] = [
  {
    name: '§2.3 is announced, and not by a server without it',
    async play({ fixture }) {
      const urn = 'urn:ietf:params:netconf:capability:partial-lock:1.0';
      assert.ok(fixture.server.capabilities.includes(urn));
      const without = await ServerFixture.start({
        context: serverSchema({ omit: ['partial-lock'] }),
      });
      assert.ok(!without.server.capabilities.includes(urn));
      assert.deepEqual(await (await without.connect()).refusedWith(select('/*')), [
        'operation-not-supported',
      ]);
      await without.stop();
    },
  },
  {
    name: '§2.4.1 returns the number of the lock and the nodes as instance-identifiers',
    async play({ client }) {
      const reply = await client.rpc(select(VM_A, '//s:vm[s:id="b"]/s:address'));
      assert.match(
        reply,
        /^<lock-id>\d+<\/lock-id><locked-node>\/(\w+):sami\/\1:vm\[\1:id='a'\]<\/locked-node><locked-node>\/\1:sami\/\1:vm\[\1:id='b'\]\/\1:address\[\.='10\.1\.1\.59'\]<\/locked-node>$/,
      );
    },
  },
  {
    name: '§2.4.1 nobody else changes a locked node or what is below it; reading and the rest are free',
    async play({ client, other }) {
      await lock(client, VM_A);
      for (const request of [
        change('a'),
        edit(`<vm><id>a</id><address>10.9.9.9</address></vm>`),
        edit(deleteVm('a').replace(/<\/?sami[^>]*>/g, '')),
      ]) {
        const [error] = await other.refused(request);
        assert.deepEqual([error?.tag, error?.appTag], ['in-use', 'locked']);
      }
      assert.match(await other.config(), /<id>a</);
      assert.equal(await other.rpc(change('b')), 'ok');
      assert.equal(await other.rpc(edit(vm({ id: 'new' }))), 'ok');
      assert.equal(await client.rpc(change('a')), 'ok');
    },
  },
  {
    name: '§2.4.1 each select has the namespace declarations that are in scope on it',
    async play({ client }) {
      const request = `<partial-lock xmlns="${PL}"><select xmlns:x="urn:none">/x:none</select><select xmlns:x="urn:sami:yang:sami">/x:sami/x:vm[x:id='b']</select></partial-lock>`;
      assert.match(await client.rpc(request), /='b'\]<\/locked-node>$/);
    },
  },
  {
    name: '§2.4.1 the scope is what was found then: what comes later is not locked',
    async play({ client, other }) {
      await lock(client, '/s:sami/s:vm');
      assert.equal(await other.rpc(edit(vm({ id: 'new' }))), 'ok');
      assert.equal(await other.rpc(change('new')), 'ok');
      assert.ok(await isRefused(other, change('b')));
    },
  },
  {
    name: '§2.4.1 a locked container keeps others from adding to it',
    async play({ client, other }) {
      await lock(client, '/s:sami');
      assert.ok(await isRefused(other, edit(vm({ id: 'new' }))));
      assert.equal(await client.rpc(edit(vm({ id: 'new' }))), 'ok');
    },
  },
  {
    name: '§2.4.1 a lock is given on all requested parts or on none',
    async play({ client, other }) {
      await lock(client, VM_A);
      assert.deepEqual(await other.refusedWith(select('/s:sami/s:vm[s:id="b"]', VM_A)), [
        'lock-denied',
      ]);
      assert.equal(await client.rpc(change('b')), 'ok');
    },
  },
  {
    name: '§2.4.1 what the owner deletes leaves the scope, and may be made again by anybody',
    async play({ client, other }) {
      const id = await lock(client, VM_A);
      await client.rpc(edit(deleteVm('a').replace(/<\/?sami[^>]*>/g, '')));
      assert.equal(await other.rpc(edit(vm({ id: 'a' }))), 'ok');
      assert.equal(await other.rpc(change('a')), 'ok');
      // §2.4.2: a positive response even if all of it has been deleted.
      assert.equal(await client.rpc(unlock(id)), 'ok');
    },
  },
  {
    name: '§2.4.1 a session has several locks, and what they share is free when all are released',
    async play({ client, other }) {
      const wide = await lock(client, '/s:sami');
      const narrow = await lock(client, VM_A);
      assert.notEqual(wide, narrow);
      await client.rpc(unlock(wide));
      assert.equal(await other.rpc(change('b')), 'ok');
      assert.ok(await isRefused(other, change('a')));
      await client.rpc(unlock(narrow));
      assert.equal(await other.rpc(change('a')), 'ok');
    },
  },
  {
    name: '§2.4.1 fails while any session has the global lock on running, this one included',
    async play({ client, other }) {
      await client.rpc(global);
      for (const by of [client, other]) {
        const [error] = await by.refused(select(VM_A));
        assert.deepEqual([error?.tag, error?.info?.sessionId], ['lock-denied', client.id]);
      }
    },
  },
  {
    name: '§2.4.1 fails where another session has locked any part, above or below, and says which session',
    async play({ client, other }) {
      await lock(client, VM_A);
      for (const path of [VM_A, '/s:sami', `${VM_A}/s:address`]) {
        const [error] = await other.refused(select(path));
        assert.deepEqual([error?.tag, error?.info?.sessionId], ['lock-denied', client.id], path);
      }
      await lock(other, '/s:sami/s:vm[s:id="b"]');
    },
  },
  {
    name: '§2.5 the global lock on running fails while a part is locked, for its owner too',
    async play({ client, other }) {
      const id = await lock(client, VM_A);
      for (const by of [client, other]) {
        const [error] = await by.refused(global);
        assert.deepEqual([error?.tag, error?.info?.sessionId], ['lock-denied', client.id]);
      }
      await client.rpc(unlock(id));
      assert.equal(await other.rpc(global), 'ok');
    },
  },
  ...REFUSALS.map(({ name, paths, tag, appTag, context }): Row => ({
    name: `§2.4.1.1 ${name}`,
    ...(context ? { context } : {}),
    async play({ client, other }) {
      const [error] = await client.refused(select(...paths));
      assert.deepEqual([error?.tag, error?.appTag], [tag, appTag]);
      assert.equal(await other.rpc(change('a')), 'ok');
    },
  })),
  {
    name: '§2.4.1.1 without xpath an instance-identifier is enough',
    context: () => serverSchema({ omit: ['xpath'] }),
    async play({ client, other }) {
      await lock(client, VM_A, '/s:sami/s:vm[s:id="b"]/s:address[.="10.1.1.59"]');
      assert.ok(await isRefused(other, change('a')));
    },
  },
  {
    name: '§2.4.1.1 more locks than a server holds are resource-denied, until one is given back',
    async play({ fixture, client, other }) {
      await client.rpc(edit(vm({ id: 'a' })));
      const { partialLocks } = fixture.server.datastores;
      const held = { sessionId: other.id, since: 0, select: [], nodes: [] };
      for (let count = 0; count < 1000; count += 1) partialLocks.acquire(held);
      assert.deepEqual(await client.refusedWith(select(VM_A)), ['resource-denied']);
      assert.equal(await other.rpc(unlock('1')), 'ok');
      await lock(client, VM_A);
    },
  },
  {
    name: '§2.4.1.1 more nodes than a server holds locked are resource-denied',
    async play({ client }) {
      const many = Array.from({ length: 1001 }, (_, index) =>
        vm({
          id: `m${String(index)}`,
          address: `10.2.${String(index >> 8)}.${String(index & 255)}`,
        }),
      );
      await client.rpc(edit(many.join('')));
      assert.deepEqual(await client.refusedWith(select('/s:sami/s:vm')), ['resource-denied']);
    },
  },
  {
    name: '§2.4.2 releases only its own lock, once',
    async play({ client, other }) {
      const id = await lock(client, VM_A);
      assert.deepEqual(await other.refusedWith(unlock(id)), ['invalid-value']);
      assert.deepEqual(await client.refusedWith(unlock('4711')), ['invalid-value']);
      assert.equal(await client.rpc(unlock(id)), 'ok');
      assert.deepEqual(await client.refusedWith(unlock(id)), ['invalid-value']);
    },
  },
  {
    name: '§2.1 a lock ends with its session, however that ends',
    async play({ fixture, client, other }) {
      await lock(client, VM_A);
      client.vanish();
      await fixture.settled();
      assert.equal(await other.rpc(change('a')), 'ok');
      await lock(other, VM_A);
      const third = await fixture.connect();
      await third.rpc(`<kill-session><session-id>${String(other.id)}</session-id></kill-session>`);
      await lock(third, VM_A);
    },
  },
  {
    name: '§2.5 commit and copy-config are refused as well where they would change what is locked',
    async play({ client, other }) {
      await lock(client, VM_A);
      await other.edit(sami('<vm><id>a</id><mode>frozen</mode></vm>'));
      assert.deepEqual(await other.refusedWith('<commit/>'), ['in-use']);
      const copy =
        '<copy-config><target><running/></target><source><candidate/></source></copy-config>';
      assert.deepEqual(await other.refusedWith(copy), ['in-use']);
      await other.rpc('<discard-changes/>');
      await other.edit(sami('<vm><id>b</id><mode>frozen</mode></vm>'));
      assert.equal(await other.commit(), 'ok');
    },
  },
  {
    name: '§2.6.1 the candidate is not affected',
    async play({ client, other }) {
      await lock(client, '/s:sami');
      await other.edit(sami('<vm><id>a</id><mode>frozen</mode></vm>'));
      assert.match(await other.config('candidate'), /frozen/);
    },
  },
  {
    name: '§2.6.2 is denied while a confirmed commit is pending',
    async play({ client }) {
      await client.edit(sami(vm({ id: 'new' })));
      await client.commit('<confirmed/>');
      const [error] = await client.refused(select(VM_A));
      assert.deepEqual([error?.tag, error?.appTag], ['in-use', 'outstanding-confirmed-commit']);
      await client.commit();
      await lock(client, VM_A);
    },
  },
];

describe('RFC 5717: partial locks', () => {
  for (const row of ROWS) {
    it(row.name, async () => {
      const context = row.context?.();
      const fixture = await ServerFixture.start(context ? { context } : {});
      try {
        const client = await fixture.connect();
        const other = await fixture.connect();
        await client.rpc(edit(vm({ id: 'a' }) + vm({ id: 'b' })));
        await row.play({ fixture, client, other });
      } finally {
        await fixture.stop();
      }
    });
  }
});
