/** NETCONF over SSH on the loopback interface (RFC 6242, section 3). */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import ssh2 from 'ssh2';
import {
  AuthenticationError,
  HostKeyError,
  TimeoutError,
  TransportError,
} from '../../../src/netconf/index.ts';
import type { Transport } from '../../../src/netconf/index.ts';
import type { ConnectionEvent } from '../../../src/node/connection-events.ts';
import { connectSsh, listenSsh } from '../../../src/node/ssh-transport.ts';
import type {
  ConnectSshOptions,
  ListenSshOptions,
  SshListener,
} from '../../../src/node/ssh-transport.ts';
import { AsyncQueue } from '../../../src/util/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const hostKey = ssh2.utils.generateKeyPairSync('ed25519');
const userKey = ssh2.utils.generateKeyPairSync('ed25519');
const otherKey = ssh2.utils.generateKeyPairSync('ed25519');
const rsaKey = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });
const blob = (line: string): Buffer => Buffer.from(line.split(' ')[1] ?? '', 'base64');
const allowed = [blob(userKey.public), blob(rsaKey.public)];

interface Rig {
  readonly listener: SshListener;
  readonly accepted: AsyncQueue<Transport>;
  connect(options?: Partial<ConnectSshOptions>): Promise<Transport>;
}

async function withServer(
  use: (rig: Rig) => Promise<void>,
  options: Partial<ListenSshOptions> = {},
): Promise<void> {
  const accepted = new AsyncQueue<Transport>({ capacity: 100 });
  const listener = await listenSsh({
    host: '127.0.0.1',
    port: 0,
    hostKeys: [hostKey.private],
    authenticate: (username, credential) =>
      username === 'amy' &&
      ('password' in credential
        ? credential.password === 'secret'
        : allowed.some((key) => key.equals(credential.publicKey.blob))),
    onTransport: (transport) => void accepted.push(transport),
    ...options,
  });
  const { port } = listener;
  const connectTo = (more: Partial<ConnectSshOptions> = {}): Promise<Transport> =>
    connectSsh({ host: '127.0.0.1', port, username: 'amy', verifyHostKey: () => true, ...more });
  try {
    await use({ listener, accepted, connect: connectTo });
  } finally {
    await listener.close();
  }
}

async function accept(rig: Rig): Promise<Transport> {
  const next = await rig.accepted.next();
  assert.ok(next.value);
  return next.value;
}

async function countBytes(transport: Transport): Promise<number | undefined> {
  for await (const message of transport.messages()) {
    let count = 0;
    for await (const piece of message) count += piece.length;
    return count;
  }
  return undefined;
}

const secret = { password: 'secret' };

/** A connection that has heard the server's version and says nothing; `closed` gives what it was told. */
async function silent(rig: Rig): Promise<{ socket: Socket; closed: Promise<string> }> {
  const socket = connect(rig.listener.port, '127.0.0.1');
  let heard = '';
  socket.on('data', (bytes) => (heard += bytes.toString('latin1')));
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').then(() => heard);
  await once(socket, 'data');
  return { socket, closed };
}

/** What ssh2 keeps to itself. */
interface WideOpen {
  readonly _protocol: { channelWindowAdjust(channel: number, bytes: number): void };
  readonly _sock: Socket;
}

/** Has the key, is asked for a signature when the server has said that the key would do, and never gives it. */
class SilentAgent extends ssh2.BaseAgent {
  readonly #asked: () => void;

  constructor(asked: () => void) {
    super();
    this.#asked = asked;
  }

  getIdentities(give: (error: undefined, keys: string[]) => void): void {
    give(undefined, [userKey.public]);
  }

  sign(): void {
    this.#asked();
  }
}

/** Shows a key and signs with another one. */
class ForgingAgent extends ssh2.BaseAgent {
  readonly #signing: string;

  constructor(signing: string) {
    super();
    this.#signing = signing;
  }

  getIdentities(give: (error: undefined, keys: string[]) => void): void {
    give(undefined, [userKey.public]);
  }

