/**
 * Both sides of the protocol against one that does not keep to it: whatever a plane says, the server stays up, tells
 * what is wrong and goes on once the plane behaves; and whatever lines the example in C gets, it does not crash.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer as listen } from 'node:net';
import type { Server as NetServer, Socket } from 'node:net';
import { TablePlane } from '../../../server/plane/kit/table-plane.ts';
import { SocketDriver } from '../../../server/plane/socket/index.ts';
import { createServer, loadSchema } from '../../../server/index.ts';
import { silentLogger } from '../../../server/logger.ts';
import { SystemClock } from '../../../src/node/index.ts';
import { Wait } from '../../../server/plane/socket/wait.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MovingDevice } from '../../support/moving-devices.ts';
import { CPlane, describeWithCompiler, freshSocket } from './c-plane.ts';

interface Message {
  readonly id: number;
  readonly call?: string;
  readonly end?: boolean;
  readonly table?: string;
}

/** What is said in place of the right answer, as lines. */
type Hostility = (message: Message) => readonly string[];

/** Serves one kind, has no entries, and forgets what it gets. */
class HostilePlane implements AsyncDisposable {
  readonly socket = freshSocket();
  /** Answers to calls of this name, while it is set. */
  hostile: { readonly to: string; readonly say: Hostility } | undefined;
  readonly #server: NetServer;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = listen((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      let text = '';
      socket.setEncoding('utf8').on('error', () => undefined);
      socket.on('data', (chunk) => {
        const lines = (text + String(chunk)).split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) {
          const said = this.#answer(JSON.parse(line) as Message);
          if (said.length > 0) socket.write(`${said.join('\n')}\n`);
        }
      });
    });
  }

  static async start(): Promise<HostilePlane> {
    const plane = new HostilePlane();
    plane.#server.listen(plane.socket);
    await once(plane.#server, 'listening');
    return plane;
  }

  /** Ends all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #answer(message: Message): readonly string[] {
    const call = message.end === true ? 'end' : message.call;
    if (call === undefined) return [];
    if (this.hostile?.to === call) return this.hostile.say(message);
    const kinds = [{ kind: 'cumulative-security', used: 0 }];
    const ok =
      call === 'hello'
        ? { version: 1, name: 'hostile', 'boot-id': 'b' }
        : call === 'kinds'
          ? { kinds }
          : {};
    const answer = call === 'prepare' ? { credit: 100 } : { ok };
    return [JSON.stringify({ id: message.id, ...answer })];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const DEEP = '['.repeat(20_000) + ']'.repeat(20_000);
const HALF_OPEN = 'cumulative-security/half-open';
const answer =
  (members: string): Hostility =>
  ({ id }) => [`{"id":${id},${members}}`];
const rows =
  (text: string): Hostility =>
  ({ id, table }) =>
    table === HALF_OPEN ? [`{"id":${id},"rows":[${text}]}`] : [`{"id":${id},"ok":{}}`];
const many = (count: number): Hostility => {
  const row = (n: number): string => `{"address":"192.0.2.${n}","count":1}`;
  const line = Array.from({ length: 10 }, (_, n) => row(n)).join(',');
  return (message) => Array.from({ length: count }, () => rows(line)(message)).flat();
};

/** What the plane says to a call, and what the client is told. */
const COMMITS: readonly (readonly [what: string, to: string, say: Hostility, told: RegExp])[] = [
  ['a refusal that is no array', 'prepare', answer('"error":"no"'), /"error" has to be an array/],
  ['a refusal without errors', 'end', answer('"error":[]'), /"error" has to be an array/],
  ['a refusal that is an object', 'apply', answer('"error":{}'), /"error" has to be an array/],
  ['an error without tag', 'prepare', answer('"error":[{}]'), /"tag" has to be an error-tag/],
  ['"ok" without object', 'end', answer('"ok":null'), /"ok" has to be an object/],
  ['credit that is none', 'prepare', answer('"credit":-1'), /no credit in it/],
];

const GETS: typeof COMMITS = [
  ['a refusal that is a number', 'read', answer('"error":5'), /"error" has to be an array/],
  ['kinds that are none', 'kinds', answer('"ok":null'), /"ok" has to be an object/],
  [
    'features that XML cannot have',
    'kinds',
    answer(
      String.raw`"ok":{"kinds":[{"kind":"cumulative-security","used":0,"features":["\u0001"]}]}`,
    ),
    /"features" has to be an array of different texts/,
  ],
  [
    'a kind twice',
    'kinds',
    answer(
      '"ok":{"kinds":[{"kind":"cumulative-security","used":0},{"kind":"cumulative-security","used":1}]}',
    ),
    /not "cumulative-security" twice/,
  ],
  [
    'a value deep as a well',
    'read',
    rows(`{"address":${DEEP}}`),
    /"address": it has to be a value/,
  ],
  [
    'a member of objects',
    'read',
    rows('{"__proto__":{"address":"x"}}'),
    /"__proto__" is not known/,
  ],
  ['an entry without key', 'read', rows('{"count":1}'), /key "address" is missing/],
  ['lines without credit', 'read', many(17), /a line without credit/],
  ['an endless line', 'read', rows(' '.repeat(70_000)), /longer than 65536 bytes/],
];

async function device(plane: HostilePlane): Promise<MovingDevice> {
  const context = loadSchema();
  const clock = new SystemClock();
  const options = { path: plane.socket, context, clock, logger: silentLogger, timeoutMs: 5_000 };
  const driver = await SocketDriver.connect(options);
  const planes = [new TablePlane(driver, { context, clock })];
  return new MovingDevice('device', await createServer({ context, planes, clock }));
}

const VM = '<vm><id>vm1</id><address>192.0.2.1</address></vm>';

/** Until the connection that was lost has been made anew. */
async function untilWell(act: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await act();
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe('a plane that does not keep to the protocol', () => {
  for (const [what, to, say, told] of COMMITS) {
    it(`says ${what} to ${to}: the commit is refused, and the next one is made`, async () => {
      await using plane = await HostilePlane.start();
      const at = await device(plane);
      try {
        plane.hostile = { to, say };
        await assert.rejects(at.configure(VM), told);
        plane.hostile = undefined;
        await untilWell(() => at.configure(VM));
      } finally {
        await at.server.close();
      }
    });
  }

  for (const [what, to, say, told] of GETS) {
    it(`says ${what} to ${to}: the request fails, and the session goes on`, async () => {
      await using plane = await HostilePlane.start();
      const at = await device(plane);
      try {
        await at.configure(VM);
        await using client = await at.connect();
        // The control: the same request, while the plane behaves.
        await client.get();
        plane.hostile = { to, say };
        await assert.rejects(client.get(), told);
        plane.hostile = undefined;
        await untilWell(() => client.get());
      } finally {
        await at.server.close();
      }
    });
  }

  it('lines with credit, as a control, are taken', async () => {
    await using plane = await HostilePlane.start();
    const at = await device(plane);
    try {
      await at.configure(VM);
      await using client = await at.connect();
      plane.hostile = {
        to: 'read',
        say: (message) => [...many(16)(message), `{"id":${message.id},"ok":{}}`].slice(-17),
      };
      await client.get();
    } finally {
      await at.server.close();
    }
  });

  it('says that it is at work: it may, but not for ever', () => {
    const clock = new FakeClock();
    let expired = 0;
    const wait = new Wait(clock, 1_000, () => (expired += 1));
    for (let second = 1; second < 65; second += 1) {
      clock.advance(999);
      if (expired === 0) wait.restart();
      // The control: for 59 seconds it is believed.
      if (second === 59) assert.equal(expired, 0);
    }
    assert.equal(expired, 1);
    wait.stop();
  });

  it('ends each connection at once: it is tried ever less often', async () => {
    await using plane = await HostilePlane.start();
    const clock = new FakeClock();
    const context = loadSchema();
    const seen: string[] = [];
    let wake: () => void = () => undefined;
    const logger = {
      log: (_level: string, event: string) => {
        seen.push(event);
        wake();
      },
    };
    const until = async (event: string): Promise<void> => {
      while (seen.shift() !== event) {
        if (seen.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      }
    };
    const options = { path: plane.socket, context, clock, logger, timeoutMs: 1_000 };
    const driver = await SocketDriver.connect(options);
    for (const delay of [100, 200, 400]) {
      plane.cut();
      await until('plane-lost');
      clock.advance(delay - 1);
      assert.equal(clock.armed, 1);
      clock.advance(1);
      await until('plane-connected');
    }
    // The control: after one that has lasted, it is tried again soon.
    clock.advance(5_000);
    plane.cut();
    await until('plane-lost');
    clock.advance(100);
    await until('plane-connected');
    await driver.close();
  });
});

/** Lines of a prepare that are no entries, after which it is applied. */
const LINES: readonly (readonly [what: string, line: string])[] = [
  ['entries that are a text', String.raw`"rows":"{\\"`],
  ['entries that are no value', '"rows":1{"key":[}'],
  ['an entry that is a number', '"rows":[{"key":"k","row":5}]'],
  ['an entry that is a word', '"rows":[{"key":"k","row":tru}]'],
  ['entries without row', '"rows":[{"key":"k"},{},5,"x",null]'],
];
const TABLE = '"table":"cumulative-security/half-open"';

describeWithCompiler('the plane in C, and lines that are not as they should be', () => {
  const talk = async (plane: CPlane, ...lines: readonly string[]): Promise<string> => {
    const socket = connect(plane.socket);
    socket.on('error', () => undefined);
    socket.setEncoding('utf8');
    socket.end(['{"id":1,"call":"hello","versions":[1]}', ...lines, ''].join('\n'));
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  };
  const change = (line: string): readonly string[] => [
    '{"id":2,"call":"prepare"}',
    '{"id":2,"vm":"vm1","config":{"id":"vm1","mode":"learning"}}',
    `{"id":2,"op":"set",${TABLE},${line}}`,
    '{"id":2,"end":true}',
    '{"id":3,"call":"apply","prepare":2}',
  ];
  const kinds = (plane: CPlane): Promise<string> => talk(plane, '{"id":4,"call":"kinds"}');

  for (const [what, line] of LINES) {
    it(`${what}: nothing is in its tables, and it goes on`, async () => {
      await using plane = await CPlane.start('cumulative-security');
      await talk(plane, ...change(line));
      assert.match(await kinds(plane), /"used":0/);
    });
  }

  it('the control: an entry as it should be is in its tables', async () => {
    await using plane = await CPlane.start('cumulative-security');
    await talk(plane, ...change('"rows":[{"key":"k","row":{"count":1}}]'));
    assert.match(await kinds(plane), /"used":1/);
  });

  it('an entry that is longer than a line cannot be read, and it goes on', async () => {
    await using plane = await CPlane.start('cumulative-security');
    await talk(plane, ...change(`"rows":[{"key":"k","row":{"x":"${'x'.repeat(2_000)}"}}]`));
    const read = `{"id":5,"call":"read","vm":"vm1",${TABLE},"credit":1}`;
    assert.match(await talk(plane, read), /"rows":\[\{"x":"xxx/);
    const short = '{"id":4,"call":"hello","versions":[1],"max-line":1024}';
    assert.match(await talk(plane, short, read), /"id":5,"error":.*too long/);
    assert.match(await kinds(plane), /"used":1/);
  });

  it('refuses lines that are too short for any entry', async () => {
    await using plane = await CPlane.start('cumulative-security');
    const socket = connect(plane.socket);
    socket.end('{"id":1,"call":"hello","versions":[1],"max-line":1}\n');
    const [said] = (await once(socket.setEncoding('utf8'), 'data')) as [string];
    socket.destroy();
    assert.match(said, /"id":1,"error"/);
  });
});
