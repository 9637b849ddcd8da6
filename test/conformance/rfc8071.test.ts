/** RFC 8071: call home, from the server's side (section 4.1). Titles begin with the section. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import ssh2 from 'ssh2';
import { createServer } from '../../server/index.ts';
import type { Server } from '../../server/index.ts';
import { callHome } from '../../server/cli/arguments.ts';
import { Users } from '../../server/users.ts';
import { CallHome } from '../../src/node/call-home.ts';
import type { CallHomeEndpoint, CallHomeEvent } from '../../src/node/call-home.ts';
import { tlsFingerprint } from '../../src/node/cert-to-name.ts';
import { parseCertificates } from '../../src/node/certificate-chain.ts';
import { SshAcceptor } from '../../src/node/ssh-acceptor.ts';
import { TlsAcceptor } from '../../src/node/tls-acceptor.ts';
import { AsyncQueue } from '../../src/util/index.ts';
import { Authority } from '../support/certificates.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { samiSchema } from '../support/server-fixture.ts';

const hostKey = ssh2.utils.generateKeyPairSync('ed25519');

/** A client that waits to be called. */
class Waiting {
  readonly sockets = new AsyncQueue<Socket>({ capacity: 100 });
  readonly #tcp: TcpServer;

  private constructor(tcp: TcpServer) {
    this.#tcp = tcp;
    tcp.on('connection', (socket) => {
      socket.on('error', () => undefined);
      this.sockets.push(socket);
    });
  }

  static async open(port = 0): Promise<Waiting> {
    const tcp = createTcpServer();
    const waiting = new Waiting(tcp);
    tcp.listen(port, '127.0.0.1');
    await once(tcp, 'listening');
    return waiting;
  }

