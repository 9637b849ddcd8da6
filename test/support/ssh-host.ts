/** A host in this process that speaks SSH: with challenges, keys and forwarding, as a test wants it. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { AuthContext, Connection } from 'ssh2';
import {
  BASE_1_0,
  BASE_1_1,
  createFramedTransport,
  exchangeHello,
} from '../../src/netconf/index.ts';
import type { Transport } from '../../src/netconf/index.ts';
import { DuplexStream, fingerprintOf } from '../../src/node/index.ts';
import { createDeferred } from '../../src/util/index.ts';
import { FakeClock } from './fake-clock.ts';

export interface SshHostOptions {
  readonly hostKeys?: readonly string[];
  /** Whether the user is let in; `asked` is what a challenge was answered with. */
  readonly authenticate: (context: AuthContext, asked: readonly string[]) => boolean;
  /** What is asked of users who come by keyboard. */
  readonly prompts?: readonly string[];
  /** The methods that are offered. */
  readonly methods?: readonly ('publickey' | 'password' | 'keyboard-interactive')[];
}

const KEY = ssh2.utils.generateKeyPairSync('ed25519');

export class SshHost implements AsyncDisposable {
  readonly port: number;
  readonly fingerprint: string;
  /** The public key of the host, as in a line of known_hosts. */
  readonly publicKey: string;
  /** Every attempt to log in. */
  readonly attempts: string[] = [];
  readonly #asked = createDeferred();
  /** Where connections were forwarded to. */
  readonly forwarded: string[] = [];
  readonly #options: SshHostOptions;
  readonly #ssh: ssh2.Server;
  readonly #tcp = createServer((socket) => {
    this.serve(socket);
  });
  readonly #sockets = new Set<Socket>();

  static async start(options: SshHostOptions): Promise<SshHost> {
    const host = new SshHost(options);
    await new Promise<void>((resolve) => host.#tcp.listen(0, '127.0.0.1', resolve));
    (host as { port: number }).port = (host.#tcp.address() as AddressInfo).port;
    return host;
  }

  private constructor(options: SshHostOptions) {
    this.#options = options;
    this.port = 0;
    const hostKeys = options.hostKeys ?? [KEY.private];
    const [first = ''] = hostKeys;
    const parsed = ssh2.utils.parseKey(first);
    if (parsed instanceof Error) throw parsed;
    this.fingerprint = fingerprintOf(parsed.getPublicSSH());
    this.publicKey = `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`;
    this.#ssh = new ssh2.Server({ hostKeys: [...hostKeys] }, (client) => {
      this.#welcome(client);
    });
  }

  /** Serves a connection that stands, as the server of SSH: that of a call home, too. */
  serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#ssh.injectSocket(socket);
  }

  /** Settles when a client that has got our hello asks for something. This host never answers. */
  get asked(): Promise<void> {
    return this.#asked.promise;
  }

  /** Calls a client that listens. */
  callHome(port: number): Socket {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      this.serve(socket);
    });
    socket.on('error', () => undefined);
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#tcp.close(resolve));
  }

  #welcome(client: Connection): void {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      this.#authenticate(context);
    });
    client.on('session', (accept) => {
      accept().on('subsystem', (acceptSubsystem) => {
        const channel = acceptSubsystem();
        const stream = new DuplexStream(channel, {
          finish: () => channel.end(),
          destroy: () => channel.end(),
        });
        void this.#serveHello(createFramedTransport(stream)).catch(() => undefined);
      });
    });
    client.on('tcpip', (accept, _reject, { destIP, destPort }) => {
      this.forwarded.push(`${destIP}:${String(destPort)}`);
      const channel = accept();
      const socket = connect({ host: destIP, port: destPort });
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      channel.on('error', () => undefined);
      channel.pipe(socket).pipe(channel);
    });
  }

  async #serveHello(transport: Transport): Promise<void> {
    await exchangeHello(transport, {
      hello: { capabilities: [BASE_1_0, BASE_1_1], sessionId: 4 },
      timeoutMs: 1000,
      clock: new FakeClock(),
    });
    for await (const request of transport.messages()) {
      let bytes = 0;
      for await (const piece of request) bytes += piece.length;
      if (bytes > 0) this.#asked.resolve();
    }
  }

  #authenticate(context: AuthContext): void {
    const { methods = ['publickey', 'password', 'keyboard-interactive'] } = this.#options;
    this.attempts.push(`${context.username} ${context.method}`);
    if (context.method === 'keyboard-interactive' && methods.includes(context.method)) {
      const prompts = this.#options.prompts ?? ['Password: '];
      context.prompt(
        prompts.map((prompt) => ({ prompt, echo: false })),
        (answers) => {
          this.#decide(context, answers);
        },
      );
      return;
    }
    this.#decide(context, []);
  }

  #decide(context: AuthContext, answers: readonly string[]): void {
    const { methods = ['publickey', 'password', 'keyboard-interactive'] } = this.#options;
    if (this.#options.authenticate(context, answers)) context.accept();
    else context.reject([...methods]);
  }
}

/** Lets in whoever shows one of these public keys, with a signature that the library has not to check here. */
export function hasKey(context: AuthContext, publicKey: string): boolean {
  if (context.method !== 'publickey') return false;
  return context.key.data.toString('base64') === publicKey.split(' ')[1];
}
