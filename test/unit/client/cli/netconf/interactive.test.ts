/** The console that asks: lines, scripts, TAB, notifications, interrupts, history. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Completer } from '../../../../../client/cli/netconf/interactive/completer.ts';
import { stateOf } from '../../../../../client/cli/netconf/interactive/interactive.ts';
import { ReplyOutput } from '../../../../../client/cli/netconf/output/reply-output.ts';
import { NO_PARAMETERS } from '../../../../../client/cli/netconf/parameters.ts';
import { DeviceSchema } from '../../../../../client/cli/netconf/schema/device-schema.ts';
import { ConsoleSession } from '../../../../../client/cli/netconf/session.ts';
import { NetconfClient } from '../../../../../client/index.ts';
import { createMapRepository } from '../../../../../src/yang/index.ts';
import { INTERACTIVE_CASES } from './interactive-cases.ts';
import { ConsoleBench } from './console-run.ts';

describe('the interactive console', () => {
  for (const { name, lines, out, err } of INTERACTIVE_CASES) {
    it(`takes ${name}`, async () => {
      await using bench = await ConsoleBench.start();
      const terminal = bench.terminal();
      const running = bench.start(['operator@bench', '-i'], terminal);
      terminal.input.write(lines.map((line) => `${line}\n`).join(''));
      terminal.input.write('quit\n');
      const ran = await running.ended;
      assert.equal(ran.code, 0, ran.err);
      assert.match(ran.out, out ?? /^$/, ran.err);
      assert.match(ran.err, err ?? /^$/, ran.out);
    });
  }

  it('begins by itself on a terminal, and leaves with Ctrl-D', async () => {
    await using bench = await ConsoleBench.start();
    const terminal = bench.terminal();
    const running = bench.start(['operator@bench'], terminal);
    terminal.input.write('hello\n');
    await running.printed(/^session/);
    terminal.input.write('\u0004');
    assert.equal((await running.ended).code, 0);
    assert.match(terminal.shown(), /netconf> /);
  });

  it('keeps a history of its own, without lines that begin with a space', async () => {
    await using bench = await ConsoleBench.start();
    for (const line of ['hello', ' help', 'help lock']) {
      const terminal = bench.terminal();
      const running = bench.start(['operator@bench', '-i'], terminal);
      terminal.input.write(`${line}\nquit\n`);
      await running.ended;
    }
    const file = join(bench.folder, 'sami', 'netconf-history');
    assert.deepEqual(readFileSync(file, 'utf8').trim().split('\n'), ['hello', 'help lock', 'quit']);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('prints notifications between lines', async () => {
    await using bench = await ConsoleBench.start();
    const terminal = bench.terminal();
    const running = bench.start(['operator@bench', '-i'], terminal);
    terminal.input.write('create-subscription\nhello\n');
    await running.printed(/^session/m);
    const other = await bench.fixture.connect();
    await other.rpc('<close-session/>').catch(() => undefined);
    await running.printed(/<netconf-session-end/);
    terminal.input.write('help lock\nquit\n');
    const { out, err } = await running.ended;
    assert.match(out, /<notification [^]*<\/notification>\n/);
    assert.match(err, /^lock/m);
  });

  it('cancels with Ctrl-C what is under way, and only that', async () => {
    await using bench = await ConsoleBench.start();
    const terminal = bench.terminal();
    const running = bench.start(['operator@bench', '-i'], terminal);
    terminal.input.write('hello\n');
    await running.printed(/^session/);
    const { armed } = bench.fixture.clock;
    terminal.input.write('sleep 1000\n');
    while (bench.fixture.clock.armed === armed) await bench.fixture.turn();
    terminal.input.write('\u0003');
    await running.printed(/sami: cancelled/);
    terminal.input.write('help lock\nquit\n');
    const { code, err } = await running.ended;
    assert.equal(code, 0);
    assert.match(err, /^lock/m);
  });

  it('says that the device has ended the session', async () => {
    await using bench = await ConsoleBench.start();
    const terminal = bench.terminal();
    const running = bench.start(['operator@bench', '-i'], terminal);
    terminal.input.write('hello\n');
    await running.printed(/^session/);
    await bench.fixture.server.close();
    const { code, err } = await running.ended;
    assert.equal(code, 1);
    assert.match(err, /the device has ended the session/);
  });

  it('ends a script with its first error', async () => {
    await using bench = await ConsoleBench.start();
    const terminal = bench.terminal(false);
    const running = bench.start(['operator@bench', '-i'], terminal);
    terminal.input.end('hello\nkill-session 4000000000\nhelp lock\n');
    const { code, out, err } = await running.ended;
    assert.equal(code, 1);
    assert.match(out, /^session/);
    assert.match(err, /\[invalid-value\]/);
    assert.doesNotMatch(err, /^lock/m);
  });

  it('carries out a script to its end', async () => {
    await using bench = await ConsoleBench.start();
    const terminal = bench.terminal(false);
    const running = bench.start(['operator@bench', '-i'], terminal);
    terminal.input.end('set /shop/name=a\ncommit\nget-config -x /shop/name\n');
    const { code, out } = await running.ended;
    assert.equal(code, 0);
    assert.match(out, /<name>a<\/name>/);
  });

  it('tells XML that is whole from XML that goes on', () => {
    const rows = [
      ['<a/>', 'whole'],
      ['<a><b>', 'open'],
      ['<a', 'open'],
      ['<a></b>', 'wrong'],
      ['<?xml version="1.0"?>\n<a/>', 'whole'],
    ] as const;
    for (const [text, state] of rows) assert.equal(stateOf(text), state, text);
  });
});

describe('TAB in the interactive console', () => {
  const rows: readonly (readonly [line: string, hits: readonly string[] | RegExp])[] = [
    ['', /^get get-config get-data/],
    ['get-c', ['get-config ']],
    ['--get-c', ['--get-config ']],
    ['he', ['hello ', 'help']],
    ['help kill-se', ['kill-session']],
    ['get-config ca', ['candidate']],
    ['get-config --db ', ['candidate', 'intended', 'operational', 'running', 'startup']],
    ['get --with-d', ['--with-defaults ']],
    ['get --with-defaults t', ['trim']],
    ['commit c', ['confirmed']],
    ['lock --t', []],
    ['get /sh', ['/shop:shop/']],
    ['get /shop:shop/it', ["/shop:shop/item[name='"]],
    ['get /shop/she', ['/shop/shelf/']],
    ['get /shop/si', ['/shop/size']],
    ['set /shop/op', ['/shop/open=']],
    ['set /shop/vis', []],
    ['get /shop/vis', ['/shop/visitors']],
    ['set /shop/open=', ['/shop/open=false', '/shop/open=true']],
    ['set /shop/size=l', ['/shop/size=large']],
    [
      "set /shop/item[name='tea'][kind='green']/color=",
      ['shop-extra:green', 'shop:blue', 'shop:red'].map(
        (it) => `/shop/item[name='tea'][kind='green']/color=${it}`,
      ),
    ],
    ['get /shop/item[', ["/shop/item[kind='", "/shop/item[name='"]],
    [
      'get /shop/item[name=',
      [
        "/shop/item[name='coffee'][kind='",
        "/shop/item[name='green tea'][kind='",
        "/shop/item[name='tea'][kind='",
      ],
    ],
    ["get /shop/item[name='g", ["/shop/item[name='green tea'][kind='"]],
    [
      "set /shop/item[name='tea'][kind='",
      ["/shop/item[name='tea'][kind='black']", "/shop/item[name='tea'][kind='green']"],
    ],
    [
      "action /shop/item[name='tea'][kind='green']/re",
      ["/shop/item[name='tea'][kind='green']/restock"],
    ],
    ['run-rpc /ord', ['/order']],
    ['get-schema shop-', ['shop-extra', 'shop-other']],
    ['ns shop-e', ['shop-extra=urn:shop-extra']],
    ['nonsense ', []],
    ['get /none/', []],
  ];

  let bench: ConsoleBench;
  let completer: Completer;
  before(async () => {
    bench = await ConsoleBench.start();
    const items = [
      ['tea', 'green'],
      ['tea', 'black'],
      ['coffee', 'arabica'],
      ['green tea', 'x'],
    ];
    const paths = items.map(([name, kind]) => `/shop/item[name='${name}'][kind='${kind}']`);
    const made = await bench.run('operator@bench', '--create', ...paths, '--commit');
    assert.equal(made.code, 0, made.err);
    completer = new Completer(await openConsole(bench), () => NO_PARAMETERS);
  });
  after(() => bench[Symbol.asyncDispose]());

  for (const [line, hits] of rows) {
    it(`completes ${line || 'nothing'}`, async () => {
      const [found] = await completer.complete(line);
      if (hits instanceof RegExp)
        assert.match(found.filter((it) => it.startsWith('get')).join(''), hits);
      else assert.deepEqual(found, hits);
    });
  }

  it('gives up on a device that does not answer', async () => {
    const session = await openConsole(bench);
    const slow = new Completer(session, () => NO_PARAMETERS);
    await slow.complete('get /shop/');
    // The request is given up; a device that answers later does no harm.
    session.client.get = (request) =>
      new Promise((_, reject) => {
        request?.signal?.addEventListener('abort', () => {
          reject(new Error('given up'));
        });
      });
    const { clock } = bench.fixture;
    const { armed } = clock;
    const late = slow.complete("get /shop/item[name='");
    while (clock.armed === armed) await bench.fixture.turn();
    clock.advance(2000);
    assert.deepEqual((await late)[0], []);
  });
});

async function openConsole(bench: ConsoleBench): Promise<ConsoleSession> {
  const { clock } = bench.fixture;
  const client = await NetconfClient.open(bench.fixture.connectRaw(), { clock });
  const { signal } = bench.abort;
  const warn = (): void => undefined;
  const schema = new DeviceSchema({
    ...{ client, signal, clock, warn, label: 'bench', repository: createMapRepository(new Map()) },
    cache: { read: () => Promise.resolve(undefined), write: () => Promise.resolve() },
  });
  const output = new ReplyOutput({ style: 'xml', write: warn, warn, schema, hidden: [] });
  const files = { readFile: () => Promise.resolve(''), isFile: () => false };
  return new ConsoleSession({ client, schema, output, clock, signal, warn, dry: false, ...files });
}
