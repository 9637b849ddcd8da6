/** Operating `samid`: ready, reload, metrics, log, stop; over SSH and TLS at a time. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { ClientSession } from '../../../src/netconf/index.ts';
import { tlsFingerprint } from '../../../src/node/cert-to-name.ts';
import { parseCertificates } from '../../../src/node/certificate-chain.ts';
import { connectSsh } from '../../../src/node/ssh-transport.ts';
import { SystemClock } from '../../../src/node/system-clock.ts';
import { Authority } from '../../support/certificates.ts';
import type { Certificate } from '../../support/certificates.ts';
import { Process } from '../../support/processes.ts';
import { parseMetrics } from '../../support/prometheus.ts';
import { missingProgram, skipIf } from '../../support/tools.ts';
import { withTemporaryDirectory } from '../../support/temporary-directory.ts';

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const MAIN = fileURLToPath(new URL(`../../../server/main.${EXTENSION}`, import.meta.url));

/** What systemd would hear: a datagram socket, which Node.js cannot open. */
const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
    for line in s.recv(4096).decode().splitlines():
        print(line, flush=True)
`;

class Lines {
  readonly seen: string[] = [];
  #wake: () => void = () => undefined;

  constructor(stream: NodeJS.ReadableStream | null) {
    assert.ok(stream);
    createInterface({ input: stream }).on('line', (line) => {
      this.seen.push(line);
      this.#wake();
    });
  }

  /** The first line that matches, from the one at `from` on. */
  async find(pattern: RegExp, from = 0): Promise<string> {
    for (;;) {
      const found = this.seen.slice(from).find((line) => pattern.test(line));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

interface Running {
  readonly samid: Process;
  readonly out: Lines;
  readonly log: Lines;
  readonly told: Lines;
  readonly directory: string;
  readonly port: number;
  readonly tlsPort: number;
}

const GET_CONFIG =
  '<get-config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><source><running/></source></get-config>';

describe('operating samid', function () {
  this.timeout(60_000);
  let authority: Authority;
  let others: Authority | undefined;
  let amy: Certificate;
  let own: Certificate;
  before(function () {
    skipIf(this, missingProgram('systemd-notify'));
    authority = Authority.create('Managers');
    amy = authority.issue({ subject: '/CN=amy' });
    own = authority.issue({ subject: '/CN=device' });
  });
  after(() => {
    for (const it of [authority, others]) it?.remove();
  });

  const users = (...names: readonly string[]): string => {
    const [root] = parseCertificates(authority.certificate);
    assert.ok(root);
    return JSON.stringify({
      users: names.map((name) => ({ name, password: 'secret', administrator: true })),
      certToName: [{ id: 1, fingerprint: tlsFingerprint(root.raw), mapType: 'common-name' }],
    });
  };

  async function withSamid(use: (running: Running) => Promise<void>): Promise<void> {
    await withTemporaryDirectory(async (directory) => {
      const file = async (name: string, text: string): Promise<string> => {
        await writeFile(join(directory, name), text, { mode: 0o600 });
        return join(directory, name);
      };
      const socket = join(directory, 'notify');
      const receiver = spawn('python3', ['-c', RECEIVER, socket]);
      const told = new Lines(receiver.stdout);
      await told.find(/bound/);
      const args = [
        ['--listen', '127.0.0.1:0', '--listen-tls', '127.0.0.1:0', '--metrics', '127.0.0.1:0'],
        ['--state-dir', join(directory, 'state'), '--stop-timeout', '2s'],
        ['--users', await file('users.json', users('amy', 'bob'))],
        ['--tls-cert', await file('cert.pem', own.certificate)],
        ['--tls-key', await file('key.pem', own.privateKey)],
        ['--tls-ca', await file('ca.pem', authority.certificate)],
      ].flat();
      const samid = new Process([process.execPath, ...process.execArgv, MAIN, ...args], {
        NOTIFY_SOCKET: socket,
        WATCHDOG_USEC: '200000',
      });
      const out = new Lines(samid.child.stdout);
      const log = new Lines(samid.child.stderr);
      const port = Number(/:(\d+), host key/.exec(await out.find(/host key/))?.[1]);
      const tlsPort = Number(/:(\d+) for TLS/.exec(await out.find(/for TLS/))?.[1]);
      try {
        await use({ samid, out, log, told, directory, port, tlsPort });
      } finally {
        await end(samid.child);
        await end(receiver);
      }
    });
  }

  async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }

  async function login({ port }: Running, username: string): Promise<ClientSession> {
    const options = { host: '127.0.0.1', port, username, password: 'secret' };
    const transport = await connectSsh({ ...options, verifyHostKey: () => true });
    return ClientSession.open(transport, { clock: new SystemClock() });
  }

  /** Whether amy's certificate gets a hello. */
  async function overTls({ tlsPort }: Running): Promise<boolean> {
    const socket = connectTls({
      ...{ host: '127.0.0.1', port: tlsPort, ca: authority.certificate },
      ...{ cert: amy.certificate, key: amy.privateKey, checkServerIdentity: () => undefined },
    });
    socket.on('error', () => undefined);
    const answer = await Promise.race([
      once(socket, 'data').then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) =>
        socket.once('close', () => {
          resolve(false);
        }),
      ),
    ]);
    socket.destroy();
    return answer;
  }

  async function reload({ samid, log }: Running): Promise<string> {
    const before = log.seen.length;
    samid.child.kill('SIGHUP');
    return log.find(/"event":"reload/, before);
  }

  it('is ready, reloads, keeps what it has when that fails, logs, counts and stops', () =>
    withSamid(async (running) => {
      const { samid, log, told, directory } = running;
      // Ready, and the watchdog is fed.
      await told.find(/^READY=1$/);
      await told.find(/^WATCHDOG=1$/);
      const amySession = await login(running, 'amy');
      const bobSession = await login(running, 'bob');
      assert.match(
        await log.find(/"event":"login".*"amy"/),
        /"method":"password","source":"127\.0\.0\.1"/,
      );
      await assert.rejects(login(running, 'eve'));
      assert.match(
        await log.find(/"event":"login-refused"/),
        /"user":"eve".*there is no such user/,
      );
      assert.equal(await overTls(running), true);

      // A file that cannot be used changes nothing.
      await writeFile(join(directory, 'users.json'), '{"users": [{}]}');
      assert.match(await reload(running), /reload-failed.*entry 1 has no \\"name\\"/);
      await (await login(running, 'bob')).close();
      await writeFile(join(directory, 'users.json'), users('amy'));
      await writeFile(join(directory, 'ca.pem'), 'no certificate');
      assert.match(await reload(running), /reload-failed/);
      await (await login(running, 'bob')).close();

      // Bob goes, and his session with him; Amy's certificate is of an authority that counts no more.
      await writeFile(join(directory, 'users.json'), users('amy'));
      others = Authority.create('Others');
      await writeFile(join(directory, 'ca.pem'), others.certificate);
      const told1 = told.seen.length;
      assert.match(await reload(running), /"event":"reloaded"/);
      await told.find(/^RELOADING=1$/, told1);
      await told.find(/^READY=1$/, told1);
      await bobSession.closed;
      await assert.rejects(login(running, 'bob'));
      assert.equal(await overTls(running), false);
      await amySession.request(GET_CONFIG);

      const at = JSON.parse(await log.find(/metrics-served/)) as { port: number };
      const response = await fetch(`http://127.0.0.1:${String(at.port)}/metrics`);
      const metrics = parseMetrics(await response.text());
      assert.equal(metrics.value('samid_sessions'), 1);
      assert.equal(metrics.value('samid_login_failures_total', { method: 'password' }), 2);
      assert.equal(metrics.value('samid_rpcs_total', { operation: 'get-config' }), 1);
      assert.ok((metrics.value('samid_sent_bytes_total') ?? 0) > 1000);
      // Of connections that are open too.
      const received = metrics.value('samid_received_bytes_total') ?? 0;
      await amySession.request(GET_CONFIG);
      const again = await fetch(`http://127.0.0.1:${String(at.port)}/metrics`);
      const later = parseMetrics(await again.text()).value('samid_received_bytes_total') ?? 0;
      assert.ok(received > 1000 && later > received);

      samid.child.kill('SIGTERM');
      await told.find(/^STOPPING=1$/);
      await amySession.closed;
      const { code, stderr } = await samid.ended;
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stderr, /secret/);
    }));

  it('ends at once on a second signal', () =>
    withSamid(async (running) => {
      const { samid, log, directory } = running;
      await chmod(join(directory, 'users.json'), 0o644);
      await reload(running);
      await log.find(/unsafe-permissions.*can be read by everybody/);
      // Both signals are there when the process goes on.
      samid.child.kill('SIGSTOP');
      samid.child.kill('SIGTERM');
      samid.child.kill('SIGINT');
      samid.child.kill('SIGCONT');
      const { code, stderr } = await samid.ended;
      assert.equal(code, 1);
      assert.match(stderr, /stopped-at-once/);
    }));
});
