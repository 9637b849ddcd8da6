/** NETCONF over SSH, from the client's side (RFC 6242, section 3). */
import type { ClientChannel, ConnectConfig } from 'ssh2';
import ssh2 from 'ssh2';
import {
  AuthenticationError,
  HostKeyError,
  NETCONF_SSH_PORT,
  NETCONF_SUBSYSTEM,
  TimeoutError,
  TransportError,
  createFramedTransport,
} from '../netconf/index.ts';
import type { Transport } from '../netconf/index.ts';
import type { Clock } from '../util/index.ts';
import { DuplexStream } from './byte-stream.ts';
import { SSH_ALGORITHMS } from './ssh-algorithms.ts';
import { SystemClock } from './system-clock.ts';

export interface ConnectSshOptions {
  readonly host: string;
  readonly port?: number;
  readonly username: string;
  readonly password?: string;
  /** PEM or OpenSSH text. */
  readonly privateKey?: string;
  readonly passphrase?: string;
  /** Path of the socket of a key agent. */
  readonly agent?: string;
  /** Is this the server's public key (RFC 4253, section 6.6)? Nothing is sent to a server before it is. */
  readonly verifyHostKey: (key: Uint8Array) => boolean | Promise<boolean>;
  /** For all of it: TCP, key exchange, authentication, subsystem. */
  readonly connectTimeoutMs?: number;
  /** The connection counts as broken after three such intervals of silence; 0 for never. */
  readonly keepaliveMs?: number;
  readonly maxMessageBytes?: number;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

const DEFAULT_CONNECT_TIMEOUT_MS = 20_000;
const DEFAULT_KEEPALIVE_MS = 10_000;

/** Connects, verifies, authenticates and starts the subsystem. Rejects with NetconfError. */
export async function connectSsh(options: ConnectSshOptions): Promise<Transport> {
  options.signal?.throwIfAborted();
  const attempt = new ConnectAttempt(options);
  const clock = options.clock ?? new SystemClock();
  const timeoutMs = options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS;
  const timer = clock.setTimer(timeoutMs, () => {
    attempt.fail(new TimeoutError(`${attempt.name} did not answer within ${String(timeoutMs)} ms`));
  });
  const onAbort = (): void => {
    attempt.fail(options.signal?.reason);
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await attempt.run();
  } finally {
    timer.cancel();
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** ssh2 reports everything by events; this turns them into one promise and one stream. */
class ConnectAttempt {
  readonly name: string;
  readonly #options: ConnectSshOptions;
  readonly #client = new ssh2.Client();
  #reject: ((reason: unknown) => void) | undefined;
  #stream: DuplexStream | undefined;

  constructor(options: ConnectSshOptions) {
    this.#options = options;
    this.name = `${options.host}:${String(options.port ?? NETCONF_SSH_PORT)}`;
  }

  run(): Promise<Transport> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      const client = this.#client;
      client.on('error', (error) => {
        this.fail(this.#describe(error));
      });
      client.on('close', () => {
        this.#closed();
      });
      client.on('ready', () => {
        client.setNoDelay(true);
        client.subsys(NETCONF_SUBSYSTEM, (error, channel) => {
          if (error) this.fail(this.#describe(error, 'did not start the netconf subsystem'));
          else resolve(this.#createTransport(channel));
        });
      });
      try {
        client.connect(this.#config());
      } catch (cause) {
        // Only what it was given can be at fault: a private key that cannot be read, above all.
        this.fail(new AuthenticationError(asError(cause).message, { cause }));
      }
    });
  }

  fail(reason: unknown): void {
    this.#reject?.(reason);
    if (this.#stream) this.#stream.fail(asError(reason));
    this.#client.destroy();
  }

  #config(): ConnectConfig {
    const { host, port, username, password, privateKey, passphrase, agent } = this.#options;
    return {
      host,
      port: port ?? NETCONF_SSH_PORT,
      username,
      authHandler: [
        ...(privateKey === undefined ? [] : (['publickey'] as const)),
        ...(agent === undefined ? [] : (['agent'] as const)),
        ...(password === undefined ? [] : (['password'] as const)),
      ],
      ...(password === undefined ? {} : { password }),
      ...(privateKey === undefined ? {} : { privateKey }),
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(agent === undefined ? {} : { agent }),
      hostVerifier: (key: Buffer, verify: (valid: boolean) => void): void => {
        this.#verifyHostKey(key).then(verify, (error: unknown) => {
          this.fail(error);
        });
      },
      algorithms: SSH_ALGORITHMS,
      // The time limit is that of connectSsh, on its clock.
      readyTimeout: 0,
      keepaliveInterval: this.#options.keepaliveMs ?? DEFAULT_KEEPALIVE_MS,
      keepaliveCountMax: 3,
    };
  }

  async #verifyHostKey(key: Uint8Array): Promise<boolean> {
    const valid = await this.#options.verifyHostKey(new Uint8Array(key));
    // Said here, because ssh2 reports it as one of several kinds of failed handshake.
    if (!valid) this.fail(new HostKeyError(`the host key of ${this.name} is not the expected one`));
    return valid;
  }

  #createTransport(channel: ClientChannel): Transport {
    const stream = new DuplexStream(channel, {
      peer: { address: this.name },
      finish: () => {
        channel.close();
        this.#client.end();
      },
      destroy: () => {
        this.#client.destroy();
      },
    });
    this.#stream = stream;
    this.#reject = undefined;
    const { maxMessageBytes } = this.#options;
    return createFramedTransport(stream, maxMessageBytes === undefined ? {} : { maxMessageBytes });
  }

  #closed(): void {
    this.#reject?.(new TransportError(`${this.name} closed the connection`));
    this.#stream?.end();
  }

  #describe(error: Error & { level?: string }, what?: string): Error {
    const { username } = this.#options;
    if (error.level === 'client-authentication') {
      const message = `${this.name} does not accept user "${username}" with these credentials`;
      return new AuthenticationError(message, { cause: error });
    }
    if (error.level === 'client-timeout') {
      return new TransportError(`${this.name} has gone silent`, { cause: error });
    }
    const verb = what ?? (this.#stream ? 'lost' : 'cannot be reached');
    return new TransportError(`${this.name} ${verb}: ${error.message}`, { cause: error });
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new TransportError(String(reason));
}
