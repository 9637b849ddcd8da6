/**
 * Transaction ids: draft-ietf-netconf-transaction-id. The zoo stands for the access control lists of its examples:
 * a container, entries of a list, and entries in these.
 */
import assert from 'node:assert/strict';
import { RpcErrorException } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import { dataOf, openZoo, zoo } from '../support/reading-fixture.ts';
import type { Zoo } from '../support/reading-fixture.ts';
import { ServerFixture } from '../support/server-fixture.ts';
import type { TestClient } from '../support/server-fixture.ts';
import { serverSchema } from '../support/server-schemas.ts';

const NC = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"';
const OP = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation';
const NMDA = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-nmda"';
const DS = 'xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores"';
const PARAMETER = 'urn:ietf:params:xml:ns:yang:ietf-netconf-txid';
const TXID = 'xmlns:txid="urn:ietf:params:xml:ns:netconf:txid:1.0" txid';
const CAPABILITY = 'urn:ietf:params:netconf:capability:txid:1.0';
const ETAG_CAPABILITY = 'urn:ietf:params:netconf:capability:txid:etag:1.0';

const etag = (value: string): string => ` ${TXID}:etag="${value}"`;
const modified = (value: string): string => ` ${TXID}:last-modified="${value}"`;
const cage = (id: string, content: string, attributes = ''): string =>
  `<cage${attributes}><id>${id}</id>${content}</cage>`;
const animal = (name: string, age: number, attributes = ''): string =>
  `<animal${attributes}><name>${name}</name><age>${String(age)}</age></animal>`;
const within = (content: string, attributes: string): string =>
  zoo(content).replace('<zoo', `<zoo${attributes}`);

const CONFIG =
  '<name>Ada</name><fence><height>3</height></fence><shop><till>left</till></shop>' +
  cage('a', animal('ant', 1) + animal('asp', 2)) +
  cage('b', animal('bat', 3));

interface ReadOptions {
  readonly source?: 'running' | 'candidate';
  /** On `get-config`. */
  readonly root?: string;
}

const getConfig = (filter: string, { source = 'running', root = '' }: ReadOptions = {}): string =>
  `<get-config ${NC}${root}><source><${source}/></source>${filter === '' ? '' : `<filter>${filter}</filter>`}</get-config>`;
const editConfig = (
  config: string,
  { target = 'running', parameters = '', root = '' } = {},
): string =>
  `<edit-config ${NC}><target><${target}/></target>${parameters}<config${root}>${config}</config></edit-config>`;
const WITH_ETAG = `<with-etag xmlns="${PARAMETER}">true</with-etag>`;

/** The ids in a text by the elements that have them; entries of lists by their keys. */
function idsIn(text: string): Readonly<Record<string, string>> {
  const found = [
    ...text.matchAll(/<(\w+) (?:etag|last-modified)="([^"]*)"\/?>(?:<(?:id|name)>(\w+)<)?/g),
  ];
  return Object.fromEntries(
    found.map(([, name = '', id = '', key]) => [
      name === 'cage' || name === 'animal' ? (key ?? '') : name,
      id,
    ]),
  );
}

async function errorsOf(client: TestClient, operation: string): Promise<readonly RpcError[]> {
  try {
    await client.session.request(operation);
  } catch (error) {
    if (error instanceof RpcErrorException) return error.errors;
    throw error;
  }
  throw new Error(`not refused: ${operation}`);
}

