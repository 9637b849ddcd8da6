/** `--reply-timeout`: a device that answers too late, or never. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliEnvironment } from '../../../../../client/cli/environment.ts';
import { runConsole } from '../../../../../client/cli/netconf/console.ts';
import { NetconfClient, Schemas } from '../../../../../client/index.ts';
import {
  BASE_1_0,
  BASE_1_1,
  createLinkedTransports,
  exchangeHello,
} from '../../../../../src/netconf/index.ts';
import type { Transport } from '../../../../../src/netconf/index.ts';
import { createFileModuleRepository, packageYangDirectory } from '../../../../../src/node/index.ts';
import { FakeClock } from '../../../../support/fake-clock.ts';

const LIBRARY =
  'urn:ietf:params:netconf:capability:yang-library:1.1?revision=2019-01-04&content-id=1';
/** As long as the client waits for the answer to close-session. */
const CLOSE_MS = 5000;

interface Run {
  /** What the device was asked. */
  readonly asked: string[];
  /** Undefined until the console has ended. */
  readonly ended: () => string | undefined;
  readonly out: () => string;
  readonly done: Promise<void>;
  readonly answer: (data: string) => Promise<void>;
  readonly next: () => Promise<void>;
  readonly clock: FakeClock;
}

async function start(args: readonly string[], folder: string): Promise<Run> {
  const clock = new FakeClock();
  const [near, far] = createLinkedTransports();
  const hello = { capabilities: [BASE_1_0, BASE_1_1, LIBRARY], sessionId: 4 };
  const ready = exchangeHello(far, { hello, timeoutMs: 1000, clock });
  const client = await NetconfClient.open(near, { clock });
  await ready;
  let [out, end]: [string, string | undefined] = ['', undefined];
  const environment: CliEnvironment = {
    output: { out: (text) => void (out += text), err: () => undefined, interactive: false },
    clock,
    variables: { XDG_CACHE_HOME: folder, XDG_STATE_HOME: folder },
    username: 'operator',
    signal: new AbortController().signal,
    schemas: () => new Schemas(createFileModuleRepository([packageYangDirectory()])),
    exit: () => undefined,
  };
  const open = () => Promise.resolve({ client, label: 'device' });
  const done = runConsole(environment, args, open).then(
    () => void (end = 'in order'),
    (error: unknown) => void (end = (error as Error).message),
  );
  const asked: string[] = [];
  const answer = async (data: string): Promise<void> => {
    const [, id = ''] = /message-id="([^"]+)"/.exec(asked.at(-1) ?? '') ?? [];
    await far.send(
      `<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="${id}">${data}</rpc-reply>`,
    );
  };
  const next = async (): Promise<void> => void asked.push(await receive(far));
  return { asked, answer, next, clock, done, ended: () => end, out: () => out };
}

async function receive(transport: Transport): Promise<string> {
  for await (const message of transport.messages()) {
    let text = '';
    for await (const piece of message) text += new TextDecoder().decode(piece);
    return text;
  }
  throw new Error('the client has closed');
}

async function turn(): Promise<void> {
  for (let time = 0; time < 20; time += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('--reply-timeout', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sami-late-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const ROWS = [
    { name: 'of an operation', args: ['--get'], asks: /<get\b/ },
    {
      name: 'of a question of the console itself',
      args: ['--get', '-x', '/a:b'],
      asks: /ietf-yang-library/,
    },
  ];
  for (const { name, args, asks } of ROWS) {
    it(`a reply ${name} that does not come in time ends the console`, async () => {
      const run = await start(['-r', '20', ...args], folder);
      await run.next();
      assert.match(run.asked[0] ?? '', asks);
      run.clock.advance(19_999);
      await turn();
      assert.equal(run.clock.armed, 1);
      run.clock.advance(1);
      await run.next();
      assert.match(run.asked[1] ?? '', /<close-session/);
      run.clock.advance(CLOSE_MS);
      await run.done;
      assert.equal(run.ended(), 'no reply within 20 s');
      assert.equal(run.clock.armed, 0);
    });
  }

  it('a reply that comes in time is printed (control)', async () => {
    const run = await start(['-r', '20', '--get'], folder);
    await run.next();
    run.clock.advance(19_999);
    await run.answer('<data><late xmlns="urn:late"/></data>');
    await run.next();
    await run.answer('<ok/>');
    await run.done;
    assert.equal(run.ended(), 'in order');
    assert.match(run.out(), /<late xmlns="urn:late"\/>/);
  });

  it('without it the console waits for ever (control)', async () => {
    const run = await start(['--get'], folder);
    await run.next();
    run.clock.advance(3_600_000);
    await turn();
    assert.equal(run.ended(), undefined);
    await run.answer('<data><late xmlns="urn:late"/></data>');
    await run.next();
    await run.answer('<ok/>');
    await run.done;
    assert.equal(run.ended(), 'in order');
  });
});
