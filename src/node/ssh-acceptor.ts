/** Speaks SSH as the server on sockets, whoever has opened them (RFC 6242; RFC 8071, section 4.1). */
import type { Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { Transport } from '../netconf/index.ts';
import type { Clock } from '../util/index.ts';
import type { ConnectionObserver } from './connection-events.ts';
import { ConnectionGate } from './connection-gate.ts';
import { SSH_ALGORITHMS } from './ssh-algorithms.ts';
import { SshConnection } from './ssh-connection.ts';
import type { Authenticate, IsCurrent } from './ssh-credential.ts';
import { refuseSsh } from './ssh-disconnect.ts';
import { DEFAULT_SSH_SERVER_LIMITS } from './ssh-limits.ts';
import type { SshServerLimits } from './ssh-limits.ts';
import { SystemClock } from './system-clock.ts';

export interface SshAcceptorOptions {
  /** Private keys, PEM or OpenSSH text. */
  readonly hostKeys: readonly string[];
  readonly authenticate: Authenticate;
  /** Asked by {@link ConnectionGate.dropOutdated}. By default users do not change. */
  readonly isCurrent?: IsCurrent;
  /** A session may begin. */
  readonly onTransport: (transport: Transport) => void;
  readonly limits?: Partial<SshServerLimits>;
  readonly clock?: Clock;
  /** What went wrong on a connection; it is closed already. */
  readonly onError?: (error: Error) => void;
  /** Logins and refusals. */
  readonly observe?: ConnectionObserver;
  /** Counts connections; by default one of its own, with `limits`. Listeners of one server share theirs. */
  readonly gate?: ConnectionGate;
}

export class SshAcceptor {
  readonly #options: SshAcceptorOptions;
  readonly #limits: SshServerLimits;
  readonly #clock: Clock;
  readonly #gate: ConnectionGate;
  readonly #ssh: ssh2.Server;
  /** By address and port of the peer. */
  readonly #connections = new Map<string, SshConnection>();

  constructor(options: SshAcceptorOptions) {
    const { clock = new SystemClock(), observe } = options;
    this.#options = options;
    this.#limits = { ...DEFAULT_SSH_SERVER_LIMITS, ...options.limits };
    this.#clock = clock;
    this.#gate = options.gate ?? new ConnectionGate({ limits: this.#limits, clock, observe });
    this.#ssh = new ssh2.Server({
      hostKeys: [...options.hostKeys],
      algorithms: SSH_ALGORITHMS,
      ident: 'sami',
      // ssh2 takes 0 for its own default; this is as good as never.
      keepaliveInterval: this.#limits.keepaliveMs || 0x7fffffff,
      keepaliveCountMax: 3,
    });
    this.#ssh.on('connection', (client, { ip, port }) => {
      const connection = this.#connections.get(peerName(ip, port));
      if (connection) connection.attach(client);
      else client.end();
    });
  }

  /** Serves the peer at the other end of an open socket. */
  accept(socket: Socket): void {
    const { remoteAddress: ip, remotePort: port } = socket;
    if (ip === undefined || port === undefined) {
      socket.destroy();
      return;
    }
    const name = peerName(ip, port);
    const admission = this.#gate.enter(socket, (reason) => {
      this.#connections.get(name)?.drop(reason);
    });
    if (!admission) {
      refuseSsh(socket, 'too-many-connections');
      return;
    }
    const connection = new SshConnection(socket, admission, {
      observe: () => undefined,
      isCurrent: () => true,
      ...this.#options,
      limits: this.#limits,
      clock: this.#clock,
    });
    this.#connections.set(name, connection);
    socket.once('close', () => {
      this.#connections.delete(name);
      connection.destroy();
    });
    this.#ssh.injectSocket(socket);
  }

  /** Ends all connections and says that the server stops. */
  close(): void {
    for (const connection of this.#connections.values()) connection.drop('stopping');
  }
}

function peerName(ip: string, port: number): string {
  return `${ip} ${String(port)}`;
}