  /** The last argument takes the signature. */
  sign(_shown: unknown, data: Buffer, ...rest: readonly unknown[]): void {
    const give = rest.at(-1) as (error: undefined, signature: Buffer) => void;
    const key = ssh2.utils.parseKey(this.#signing);
    if (key instanceof Error) throw key;
    give(undefined, key.sign(data));
  }
}

/** An event in a few words. */
function outline(event: ConnectionEvent): string {
  switch (event.kind) {
    case 'login':
      return `login ${event.username} ${event.method}`;
    case 'login-refused':
      return `login-refused ${String(event.username)} ${event.method}: ${event.reason}`;
    default:
      return `${event.kind} ${event.reason}`;
  }
}

describe('SSH transport', () => {
  const credentials: { name: string; options: Partial<ConnectSshOptions> }[] = [
    { name: 'a password', options: secret },
    { name: 'an Ed25519 key', options: { privateKey: userKey.private } },
    { name: 'an RSA key', options: { privateKey: rsaKey.private } },
    {
      name: 'a password after a key was refused',
      options: { privateKey: otherKey.private, ...secret },
    },
  ];
  for (const { name, options } of credentials) {
    it(`carries messages both ways after authentication with ${name}`, async () => {
      await withServer(async (rig) => {
        const client = await rig.connect(options);
        const server = await accept(rig);
        assert.equal(server.peer.username, 'amy');
        assert.equal(server.peer.address, '127.0.0.1');
        await Promise.all([client.send('<from-client/>'), server.send('<server/>')]);
        assert.equal(await countBytes(server), 14);
        assert.equal(await countBytes(client), 9);
        await client.close();
        assert.equal(await countBytes(server), undefined);
        await server.closed;
      });
    });
  }

  const refused: { name: string; options: Partial<ConnectSshOptions> }[] = [
    { name: 'a wrong password', options: { password: 'guess' } },
    { name: 'another user', options: { username: 'bob', ...secret } },
    { name: 'an unknown key', options: { privateKey: otherKey.private } },
    { name: 'no credentials', options: {} },
    { name: 'a private key that cannot be read', options: { privateKey: 'rubbish' } },
  ];
  for (const { name, options } of refused) {
    it(`refuses ${name}`, async () => {
      await withServer(async (rig) => {
        await assert.rejects(rig.connect(options), AuthenticationError);
        assert.equal(rig.accepted.size, 0);
      });
    });
  }

  it('drops a connection whose user name XML cannot carry', async () => {
    const events: ConnectionEvent[] = [];
    await withServer(
      async (rig) => {
        await assert.rejects(rig.connect({ username: 'amy\u0001', ...secret }), TransportError);
        assert.equal(rig.accepted.size, 0);
        assert.deepEqual(events.map(outline), ['dropped user-name']);
        await (await rig.connect(secret)).close();
      },
      { observe: (event) => void events.push(event) },
    );
  });

  it('shows the host key to the client, who may refuse it before it says anything', async () => {
    let asked = 0;
    const authenticate = (): boolean => {
      asked++;
      return true;
    };
    await withServer(
      async (rig) => {
        const seen: Uint8Array[] = [];
        const verifyHostKey = (key: Uint8Array): boolean => {
          seen.push(key);
          return false;
        };
        await assert.rejects(rig.connect({ ...secret, verifyHostKey }), HostKeyError);
        assert.deepEqual(Buffer.from(seen[0] ?? []), blob(hostKey.public));
        assert.equal(asked, 0);
      },
      { authenticate },
    );
  });

  it('waits for a slow answer about the host key, and reports its failure', async () => {
    await withServer(async (rig) => {
      const client = await rig.connect({ ...secret, verifyHostKey: () => Promise.resolve(true) });
      await client.close();
      const verifyHostKey = (): Promise<boolean> => Promise.reject(new Error('no such file'));
      await assert.rejects(rig.connect({ ...secret, verifyHostKey }), /no such file/);
    });
  });

  it('says that nothing listens', async () => {
    let port = 0;
    await withServer((rig) => {
      port = rig.listener.port;
      return Promise.resolve();
    });
    const options = {
      host: '127.0.0.1',
      port,
      username: 'amy',
      verifyHostKey: () => true,
      ...secret,
    };
    await assert.rejects(
      connectSsh(options),
      (error) =>
        error instanceof TransportError && error.message.includes(`127.0.0.1:${String(port)}`),
    );
  });

  it('says that the port is taken', async () => {
    await withServer(async ({ listener }) => {
      await assert.rejects(
        listenSsh({
          host: '127.0.0.1',
          port: listener.port,
          hostKeys: [hostKey.private],
          authenticate: () => false,
          onTransport: () => undefined,
        }),
        /cannot listen on 127\.0\.0\.1/,
      );
    });
  });

  it('gives up connecting after the time allowed, and when told to', async () => {
    await withServer(async (rig) => {
      const clock = new FakeClock();
      const never = (): Promise<boolean> => new Promise(() => undefined);
      const slow = rig.connect({ ...secret, clock, connectTimeoutMs: 500, verifyHostKey: never });
      clock.advance(500);
      await assert.rejects(slow, TimeoutError);
      const abort = new AbortController();
      const told = rig.connect({ ...secret, signal: abort.signal, verifyHostKey: never });
      abort.abort(new Error('enough'));
      await assert.rejects(told, /enough/);
      assert.equal(clock.armed, 0);
    });
  });

  it('makes a sender wait for a reader that does not read, both ways', async () => {
    await withServer(async (rig) => {
      const client = await rig.connect(secret);
      const server = await accept(rig);
      for (const [sender, reader] of [
        [client, server],
        [server, client],
      ] as const) {
        const total = 64 * 1024 * 1024;
        let produced = 0;
        let resumed = (): void => undefined;
        const stalled = new Promise<void>((resolve) => {
          resumed = resolve;
        });
        const sending = sender.send(
          (function* () {
            const part = 'x'.repeat(65_536);
            for (; produced < total; produced += part.length) {
              // Far more than any window: without back-pressure all of it would be taken at once.
              if (produced === 2 * 1024 * 1024) resumed();
              yield part;
            }
          })(),
        );
        await stalled;
        for (let turn = 0; turn < 200; turn++)
          await new Promise((resolve) => setImmediate(resolve));
        assert.ok(produced < 16 * 1024 * 1024, `${String(produced)} bytes went ahead`);
        assert.equal(await countBytes(reader), total);
        await sending;
      }
      await client.close();
    });
  });

  it('makes a sender wait for a peer that grants a window without end and does not read', async () => {
    await withServer(async (rig) => {
      const client = new ssh2.Client();
      client.on('error', () => undefined);
      client.connect({ host: '127.0.0.1', port: rig.listener.port, username: 'amy', ...secret });
      await once(client, 'ready');
      client.subsys('netconf', (_error, channel) => {
        const { _protocol: protocol, _sock: socket } = client as unknown as WideOpen;
        protocol.channelWindowAdjust(
          (channel as unknown as { outgoing: { id: number } }).outgoing.id,
          0x7f000000,
        );
        socket.pause();
      });
      const server = await accept(rig);
      let produced = 0;
      const part = 'x'.repeat(65_536);
      const sending = server.send(
        (function* () {
          for (; produced < 256 * 1024 * 1024; produced += part.length) yield part;
        })(),
      );
      const failed = assert.rejects(sending, TransportError);
      // It goes on as long as the kernel takes something.
      for (let before = -1; before !== produced;) {
        before = produced;
        for (let turn = 0; turn < 500; turn++)
          await new Promise((resolve) => setImmediate(resolve));
      }
      assert.ok(produced < 32 * 1024 * 1024, `${String(produced)} bytes went ahead`);
      server.abort();
      await failed;
      client.destroy();
    });
  });

  it('serves several sessions of one user at a time, and one going does not touch the others', async () => {
    await withServer(async (rig) => {
      const clients = await Promise.all([1, 2, 3].map(() => rig.connect(secret)));
      const servers = [await accept(rig), await accept(rig), await accept(rig)];
      clients[0]?.abort();
      await servers.reduce(
        (first, server) => Promise.race([first, server.closed]),
        new Promise<void>(() => undefined),
      );
      await clients[1]?.send('<still-here/>');
      const lengths = servers.map((server) => countBytes(server));
      assert.ok(
        (await Promise.race(
          lengths.map(async (length) => (await length) ?? new Promise<number>(() => undefined)),
        )) === 13,
      );
      await Promise.all(clients.map((client) => client.close()));
    });
  });

  it('tells the client that the server has gone', async () => {
    await withServer(async (rig) => {
      const client = await rig.connect(secret);
      const server = await accept(rig);
      const reading = countBytes(client);
      server.abort();
      assert.equal(await reading, undefined);
      await client.closed;
      await assert.rejects(client.send('<a/>'), TransportError);
    });
  });

  it('fails a write that waits for the window when the peer goes', async () => {
    await withServer(async (rig) => {
      const client = await rig.connect(secret);
      const server = await accept(rig);
      const sending = client.send(Array.from({ length: 100 }, () => 'x'.repeat(100_000)));
      const failed = assert.rejects(sending, TransportError);
      server.abort();
      await failed;
    });
  });

  it('sends what is queued before it closes', async () => {
    await withServer(async (rig) => {
      const client = await rig.connect(secret);
      const server = await accept(rig);
      const sent = server.send(Array.from({ length: 100 }, () => 'x'.repeat(100_000)));
      const closed = server.close();
      assert.equal(await countBytes(client), 10_000_000);
      assert.equal(await countBytes(client), undefined);
      await client.close();
      await Promise.all([sent, closed]);
    });
  });

  describe('limits', () => {
    it('lets the oldest go that has not logged in when too many have not', async () => {
      const events: ConnectionEvent[] = [];
      await withServer(
        async (rig) => {
          const idle = [await silent(rig), await silent(rig)];
          const said = idle.map((it) => it.closed);
          const client = await rig.connect(secret);
          assert.match(await Promise.race(said), /too many connections of yours that have not/);
          assert.equal(idle.at(1)?.socket.destroyed, false);
          assert.deepEqual(events.map(outline), [
            'dropped too-many-unauthenticated-of-source',
            'login amy password',
          ]);
          await client.close();
          idle.at(1)?.socket.destroy();
        },
        { limits: { maxUnauthenticatedPerSource: 2 }, observe: (event) => void events.push(event) },
      );
    });

    it('is not locked up by connections that say nothing, however many', async () => {
      await withServer(
        async (rig) => {
          const idle = await Promise.all(Array.from({ length: 20 }, () => silent(rig)));
          const client = await rig.connect(secret);
          await client.close();
          for (const { socket } of idle) socket.destroy();
        },
        { limits: { maxUnauthenticated: 4, maxUnauthenticatedPerSource: 100 } },
      );
    });

    it('ends the oldest that has not logged in when there are more', async () => {
      const events: ConnectionEvent[] = [];
      await withServer(
        async (rig) => {
          const [one, two] = [await silent(rig), await silent(rig)];
          const three = await silent(rig);
          await one.closed;
          assert.deepEqual(events.map(outline), ['dropped too-many-unauthenticated']);
          assert.deepEqual([two.socket.destroyed, three.socket.destroyed], [false, false]);
          for (const { socket } of [two, three]) socket.destroy();
        },
        { limits: { maxUnauthenticated: 2 }, observe: (event) => void events.push(event) },
      );
    });

    for (const [name, signing, outcome] of [
      ['another key', otherKey.private, 'refused'],
      ['the key itself (control)', userKey.private, 'login'],
    ] as const) {
      it(`lets nobody in with the key of somebody and a signature by ${name}: ${outcome}`, async () => {
        const events: ConnectionEvent[] = [];
        await withServer(
          async ({ listener }) => {
            const client = new ssh2.Client();
            const met = Promise.race([
              once(client, 'ready').then(() => 'login'),
              once(client, 'error').then(() => 'refused'),
            ]).catch(() => 'refused');
            const agent = new ForgingAgent(signing);
            client.connect({ host: '127.0.0.1', port: listener.port, username: 'amy', agent });
            assert.equal(await met, outcome);
            client.end();
            const refusal = 'login-refused amy publickey: the signature is wrong';
            assert.equal(events.map(outline).includes(refusal), outcome === 'refused');
          },
          { observe: (event) => void events.push(event) },
        );
      });
    }

    it('does not take who has only asked whether a key would do for one who has logged in', async () => {
      const clock = new FakeClock();
      await withServer(
        async ({ listener }) => {
          const client = new ssh2.Client();
          client.on('error', () => undefined);
          let ask = (): void => undefined;
          const asked = new Promise<void>((resolve) => (ask = resolve));
          const { port } = listener;
          client.connect({ host: '127.0.0.1', port, username: 'amy', agent: new SilentAgent(ask) });
          await asked;
          const closed = once(client, 'close');
          clock.advance(1000);
          await closed;
        },
        { clock, limits: { authTimeoutMs: 1000 } },
      );
    });

    it('does not count those that have authenticated', async () => {
      await withServer(
        async (rig) => {
          const first = await rig.connect(secret);
          const second = await rig.connect(secret);
          await Promise.all([first.close(), second.close()]);
        },
        { limits: { maxUnauthenticated: 1 } },
      );
    });

    it('refuses connections over the number in all, and says why', async () => {
      const events: ConnectionEvent[] = [];
      await withServer(
        async (rig) => {
          const first = await rig.connect(secret);
          assert.match(await (await silent(rig)).closed, /too many connections/);
          assert.equal(events.map(outline).at(-1), 'refused too-many-connections');
          await first.close();
        },
        { limits: { maxConnections: 1 }, observe: (event) => void events.push(event) },
      );
    });

    it('closes a connection on which nobody logs in in time, and says why', async () => {
      const clock = new FakeClock();
      await withServer(
        async (rig) => {
          const { closed } = await silent(rig);
          clock.advance(1000);
          assert.match(await closed, /no login in time/);
        },
        { clock, limits: { authTimeoutMs: 1000 } },
      );
    });

    it('closes a connection on which no session begins in time', async () => {
      const clock = new FakeClock();
      const events: ConnectionEvent[] = [];
      await withServer(
        async ({ listener }) => {
          const client = new ssh2.Client();
          client.on('error', () => undefined);
          client.connect({ host: '127.0.0.1', port: listener.port, username: 'amy', ...secret });
          await once(client, 'ready');
          clock.advance(999);
          const closed = once(client, 'close');
          clock.advance(1);
          await closed;
          assert.equal(events.map(outline).at(-1), 'dropped no-session');
        },
        { clock, limits: { idleConnectionMs: 1000 }, observe: (event) => void events.push(event) },
      );
    });

    it('opens no more channels on a connection than it may have', async () => {
      await withServer(
        async ({ listener }) => {
          const client = new ssh2.Client();
          client.connect({ host: '127.0.0.1', port: listener.port, username: 'amy', ...secret });
          await once(client, 'ready');
          const open = (): Promise<Error | undefined> =>
            new Promise((resolve) => {
              client.subsys('netconf', resolve);
            });
          assert.equal(await open(), undefined);
          assert.ok(await open());
          client.end();
          await once(client, 'close');
        },
        { limits: { maxChannels: 1 } },
      );
    });

    it('leaves a connection with a session alone, however long it is silent', async () => {
      const clock = new FakeClock();
      await withServer(
        async (rig) => {
          const client = await rig.connect(secret);
          const server = await accept(rig);
          clock.advance(1_000_000);
          await client.send('<a/>');
          assert.equal(await countBytes(server), 4);
          await client.close();
        },
        { clock, limits: { idleConnectionMs: 1000 } },
      );
    });

    it('gives up on a client after so many attempts', async () => {
      let asked = 0;
      await withServer(
        async ({ listener }) => {
          const client = new ssh2.Client();
          client.on('error', () => undefined);
          client.connect({
            host: '127.0.0.1',
            port: listener.port,
            username: 'amy',
            authHandler: (_left, _partial, next) => {
              next({ type: 'password', username: 'amy', password: 'guess' });
            },
          });
          await new Promise<void>((resolve) =>
            client.once('close', () => {
              resolve();
            }),
          );
          assert.equal(asked, 3);
        },
        {
          limits: { maxAuthAttempts: 3 },
          authenticate: () => {
            asked++;
            return false;
          },
        },
      );
    });

    it('ends with exit status 0, as the client of OpenSSH expects', async () => {
      await withServer(async (rig) => {
        const client = new ssh2.Client();
        client.connect({ host: '127.0.0.1', port: rig.listener.port, username: 'amy', ...secret });
        await once(client, 'ready');
        const exit = new Promise((resolve) => {
          client.subsys('netconf', (_error, channel) => {
            channel.on('exit', resolve);
            channel.resume();
          });
        });
        const server = await accept(rig);
        const [status] = await Promise.all([exit, server.close()]);
        assert.equal(status, 0);
        client.end();
        await once(client, 'close');
      });
    });

    it('offers nothing but the netconf subsystem', async () => {
      await withServer(async ({ listener }) => {
        const client = new ssh2.Client();
        client.connect({ host: '127.0.0.1', port: listener.port, username: 'amy', ...secret });
        await once(client, 'ready');
        const attempt = (
          start: (done: (error?: Error) => void) => void,
        ): Promise<Error | undefined> =>
          new Promise((resolve) => {
            start(resolve);
          });
        assert.ok(await attempt((done) => client.exec('id', done)));
        assert.ok(await attempt((done) => client.shell(done)));
        assert.ok(await attempt((done) => client.subsys('sftp', done)));
        assert.ok(await attempt((done) => client.forwardOut('', 0, '127.0.0.1', 22, done)));
        assert.equal(await attempt((done) => client.subsys('netconf', done)), undefined);
        client.end();
        await once(client, 'close');
      });
    });
  });
});
