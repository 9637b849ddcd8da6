/** RFC 6022: what the server tells of itself, and its schemas. */
import assert from 'node:assert/strict';
import { createServer } from '../../server/index.ts';
import { PROTOCOL_MODULES } from '../../server/schema.ts';
import { RpcErrorException } from '../../src/error/index.ts';
import { ClientSession, createLinkedTransports } from '../../src/netconf/index.ts';
import { createFileModuleRepository, packageYangDirectory } from '../../src/node/index.ts';
import { compile, parseYang, parseYin, printStatement } from '../../src/yang/index.ts';
import type { ModuleRepository, SchemaContext } from '../../src/yang/index.ts';
import { textContent } from '../../src/xml/index.ts';
import { dataOf } from '../support/reading-fixture.ts';
import { sami, vm } from '../support/sami-xml.ts';
import { serverSchema } from '../support/server-schemas.ts';
import { ServerFixture, TestClient } from '../support/server-fixture.ts';

const NC = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"';
const NCM = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"';
const PL = 'xmlns="urn:ietf:params:xml:ns:netconf:partial-lock:1.0"';

const state = (client: TestClient, what: string): Promise<string> =>
  dataOf(
    client,
    `<get ${NC}><filter><netconf-state ${NCM}><${what}/></netconf-state></filter></get>`,
  );
const leaf = (text: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];

