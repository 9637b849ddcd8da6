/** A listening socket that hands its connections on. */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { TransportError } from '../netconf/index.ts';

/** Speaks a protocol on sockets. */
export interface Acceptor {
  accept(socket: Socket): void;
  /** Ends all connections. */
  close(): void;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Takes no more connections; those that are there go on. */
  stopListening(): void;
  /** Stops listening and closes all connections. */
  close(): Promise<void>;
}

export interface ListenTcpOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly acceptor: Acceptor;
  readonly onError?: ((error: Error) => void) | undefined;
}

/** Listens; rejects with TransportError when that is not possible. */
export function listenTcp({ host, port, acceptor, onError }: ListenTcpOptions): Promise<Listener> {
  // The protocols get their sockets from us, so that limits hold from the first byte on.
  const tcp = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    acceptor.accept(socket);
  });
  return new Promise((resolve, reject) => {
    tcp.once('error', (cause) => {
      const message = `cannot listen on ${host}:${String(port)}: ${cause.message}`;
      reject(new TransportError(message, { cause }));
    });
    tcp.listen(port, host, () => {
      tcp.on('error', (error) => onError?.(error));
      resolve(new TcpListener(tcp, acceptor));
    });
  });
}

class TcpListener implements Listener {
  readonly host: string;
  readonly port: number;
  readonly #tcp: Server;
  readonly #acceptor: Acceptor;
  #closed: Promise<void> | undefined;

  constructor(tcp: Server, acceptor: Acceptor) {
    const { address, port } = tcp.address() as AddressInfo;
    this.host = address;
    this.port = port;
    this.#tcp = tcp;
    this.#acceptor = acceptor;
  }

  stopListening(): void {
    this.#closed ??= new Promise((resolve) => {
      this.#tcp.close(() => {
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    this.stopListening();
    this.#acceptor.close();
    await this.#closed;
  }
}
