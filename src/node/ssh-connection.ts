/** One SSH connection of a server: authentication, then NETCONF channels (RFC 6242, section 3; RFC 4252). */
import type { Socket } from 'node:net';
import type { AuthContext, AuthenticationType, Connection, ServerChannel, Session } from 'ssh2';
import ssh2 from 'ssh2';
import { NETCONF_SUBSYSTEM, TransportError, createFramedTransport } from '../netconf/index.ts';
import type { Transport } from '../netconf/index.ts';
import type { Clock, Timer } from '../util/index.ts';
import { DuplexStream } from './byte-stream.ts';
import type { Authenticate, Login } from './ssh-credential.ts';
import type { SshServerLimits } from './ssh-limits.ts';

export interface SshConnectionOptions {
  readonly authenticate: Authenticate;
  readonly onTransport: (transport: Transport) => void;
  readonly onError?: ((error: Error) => void) | undefined;
  readonly limits: SshServerLimits;
  readonly clock: Clock;
  readonly address: string;
}

const METHODS: AuthenticationType[] = ['publickey', 'password'];

export class SshConnection {
  readonly #socket: Socket;
  readonly #options: SshConnectionOptions;
  readonly #channels = new Set<DuplexStream>();
  #username: string | undefined;
  #login: Login = {};
  #failures = 0;
  #idle: Timer | undefined;

  constructor(socket: Socket, options: SshConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('error', () => undefined);
    this.#armIdleTimer();
  }

  get isAuthenticated(): boolean {
    return this.#username !== undefined;
  }

  /** The peer has spoken SSH. */
  attach(client: Connection): void {
    client.on('error', (cause) => {
      this.#fail(cause);
    });
    client.on('authentication', (context) => {
      this.#authenticate(context).catch((cause: unknown) => {
        this.#fail(cause);
      });
    });
    client.on('session', (accept, reject) => {
      if (this.#channels.size >= this.#options.limits.maxChannels) reject();
      else this.#serve(accept());
    });
  }

  destroy(): void {
    this.#idle?.cancel();
    this.#socket.destroy();
    for (const channel of this.#channels) channel.end();
  }

  async #authenticate(context: AuthContext): Promise<void> {
    const login = await this.#check(context);
    if (login !== false) {
      this.#username = context.username;
      this.#login = login === true ? {} : login;
      context.accept();
      return;
    }
    // Asking with `none` which methods there are is no attempt (RFC 4252, section 5.2).
    if (context.method !== 'none') this.#failures++;
    if (this.#failures >= this.#options.limits.maxAuthAttempts) this.destroy();
    else context.reject(METHODS);
  }

  async #check(context: AuthContext): Promise<Login | boolean> {
    // RFC 6242, section 3: the name must be representable in XML.
    if (!/^[^\p{Cc}\p{Cs}\ufffe\uffff]+$/u.test(context.username)) return false;
    const peer = { address: this.#options.address };
    const { authenticate } = this.#options;
    if (context.method === 'password') {
      return authenticate(context.username, { password: context.password }, peer);
    }
    if (context.method !== 'publickey') return false;
    const { algo: algorithm, data } = context.key;
    const publicKey = { algorithm, blob: new Uint8Array(data) };
    return isSigned(context) && (await authenticate(context.username, { publicKey }, peer));
  }

  #serve(session: Session): void {
    session.on('subsystem', (accept, reject, { name }) => {
      if (name === NETCONF_SUBSYSTEM) this.#open(accept());
      else reject();
    });
  }

  #open(channel: ServerChannel): void {
    const { address, limits, onTransport } = this.#options;
    const stream = new DuplexStream(channel, {
      peer: {
        ...this.#login,
        address,
        protocol: 'ssh',
        ...(this.#username === undefined ? {} : { username: this.#username }),
      },
      // Without an exit status OpenSSH's client takes the end for a failure.
      farewell: () => {
        channel.exit(0);
      },
      finish: () => {
        channel.close();
      },
      destroy: () => {
        channel.close();
        // Other channels are other sessions; without any, a peer that does not read must not linger.
        if (this.#channels.size === 0) this.#socket.destroy();
      },
    });
    this.#channels.add(stream);
    this.#idle?.cancel();
    void stream.closed.then(() => {
      this.#channels.delete(stream);
      if (this.#channels.size === 0) this.#armIdleTimer();
    });
    onTransport(createFramedTransport(stream, { maxMessageBytes: limits.maxMessageBytes }));
  }

  #armIdleTimer(): void {
    this.#idle?.cancel();
    if (this.#socket.destroyed) return;
    this.#idle = this.#options.clock.setTimer(this.#options.limits.idleConnectionMs, () => {
      this.destroy();
    });
  }

  #fail(cause: unknown): void {
    const message = cause instanceof Error ? cause.message : String(cause);
    const error = new TransportError(`connection from ${this.#options.address}: ${message}`, {
      cause,
    });
    for (const channel of this.#channels) channel.fail(error);
    this.destroy();
    this.#options.onError?.(error);
  }
}

/** Without a signature the client only asks whether the key would do (RFC 4252, section 7). */
function isSigned(context: Extract<AuthContext, { method: 'publickey' }>): boolean {
  if (!context.signature) return true;
  const key = ssh2.utils.parseKey(context.key.data);
  if (key instanceof Error || !context.blob) return false;
  // Without a name of a hash it is RSA with SHA-1, which nobody should trust (RFC 8332).
  if (key.type === 'ssh-rsa' && context.hashAlgo === undefined) return false;
  // Contrary to its declared type, verify() returns an Error when it cannot judge.
  const verified: unknown = key.verify(context.blob, context.signature, context.hashAlgo);
  return verified === true;
}
