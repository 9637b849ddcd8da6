/**
 * Where devices call home (RFC 8071, section 2): the client listens, and once TCP stands it goes on as the
 * client of SSH or TLS. This is the TCP side: who may come, how many, and how long each may take.
 */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { TransportError } from '../netconf/index.ts';

/** What callers may take up before they are known. */
export interface CallHomeLimits {
  /** Connections that have not come so far as to be a session yet; more are closed at once. */
  readonly maxPending: number;
  /** The same from one address. */
  readonly maxPendingPerAddress: number;
}

/** Room for a site that comes up at once; one address cannot take all of it. */
export const DEFAULT_CALL_HOME_LIMITS: CallHomeLimits = {
  maxPending: 64,
  maxPendingPerAddress: 8,
};

/** Where to wait for calls, and for how many. */
export interface ListenCallersOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly limits?: Partial<CallHomeLimits> | undefined;
  /** Makes a session of a connection; the place of the connection is free when it settles. */
  readonly greet: (socket: Socket, caller: Caller) => Promise<void>;
  /** A connection was closed because there were too many. */
  readonly onTurnedAway?: ((caller: Caller) => void) | undefined;
}

/** A connection that has come in; nothing is known of who it is. */
export interface Caller {
  readonly address: string;
  readonly port: number;
}

/** Waits for calls until it is closed. */
export interface CallerListener {
  readonly host: string;
  readonly port: number;
  /** Stops listening and closes what is no session yet. Sessions go on. */
  close(): Promise<void>;
}

/** Listens; rejects with TransportError when that is not possible. */
export async function listenCallers(options: ListenCallersOptions): Promise<CallerListener> {
  const door = new CallerDoor(options);
  await door.listen();
  return door;
}

class CallerDoor implements CallerListener {
  readonly #options: ListenCallersOptions;
  readonly #limits: CallHomeLimits;
  readonly #tcp: Server;
  readonly #pending = new Map<Socket, string>();

  constructor(options: ListenCallersOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_CALL_HOME_LIMITS, ...options.limits };
    this.#tcp = createServer({ noDelay: true, keepAlive: true }, (socket) => {
      this.#accept(socket);
    });
  }

  get host(): string {
    return (this.#tcp.address() as AddressInfo).address;
  }

  get port(): number {
    return (this.#tcp.address() as AddressInfo).port;
  }

  listen(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#tcp.once('error', (cause) => {
        const message = `cannot listen on ${host}:${String(port)}: ${cause.message}`;
        reject(new TransportError(message, { cause }));
      });
      this.#tcp.listen(port, host, resolve);
    });
  }

  async close(): Promise<void> {
    // What is a session by now keeps the socket, and with it the server from closing: that is not waited for.
    this.#tcp.close();
    const gone = [...this.#pending.keys()].map(
      (socket) =>
        new Promise((resolve) => {
          socket.once('close', resolve);
          socket.destroy();
        }),
    );
    await Promise.all(gone);
  }

  #accept(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket;
    socket.on('error', () => undefined);
    if (address === undefined || port === undefined) {
      socket.destroy();
      return;
    }
    const fromThere = [...this.#pending.values()].filter((item) => item === address).length;
    const { maxPending, maxPendingPerAddress } = this.#limits;
    if (this.#pending.size >= maxPending || fromThere >= maxPendingPerAddress) {
      socket.destroy();
      this.#options.onTurnedAway?.({ address, port });
      return;
    }
    this.#pending.set(socket, address);
    const free = (): void => {
      this.#pending.delete(socket);
    };
    socket.once('close', free);
    this.#options.greet(socket, { address, port }).then(free, () => {
      free();
      socket.destroy();
    });
  }
}
