/** All ways to the server that the options ask for: listeners and calls home, behind one gate. */
import type { Transport } from '../../src/netconf/index.ts';
import { CallHome } from '../../src/node/call-home.ts';
import type { CallHomeEndpoint } from '../../src/node/call-home.ts';
import type { ConnectionObserver } from '../../src/node/connection-events.ts';
import type { ConnectionGate } from '../../src/node/connection-gate.ts';
import type { HostKey } from '../../src/node/host-key.ts';
import { SshAcceptor } from '../../src/node/ssh-acceptor.ts';
import type { SshAcceptorOptions } from '../../src/node/ssh-acceptor.ts';
import { listenTcp } from '../../src/node/tcp-listener.ts';
import type { Acceptor, Listener } from '../../src/node/tcp-listener.ts';
import { TlsAcceptor } from '../../src/node/tls-acceptor.ts';
import type { TlsCredentials } from '../../src/node/tls-acceptor.ts';
import type { Clock } from '../../src/util/index.ts';
import { callHomeLog } from '../connection-log.ts';
import type { Logger } from '../logger.ts';
import type { Users } from '../users.ts';
import { endpointText } from './arguments.ts';
import { connectionLimits } from './limit-options.ts';
import type { ServeOptions } from './options.ts';
import { fingerprintOfServer, readTlsFiles } from './tls-files.ts';

export interface TransportSurroundings {
  readonly hostKey: HostKey;
  readonly users: Users;
  readonly gate: ConnectionGate;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observe: ConnectionObserver;
  readonly onTransport: (transport: Transport) => void;
}

/** Whether something needs the files of TLS. */
function usesTls({ listenTls, callHome }: ServeOptions): boolean {
  return listenTls.length > 0 || callHome.flat().some(({ protocol }) => protocol === 'tls');
}

export class Transports {
  readonly #options: ServeOptions;
  readonly #surroundings: TransportSurroundings;
  #credentials: TlsCredentials | undefined;
  readonly #tls: TlsAcceptor[] = [];
  readonly #acceptors: Acceptor[] = [];
  readonly #listeners: Listener[] = [];
  readonly #callHomes: CallHome[] = [];
  /** What to say of each listener. */
  readonly #lines: string[] = [];

  private constructor(
    options: ServeOptions,
    surroundings: TransportSurroundings,
    credentials: TlsCredentials | undefined,
  ) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#credentials = credentials;
  }

  /** Listens, and calls. Rejects, with nothing left open, when one of it is not possible. */
  static async open(
    options: ServeOptions,
    surroundings: TransportSurroundings,
  ): Promise<Transports> {
    const credentials = usesTls(options) ? await readTlsFiles(options) : undefined;
    const transports = new Transports(options, surroundings, credentials);
    try {
      await transports.#listen();
    } catch (error) {
      await transports.close();
      throw error;
    }
    transports.#call();
    return transports;
  }

  /** A line for each place, for whoever has started the server. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Takes new files of TLS for new connections. Throws, and keeps the old ones, when they cannot be used. */
  async reload(): Promise<void> {
    if (!this.#credentials) return;
    const credentials = await readTlsFiles(this.#options);
    for (const acceptor of this.#tls) acceptor.replaceCredentials(credentials);
    this.#credentials = credentials;
  }

  /** No more connections; those that are there go on. */
  stopListening(): void {
    for (const listener of this.#listeners) listener.stopListening();
  }

  async close(): Promise<void> {
    for (const callHome of this.#callHomes) callHome.close();
    for (const acceptor of this.#acceptors) acceptor.close();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  async #listen(): Promise<void> {
    const { name, listen, listenTls } = this.#options;
    for (const endpoint of listen) {
      const where = await this.#open(endpoint, this.#ssh());
      const { fingerprint } = this.#surroundings.hostKey;
      this.#lines.push(`${name} listening on ${where}, host key ${fingerprint}`);
    }
    for (const endpoint of listenTls) {
      const where = await this.#open(endpoint, this.#newTls());
      const fingerprint = this.#credentials ? fingerprintOfServer(this.#credentials) : '';
      this.#lines.push(`${name} listening on ${where} for TLS, certificate ${fingerprint}`);
    }
  }

  async #open(at: { host: string; port: number }, acceptor: Acceptor): Promise<string> {
    const { logger } = this.#surroundings;
    const onError = (error: Error): void => {
      logger.log('error', 'listener-failed', { at: endpointText(at), error: error.message });
    };
    const listener = await listenTcp({ ...at, acceptor, onError });
    this.#listeners.push(listener);
    return endpointText(listener);
  }

  /** One of its own for each client: a client has one connection at a time. */
  #call(): void {
    const { clock, logger } = this.#surroundings;
    for (const endpoints of this.#options.callHome) {
      const acceptors = {
        ssh: endpoints.some(({ protocol }) => protocol === 'ssh') ? this.#ssh() : undefined,
        tls: endpoints.some(({ protocol }) => protocol === 'tls') ? this.#newTls() : undefined,
      };
      const callHome = new CallHome({
        endpoints,
        clock,
        accept: (socket, { protocol }) => acceptors[protocol]?.accept(socket),
        observe: callHomeLog(logger),
      });
      this.#callHomes.push(callHome);
      const clients = endpoints.map(clientText).join(', ');
      this.#lines.push(`${this.#options.name} calling home to ${clients}`);
      callHome.start();
    }
  }

  #ssh(): SshAcceptor {
    const { hostKey, users } = this.#surroundings;
    const acceptor = new SshAcceptor({
      ...this.#common(),
      hostKeys: [hostKey.privateKey],
      authenticate: users.authenticate,
      isCurrent: users.isCurrent,
      limits: connectionLimits(this.#options),
    });
    this.#acceptors.push(acceptor);
    return acceptor;
  }

  #newTls(): TlsAcceptor {
    if (!this.#credentials) throw new Error('TLS without credentials');
    const acceptor = new TlsAcceptor({
      ...this.#common(),
      credentials: this.#credentials,
      authenticateCertificate: this.#surroundings.users.authenticateCertificate,
      maxMessageBytes: Infinity,
      keepaliveMs: this.#options.keepalive,
    });
    this.#acceptors.push(acceptor);
    this.#tls.push(acceptor);
    return acceptor;
  }

  #common(): Pick<SshAcceptorOptions, 'gate' | 'clock' | 'observe' | 'onTransport' | 'onError'> {
    const { gate, clock, observe, onTransport, logger } = this.#surroundings;
    const onError = ({ message }: Error): void => {
      logger.log('warning', 'connection-failed', { error: message });
    };
    return { gate, clock, observe, onTransport, onError };
  }
}

function clientText({ protocol, ...endpoint }: CallHomeEndpoint): string {
  return `${protocol}://${endpointText(endpoint)}`;
}
