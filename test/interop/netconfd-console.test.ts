/** `sami netconf` against netconfd of yuma123: a device that shares nothing with ours but the RFCs. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { runConsole } from '../../client/cli/netconf/console.ts';
import { Schemas, openSession } from '../../client/index.ts';
import type { NetconfClient } from '../../client/index.ts';
import { createFramedTransport } from '../../src/netconf/index.ts';
import {
  DuplexStream,
  SystemClock,
  createFileModuleRepository,
  packageYangDirectory,
} from '../../src/node/index.ts';
import { missingProgram, skipIf } from '../support/tools.ts';

const PORT = 8301;
/** Debian has it in a folder that is not always in PATH. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;
const ETH0 = "/interfaces/interface[name='eth0']";

interface Ran {
  readonly out: string;
  readonly err: string;
}

describe('sami netconf against netconfd', () => {
  let folder: string;
  let daemon: ChildProcess;
  const children: ChildProcess[] = [];

  before(async function () {
    skipIf(this, missingProgram('netconfd'));
    folder = await mkdtemp(join(tmpdir(), 'netconfd-console-'));
    const log = join(folder, 'log');
    daemon = spawn(
      'netconfd',
      [
        ...['--no-startup', '--superuser=root', '--target=candidate', `--port=${PORT}`],
        ...[`--ncxserver-sockname=${join(folder, 'socket')}`, '--module=ietf-interfaces'],
        ...['--log-level=info', `--log=${log}`],
      ],
      { stdio: 'ignore', env: { ...process.env, PATH, HOME: folder, YUMA_DATAPATH: folder } },
    );
    while (!(await readFile(log, 'utf8').catch(() => '')).includes('Running netconfd server')) {
      if (daemon.exitCode !== null) throw new Error('netconfd has ended');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    if (daemon.exitCode === null && daemon.kill('SIGKILL')) await ended;
    await rm(folder, { recursive: true, force: true });
  });

  async function run(...args: readonly string[]): Promise<Ran> {
    const ran = { out: '', err: '' };
    await runConsole(
      {
        output: {
          out: (text) => (ran.out += text),
          err: (text) => (ran.err += text),
          interactive: false,
        },
        clock: new SystemClock(),
        variables: { XDG_CACHE_HOME: folder, XDG_STATE_HOME: folder },
        username: 'root',
        signal: new AbortController().signal,
        schemas: () => new Schemas(createFileModuleRepository([packageYangDirectory()])),
        exit: () => undefined,
      },
      ['root@netconfd', ...args],
      async () => ({ client: await connect(), label: 'root@netconfd' }),
    );
    return ran;
  }

  function connect(): Promise<NetconfClient> {
    const child = spawn(
      'netconf-subsystem',
      [`--ncxserver-sockname=${PORT}@${join(folder, 'socket')}`],
      {
        stdio: ['pipe', 'pipe', 'ignore'],
        env: { PATH, USER: 'root', SSH_CONNECTION: `127.0.0.1 5555 127.0.0.1 ${PORT}` },
      },
    );
    children.push(child);
    const duplex = Duplex.from({ readable: child.stdout, writable: child.stdin });
    const stream = new DuplexStream(duplex, {
      finish: () => child.stdin.end(),
      destroy: () => {
        duplex.destroy();
        child.kill();
      },
    });
    return openSession(createFramedTransport(stream, { extraLineFeeds: true }));
  }

  it('edits by path without prefixes, and reads as paths, JSON and XML', async () => {
    const { out, err } = await run(
      ...[
        '--set',
        `${ETH0}/type=ethernetCsmacd`,
        `${ETH0}/description=uplink`,
        `${ETH0}/enabled=false`,
      ],
      ...['--commit', '--get-config', '-x', '/interfaces', '--style', 'paths'],
    );
    assert.match(
      out,
      /^\/ietf-interfaces:interfaces\/interface\[name='eth0'\]\/description=uplink\n/m,
      err,
    );
    assert.match(out, /\/type=iana-if-type:ethernetCsmacd\n/);
    const json = await run('--json', '--get-config', '-x', '/interfaces');
    assert.match(json.out, /"ietf-interfaces:interfaces": \{[^]*"enabled": false/, json.err);
    const xml = await run('--get-config', '-x', `${ETH0}/description`);
    assert.match(xml.out, /<description>uplink<\/description>/, xml.err);
  });

  it('says what is refused', async () => {
    await run('--set', `${ETH0}/type=ethernetCsmacd`, '--commit');
    await assert.rejects(run('--create', ETH0), /exists/);
  });
});
