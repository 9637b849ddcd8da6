/**
 * Our client against netconfd of yuma123: every operation that it has, each reply checked. Its subsystem is run
 * on pipes, as sshd would; what netconfd does in its own way is said where it shows.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { openSession } from '../../client/index.ts';
import type { NetconfClient, SessionOptions } from '../../client/index.ts';
import { BASE_1_0, RpcReplyError, createFramedTransport } from '../../src/netconf/index.ts';
import type { ReceivedRpcError } from '../../src/netconf/index.ts';
import { DuplexStream } from '../../src/node/index.ts';
import { childElements, findChild, textContent } from '../../src/xml/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';
import { plain } from '../support/server-fixture.ts';
import { missingProgram, skipIf } from '../support/tools.ts';

const PORT = 8300;
const IF = 'urn:ietf:params:xml:ns:yang:ietf-interfaces';
const TOASTER = 'http://netconfcentral.org/ns/toaster';
const NC = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const prefixes = new Map([['if', IF]]);

/** Debian has it in a folder that is not always in PATH. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;

const interfaceOf = (name: string, description: string, operation = ''): string =>
  `<interfaces xmlns="${IF}" xmlns:nc="${NC}"><interface${operation === '' ? '' : ` nc:operation="${operation}"`}>` +
  `<name>${name}</name><type xmlns:t="urn:ietf:params:xml:ns:yang:iana-if-type">t:ethernetCsmacd</type>` +
  `<description>${description}</description></interface></interfaces>`;

const FILTER = { type: 'subtree', content: `<interfaces xmlns="${IF}"/>` } as const;

/** A server of its own, with sessions. */
class Netconfd implements AsyncDisposable {
  readonly folder: string;
  readonly #daemon: ChildProcess;
  readonly #children: ChildProcess[] = [];

