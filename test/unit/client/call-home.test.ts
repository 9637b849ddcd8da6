/** Devices that call (RFC 8071): who is known, who is turned away, and that nobody holds others up. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectSecure, createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import ssh2 from 'ssh2';
import { connectNetconfTls, listenCallHome } from '../../../client/index.ts';
import type { CallHomeOptions, CallHomeSession } from '../../../client/index.ts';
import {
  AuthenticationError,
  BASE_1_1,
  HostKeyError,
  createFramedTransport,
  exchangeHello,
} from '../../../src/netconf/index.ts';
import { DuplexStream } from '../../../src/node/index.ts';
import { AsyncQueue } from '../../../src/util/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from '../../support/localhost-certificate.ts';
import { SshHost } from '../../support/ssh-host.ts';

const byPassword = (context: ssh2.AuthContext): boolean =>
  context.method === 'password' && context.password === `of ${context.username}`;

/** Listens; what was refused, as text. */
async function listen(options: Omit<CallHomeOptions, 'host' | 'port'>) {
  const refusals = new AsyncQueue<string>({ capacity: 100 });
  const listener = await listenCallHome({
    host: '127.0.0.1',
    port: 0,
    ...options,
    onRefused: (_caller, { name, message }) => void refusals.push(`${name}: ${message}`),
  });
  const sessions = listener[Symbol.asyncIterator]();
  const next = async (): Promise<CallHomeSession> => {
    const result = await sessions.next();
    assert.ok(result.done !== true);
    return result.value;
  };
  const refusal = async (): Promise<string> => {
    const result = await refusals.next();
    return result.done === true ? '' : result.value;
  };
  return { listener, next, refusal };
}

/** The server's side of NETCONF on a TLS connection. */
function serveHello(socket: TLSSocket): void {
  socket.on('error', () => undefined);
  const stream = new DuplexStream(socket, {
    finish: () => socket.end(),
    destroy: () => socket.destroy(),
  });
  exchangeHello(createFramedTransport(stream), {
    hello: { capabilities: [BASE_1_1], sessionId: 9 },
    timeoutMs: 1000,
    clock: new FakeClock(),
  }).catch(() => undefined);
}

const CREDENTIALS = { certificate: LOCALHOST_CERTIFICATE, key: LOCALHOST_KEY };
const SERVER = {
  cert: LOCALHOST_CERTIFICATE,
  key: LOCALHOST_KEY,
  ca: LOCALHOST_CERTIFICATE,
  requestCert: true,
  rejectUnauthorized: true,
};

describe('call home over SSH (RFC 8071)', () => {
  it('gives the sessions of devices that are known by their host keys, each with its own login', async () => {
    const other = ssh2.utils.generateKeyPairSync('ed25519');
    await using first = await SshHost.start({ authenticate: byPassword });
    await using second = await SshHost.start({
      hostKeys: [other.private],
      authenticate: byPassword,
    });
    const names = new Map([
      [first.fingerprint, 'one'],
      [second.fingerprint, 'two'],
    ]);
    const { listener, next } = await listen({
      ssh: {
        identify: (fingerprint, { address }) => {
          const name = names.get(fingerprint);
          assert.equal(address, '127.0.0.1');
          return name === undefined ? undefined : { name, username: name, password: `of ${name}` };
        },
      },
    });
    first.callHome(listener.port);
    const one = await next();
    second.callHome(listener.port);
    const two = await next();
    assert.deepEqual([one.name, two.name], ['one', 'two']);
    assert.equal(one.client.sessionId, 4);
    await listener.close();
    // Sessions outlive the listener.
    const closed = one.client.closed.then(() => 'closed');
    assert.equal(await Promise.race([closed, Promise.resolve('open')]), 'open');
    for (const { client } of [one, two]) client.abort();
  });

  it('sends nothing to a stranger', async () => {
    await using host = await SshHost.start({ authenticate: () => true });
    const { listener, refusal } = await listen({ ssh: { identify: () => undefined } });
    host.callHome(listener.port);
    assert.equal(
      await refusal(),
      `HostKeyError: nobody known has the host key ${host.fingerprint}`,
    );
    assert.deepEqual(host.attempts, []);
    await listener.close();
  });

  it('says that a device did not let us in', async () => {
    await using host = await SshHost.start({ authenticate: () => false });
    const { listener, refusal } = await listen({
      ssh: { identify: () => ({ name: 'x', username: 'x', password: 'x' }) },
    });
    host.callHome(listener.port);
    assert.match(await refusal(), /^AuthenticationError: /);
    await listener.close();
  });

  it('turns away who is too many, and serves again when there is room', async () => {
    await using host = await SshHost.start({ authenticate: byPassword });
    const clock = new FakeClock();
    const { listener, next, refusal } = await listen({
      ssh: { identify: () => ({ name: 'x', username: 'x', password: 'of x' }) },
      limits: { maxPending: 2 },
      connectTimeoutMs: 5_000,
      clock,
    });
    // These say nothing.
    const silent: Socket[] = [];
    for (let count = 0; count < 2; count++) {
      const socket = connect({ host: '127.0.0.1', port: listener.port });
      socket.on('error', () => undefined).resume();
      silent.push(socket);
      await new Promise((resolve) => socket.once('connect', resolve));
    }
    const gone = host.callHome(listener.port);
    assert.match(await refusal(), /too many at once/);
    if (!gone.closed) await new Promise((resolve) => gone.once('close', resolve));
    clock.advance(5_000);
    for (let count = 0; count < 2; count++) assert.match(await refusal(), /^TimeoutError: /);
    host.callHome(listener.port);
    (await next()).client.abort();
    await listener.close();
  });

  it('limits what comes from one address', async () => {
    const { listener, refusal } = await listen({
      ssh: { identify: () => undefined },
      limits: { maxPendingPerAddress: 1 },
    });
    const sockets = [1, 2].map(() => connect({ host: '127.0.0.1', port: listener.port }));
    for (const socket of sockets) socket.on('error', () => undefined).resume();
    assert.match(await refusal(), /too many at once/);
    await listener.close();
  });

  it('closes sessions that nobody takes', async () => {
    await using host = await SshHost.start({ authenticate: byPassword });
    const { listener, refusal } = await listen({
      ssh: { identify: () => ({ name: 'x', username: 'x', password: 'of x' }) },
      capacity: 1,
    });
    for (let count = 0; count < 2; count++) host.callHome(listener.port);
    assert.match(await refusal(), /wait to be taken/);
    await listener.close();
  });

  it('needs to know by what devices speak', async () => {
    await assert.rejects(listenCallHome({ host: '127.0.0.1' }), TypeError);
  });
});