describe('transaction ids (draft-ietf-netconf-transaction-id)', () => {
  let scene: Zoo;
  let client: TestClient;

  beforeEach(async () => {
    scene = await openZoo(CONFIG);
    client = scene.client;
  });
  afterEach(() => scene.fixture.stop());

  const read = (filter = '', options?: ReadOptions): Promise<string> =>
    dataOf(client, getConfig(filter, options));
  const ids = async (
    source: 'running' | 'candidate' = 'running',
  ): Promise<Readonly<Record<string, string>>> =>
    idsIn(await read('', { source, root: etag('?') }));
  const edit = (config: string, options?: Parameters<typeof editConfig>[1]): Promise<string> =>
    dataOf(client, editConfig(config, options));
  const okTxid = async (operation: string): Promise<string | undefined> => {
    const { ok, okAttributes = [] } = await client.session.request(operation);
    assert.ok(ok);
    return okAttributes.map(({ local, value }) => `${local} ${value}`).join();
  };
  const age = (id: string, name: string, years: number): string =>
    zoo(cage(id, animal(name, years)));

  describe('§3.2 principles', () => {
    it('§3.2 every versioned node has an id: the datastore, containers and entries of lists', async () => {
      const found = await ids();
      assert.deepEqual(Object.keys(found).sort(), [
        'a',
        'ant',
        'asp',
        'b',
        'bat',
        'data',
        'shop',
        'zoo',
      ]);
      for (const id of Object.values(found)) assert.match(id, /^[!#-[\]-~]+$/);
    });

    it('§3.2 a change gives a new id to what has changed and to all around it, and to nothing else', async () => {
      const before = await ids();
      await edit(age('a', 'ant', 9));
      const after = await ids();
      const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
      assert.deepEqual(changed.sort(), ['a', 'ant', 'data', 'zoo']);
      assert.equal(new Set(changed.map((name) => after[name])).size, 1, 'of one transaction');
    });

    const changes: readonly (readonly [
      what: string,
      config: string,
      changed: readonly string[],
    ])[] = [
      ['a leaf', zoo('<name>Bea</name>'), ['data', 'zoo']],
      [
        'a deletion',
        zoo(cage('a', `<animal ${OP}="delete"><name>asp</name></animal>`)),
        ['a', 'data', 'zoo'],
      ],
      [
        'another order of entries',
        zoo(
          cage(
            'a',
            `<animal xmlns:y="urn:ietf:params:xml:ns:yang:1" y:insert="last"><name>ant</name></animal>`,
          ),
        ),
        ['a', 'data', 'zoo'],
      ],
      [
        'what is in a container with presence',
        zoo('<fence><height>4</height></fence>'),
        ['data', 'zoo'],
      ],
      ['the same once more', zoo('<name>Ada</name>'), []],
      ['a replacement by the same', zoo(`<shop ${OP}="replace"><till>left</till></shop>`), []],
    ];
    for (const [what, config, expected] of changes) {
      it(`§3.2 changes the ids that it has to: ${what}`, async () => {
        const before = await ids();
        await edit(config);
        const after = await ids();
        assert.deepEqual(
          Object.keys(after)
            .filter((it) => after[it] !== before[it])
            .sort(),
          expected,
        );
      });
    }

    it('§3.2 what comes has the id of the transaction that brings it, with all that is in it', async () => {
      await edit(zoo(cage('c', animal('cat', 1))));
      const { data, c, cat, b } = await ids();
      assert.equal(c, data);
      assert.equal(cat, data);
      assert.notEqual(b, data);
    });

    it('§3.2 an id is not used again when a configuration comes back', async () => {
      const first = await ids();
      await edit(zoo('<name>Bea</name>'));
      const second = await ids();
      await edit(zoo('<name>Ada</name>'));
      const third = await ids();
      assert.equal(new Set([first, second, third].map(({ data }) => data)).size, 3);
    });

    it('§3.2 a server that is started again has other ids', async () => {
      const other = await openZoo(CONFIG);
      const text = await dataOf(other.client, getConfig('', { root: etag('?') }));
      await other.fixture.stop();
      assert.notEqual(idsIn(text)['data'], (await ids())['data']);
    });
  });

  describe('§3.3 initial retrieval', () => {
    it('§3.3 ids come when they are asked for, and not otherwise', async () => {
      assert.deepEqual(idsIn(await read(zoo(''))), {});
      assert.ok(!(await read()).includes('etag'));
    });

    it('§3.3 of the part that is asked about, and of no other', async () => {
      const text = await read(zoo(`<shop${etag('?')}/><cage><id>b</id></cage>`));
      assert.deepEqual(Object.keys(idsIn(text)), ['shop']);
      assert.ok(text.includes('bat'));
    });

    it('§5.1 of what an XPath filter selects', async () => {
      const filter = `<filter type="xpath" xmlns:z="urn:example:zoo" select="/z:zoo/z:cage[z:id='b']"${etag('?')}/>`;
      const text = await dataOf(
        client,
        `<get-config ${NC}><source><running/></source>${filter}</get-config>`,
      );
      assert.deepEqual(Object.keys(idsIn(text)).sort(), ['b', 'bat', 'zoo']);
    });

    it('§3.3 in get-data: of configuration datastores, and not of operational', async () => {
      const getData = (datastore: string): string =>
        `<get-data ${NMDA}><datastore ${DS}>ds:${datastore}</datastore><subtree-filter>${within('', etag('?'))}</subtree-filter></get-data>`;
      const running = idsIn(await dataOf(client, getData('running')));
      assert.equal(running['zoo'], (await ids())['zoo']);
      const operational = await dataOf(client, getData('operational'));
      assert.ok(operational.includes('bat') && !operational.includes('etag'));
    });

    it('§3.3 in get-data with an XPath filter, and on the operation', async () => {
      const getData = (root: string, filter: string): string =>
        `<get-data ${NMDA}${root}><datastore ${DS}>ds:running</datastore><xpath-filter xmlns:z="urn:example:zoo"${filter}>/z:zoo/z:shop</xpath-filter></get-data>`;
      assert.deepEqual(Object.keys(idsIn(await dataOf(client, getData('', etag('?'))))), [
        'zoo',
        'shop',
      ]);
      assert.deepEqual(Object.keys(idsIn(await dataOf(client, getData(etag('?'), '')))), [
        'data',
        'zoo',
        'shop',
      ]);
    });
  });

  describe('§3.4 subsequent retrieval', () => {
    it('§3.4 nothing of a datastore that the client has as it is', async () => {
      const { data = '' } = await ids();
      assert.equal(await dataOf(client, getConfig('', { root: etag(data) })), '<data etag="="/>');
    });

    it('§5.2 a container that has not changed is left out at once', async () => {
      const { zoo: known = '', a = '' } = await ids();
      const filter = within(cage('a', '', etag(a)), etag(known));
      assert.equal(await read(filter), '<data><zoo etag="="/></data>');
    });

    it('§5.2 of entries that have not changed the keys alone, others whole with their ids', async () => {
      const before = await ids();
      await edit(age('b', 'bat', 4));
      const after = await ids();
      const cages = ['a', 'b'].map((id) => cage(id, '<animal/>', etag(before[id] ?? '')));
      const text = await read(within(cages.join(''), etag(before['zoo'] ?? '')));
      const b = `<cage etag="${after['b'] ?? ''}"><id>b</id><animal etag="${after['bat'] ?? ''}"><name>bat</name><age>4</age></animal></cage>`;
      assert.equal(
        text,
        `<data><zoo etag="${after['zoo'] ?? ''}"><cage etag="="><id>a</id></cage>${b}</zoo></data>`,
      );
    });

    it('§3.4 an id is inherited by what is below, and a later one covers earlier ones', async () => {
      const { zoo: known = '' } = await ids();
      await edit(age('a', 'asp', 8));
      const text = await read(within('', etag(known)));
      assert.deepEqual(
        Object.entries(idsIn(text))
          .filter(([, id]) => id === '=')
          .map(([name]) => name)
          .sort(),
        ['ant', 'b', 'shop'],
      );
      assert.ok(text.includes('<age>8</age>') && !text.includes('bat'));
    });

    it('§3.4 of a leaf the value is left out; the id is that of what is around it', async () => {
      const { zoo: known = '' } = await ids();
      const asked = (value: string): string => zoo(`<name${etag(value)}/>`);
      assert.equal(await read(asked(known)), '<data><zoo><name etag="="/></zoo></data>');
      assert.equal(await read(asked('?')), '<data><zoo><name>Ada</name></zoo></data>');
    });

    for (const value of ['?', '!', '=', 'other-1', '']) {
      it(`§3.4 "${value}" is the id of nothing`, async () => {
        assert.ok((await read(within('', etag(value)))).includes('bat'));
      });
    }

    it('§3.4 elements of a filter stand for what they select: by key, by another leaf, or all of a list', async () => {
      const { a = '', b = '' } = await ids();
      await edit(age('b', 'bat', 4));
      const known = async (content: string): Promise<string> =>
        Object.entries(idsIn(await read(zoo(content))))
          .filter(([, id]) => id === '=')
          .map(([name]) => name)
          .join();
      assert.equal(await known(cage('a', '', etag(a)) + cage('b', '', etag(b))), 'a');
      assert.equal(await known(`<cage${etag(a)}/>`), 'a');
      await edit(zoo(cage('a', '<keeper>Kim</keeper>')));
      const { a: now = '' } = await ids();
      assert.equal(await known(`<cage${etag(now)}><keeper>Kim</keeper><animal/></cage>`), 'a');
      assert.equal(await known(`<cage${etag(now)}><keeper>Lou</keeper><animal/></cage>`), '');
    });

    it('§3.4 an id of a transaction that has not been is unknown', async () => {
      const { data = '' } = await ids();
      const later = data.replace(/\d+$/, (it) => String(Number(it) + 1));
      assert.ok((await read('', { root: etag(later) })).includes('bat'));
    });
  });

  describe('§3.5 the candidate', () => {
    it('§3.5 has the ids of running as far as it is the same, and "!" where it is not', async () => {
      const running = await ids();
      await edit(age('b', 'bat', 5), { target: 'candidate' });
      assert.deepEqual(await ids('candidate'), {
        ...running,
        data: '!',
        zoo: '!',
        b: '!',
        bat: '!',
      });
      assert.deepEqual(await ids(), running);
    });

    it('§3.10 has them again after discard-changes', async () => {
      await edit(age('b', 'bat', 5), { target: 'candidate' });
      await client.rpc('<discard-changes/>');
      assert.deepEqual(await ids('candidate'), await ids());
    });
  });

  describe('§3.6 conditional transactions', () => {
    it('§5.4 an edit of what the client knows is made, and the reply has the new id', async () => {
      const before = await ids();
      const config = within(
        cage('a', animal('ant', 9), etag(before['a'] ?? '')),
        etag(before['zoo'] ?? ''),
      );
      const said = await okTxid(
        editConfig(config, { parameters: WITH_ETAG, root: etag(before['data'] ?? '') }),
      );
      const after = await ids();
      assert.equal(said, `etag ${after['data'] ?? ''}`);
      assert.equal(after['ant'], after['data']);
      assert.equal(
        await okTxid(editConfig(zoo('<name>Bea</name>'))),
        '',
        'not when it is not asked for',
      );
    });

    it('§3.6.1 an edit of what has changed is refused with the node and its id, and changes nothing', async () => {
      const before = await ids();
      await edit(age('a', 'ant', 9));
      const { a = '' } = await ids();
      const config = zoo(
        cage('b', animal('bat', 7)) + cage('a', animal('asp', 9), etag(before['a'] ?? '')),
      );
      const errors = await errorsOf(client, editConfig(config));
      assert.deepEqual(
        errors.map(({ type, tag, severity }) => [type, tag, severity]),
        [['protocol', 'operation-failed', 'error']],
      );
      const leaf = (name: string, content: string) => ({ namespace: PARAMETER, name, content });
      assert.deepEqual(errors[0]?.info?.elements, [
        {
          namespace: PARAMETER,
          name: 'txid-value-mismatch-error-info',
          content: [
            leaf('mismatch-path', "/zoo:zoo/zoo:cage[zoo:id='a']"),
            leaf('mismatch-etag-value', a),
          ],
        },
      ]);
      assert.ok(!(await read()).includes('<age>7</age>'));
    });

    it('§3.6 changes elsewhere are none of its concern', async () => {
      const { a = '' } = await ids();
      await edit(age('b', 'bat', 7));
      assert.equal(await edit(zoo(cage('a', animal('asp', 9), etag(a)))), 'ok');
    });

    it('§3.6.2 a later id than that of the node is as good', async () => {
      await edit(age('b', 'bat', 7));
      const { data = '' } = await ids();
      assert.equal(await edit(age('a', 'asp', 9), { root: etag(data) }), 'ok');
      const errors = await errorsOf(client, editConfig(age('a', 'asp', 3), { root: etag(data) }));
      assert.equal(errors.length, 1);
    });

    it('§5.5 a deletion on condition', async () => {
      const { a = '' } = await ids();
      const deletion = editConfig(zoo(`<cage ${OP}="delete"${etag(a)}><id>a</id></cage>`));
      await edit(age('a', 'ant', 9));
      assert.equal((await errorsOf(client, deletion)).length, 1);
      const { a: now = '' } = await ids();
      assert.equal(await dataOf(client, deletion.replace(a, now)), 'ok');
      assert.ok(!(await read()).includes('ant'));
    });

    it('§3.6 of what is gone the id is that of what is around it', async () => {
      const { a = '' } = await ids();
      await edit(zoo(`<cage ${OP}="delete"><id>a</id></cage>`));
      assert.equal(
        (await errorsOf(client, editConfig(zoo(cage('a', animal('asp', 9), etag(a)))))).length,
        1,
      );
    });

    it('§3.6 a condition on a leaf is one on what it is in', async () => {
      const { a = '' } = await ids();
      const config = zoo(`<cage><id>a</id><size${etag(a)}>3</size></cage>`);
      assert.equal(await edit(config), 'ok');
      assert.equal((await errorsOf(client, editConfig(config))).length, 1);
    });

    it('§3.6 every mismatch is told', async () => {
      const wrong = etag('x');
      const config = within(cage('a', animal('ant', 1, wrong), wrong), wrong);
      assert.equal((await errorsOf(client, editConfig(config))).length, 3);
    });

    it('§7.1 nothing is told of what the user may not read but that access is denied', async () => {
      const rule = (name: string, path: string, operations: string, action: string): string =>
        `<rule><name>${name}</name><path xmlns:z="urn:example:zoo">${path}</path><access-operations>${operations}</access-operations><action>${action}</action></rule>`;
      const rules =
        rule('hidden', "/z:zoo/z:cage[z:id='a']", 'read', 'deny') +
        rule('rest', '/z:zoo', '*', 'permit');
      await edit(
        `<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm"><groups><group><name>g</name><user-name>ann</user-name></group></groups><rule-list><name>l</name><group>*</group>${rules}</rule-list></nacm>`,
      );
      const ann = await scene.fixture.connect({ username: 'ann' });
      const seen = idsIn(await dataOf(ann, getConfig(zoo('').replace('<zoo', `<zoo${etag('?')}`))));
      assert.deepEqual(Object.keys(seen).sort(), ['b', 'bat', 'shop', 'zoo']);
      const wrong = (id: string): string => editConfig(zoo(cage(id, '<size>3</size>', etag('x'))));
      const [open] = await errorsOf(ann, wrong('b'));
      assert.ok(open?.info?.elements, 'of what may be read');
      const [hidden] = await errorsOf(ann, wrong('a'));
      assert.equal(hidden?.tag, 'access-denied');
      assert.equal(hidden.info, undefined);
    });

    it('§3.6 with edit-data', async () => {
      const editData = (value: string): string =>
        `<edit-data ${NMDA}><datastore ${DS}>ds:running</datastore>${WITH_ETAG}<config>${zoo(cage('a', animal('ant', 9), etag(value)))}</config></edit-data>`;
      const { a = '' } = await ids();
      assert.equal((await errorsOf(client, editData('x'))).length, 1);
      const said = await okTxid(editData(a));
      assert.equal(said, `etag ${(await ids())['a'] ?? ''}`);
    });
  });

  describe('§3.7 conditional transactions on the candidate', () => {
    const candidate = { target: 'candidate' };
    const conditional = (value: string): string => zoo(cage('a', animal('asp', 9), etag(value)));

    it('§3.7 conditions are tested by the commit, which replies with the new id', async () => {
      const { a = '' } = await ids();
      await edit(conditional(a), candidate);
      const said = await okTxid(`<commit ${NC}>${WITH_ETAG}</commit>`);
      const after = await ids();
      assert.equal(said, `etag ${after['data'] ?? ''}`);
      assert.equal(after['asp'], after['data']);
    });

    it('§3.7 a commit is refused when they do not hold any more, and running stays', async () => {
      const { a = '' } = await ids();
      await edit(conditional(a), candidate);
      await edit(age('a', 'ant', 7));
      assert.deepEqual(await client.refusedWith('<commit/>'), ['operation-failed']);
      assert.ok(!(await read()).includes('<age>9</age>'));
      assert.deepEqual(
        await client.refusedWith('<commit/>'),
        ['operation-failed'],
        'until something is done about it',
      );
    });

    it('§3.7 what was said last of a node counts', async () => {
      await edit(conditional('x'), candidate);
      await edit(conditional((await ids())['a'] ?? ''), candidate);
      assert.equal(await client.commit(), 'ok');
      await edit(conditional((await ids())['a'] ?? ''), candidate);
      await edit(zoo(cage('b', animal('bat', 5), etag('x'))), candidate);
      assert.equal((await client.refusedWith('<commit/>')).length, 1, 'of another node it is kept');
    });

    const endings: readonly (readonly [what: string, end: () => Promise<unknown>])[] = [
      ['discard-changes', () => client.rpc('<discard-changes/>')],
      [
        'unlock',
        async () => {
          await client.rpc('<discard-changes/>');
          await client.rpc('<lock><target><candidate/></target></lock>');
          await edit(conditional('x'), candidate);
          await client.rpc('<unlock><target><candidate/></target></unlock>');
        },
      ],
      [
        'the end of the session that has it locked',
        async () => {
          await client.rpc('<discard-changes/>');
          const other = await scene.fixture.connect();
          await other.rpc('<lock><target><candidate/></target></lock>');
          await other.session.request(editConfig(conditional('x'), candidate));
          await other.rpc('<close-session/>');
          await scene.fixture.settled();
        },
      ],
    ];
    for (const [what, end] of endings) {
      it(`§3.7 conditions go with the candidate: ${what}`, async () => {
        await edit(conditional('x'), candidate);
        await end();
        await edit(age('a', 'asp', 9), candidate);
        assert.equal(await client.commit(), 'ok');
      });
    }

    it('§3.7 an edit that is refused leaves no condition', async () => {
      const refused = zoo(
        cage('a', `<animal ${OP}="delete"><name>none</name></animal>`, etag('x')),
      );
      await errorsOf(
        client,
        editConfig(refused, {
          ...candidate,
          parameters: '<error-option>rollback-on-error</error-option>',
        }),
      );
      await edit(age('a', 'asp', 9), candidate);
      assert.equal(await client.commit(), 'ok');
    });

    it('§3.10 a confirmed commit that is undone is another transaction', async () => {
      const before = await ids();
      await edit(age('a', 'asp', 9), candidate);
      await client.commit('<confirmed/>');
      await client.rpc('<cancel-commit/>');
      const after = await ids();
      assert.deepEqual(
        Object.keys(after)
          .filter((it) => after[it] !== before[it])
          .sort(),
        ['a', 'asp', 'data', 'zoo'],
      );
    });
  });

  describe('§4.2 last-modified', () => {
    const times = async (): Promise<Readonly<Record<string, string>>> =>
      idsIn(await read('', { root: modified('?') }));

    it('§4.2 the time of the change, later with every transaction', async () => {
      const before = await times();
      await edit(age('a', 'asp', 9));
      const after = await times();
      assert.match(after['data'] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      assert.ok((after['data'] ?? '') > (before['data'] ?? ''));
      assert.equal(after['b'], before['b']);
      scene.fixture.clock.advance(1000);
      await edit(age('a', 'asp', 8));
      const later = Date.parse((await times())['data'] ?? '');
      assert.equal(Math.floor(later), scene.fixture.clock.now());
    });

    it('§4.2 prunes, and makes edits conditional', async () => {
      const { data = '', b = '' } = await times();
      assert.equal(
        await dataOf(client, getConfig('', { root: modified(data) })),
        '<data last-modified="="/>',
      );
      await edit(zoo(cage('b', animal('bat', 4), modified(b))));
      const errors = await errorsOf(
        client,
        editConfig(zoo(cage('b', animal('bat', 5), modified(b)))),
      );
      const [info] = errors[0]?.info?.elements ?? [];
      assert.match(JSON.stringify(info), /"mismatch-last-modified-value"/);
      const parameters = `<with-last-modified xmlns="${PARAMETER}">true</with-last-modified>`;
      assert.equal(
        await okTxid(editConfig(zoo('<name>Bea</name>'), { parameters })),
        `last-modified ${(await times())['data'] ?? ''}`,
      );
    });
  });

  it('§8 is announced with the feature only; without it the attributes and parameters are unknown', async () => {
    assert.ok(
      [CAPABILITY, ETAG_CAPABILITY].every((it) => scene.fixture.server.capabilities.includes(it)),
    );
    const without = await ServerFixture.start({ context: serverSchema() });
    const other = await without.connect();
    assert.ok(!without.server.capabilities.some((it) => it.includes('txid')));
    assert.equal(await dataOf(other, getConfig('', { root: etag('?') })), '<data/>');
    const edits = await errorsOf(other, editConfig('', { parameters: WITH_ETAG }));
    assert.deepEqual(
      edits.map(({ tag }) => tag),
      ['unknown-namespace'],
    );
    await without.stop();
  });
});
