/** `samid` as a process, over SSH on loopback. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RpcErrorException } from '../../../src/error/index.ts';
import {
  ClientSession,
  encodeCommit,
  encodeEditConfig,
  encodeGetConfig,
} from '../../../src/netconf/index.ts';
import { fingerprintOf } from '../../../src/node/host-key.ts';
import { connectSsh } from '../../../src/node/ssh-transport.ts';
import { SystemClock } from '../../../src/node/system-clock.ts';
import { sami, vm } from '../../support/sami-xml.ts';
import { plain } from '../../support/server-fixture.ts';
import { withTemporaryDirectory } from '../../support/temporary-directory.ts';

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const MAIN = fileURLToPath(new URL(`../../../server/main.${EXTENSION}`, import.meta.url));
const EXAMPLE = `module example {
  yang-version 1.1; namespace "urn:example"; prefix ex;
  feature extra;
  container top { leaf name { type string; } leaf more { if-feature extra; type string; } }
}`;

class Samid {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  line = '';
  errors = '';

  private constructor(args: readonly string[]) {
    this.process = spawn(process.execPath, [...process.execArgv, MAIN, ...args]);
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    this.exited = new Promise((resolve) => this.process.once('close', resolve));
  }

  /** Resolves when it listens, or when it has ended without. */
  static async start(args: readonly string[]): Promise<Samid> {
    const samid = new Samid(args);
    const { stdout } = samid.process;
    assert.ok(stdout);
    const listening = new Promise<void>((resolve) => {
      createInterface({ input: stdout }).once('line', (line) => {
        samid.line = line;
        resolve();
      });
    });
    await Promise.race([listening, samid.exited]);
    return samid;
  }

  get port(): number {
    return Number(/:(\d+),/.exec(this.line)?.[1]);
  }

  async connect(password = 'secret', username = 'admin'): Promise<ClientSession> {
    const transport = await connectSsh({
      host: '127.0.0.1',
      port: this.port,
      username,
      password,
      verifyHostKey: (key) => this.line.endsWith(fingerprintOf(key)),
    });
    return ClientSession.open(transport, { clock: new SystemClock() });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.process.kill(signal);
    return this.exited;
  }
}

async function withArguments(
  use: (args: readonly string[], directory: string) => Promise<void>,
): Promise<void> {
  await withTemporaryDirectory(async (directory) => {
    const users = join(directory, 'users.json');
    await writeFile(
      users,
      '{"users": [{"name": "admin", "password": "secret", "administrator": true}]}',
      { mode: 0o600 },
    );
    await writeFile(join(directory, 'example.yang'), EXAMPLE);
    const state = join(directory, 'state');
    await use(['--listen', '127.0.0.1:0', '--state-dir', state, '--users', users], directory);
  });
}

const edit = (config: string): ReturnType<typeof encodeEditConfig> =>
  encodeEditConfig({ target: 'candidate', config });
const running = async (session: ClientSession): Promise<string> => {
  const { data } = await session.request(encodeGetConfig({ source: 'running' }));
  return data ? plain(data) : '';
};

