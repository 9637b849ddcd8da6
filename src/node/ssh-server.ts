/** NETCONF over SSH, from the server's side (RFC 6242, section 3). */
import { createServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import ssh2 from 'ssh2';
import { TransportError } from '../netconf/index.ts';
import type { Transport } from '../netconf/index.ts';
import type { Clock } from '../util/index.ts';
import { SSH_ALGORITHMS } from './ssh-algorithms.ts';
import { SshConnection } from './ssh-connection.ts';
import type { Authenticate } from './ssh-credential.ts';
import { DEFAULT_SSH_SERVER_LIMITS } from './ssh-limits.ts';
import type { SshServerLimits } from './ssh-limits.ts';
import { SystemClock } from './system-clock.ts';

export interface ListenSshOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Private keys, PEM or OpenSSH text. */
  readonly hostKeys: readonly string[];
  readonly authenticate: Authenticate;
  /** A session may begin. */
  readonly onTransport: (transport: Transport) => void;
  readonly limits?: Partial<SshServerLimits>;
  readonly clock?: Clock;
  /** What went wrong on a connection; it is closed already. */
  readonly onError?: (error: Error) => void;
}

export interface SshListener {
  readonly host: string;
  readonly port: number;
  /** Stops listening and closes all connections. */
  close(): Promise<void>;
}

/** Listens; rejects with TransportError when that is not possible. */
export async function listenSsh(options: ListenSshOptions): Promise<SshListener> {
  const door = new SshDoor(options);
  await door.listen(options.host, options.port);
  return door;
}

class SshDoor implements SshListener {
  readonly #options: ListenSshOptions;
  readonly #limits: SshServerLimits;
  readonly #clock: Clock;
  readonly #tcp: TcpServer;
  readonly #ssh: ssh2.Server;
  /** By address and port of the peer. */
  readonly #connections = new Map<string, SshConnection>();

  constructor(options: ListenSshOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_SSH_SERVER_LIMITS, ...options.limits };
    this.#clock = options.clock ?? new SystemClock();
    // ssh2 gets its sockets from us, so that limits hold from the first byte on.
    this.#tcp = createServer({ noDelay: true, keepAlive: true }, (socket) => {
      this.#accept(socket);
    });
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

  get host(): string {
    return this.#address.address;
  }

  get port(): number {
    return this.#address.port;
  }

  get #address(): AddressInfo {
    return this.#tcp.address() as AddressInfo;
  }

  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#tcp.once('error', (cause) => {
        const message = `cannot listen on ${host}:${String(port)}: ${cause.message}`;
        reject(new TransportError(message, { cause }));
      });
      this.#tcp.listen(port, host, () => {
        this.#tcp.on('error', (error) => this.#options.onError?.(error));
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#tcp.close(() => {
        resolve();
      });
    });
    for (const connection of this.#connections.values()) connection.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    const { remoteAddress: ip, remotePort: port } = socket;
    const waiting = [...this.#connections.values()].filter((item) => !item.isAuthenticated).length;
    if (
      ip === undefined ||
      port === undefined ||
      this.#connections.size >= this.#limits.maxConnections ||
      waiting >= this.#limits.maxUnauthenticated
    ) {
      socket.destroy();
      return;
    }
    const name = peerName(ip, port);
    const connection = new SshConnection(socket, {
      authenticate: this.#options.authenticate,
      onTransport: this.#options.onTransport,
      onError: this.#options.onError,
      limits: this.#limits,
      clock: this.#clock,
      address: ip,
    });
    this.#connections.set(name, connection);
    socket.once('close', () => {
      this.#connections.delete(name);
      connection.destroy();
    });
    this.#ssh.injectSocket(socket);
  }
}

function peerName(ip: string, port: number): string {
  return `${ip} ${String(port)}`;
}
