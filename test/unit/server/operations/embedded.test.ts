/** Operations of the program around the server: rpcs and actions of its own modules (RFC 7950, §7.14 and §7.15). */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from '../../../../server/index.ts';
import type { OwnCall, OwnOperations, Server } from '../../../../server/index.ts';
import { loadSchema } from '../../../../server/schema.ts';
import { RpcErrorException, inUse } from '../../../../src/error/index.ts';
import { ClientSession, createLinkedTransports } from '../../../../src/netconf/index.ts';
import type { SchemaContext } from '../../../../src/yang/index.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { TestClient, plain } from '../../../support/server-fixture.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

const MODULE = `module kitchen {
  yang-version 1.1;
  namespace "urn:example:kitchen";
  prefix k;
  container kitchen {
    list oven {
      key "name shelf";
      leaf name { type string; }
      leaf shelf { type uint8; }
      leaf target { type uint16; }
      list pan {
        key id;
        leaf id { type uint32; }
        action stir {
          input { leaf turns { type uint8 { range "1..9"; } default 3; } }
          output { leaf done { type uint8; mandatory true; } leaf-list note { type string; } }
        }
      }
      action heat { input { leaf minutes { type uint8; must ". <= ../../target" { error-message "too long"; } } } }
    }
    action clean;
  }
  rpc cook {
    input {
      leaf dish { type string; mandatory true; }
      leaf oven { type leafref { path "/kitchen/oven/name"; } }
    }
    output { leaf portions { type uint64; } }
  }
  rpc forgotten;
}`;

const NS = 'xmlns="urn:example:kitchen"';
const YANG = 'xmlns="urn:ietf:params:xml:ns:yang:1"';
const OVEN = '<oven><name>big</name><shelf>2</shelf>';

let context: SchemaContext;

async function open(operations: OwnOperations): Promise<Kitchen> {
  const logger = new RecordingLogger();
  const server = await createServer({ context, operations, logger });
  const [transport, served] = createLinkedTransports();
  void server.accept(served);
  const client = new TestClient(
    await ClientSession.open(transport, { clock: server.clock }),
    transport,
  );
  const pan = '<target>10</target><pan><id>7</id></pan>';
  await client.edit(`<kitchen ${NS}>${OVEN}${pan}</oven></kitchen>`);
  await client.commit();
  return { server, client, logger };
}

interface Kitchen {
  readonly server: Server;
  readonly client: TestClient;
  readonly logger: RecordingLogger;
}

const action = (inside: string): string =>
  `<action ${YANG}><kitchen ${NS}>${inside}</kitchen></action>`;
const stir = (turns: string, pan = '7'): string =>
  action(`${OVEN}<pan><id>${pan}</id><stir>${turns}</stir></pan></oven>`);

async function send({ session }: TestClient, operation: string): Promise<string> {
  const reply = await session.request(operation);
  return reply.ok ? 'ok' : reply.output.map(plain).join('');
}