describe('samid', function () {
  this.timeout(60_000);

  it('says where it listens and by which key, serves, and stops', () =>
    withArguments(async (args) => {
      const samid = await Samid.start([...args, '--name', 'fw1', '--plane', 'simulated']);
      assert.match(samid.line, /^fw1 listening on 127\.0\.0\.1:\d+, host key SHA256:\S+$/);
      const session = await samid.connect();
      await session.request(edit(sami(vm())));
      await session.request(encodeCommit());
      assert.equal(await running(session), `<data><sami>${vm()}</sami></data>`);
      assert.equal(await samid.stop(), 0);
    }));

  it('lets a user who is no administrator read and not write, and go when the users file has no such user', () =>
    withArguments(async (args, directory) => {
      const admin = '{"name": "admin", "password": "secret", "administrator": true}';
      const guest = '{"name": "guest", "password": "visit"}';
      const users = join(directory, 'users.json');
      await writeFile(users, `{"users": [${admin}, ${guest}]}`);
      const samid = await Samid.start(args);
      const [owner, visitor] = [await samid.connect(), await samid.connect('visit', 'guest')];
      await owner.request(edit(sami(vm())));
      await owner.request(encodeCommit());
      assert.equal(await running(visitor), `<data><sami>${vm()}</sami></data>`);
      const other = sami(vm({ id: 'vm2', address: '10.0.0.2' }));
      const isDenied = ({ errors: [error] }: RpcErrorException): boolean =>
        error?.tag === 'access-denied';
      await assert.rejects(visitor.request(edit(other)), isDenied);
      await owner.request(edit(other));
      await writeFile(users, `{"users": [${admin}]}`);
      samid.process.kill('SIGHUP');
      await visitor.closed;
      await owner.request(encodeCommit());
      await assert.rejects(samid.connect('visit', 'guest'));
      assert.equal(await samid.stop(), 0);
    }));

  it('has the same key and configuration after it was killed', () =>
    withArguments(async (args) => {
      const first = await Samid.start(args);
      const session = await first.connect();
      await session.request(edit(sami(vm())));
      await session.request(encodeCommit());
      await session.request(edit(sami(vm({ id: 'vm2', address: '10.0.0.2' }))));
      await session.request(encodeCommit({ confirmed: true, persist: 'x' }));
      await first.stop('SIGKILL');
      const second = await Samid.start(args);
      assert.equal(second.line.split('SHA256')[1], first.line.split('SHA256')[1]);
      assert.equal(await running(await second.connect()), `<data><sami>${vm()}</sami></data>`);
      assert.match(second.errors, /confirmed-commit-reverted/);
      await second.stop('SIGINT');
    }));

  it('serves any other module', () =>
    withArguments(async (args, directory) => {
      const modules = ['--path', directory, '--module', 'example:extra', '--no-default-modules'];
      const samid = await Samid.start([...args, ...modules]);
      const session = await samid.connect();
      const top = '<top xmlns="urn:example"><name>a</name><more>b</more></top>';
      await session.request(edit(top));
      await session.request(encodeCommit());
      assert.equal(await running(session), '<data><top><name>a</name><more>b</more></top></data>');
      await samid.stop();
    }));

  it('answers a message over the limit with too-big, and serves on', () =>
    withArguments(async (args) => {
      const samid = await Samid.start([...args, '--max-message-bytes', '2000']);
      const session = await samid.connect();
      const filler = `<!-- ${'x'.repeat(100_000)} -->`;
      await assert.rejects(session.request(edit(sami(vm()) + filler)), /too-big/);
      const another = await samid.connect();
      assert.equal(await running(another), '<data/>');
      await samid.stop();
    }));

  it('refuses a wrong password and a wrong host key', () =>
    withArguments(async (args) => {
      const samid = await Samid.start(args);
      await assert.rejects(samid.connect('wrong'));
      samid.line = samid.line.replace(/SHA256:\S+/, 'SHA256:other');
      await assert.rejects(samid.connect());
      await samid.stop();
    }));

  const faults: readonly {
    readonly name: string;
    readonly more: readonly string[];
    readonly says: RegExp;
    /** 2: the command line makes no sense. */
    readonly code?: number;
  }[] = [
    {
      name: 'a users file that is not there',
      more: ['--users', '/nowhere'],
      says: /^samid: users file "\/nowhere": ENOENT/,
    },
    { name: 'a module that is not there', more: ['--module', 'nothing'], says: /nothing/ },
    {
      name: 'an address that is no address',
      more: ['--listen', 'here'],
      says: /Expected HOST:PORT/,
      code: 2,
    },
    {
      name: 'a feature that is not there',
      more: ['--with', 'speed'],
      says: /^samid: "speed" is no feature of the server; these are: /,
      code: 2,
    },
    {
      name: 'a feature with and without',
      more: ['--with', 'url', '--without', 'url'],
      says: /^samid: --with and --without url exclude each other/,
      code: 2,
    },
    {
      name: 'a directory of URLs without URLs',
      more: ['--url-directory', '/tmp'],
      says: /^samid: --url-directory and --url-ca need --with url/,
      code: 2,
    },
    {
      name: 'a plane that is not there',
      more: ['--plane', 'paper'],
      says: /^samid: there is no data plane "paper"; there are: linux, .*simulated/,
      code: 2,
    },
    {
      name: 'an option that the plane does not have',
      more: ['--plane', 'simulated,netns=fw1'],
      says: /^samid: data plane "simulated" has no option "netns"; its options are: kind,/,
      code: 2,
    },
    {
      name: 'a plane that is no plane',
      more: ['--plane', 'simulated,kind'],
      says: /expected OPTION=VALUE, not "kind"/,
      code: 2,
    },
    {
      name: 'two planes for one kind',
      more: ['--plane', 'simulated', '--plane', 'simulated,kind=nat'],
      says: /^samid: kind "nat" is served by data plane "simulated" and by data plane "simulated": the option kind=/,
      code: 2,
    },
    {
      name: 'an option of earlier times',
      more: ['--kind', 'nat'],
      says: /unknown option/,
      code: 2,
    },
    {
      name: 'a kind that is not there',
      more: ['--plane', 'simulated,limit.sessions=10'],
      code: 2,
      says: /^samid: data plane "simulated" has no kind "sessions"; .*\bsession\b/,
    },
  ];
  for (const { name, more, says, code = 1 } of faults) {
    it(`ends with one line about ${name}`, () =>
      withArguments(async (args) => {
        const samid = await Samid.start([...args, ...more]);
        assert.equal(await samid.exited, code);
        assert.match(samid.errors, says);
        assert.equal(samid.errors.trim().split('\n').length, 1, samid.errors);
      }));
  }

  it('ends with one line when the port is taken', () =>
    withArguments(async (args) => {
      const first = await Samid.start(args);
      const other = args.map((it) => it.replace('127.0.0.1:0', `127.0.0.1:${String(first.port)}`));
      const second = await Samid.start(other.map((it) => it.replace(/state$/, 'other')));
      assert.equal(await second.exited, 1);
      assert.match(second.errors, /^samid: cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/);
      await first.stop();
    }));
});