  static async start(): Promise<Netconfd> {
    const path = await mkdtemp(join(tmpdir(), 'netconfd-'));
    const log = join(path, 'log');
    const args = [
      '--no-startup',
      '--superuser=root',
      `--ncxserver-sockname=${join(path, 'socket')}`,
      '--target=candidate',
      '--with-startup=true',
      '--with-url=true',
      '--module=ietf-interfaces',
      '--module=toaster',
      `--port=${PORT}`,
      '--log-level=info',
      `--log=${log}`,
    ];
    const daemon = spawn('netconfd', args, {
      stdio: 'ignore',
      env: { ...process.env, PATH, HOME: path, YUMA_DATAPATH: path },
    });
    const server = new Netconfd(path, daemon);
    for (;;) {
      const text = await readFile(log, 'utf8').catch(() => '');
      if (text.includes('Running netconfd server')) return server;
      if (daemon.exitCode !== null) throw new Error(`netconfd ended: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private constructor(folder: string, daemon: ChildProcess) {
    this.folder = folder;
    this.#daemon = daemon;
  }

  async connect(options: SessionOptions = {}): Promise<NetconfClient> {
    const child = spawn(
      'netconf-subsystem',
      [`--ncxserver-sockname=${PORT}@${join(this.folder, 'socket')}`],
      {
        stdio: ['pipe', 'pipe', 'ignore'],
        env: { PATH, USER: 'root', SSH_CONNECTION: `127.0.0.1 5555 127.0.0.1 ${PORT}` },
      },
    );
    this.#children.push(child);
    const duplex = Duplex.from({ readable: child.stdout, writable: child.stdin });
    const stream = new DuplexStream(duplex, {
      finish: () => child.stdin.end(),
      destroy: () => {
        duplex.destroy();
        child.kill();
      },
    });
    return openSession(createFramedTransport(stream, { extraLineFeeds: true }), options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    const ended = new Promise((resolve) => this.#daemon.once('exit', resolve));
    if (this.#daemon.exitCode === null && this.#daemon.kill('SIGKILL')) await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The descriptions of the interfaces in some configuration, by name. */
function descriptions(data: XmlElement): Record<string, string> {
  const interfaces = findChild(data, IF, 'interfaces');
  const rows = interfaces ? childElements(interfaces) : [];
  return Object.fromEntries(
    rows.map((row) => {
      const leaf = (name: string): string => {
        const child = findChild(row, IF, name);
        return child ? textContent(child) : '';
      };
      return [leaf('name'), leaf('description')];
    }),
  );
}

async function errorOf(call: Promise<unknown>): Promise<ReceivedRpcError> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof RpcReplyError, String(error));
    const [first] = error.errors;
    assert.ok(first);
    return first;
  }
  return assert.fail('it was not refused');
}

describe('our client with netconfd', function () {
  this.timeout(30_000);
  let server: Netconfd;
  let client: NetconfClient;
  let isStarted = false;

  before(async function () {
    skipIf(this, missingProgram('netconfd') ?? missingProgram('netconf-subsystem'));
    server = await Netconfd.start();
    isStarted = true;
    client = await server.connect();
  });

  after(async () => {
    if (isStarted) await server[Symbol.asyncDispose]();
  });

  const running = async (): Promise<Record<string, string>> =>
    descriptions(await client.getConfig({ source: 'running', filter: FILTER }));
  const candidate = async (): Promise<Record<string, string>> =>
    descriptions(await client.getConfig({ source: 'candidate', filter: FILTER }));
  const edit = (config: string): Promise<void> =>
    client.editConfig({ target: 'candidate', config });

  it('agrees on base:1.1, and on base:1.0 when that is all that we have', async () => {
    assert.ok(client.sessionId > 0);
    assert.ok(client.capabilities.has('urn:ietf:params:netconf:capability:partial-lock:1.0'));
    const old = await server.connect({ capabilities: [BASE_1_0] });
    assert.notEqual(old.sessionId, client.sessionId);
    assert.equal((await old.getConfig({ source: 'running', filter: FILTER })).local, 'data');
    await old.close();
  });

  it('lists its modules, and gives their text', async () => {
    const modules = await client.readModules();
    assert.ok(modules.some(({ name, implemented }) => name === 'toaster' && implemented));
    const text = await client.getSchema({ identifier: 'toaster', format: 'yang' });
    assert.match(text, /module toaster \{/);
    assert.equal(
      (await errorOf(client.getSchema({ identifier: 'no-such' }))).tag,
      'operation-failed',
    );
  });

  it('edits, validates, discards, commits', async () => {
    await edit(interfaceOf('e1', 'first'));
    assert.deepEqual(await candidate(), { e1: 'first' });
    assert.deepEqual(await running(), {});
    await client.validate('candidate');
    await client.discardChanges();
    assert.deepEqual(await candidate(), {});
    await edit(interfaceOf('e1', 'first'));
    await client.commit();
    assert.deepEqual(await running(), { e1: 'first' });
  });

  it('reads by XPath, with defaults, and row by row', async () => {
    await edit(interfaceOf('e2', 'second'));
    await client.commit();
    const filter = {
      type: 'xpath',
      select: "/if:interfaces/if:interface[if:name='e2']",
      prefixes,
    } as const;
    assert.deepEqual(descriptions(await client.getConfig({ source: 'running', filter })), {
      e2: 'second',
    });
    const all = await client.getConfig({ source: 'running', filter, withDefaults: 'report-all' });
    const explicit = await client.getConfig({
      source: 'running',
      filter,
      withDefaults: 'explicit',
    });
    assert.match(plain(all), /<enabled>true<\/enabled>/);
    assert.doesNotMatch(plain(explicit), /<enabled>/);
    const names: string[] = [];
    const rows = { source: 'running', filter: FILTER, rows: ['interfaces', 'interface'] } as const;
    for await (const row of client.getConfigRows(rows)) names.push(plain(row).slice(11, 26));
    assert.deepEqual(names.sort(), ['<name>e1</name>', '<name>e2</name>']);
  });

  it('refuses with errors that say what and where', async () => {
    const exists = await errorOf(edit(interfaceOf('e1', 'again', 'create')));
    assert.equal(exists.tag, 'data-exists');
    assert.deepEqual(
      exists.steps?.map(({ namespace, name }) => [namespace, name]).slice(-2),
      [
        [IF, 'interfaces'],
        [IF, 'interface'],
      ],
      exists.path,
    );
    const missing = await errorOf(edit(interfaceOf('e9', '', 'delete')));
    assert.equal(missing.tag, 'data-missing');
    const unknown = await errorOf(edit('<nothing xmlns="urn:nothing"/>'));
    assert.equal(unknown.tag, 'unknown-namespace');
    assert.equal(unknown.info?.badNamespace, 'urn:nothing');
    await client.discardChanges();
  });

  it('answers many requests in one go, the refused ones among them', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) =>
        index % 10 === 9 ? edit('<nothing xmlns="urn:nothing"/>') : running(),
      ),
    );
    assert.deepEqual(
      answers.map(({ status }, index) => (status === 'rejected') === (index % 10 === 9)),
      answers.map(() => true),
    );
    await client.discardChanges();
  });

  it('locks, and says who holds the lock', async () => {
    const other = await server.connect();
    await client.lock('candidate');
    const denied = await errorOf(other.lock('candidate'));
    assert.ok(denied.tag === 'lock-denied');
    assert.equal(denied.info?.sessionId, client.sessionId);
    await client.unlock('candidate');
    await other.lock('candidate');
    await other.unlock('candidate');
    await other.close();
  });

  it('hears that parts cannot be locked, though it says that it has partial-lock', async () => {
    // Version 2.13 answers every select, also the examples of RFC 5717, with the error-tag "none".
    const error = await errorOf(client.partialLock([{ select: '/if:interfaces', prefixes }]));
    assert.equal(error.tag, 'operation-failed');
    assert.equal(error.message, 'unknown error-tag "none": ok');
    const unlock = await errorOf(client.partialUnlock(7));
    assert.equal(unlock.tag, 'invalid-value');
  });

  it('takes back a commit that is cancelled, and keeps one that is confirmed', async () => {
    const before = await running();
    {
      await using pending = await client.confirmedCommit({ timeout: 60 });
      assert.equal(pending.state, 'pending');
    }
    await edit(interfaceOf('e3', 'third'));
    {
      await using pending = await client.confirmedCommit({ timeout: 60 });
      assert.deepEqual(await running(), { ...before, e3: 'third' });
      await pending.extend({ timeout: 30 });
    }
    assert.deepEqual(await running(), before, 'left without confirm');
    await client.discardChanges();
    await edit(interfaceOf('e3', 'third'));
    const pending = await client.confirmedCommit({ timeout: 60 });
    await pending.confirm();
    assert.deepEqual(await running(), { ...before, e3: 'third' });
  });

  it('lets another session confirm what persists, after the first is gone', async () => {
    const before = await running();
    const first = await server.connect();
    await first.editConfig({ target: 'candidate', config: interfaceOf('e4', 'fourth') });
    const { persistId = '' } = await first.confirmedCommit({ timeout: 60, persist: true });
    await first.close();
    await client.pendingCommit({ persistId }).confirm();
    assert.deepEqual(await running(), { ...before, e4: 'fourth' });
  });

  it('copies to startup and back, and deletes it', async () => {
    await client.copyConfig({ source: 'running', target: 'startup' });
    const startup = descriptions(await client.getConfig({ source: 'startup', filter: FILTER }));
    assert.deepEqual(startup, await running());
    await edit(interfaceOf('e1', '', 'delete'));
    await client.copyConfig({ source: 'startup', target: 'candidate' });
    assert.deepEqual(await candidate(), startup);
    await client.discardChanges();
    // Started with --no-startup it has none to delete, although it has just given it to us.
    assert.equal((await errorOf(client.deleteConfig('startup'))).message, 'config not found');
  });

  it('copies a whole configuration from the request', async () => {
    const before = await running();
    await client.copyConfig({
      target: 'candidate',
      source: { config: interfaceOf('only', 'one') },
    });
    assert.deepEqual(await candidate(), { only: 'one' });
    await client.discardChanges();
    assert.deepEqual(await candidate(), before);
  });

  it('sends notifications of what happens', async () => {
    const listener = await server.connect();
    const events = await listener.subscribeEvents({ stream: 'NETCONF' });
    await edit(interfaceOf('e5', 'fifth'));
    await client.commit();
    const seen: string[] = [];
    for await (const { element } of events) {
      seen.push(element.local);
      if (element.local === 'netconf-config-change') break;
    }
    assert.ok(seen.includes('netconf-config-change'), seen.join());
    // It has interleave: the same session goes on with requests.
    assert.ok(
      'e5' in descriptions(await listener.getConfig({ source: 'running', filter: FILTER })),
    );
    await listener.close();
  });

  it('replays what has happened, and says when that is all', async () => {
    // On a server of its own: netconfd 2.13 crashes when it replays what confirmed commits have left.
    await using fresh = await Netconfd.start();
    const editor = await fresh.connect();
    await editor.editConfig({ target: 'candidate', config: interfaceOf('e1', 'first') });
    await editor.commit();
    const startTime = new Date(Date.now() - 600_000).toISOString();
    const seen: string[] = [];
    for await (const { kind, element } of await editor.subscribeEvents({ startTime })) {
      seen.push(`${kind} ${element.local}`);
      if (kind === 'replay-completed') break;
    }
    assert.ok(seen.includes('event netconf-config-change'), seen.join());
    assert.equal(seen.at(-1), 'replay-completed replayComplete');
  });

  it('carries out an rpc of a module, with an error and with an answer', async () => {
    const toast = { namespace: TOASTER, name: 'make-toast' };
    const off = await errorOf(client.rpc(toast));
    assert.equal(off.tag, 'resource-denied');
    await edit(`<toaster xmlns="${TOASTER}"/>`);
    await client.commit();
    const listener = await server.connect();
    const events = await listener.subscribeEvents();
    await client.rpc({
      ...toast,
      input: `<toasterDoneness xmlns="${TOASTER}">5</toasterDoneness>`,
    });
    await client.rpc({ namespace: TOASTER, name: 'cancel-toast' });
    for await (const { element } of events) {
      if (element.local !== 'toastDone') continue;
      assert.equal(plain(element), '<toastDone><toastStatus>cancelled</toastStatus></toastDone>');
      break;
    }
    await listener.close();
  });

  it('ends sessions of others', async () => {
    const other = await server.connect();
    await client.killSession(other.sessionId);
    await other.closed;
    assert.equal((await errorOf(client.killSession(client.sessionId))).tag, 'invalid-value');
  });

  it('answers an operation that it does not have', async () => {
    const error = await errorOf(client.getData({ datastore: 'operational' }));
    assert.ok(['operation-not-supported', 'unknown-namespace'].includes(error.tag), error.tag);
  });
});