describe('operations of the embedding program', () => {
  before(async () => {
    await withTemporaryDirectory(async (folder) => {
      await writeFile(join(folder, 'kitchen.yang'), MODULE);
      context = loadSchema({ paths: [folder], modules: [{ name: 'kitchen' }] });
    });
  });

  const calls: unknown[] = [];
  const note =
    (output?: object) =>
    ({ input, keys, session }: OwnCall<object>): object | undefined => {
      calls.push({ input, keys, session: session.id });
      return output;
    };
  const HANDLERS: OwnOperations = {
    'kitchen:cook': note({ portions: 12_345_678_901_234_567n }),
    '/kitchen:kitchen/oven/pan/stir': note({ done: 3, note: ['a', 'b'] }),
    '/kitchen:kitchen/oven/heat': note(),
    '/kitchen:kitchen/clean': note({}),
  };

  const ANSWERED: readonly (readonly [
    name: string,
    request: string,
    call: object,
    reply: string,
  ])[] = [
    [
      'an rpc has input and output',
      `<cook ${NS}><dish>soup</dish></cook>`,
      { input: { dish: 'soup' }, keys: [] },
      '<portions>12345678901234567</portions>',
    ],
    [
      'a reference in the input is followed',
      `<cook ${NS}><dish>soup</dish><oven>big</oven></cook>`,
      { input: { dish: 'soup', oven: 'big' }, keys: [] },
      '<portions>12345678901234567</portions>',
    ],
    [
      'an action in two lists has their keys',
      stir('<turns>4</turns>'),
      { input: { turns: 4 }, keys: ['big', '2', '7'] },
      '<done>3</done><note>a</note><note>b</note>',
    ],
    [
      'defaults of the input are filled in',
      stir(''),
      { input: { turns: 3 }, keys: ['big', '2', '7'] },
      '<done>3</done><note>a</note><note>b</note>',
    ],
    [
      'an action without output is answered with ok',
      action(`${OVEN}<heat><minutes>9</minutes></heat></oven>`),
      { input: { minutes: 9 }, keys: ['big', '2'] },
      'ok',
    ],
    ['an action of a container has no keys', action('<clean/>'), { input: {}, keys: [] }, 'ok'],
  ];
  for (const [name, request, call, reply] of ANSWERED) {
    it(name, async () => {
      const { server, client } = await open(HANDLERS);
      calls.length = 0;
      assert.equal(await send(client, request), reply);
      assert.deepEqual(calls, [{ ...call, session: client.id }]);
      await server.close();
    });
  }

  const REFUSED: readonly (readonly [name: string, request: string, tag: string, about: RegExp])[] =
    [
      ['input that is missing', `<cook ${NS}/>`, 'missing-element', /dish/],
      ['input of a wrong type', stir('<turns>10</turns>'), 'invalid-value', /1\.\.9/],
      [
        'input that nobody knows',
        `<cook ${NS}><dish>x</dish><salt/></cook>`,
        'unknown-element',
        /salt/,
      ],
      [
        'a reference to nothing',
        `<cook ${NS}><dish>x</dish><oven>none</oven></cook>`,
        'data-missing',
        /oven/,
      ],
      [
        'input that breaks a must',
        action(`${OVEN}<heat><minutes>11</minutes></heat></oven>`),
        'operation-failed',
        /too long/,
      ],
      [
        'an action of what does not exist',
        stir('', '8'),
        'data-missing',
        /pan\[id='8'\]|does not exist/,
      ],
      [
        'an action with a key missing',
        action('<oven><name>big</name><heat/></oven>'),
        'missing-element',
        /shelf/,
      ],
      [
        'an action that the schema lacks',
        action(`${OVEN}<bake/></oven>`),
        'unknown-element',
        /bake/,
      ],
      ['no action at all', action(`${OVEN}</oven>`), 'missing-element', /leads to no action/],
      [
        'an rpc in the place of an action',
        `<action ${YANG}><cook ${NS}><dish>x</dish></cook></action>`,
        'bad-element',
        /cook/,
      ],
      ['two actions in one', action('<clean/><clean/>'), 'bad-element', /clean/],
      [
        'two elements action',
        `${action('<clean/>')}${action('<clean/>')}`,
        'bad-element',
        /action/,
      ],
      ['an action in the place of an rpc', `<clean ${NS}/>`, 'operation-not-supported', /clean/],
      [
        'an rpc that nobody carries out',
        `<forgotten ${NS}/>`,
        'operation-not-supported',
        /forgotten/,
      ],
    ];
  for (const [name, request, tag, about] of REFUSED) {
    it(`refuses ${name}`, async () => {
      const { server, client } = await open(HANDLERS);
      calls.length = 0;
      const error = await send(client, request).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof RpcErrorException, String(error));
      assert.equal(error.errors[0]?.tag, tag);
      assert.match(error.message, about);
      assert.deepEqual(calls, []);
      assert.equal(await send(client, action('<clean/>')), 'ok');
      await server.close();
    });
  }

  it('tells the client what a handler refuses', async () => {
    const { server, client, logger } = await open({
      'kitchen:cook': () => {
        throw new RpcErrorException([inUse('the stove is taken')]);
      },
    });
    await assert.rejects(send(client, `<cook ${NS}><dish>x</dish></cook>`), /the stove is taken/);
    assert.equal(
      logger.entries.some(({ event }) => event === 'bug'),
      false,
    );
    await server.close();
  });

  const FAULTS: readonly (readonly [string, OwnOperations[string], RegExp])[] = [
    ['output that lacks what is mandatory', () => ({ note: ['x'] }), /done/],
    ['output of a wrong type', () => ({ done: 256 }), /done/],
    ['output that the schema lacks', () => ({ done: 1, salt: 1 }), /salt/],
    ['a handler that breaks down', () => Promise.reject(new Error('no gas')), /no gas/],
  ];
  for (const [name, handler, about] of FAULTS) {
    it(`logs ${name}, and the client gets operation-failed`, async () => {
      const { server, client, logger } = await open({ '/kitchen:kitchen/oven/pan/stir': handler });
      const error = await send(client, stir('')).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof RpcErrorException);
      assert.deepEqual(
        error.errors.map((it) => it.tag),
        ['operation-failed'],
      );
      const bugs = logger.entries.filter(({ event }) => event === 'bug');
      assert.equal(bugs.length, 1);
      assert.match(String(bugs[0]?.fields['error']), about);
      await server.close();
    });
  }

  it('aborts what nobody waits for any longer', async () => {
    let begun: (signal: AbortSignal) => void = () => undefined;
    const handling = new Promise<AbortSignal>((resolve) => (begun = resolve));
    const { server, client } = await open({
      'kitchen:cook': async ({ signal }: OwnCall<unknown>) => {
        begun(signal);
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
      },
    });
    const asked = send(client, `<cook ${NS}><dish>x</dish></cook>`).catch(() => undefined);
    const signal = await handling;
    assert.equal(signal.aborted, false);
    client.vanish();
    await new Promise((resolve) => {
      if (signal.aborted) resolve(undefined);
      else signal.addEventListener('abort', resolve);
    });
    await asked;
    await server.close();
  });

  const NAMES: readonly (readonly [string, RegExp])[] = [
    ['kitchen:fry', /no such rpc or action/],
    ['/kitchen:kitchen/oven', /no such rpc or action/],
    ['cook', /no such rpc or action/],
    ['ietf-netconf:get', /the server itself/],
  ];
  for (const [name, about] of NAMES) {
    it(`has no handler under the name ${name}`, async () => {
      await assert.rejects(
        createServer({ context, operations: { [name]: () => undefined } }),
        about,
      );
    });
  }
});
