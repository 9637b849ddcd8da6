/** One SSH connection of a server: authentication, then NETCONF channels (RFC 6242, section 3; RFC 4252). */
import type { Socket } from 'node:net';
import type { AuthContext, AuthenticationType, Connection, ServerChannel, Session } from 'ssh2';
import { NETCONF_SUBSYSTEM, TransportError, createFramedTransport } from '../netconf/index.ts';
import type { Transport } from '../netconf/index.ts';
import type { Clock, Timer } from '../util/index.ts';
import { DuplexStream } from './byte-stream.ts';
import type { ConnectionObserver, DropReason } from './connection-events.ts';
import type { Admission } from './connection-gate.ts';
import { SshAuthentication } from './ssh-authentication.ts';
import type { Authenticate, IsCurrent, Login } from './ssh-credential.ts';
import { disconnectSsh } from './ssh-disconnect.ts';
import type { SshServerLimits } from './ssh-limits.ts';

export interface SshConnectionOptions {
  readonly authenticate: Authenticate;
  readonly onTransport: (transport: Transport) => void;
  readonly onError?: ((error: Error) => void) | undefined;
  readonly isCurrent: IsCurrent;
  readonly observe: ConnectionObserver;
  readonly limits: SshServerLimits;
  readonly clock: Clock;
}

interface User {
  readonly username: string;
  readonly login: Login;
}

const METHODS: AuthenticationType[] = ['publickey', 'password'];

export class SshConnection {
  readonly #socket: Socket;
  readonly #admission: Admission;
  readonly #options: SshConnectionOptions;
  readonly #channels = new Set<DuplexStream>();
  #client: Connection | undefined;
  #user: User | undefined;
  #failures = 0;
  #idle: Timer | undefined;

  constructor(socket: Socket, admission: Admission, options: SshConnectionOptions) {
    this.#socket = socket;
    this.#admission = admission;
    this.#options = options;
    socket.on('error', () => undefined);
  }

  /** The peer has spoken SSH. */
  attach(client: Connection): void {
    this.#client = client;
    const authentication = new SshAuthentication(this.#options, this.#admission.address);
    client.on('error', (cause) => {
      this.#fail(cause);
    });
    client.on('authentication', (context) => {
      this.#authenticate(authentication, context).catch((cause: unknown) => {
        this.#fail(cause);
      });
    });
    client.on('session', (accept, reject) => {
      if (this.#channels.size >= this.#options.limits.maxChannels) reject();
      else this.#serve(accept());
    });
  }

  /** Ends the connection and says why. */
  drop(reason: DropReason): void {
    this.#end();
    disconnectSsh(this.#socket, this.#client, reason);
  }

  destroy(): void {
    this.#end();
    this.#socket.destroy();
  }

  #end(): void {
    this.#idle?.cancel();
    for (const channel of this.#channels) channel.end();
  }

  async #authenticate(authentication: SshAuthentication, context: AuthContext): Promise<void> {
    const result = await authentication.check(context);
    if (result.kind === 'unusable-name') {
      // RFC 6242, section 3: the session MUST be dropped.
      this.#observeAndDrop('user-name');
    } else if (result.kind === 'refused') {
      // Asking with `none` which methods there are is no attempt (RFC 4252, section 5.2).
      if (context.method !== 'none') this.#failures++;
      if (this.#failures >= this.#options.limits.maxAuthAttempts) {
        this.#observeAndDrop('too-many-attempts');
      } else {
        context.reject(METHODS);
      }
    } else {
      if (result.kind === 'login')
        this.#loggedIn({ username: context.username, login: result.login });
      context.accept();
    }
  }

  #loggedIn(user: User): void {
    this.#user = user;
    const { isCurrent } = this.#options;
    this.#admission.authenticated(() => isCurrent(user.username, user.login));
    this.#armIdleTimer();
  }

  #observeAndDrop(reason: DropReason): void {
    this.#options.observe({ kind: 'dropped', address: this.#admission.address, reason });
    this.drop(reason);
  }

  #serve(session: Session): void {
    session.on('subsystem', (accept, reject, { name }) => {
      if (name === NETCONF_SUBSYSTEM && this.#user) this.#open(accept(), this.#user);
      else reject();
    });
  }

  #open(channel: ServerChannel, { username, login }: User): void {
    const { limits, onTransport } = this.#options;
    const stream = new DuplexStream(channel, {
      peer: { ...login, username, address: this.#admission.address, protocol: 'ssh' },
      // ssh2 hands to the socket whatever the window of the channel allows; a peer may make that very large.
      carrier: this.#socket,
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
      this.#observeAndDrop('no-session');
    });
  }

  #fail(cause: unknown): void {
    const message = cause instanceof Error ? cause.message : String(cause);
    const error = new TransportError(`connection from ${this.#admission.address}: ${message}`, {
      cause,
    });
    for (const channel of this.#channels) channel.fail(error);
    this.destroy();
    this.#options.onError?.(error);
  }
}