describe('RFC 6022: monitoring', () => {
  let fixture: ServerFixture;
  let client: TestClient;

  beforeEach(async () => {
    fixture = await ServerFixture.start({ context: serverSchema({ add: ['startup'] }) });
    client = await fixture.connect();
  });
  afterEach(() => fixture.stop());

  it('§2.1.1 capabilities are those of the hello', async () => {
    const text = await state(client, 'capabilities');
    const listed = [...text.matchAll(/<capability>([^<]*)</g)].map(([, it]) => it);
    assert.deepEqual(listed, fixture.server.capabilities);
    assert.ok(
      listed.every((it) => client.session.capabilities.has((it ?? '').split('?')[0] ?? '')),
    );
  });

  it('§2.1.2 datastores are all that there are, none locked', async () => {
    const text = await state(client, 'datastores');
    const names = [...text.matchAll(/<datastore><name>(\w+)<\/name><\/datastore>/g)].map(
      ([, it]) => it,
    );
    assert.deepEqual(names.sort(), ['candidate', 'running', 'startup']);
  });

  it('§2.1.2 a global lock with its holder and its time', async () => {
    await client.rpc('<lock><target><startup/></target></lock>');
    const [, lock] =
      /<name>startup<\/name><locks>(.*?)<\/locks>/.exec(await state(client, 'datastores')) ?? [];
    const at = '2026-11-20T12:00:00.000+00:00';
    assert.equal(
      lock,
      `<global-lock><locked-by-session>${String(client.id)}</locked-by-session><locked-time>${at}</locked-time></global-lock>`,
    );
  });

  it('§2.1.2 a partial lock with what was asked for and what is locked', async () => {
    await client.edit(sami(vm()));
    await client.commit();
    const select = `/s:sami/s:vm[s:id='vm1']`;
    await client.session.request(
      `<partial-lock ${PL}><select xmlns:s="urn:sami:yang:sami">${select}</select></partial-lock>`,
    );
    const text = await state(client, 'datastores');
    const [, lock] = /<name>running<\/name><locks>(.*?)<\/locks>/.exec(text) ?? [];
    assert.match(lock ?? '', /^<partial-lock><lock-id>\d+<\/lock-id><locked-by-session>/);
    assert.equal(leaf(lock ?? '', 'select'), select);
    assert.match(leaf(lock ?? '', 'locked-node') ?? '', /:sami\/\S*vm\[\S*id=['"]vm1['"]\]$/);
    assert.doesNotMatch(text, /<name>candidate<\/name><locks>/);
  });

  it('§2.1.3 schemas are all modules, as YANG and as YIN, to be had with get-schema', async () => {
    const text = await state(client, 'schemas');
    const modules = [...fixture.server.context.modules.keys()];
    for (const name of modules) {
      for (const format of ['yang', 'yin']) {
        const entry = new RegExp(
          `<schema><identifier>${name}</identifier><version>[^<]*</version><format>(\\w+:)?${format}</format>` +
            '<namespace>[^<]+</namespace><location>NETCONF</location></schema>',
        );
        assert.match(text, entry);
      }
    }
  });

  it('§2.1.4 every session with who it is, and since when', async () => {
    const other = await fixture.connect();
    const text = await state(client, 'sessions');
    assert.equal([...text.matchAll(/<session>/g)].length, 2);
    assert.match(text, new RegExp(`<session-id>${String(other.id)}<`));
    assert.match(leaf(text, 'transport') ?? '', /netconf-ssh$/);
    assert.equal(leaf(text, 'username'), 'test');
    assert.equal(leaf(text, 'login-time'), '2026-11-20T12:00:00.000+00:00');
  });

  it('§2.1.4 the transport is that of the session', async () => {
    const transport = fixture.connectRaw({
      username: 'tess',
      protocol: 'tls',
      administrator: true,
    });
    await ClientSession.open(transport, { clock: fixture.clock });
    const text = await state(client, 'sessions');
    assert.match(text, /netconf-tls<\/transport><username>tess</);
  });

  it('§2.1.4 counters of a session: requests, what was none, errors', async () => {
    await assert.rejects(client.rpc('<cancel-commit/>'));
    await assert.rejects(client.rpc('<no-such-operation/>'));
    const text = await state(client, 'sessions');
    assert.equal(leaf(text, 'in-rpcs'), '3');
    assert.equal(leaf(text, 'in-bad-rpcs'), '0');
    assert.equal(leaf(text, 'out-rpc-errors'), '2');
    assert.equal(leaf(text, 'out-notifications'), '0');
  });

  it('§2.1.4 what is no proper request is counted as a bad one', async () => {
    const other = await fixture.connect();
    await other.transport.send(
      '<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><discard-changes/></rpc>',
    );
    await fixture.settled();
    const text = await state(client, 'statistics');
    assert.equal(leaf(text, 'in-bad-rpcs'), '1');
    assert.equal(leaf(text, 'in-rpcs'), '1');
    assert.equal(leaf(text, 'out-rpc-errors'), '1');
  });

  it('§2.1.5 the statistics are of all sessions, also of those that are over', async () => {
    const other = await fixture.connect();
    await assert.rejects(other.rpc('<cancel-commit/>'));
    await other.rpc('<close-session/>');
    const dropped = await fixture.connect();
    dropped.vanish();
    await fixture.settled();
    const text = await state(client, 'statistics');
    assert.equal(leaf(text, 'netconf-start-time'), '2026-11-20T12:00:00.000+00:00');
    assert.equal(leaf(text, 'in-sessions'), '3');
    assert.equal(leaf(text, 'dropped-sessions'), '1');
    assert.equal(leaf(text, 'in-bad-hellos'), '0');
    assert.equal(leaf(text, 'in-rpcs'), '3');
    assert.equal(leaf(text, 'out-rpc-errors'), '1');
  });

  it('§2.1.5 a session that begins with no hello is counted as one', async () => {
    const transport = fixture.connectRaw();
    await transport.send('<nonsense/>');
    await fixture.settled();
    const text = await state(client, 'statistics');
    assert.equal(leaf(text, 'in-bad-hellos'), '1');
    assert.equal(leaf(text, 'in-sessions'), '1');
  });
});

describe('RFC 6022: get-schema', () => {
  const NAMES = 'xmlns:m="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"';
  const format = (name: string): string => `<format ${NAMES}>m:${name}</format>`;

  /** A module in two revisions, one of them imported by another, and a module with a submodule. */
  const TEXTS: Readonly<Record<string, string>> = {
    'twice@2001-01-01':
      'module twice { namespace "urn:twice"; prefix t; revision 2001-01-01; typedef a { type int8; } }',
    'twice@2002-02-02':
      'module twice { namespace "urn:twice"; prefix t; revision 2002-02-02; typedef a { type int8; } }',
    old: 'module old { namespace "urn:old"; prefix o; import twice { prefix t; revision-date 2001-01-01; } leaf o { type t:a; } }',
    whole:
      'module whole { namespace "urn:whole"; prefix w; include part; import twice { prefix t; revision-date 2002-02-02; } leaf w { type t:a; } }',
    part: 'submodule part { belongs-to whole { prefix w; } leaf p { type string; } }',
  };
  let client: TestClient;
  let close: () => Promise<void>;

  function schema(): SchemaContext {
    const files = createFileModuleRepository([packageYangDirectory()]);
    const repository: ModuleRepository = {
      find: (name, revision) => {
        const key = revision === undefined ? name : `${name}@${revision}`;
        const text = TEXTS[key] ?? TEXTS[name];
        return text === undefined
          ? files.find(name, revision)
          : { file: `${key}.yang`, text, revision };
      },
    };
    const modules = [...PROTOCOL_MODULES, { name: 'old' }, { name: 'whole' }];
    const { context, diagnostics } = compile(repository, { modules });
    assert.ok(context, JSON.stringify(diagnostics[0]?.message));
    return context;
  }

  beforeEach(async () => {
    const server = await createServer({ context: schema() });
    const [transport, served] = createLinkedTransports();
    void server.accept(served);
    client = new TestClient(
      await ClientSession.open(transport, { clock: server.clock }),
      transport,
    );
    close = () => server.close();
  });
  afterEach(() => close());

  async function ask(parameters: string): Promise<string> {
    const { data } = await client.session.request(`<get-schema ${NCM}>${parameters}</get-schema>`);
    assert.ok(data);
    return textContent(data);
  }

  async function refusal(parameters: string): Promise<string> {
    try {
      await ask(parameters);
    } catch (error) {
      if (!(error instanceof RpcErrorException)) throw error;
      return error.errors.map(({ tag, appTag = '' }) => `${tag} ${appTag}`.trim()).join();
    }
    return 'nothing refused';
  }

  it('§3.1 the text as it was loaded; YANG is the default', async () => {
    assert.equal(await ask('<identifier>old</identifier>'), TEXTS['old']);
    assert.equal(await ask(`<identifier>old</identifier>${format('yang')}`), TEXTS['old']);
  });

  it('§3.1 as YIN it has the same statements', async () => {
    const yin = await ask(`<identifier>whole</identifier>${format('yin')}`);
    const { statement } = parseYin(yin, 'whole.yin');
    const { statement: original } = parseYang(TEXTS['whole'] ?? '', 'whole.yang');
    assert.ok(statement && original);
    assert.equal(printStatement(statement), printStatement(original));
  });

  it('§3.1 a submodule', async () => {
    assert.equal(await ask('<identifier>part</identifier>'), TEXTS['part']);
    assert.match(await state(client, 'schemas'), /<identifier>part<\/identifier><version\/>/);
  });

  it('§3.1 one of several versions', async () => {
    for (const version of ['2001-01-01', '2002-02-02']) {
      const parameters = `<identifier>twice</identifier><version>${version}</version>`;
      assert.equal(await ask(parameters), TEXTS[`twice@${version}`]);
    }
  });

  it('§3.1 an empty version is that of a schema without revisions, else any', async () => {
    assert.equal(await ask('<identifier>part</identifier><version/>'), TEXTS['part']);
    assert.match(
      await ask('<identifier>ietf-netconf</identifier><version/>'),
      /^module ietf-netconf /,
    );
  });

  const refused: readonly (readonly [name: string, parameters: string, answer: string])[] = [
    ['no such schema', '<identifier>none</identifier>', 'invalid-value'],
    [
      'no such version',
      '<identifier>twice</identifier><version>1999-09-09</version>',
      'invalid-value',
    ],
    ['no such format', `<identifier>old</identifier>${format('xsd')}`, 'invalid-value'],
    ['several match', '<identifier>twice</identifier>', 'operation-failed data-not-unique'],
    ['no identifier', '', 'missing-element'],
  ];
  for (const [name, parameters, answer] of refused) {
    it(`§3.1 ${name}: ${answer}`, async () => {
      assert.equal(await refusal(parameters), answer);
    });
  }
});