  get port(): number {
    return (this.#tcp.address() as AddressInfo).port;
  }

  async called(): Promise<Socket> {
    const { value } = await this.sockets.next();
    assert.ok(value);
    return value;
  }

  close(): void {
    this.#tcp.close();
  }
}

describe('RFC 8071: call home', () => {
  let clock: FakeClock;
  let server: Server;
  let events: AsyncQueue<CallHomeEvent>;
  const open: { close(): void }[] = [];

  before(async () => {
    server = await createServer({ context: samiSchema() });
  });
  beforeEach(() => {
    clock = new FakeClock();
    events = new AsyncQueue({ capacity: 100 });
  });
  afterEach(() => {
    for (const it of open.splice(0).reverse()) it.close();
  });
  after(() => server.close());

  async function waiting(): Promise<Waiting> {
    const client = await Waiting.open();
    open.push(client);
    return client;
  }

  /** A port on which nobody listens. */
  async function nowhere(): Promise<number> {
    const client = await Waiting.open();
    const { port } = client;
    client.close();
    return port;
  }

  const at = (port: number, protocol: 'ssh' | 'tls' = 'ssh'): CallHomeEndpoint => ({
    protocol,
    host: '127.0.0.1',
    port,
  });

  function call(
    endpoints: readonly CallHomeEndpoint[],
    accept: (socket: Socket) => void = () => undefined,
  ): CallHome {
    const home = new CallHome({
      endpoints,
      accept,
      clock,
      random: () => 1,
      observe: (event) => void events.push(event),
    });
    open.push(home);
    home.start();
    return home;
  }

  async function next(): Promise<CallHomeEvent> {
    const { value } = await events.next();
    assert.ok(value);
    return value;
  }

  function sshAcceptor(authTimeoutMs = 30_000): SshAcceptor {
    const users = new Users([{ name: 'amy', password: 'secret', administrator: true }]);
    return new SshAcceptor({
      hostKeys: [hostKey.private],
      authenticate: users.authenticate,
      onTransport: (transport) => void server.accept(transport),
      limits: { authTimeoutMs },
      clock,
    });
  }

  for (const [text, expected] of [
    ['ssh://nms.example', { protocol: 'ssh', host: 'nms.example', port: 4334 }],
    ['tls://nms.example', { protocol: 'tls', host: 'nms.example', port: 4335 }],
    ['tls://[2001:db8::1]:99', { protocol: 'tls', host: '2001:db8::1', port: 99 }],
  ] as const) {
    it(`S1 ${text} means port ${String(expected.port)}`, () => {
      assert.deepEqual(callHome(text), [expected]);
    });
  }
  for (const text of [
    'nms.example',
    'http://x',
    'ssh://',
    'ssh://x:0',
    'ssh://x:70000',
    'tls://a b:1x',
  ]) {
    it(`S1 "${text}" is no endpoint`, () => {
      assert.throws(() => callHome(text), /Expected ssh:/);
    });
  }

  it('S1–S3 the server opens the TCP connection and speaks SSH as the server, with its host key', async () => {
    const client = await waiting();
    const acceptor = sshAcceptor();
    call([at(client.port)], (socket) => {
      acceptor.accept(socket);
    });
    const ssh = new ssh2.Client();
    let key: Buffer | undefined;
    ssh.connect({
      sock: await client.called(),
      username: 'amy',
      password: 'secret',
      hostVerifier: (shown: Buffer) => {
        key = shown;
        return true;
      },
    });
    await new Promise<void>((resolve) =>
      ssh.once('ready', () => {
        resolve();
      }),
    );
    assert.equal(key?.toString('base64'), hostKey.public.split(' ')[1]);
    const heard = await new Promise<string>((resolve, reject) => {
      ssh.subsys('netconf', (error, channel) => {
        if (error) reject(error);
        else
          channel.once('data', (bytes: Buffer) => {
            resolve(bytes.toString());
          });
      });
    });
    // S6: the NETCONF server begins.
    assert.match(heard, /<hello[\s\S]*<session-id>/);
    ssh.on('error', () => undefined);
    ssh.destroy();
  });

  it('S3–S4 or TLS, and sends all certificates up to an authority that is known', async () => {
    const root = Authority.create('Root');
    const between = Authority.create('Between', root);
    const device = between.issue({ subject: '/CN=device' });
    const manager = root.issue({ subject: '/CN=amy' });
    const [own] = parseCertificates(root.certificate);
    assert.ok(own);
    const users = new Users(
      [{ name: 'amy' }],
      [{ id: 1, fingerprint: tlsFingerprint(own.raw), mapType: 'common-name' }],
    );
    const client = await waiting();
    const acceptor = new TlsAcceptor({
      credentials: {
        certificate: device.certificate + between.certificate,
        privateKey: device.privateKey,
        authorities: root.certificate,
      },
      authenticateCertificate: users.authenticateCertificate,
      onTransport: (transport) => void server.accept(transport),
      clock,
    });
    call([at(client.port, 'tls')], (socket) => {
      acceptor.accept(socket);
    });
    const tls = connectTls({
      socket: await client.called(),
      ca: root.certificate,
      cert: manager.certificate,
      key: manager.privateKey,
      checkServerIdentity: () => undefined,
    });
    tls.on('error', () => undefined);
    const [heard] = (await once(tls, 'data')) as [Buffer];
    assert.equal(tls.authorized, true);
    assert.match(heard.toString(), /<hello/);
    tls.destroy();
    for (const it of [root, between]) it.remove();
  });

  it('S5 a client that does not log in in time is cut off, and called again', async () => {
    const client = await waiting();
    const acceptor = sshAcceptor(1000);
    call([at(client.port)], (socket) => {
      acceptor.accept(socket);
    });
    const silent = await client.called();
    silent.resume();
    assert.equal((await next()).kind, 'connected');
    const closed = once(silent, 'close');
    clock.advance(1000);
    await closed;
    const lost = await next();
    assert.equal(lost.kind, 'disconnected');
    clock.advance('delayMs' in lost ? lost.delayMs : 0);
    (await client.called()).destroy();
  });

  it('S7 over SSH it asks with a global request that wants a reply whether the client is there', async () => {
    const client = await waiting();
    const users = new Users([{ name: 'amy', password: 'secret' }]);
    const acceptor = new SshAcceptor({
      hostKeys: [hostKey.private],
      authenticate: users.authenticate,
      onTransport: () => undefined,
      limits: { keepaliveMs: 20 },
    });
    call([at(client.port)], (socket) => {
      acceptor.accept(socket);
    });
    const ssh = new ssh2.Client();
    const sock = await client.called();
    ssh.on('error', () => undefined);
    // What ssh2 does not know it reports to whoever debugs.
    const asked = new Promise<string>((resolve) => {
      const debug = (text: string): void => {
        if (/GLOBAL_REQUEST \(keepalive/.test(text)) resolve(text);
      };
      ssh.connect({ sock, username: 'amy', password: 'secret', debug });
    });
    assert.match(await asked, /keepalive@/);
    ssh.destroy();
  });

  describe('a persistent connection', () => {
    it('tries the endpoints in order, each as often as it may, and waits longer each time', async () => {
      const [first, second] = [await nowhere(), await nowhere()];
      call([at(first), at(second)]);
      const seen: [number, number][] = [];
      for (let attempt = 0; attempt < 7; attempt += 1) {
        const event = await next();
        if (event.kind !== 'failed') assert.fail(event.kind);
        seen.push([event.endpoint.port, event.delayMs]);
        clock.advance(event.delayMs);
      }
      assert.deepEqual(seen, [
        [first, 1000],
        [first, 2000],
        [first, 4000],
        [second, 8000],
        [second, 16_000],
        [second, 32_000],
        [first, 60_000],
      ]);
    });

    for (const [lot, expected] of [
      [0, 500],
      [0.5, 750],
      [1, 1000],
    ] as const) {
      it(`spreads the waits by lot: ${String(lot)} of it makes ${String(expected)} ms of a second`, async () => {
        const home = new CallHome({
          endpoints: [at(await nowhere())],
          accept: () => undefined,
          clock,
          random: () => lot,
          observe: (event) => void events.push(event),
        });
        open.push(home);
        home.start();
        const event = await next();
        assert.equal('delayMs' in event && event.delayMs, expected);
      });
    }

    it('begins anew with the first endpoint after a connection that has lasted', async () => {
      const client = await waiting();
      const dead = await nowhere();
      call([at(dead), at(client.port)]);
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const event = await next();
        clock.advance('delayMs' in event ? event.delayMs : 0);
      }
      assert.equal((await next()).kind, 'connected');
      clock.advance(20_000);
      (await client.called()).destroy();
      const lost = await next();
      assert.deepEqual(lost, { kind: 'disconnected', endpoint: at(client.port), delayMs: 1000 });
      clock.advance(1000);
      const again = await next();
      assert.equal(again.endpoint.port, dead);
    });

    it('does not take a client for one that is there who hangs up at once', async () => {
      const client = await waiting();
      call([at(client.port)]);
      const delays: number[] = [];
      for (let attempt = 0; attempt < 3; attempt += 1) {
        assert.equal((await next()).kind, 'connected');
        (await client.called()).destroy();
        const lost = await next();
        delays.push('delayMs' in lost ? lost.delayMs : 0);
        clock.advance(delays.at(-1) ?? 0);
      }
      assert.deepEqual(delays, [1000, 2000, 4000]);
    });

    it('ends with the server', async () => {
      const client = await waiting();
      const home = call([at(client.port)]);
      const socket = await client.called();
      const closed = once(socket, 'close');
      socket.resume();
      home.close();
      await closed;
      assert.equal(clock.armed, 0);
    });
  });
});