describe('call home over TLS', () => {
  it('knows devices by certificates that an authority has signed', async () => {
    const names: string[] = [];
    const { listener, next, refusal } = await listen({
      tls: {
        ...CREDENTIALS,
        authorities: LOCALHOST_CERTIFICATE,
        identify: ({ subject, subjectAltName, fingerprint }) => {
          assert.match(fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
          names.push(`${subject} ${subjectAltName ?? ''}`);
          return names.length === 1 ? 'dev' : undefined;
        },
      },
    });
    const call = (): void => {
      const socket = connect({ host: '127.0.0.1', port: listener.port });
      socket.on('error', () => undefined);
      const server = createServer(SERVER, serveHello);
      server.on('tlsClientError', () => undefined);
      socket.once('connect', () => server.emit('connection', socket));
    };
    call();
    const session = await next();
    assert.deepEqual([session.name, session.client.sessionId], ['dev', 9]);
    assert.equal(names[0], 'CN=localhost DNS:localhost, IP Address:127.0.0.1');
    session.client.abort();
    call();
    assert.match(await refusal(), /^HostKeyError: .* is not an expected one/);
    await listener.close();
  });
});

describe('TLS client (RFC 7589)', () => {
  async function withServer(use: (port: number) => Promise<void>): Promise<void> {
    const server = createServer(SERVER, serveHello);
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    try {
      await use(port);
    } finally {
      server.close();
    }
  }
  const trusting = { ...CREDENTIALS, host: '127.0.0.1', authorities: LOCALHOST_CERTIFICATE };

  it('connects by address and by name', () =>
    withServer(async (port) => {
      for (const serverName of [undefined, 'localhost']) {
        const client = await connectNetconfTls({ ...trusting, port, serverName });
        assert.equal(client.sessionId, 9);
        client.abort();
      }
    }));

  it('refuses a certificate of another name', () =>
    withServer(async (port) => {
      const connecting = connectNetconfTls({ ...trusting, port, serverName: 'other.example' });
      await assert.rejects(connecting, (error) => {
        assert.ok(error instanceof HostKeyError);
        assert.match(error.message, /other\.example/);
        return true;
      });
    }));

  it('refuses a certificate that nobody trusted has signed, whatever the program says of it', () =>
    withServer(async (port) => {
      const stranger = { ...CREDENTIALS, host: '127.0.0.1' };
      const verifyServer = (): boolean => true;
      await assert.rejects(connectNetconfTls({ ...stranger, port, verifyServer }), HostKeyError);
    }));

  it('says that the server does not take our certificate', async () => {
    const server = createServer({ ...SERVER, ca: [] }, serveHello);
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await assert.rejects(connectNetconfTls({ ...trusting, port }), /not accept our certificate/);
    server.close();
  });

  it('says what is wrong with our own key', async () => {
    await withServer(async (port) => {
      await assert.rejects(connectNetconfTls({ ...trusting, port, key: 'x' }), AuthenticationError);
    });
  });

  it('gives up by its signal and in time', async () => {
    const silent = await listen({ ssh: { identify: () => undefined } });
    const { port } = silent.listener;
    const abort = new AbortController();
    const first = connectNetconfTls({ ...trusting, port, signal: abort.signal });
    abort.abort(new Error('enough'));
    await assert.rejects(first, /enough/);
    const clock = new FakeClock();
    const second = connectNetconfTls({ ...trusting, port, clock, connectTimeoutMs: 100 });
    second.catch(() => undefined);
    clock.advance(100);
    await assert.rejects(second, /did not answer within 100 ms/);
    await silent.listener.close();
  });

  it('speaks no TLS older than 1.2', async () => {
    const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL@SECLEVEL=0' } as const;
    const server = createServer({ ...SERVER, ...old }, serveHello);
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await assert.rejects(connectNetconfTls({ ...trusting, port }), /version/i);
    // Somebody who does gets through.
    const socket = connectSecure({ host: '127.0.0.1', port, ...SERVER, ...old });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    assert.equal(socket.getProtocol(), 'TLSv1.1');
    socket.destroy();
    server.close();
  });
});
