/** Ways to a device, each over a real connection: SSH, TLS, TCP, call home. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createSecureServer } from 'node:tls';
import ssh2 from 'ssh2';
import { runProgram } from '../../../../../client/cli/program.ts';
import { Schemas } from '../../../../../client/index.ts';
import { Users } from '../../../../../server/index.ts';
import { createFramedTransport } from '../../../../../src/netconf/index.ts';
import type { Transport } from '../../../../../src/netconf/index.ts';
import {
  DuplexStream,
  SystemClock,
  createFileModuleRepository,
  fingerprintOf,
  listenSsh,
  packageYangDirectory,
} from '../../../../../src/node/index.ts';
import type { SshListener } from '../../../../../src/node/index.ts';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from '../../../../support/localhost-certificate.ts';
import { ServerFixture } from '../../../../support/server-fixture.ts';
import { SshHost } from '../../../../support/ssh-host.ts';
import { CONNECTION_CASES } from './connection-cases.ts';
import type { ConnectionCase } from './connection-cases.ts';

const PASSWORD = 'correct-horse';
const hostKey = ssh2.utils.generateKeyPairSync('ed25519');
const userKey = ssh2.utils.generateKeyPairSync('ed25519');

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe('ways of sami netconf to a device', () => {
  let fixture: ServerFixture;
  let ssh: SshListener;
  let tls: TcpServer;
  let tcp: TcpServer;
  let folder: string;
  let users: (string | undefined)[] = [];

  before(async () => {
    fixture = await ServerFixture.start();
    folder = mkdtempSync(join(tmpdir(), 'sami-ways-'));
    const file = (name: string, text: string): void => {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
    };
    file('id', userKey.private);
    file('cert.pem', LOCALHOST_CERTIFICATE);
    file('key.pem', LOCALHOST_KEY);
    const { authenticate } = new Users([
      { name: 'amy', password: PASSWORD, authorizedKeys: [userKey.public], administrator: true },
    ]);
    const accept = (transport: Transport): void => {
      users.push(transport.peer.username);
      void fixture.server.accept(transport);
    };
    ssh = await listenSsh({
      ...{ host: '127.0.0.1', port: 0, hostKeys: [hostKey.private], authenticate },
      onTransport: accept,
    });
    const credentials = {
      cert: LOCALHOST_CERTIFICATE,
      key: LOCALHOST_KEY,
      ca: LOCALHOST_CERTIFICATE,
    };
    tls = createSecureServer({ ...credentials, requestCert: true }, (socket) => {
      accept(framed(socket, 'certified'));
    });
    tcp = createServer((socket) => {
      // The line that says who it is comes before the hello.
      socket.once('readable', () => {
        const bytes = socket.read() as Buffer;
        const end = bytes.indexOf('\n') + 1;
        socket.unshift(bytes.subarray(end));
        const [, user] = /^\[([^;]*);[^;]*;tcp;/.exec(bytes.subarray(0, end).toString()) ?? [];
        accept(framed(socket, user));
      });
    });
    await Promise.all([listening(tls), listening(tcp)]);
  });
  after(async () => {
    await ssh.close();
    tls.close();
    tcp.close();
    await fixture.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const filled = (text: string): string =>
    text
      .replaceAll('$H', String(ssh.port))
      .replaceAll('$T', String(portOf(tls)))
      .replaceAll('$C', String(portOf(tcp)))
      .replaceAll('$P', PASSWORD)
      .replaceAll('$F', fingerprint())
      .replaceAll('$D', folder);

  async function run(args: readonly string[], onErr?: (text: string) => void): Promise<Ran> {
    const result = { code: 0, out: '', err: '' };
    await runProgram(
      {
        output: {
          out: (text) => (result.out += text),
          err: (text) => {
            result.err += text;
            onErr?.(text);
          },
          interactive: false,
        },
        clock: new SystemClock(),
        variables: { XDG_CACHE_HOME: folder, XDG_STATE_HOME: folder },
        username: 'nobody',
        signal: new AbortController().signal,
        schemas: () => new Schemas(createFileModuleRepository([packageYangDirectory()])),
        exit: (code) => (result.code = code),
      },
      ['netconf', ...args.map(filled)],
    );
    return result;
  }

  for (const row of CONNECTION_CASES) {
    it(`${row.option}: ${row.name ?? row.args.join(' ')}`, () => check(row));
  }

  async function check({ args, files = {}, code = 0, out, err, user }: ConnectionCase) {
    users = [];
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), filled(text));
    }
    const ran = await run(args);
    assert.equal(ran.code, code, ran.err);
    if (out) assert.match(ran.out, out);
    assert.match(ran.err, err ?? /^$/);
    if (user !== undefined) assert.deepEqual(users, [user]);
  }

  it('--call-home-listen: waits for the device that has the host key', async () => {
    await using host = await SshHost.start({
      authenticate: (context) => context.method === 'password' && context.password === PASSWORD,
    });
    const args = ['--call-home-listen', '127.0.0.1:0', '-u', 'amy', '-p', PASSWORD];
    const ran = await run([...args, '--host-key', host.fingerprint, '--hello'], (text) => {
      const [, port] = /waiting for a device at .*:(\d+)\n/.exec(text) ?? [];
      if (port === undefined) return;
      const socket = host.callHome(Number(port));
      socket.on('data', () => undefined);
      // This host knows nothing but hello: it does not answer close-session either.
      void host.asked.then(() => host[Symbol.asyncDispose]());
    });
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /^session 4\n/);
    assert.match(ran.err, /^sami: waiting for a device at 127\.0\.0\.1:\d+\n$/);
  });

  it('--call-home-listen: needs to know who calls', async () => {
    const ran = await run(['--call-home-listen', '127.0.0.1:0', '-p', PASSWORD, '--hello']);
    assert.equal(ran.code, 2);
    assert.match(ran.err, /--call-home-listen needs the --host-key of the device, or --tls/);
  });
});

function framed(socket: Socket, username: string | undefined): Transport {
  socket.on('error', () => undefined);
  const peer = { administrator: true, ...(username === undefined ? {} : { username }) };
  const stream = new DuplexStream(socket, {
    peer,
    finish: () => socket.end(),
    destroy: () => socket.destroy(),
  });
  return createFramedTransport(stream);
}

function listening(server: TcpServer): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function portOf(server: TcpServer): number {
  return (server.address() as AddressInfo).port;
}

function fingerprint(): string {
  const parsed = ssh2.utils.parseKey(hostKey.private);
  if (parsed instanceof Error) throw parsed;
  return fingerprintOf(parsed.getPublicSSH());
}
