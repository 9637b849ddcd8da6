/** NETCONF over SSH, from the client's side (RFC 6242, section 3). */
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel, ConnectConfig } from 'ssh2';
import ssh2 from 'ssh2';
import {
  AuthenticationError,
  HostKeyError,
  NETCONF_SSH_PORT,
  NETCONF_SUBSYSTEM,
  TransportError,
  createFramedTransport,
} from '../netconf/index.ts';
import type { Transport } from '../netconf/index.ts';
import { DuplexStream } from './byte-stream.ts';
import { DEFAULT_KEEPALIVE_MS, inTime } from './client-connection.ts';
import type { ClientConnectionOptions } from './client-connection.ts';
import { SSH_ALGORITHMS } from './ssh-algorithms.ts';
import { AuthenticationPlan } from './ssh-authentication-plan.ts';
import type { ClientCredentials } from './ssh-authentication-plan.ts';

/** Where to connect, as whom, and by which host key. */
export interface ConnectSshOptions extends ClientCredentials, ClientConnectionOptions {
  readonly host: string;
  readonly port?: number | undefined;
  readonly username: string;
  /** One key more, tried first: PEM or OpenSSH text. */
  readonly privateKey?: string | undefined;
  readonly passphrase?: string | undefined;
  /** Is this the server's public key (RFC 4253, section 6.6)? Nothing is sent to a server before it is. */
  readonly verifyHostKey: (key: Uint8Array) => boolean | Promise<boolean>;
  /** Asked once the host key is verified, instead of what is above: for servers that call, whoever they are. */
  readonly login?: (() => ClientCredentials & { readonly username: string }) | undefined;
  /** Kinds of host keys to ask for, best first. */
  readonly hostKeyAlgorithms?: readonly string[] | undefined;
  /** A connection that stands already, instead of one to `host` and `port`: through a jump host, or a call home. */
  readonly socket?: Duplex | undefined;
  /** The connection counts as broken after three such intervals of silence; 0 for never. */
  readonly keepaliveMs?: number | undefined;
}

/** Connects, verifies, authenticates and starts the subsystem. Rejects with NetconfError. */
export function connectSsh(options: ConnectSshOptions): Promise<Transport> {
  return attempting(options, (attempt) =>
    attempt.run((client, opened) => {
      client.subsys(NETCONF_SUBSYSTEM, (error, channel) => {
        if (error) attempt.fail(attempt.describe(error, 'did not start the netconf subsystem'));
        else opened(createTransport(attempt.stream(channel), options));
      });
    }),
  );
}

/** Connects to a jump host, and through it to another; the stream ends with the connection to the first. */
export function forwardThroughSsh(
  options: ConnectSshOptions,
  target: { readonly host: string; readonly port: number },
): Promise<Duplex> {
  const { host, port } = target;
  return attempting(options, (attempt) =>
    attempt.run((client, opened) => {
      client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        if (error) {
          attempt.fail(attempt.describe(error, `does not connect to ${host}:${String(port)}`));
          return;
        }
        channel.once('close', () => {
          client.end();
        });
        attempt.succeeded(() => channel.destroy());
        opened(channel);
      });
    }),
  );
}

async function attempting<T>(
  options: ConnectSshOptions,
  use: (attempt: ConnectAttempt) => Promise<T>,
): Promise<T> {
  options.signal?.throwIfAborted();
  const attempt = new ConnectAttempt(options);
  const giveUp = (reason: unknown): void => {
    attempt.fail(reason);
  };
  return inTime(options, attempt.name, giveUp, () => use(attempt));
}

/** ssh2 reports everything by events; this turns them into one promise and one stream. */
class ConnectAttempt {
  readonly name: string;
  readonly #options: ConnectSshOptions;
  readonly #client = new ssh2.Client();
  #reject: ((reason: unknown) => void) | undefined;
  /** What to tell when the connection ends after it stood. */
  #onEnd: ((reason: Error | undefined) => void) | undefined;

  constructor(options: ConnectSshOptions) {
    this.#options = options;
    this.name = `${options.host}:${String(options.port ?? NETCONF_SSH_PORT)}`;
  }

  /** `use` is called when the user is logged in. */
  run<T>(use: (client: Client, opened: (result: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      const client = this.#client;
      client.on('error', (error) => {
        // An agent that cannot be asked is one way less to log in, no more.
        if ((error as { level?: string }).level === 'agent') return;
        this.fail(this.describe(error));
      });
      client.on('close', () => {
        this.#closed();
      });
      client.on('ready', () => {
        client.setNoDelay(true);
        use(client, resolve);
      });
      try {
        client.connect(this.#config());
      } catch (cause) {
        // Only what it was given can be at fault.
        this.fail(new AuthenticationError(asError(cause).message, { cause }));
      }
    });
  }

  /** From now on the end of the connection is told to `onEnd`. */
  succeeded(onEnd: (reason: Error | undefined) => void): void {
    this.#reject = undefined;
    this.#onEnd = onEnd;
  }

  /** The channel as the stream that the connection stands for. */
  stream(channel: ClientChannel): DuplexStream {
    const stream = new DuplexStream(channel, {
      peer: { address: this.name, protocol: 'ssh' },
      finish: () => {
        channel.close();
        this.#client.end();
      },
      destroy: () => {
        this.#client.destroy();
      },
    });
    this.succeeded((reason) => {
      if (reason) stream.fail(reason);
      else stream.end();
    });
    return stream;
  }

  fail(reason: unknown): void {
    this.#reject?.(reason);
    this.#onEnd?.(asError(reason));
    this.#client.destroy();
  }

  describe(error: Error & { level?: string }, what?: string): Error {
    const { username } = this.#options;
    if (error.level === 'client-authentication') {
      const message = `${this.name} does not accept user "${username}" with these credentials`;
      return new AuthenticationError(message, { cause: error });
    }
    if (error.level === 'client-timeout') {
      return new TransportError(`${this.name} has gone silent`, { cause: error });
    }
    const verb = what ?? (this.#onEnd ? 'lost' : 'cannot be reached');
    return new TransportError(`${this.name} ${verb}: ${error.message}`, { cause: error });
  }

  #config(): ConnectConfig {
    const { host, port, username, hostKeyAlgorithms } = this.#options;
    let plan: AuthenticationPlan | undefined;
    const algorithms = hostKeyAlgorithms && { serverHostKey: [...hostKeyAlgorithms] };
    return {
      host,
      port: port ?? NETCONF_SSH_PORT,
      ...(this.#options.socket ? { sock: this.#options.socket } : {}),
      username,
      authHandler: ((methods: string[] | null, _partial: boolean | null, next: TakeAttempt) => {
        plan ??= this.#plan();
        plan.next(methods).then(next, (error: unknown) => {
          this.fail(error);
        });
      }) as NonNullable<ConnectConfig['authHandler']>,
      hostVerifier: (key: Buffer, verify: (valid: boolean) => void): void => {
        this.#verifyHostKey(key).then(verify, (error: unknown) => {
          this.fail(error);
        });
      },
      algorithms: { ...SSH_ALGORITHMS, ...algorithms } as NonNullable<ConnectConfig['algorithms']>,
      // The time limit is that of connectSsh, on its clock.
      readyTimeout: 0,
      keepaliveInterval: this.#options.keepaliveMs ?? DEFAULT_KEEPALIVE_MS,
      keepaliveCountMax: 3,
    };
  }

  #plan(): AuthenticationPlan {
    const { login, username, privateKey, passphrase, keys = [] } = this.#options;
    if (login) {
      const { username: name, ...credentials } = login();
      return new AuthenticationPlan(name, credentials);
    }
    const first = privateKey === undefined ? [] : [{ text: privateKey, passphrase }];
    return new AuthenticationPlan(username, { ...this.#options, keys: [...first, ...keys] });
  }

  async #verifyHostKey(key: Uint8Array): Promise<boolean> {
    const valid = await this.#options.verifyHostKey(new Uint8Array(key));
    // Said here, because ssh2 reports it as one of several kinds of failed handshake.
    if (!valid) this.fail(new HostKeyError(`the host key of ${this.name} is not the expected one`));
    return valid;
  }

  #closed(): void {
    this.#reject?.(new TransportError(`${this.name} closed the connection`));
    this.#onEnd?.(undefined);
  }
}

type TakeAttempt = (attempt: Awaited<ReturnType<AuthenticationPlan['next']>>) => void;

/** A server may put more line feeds between messages than it should. */
function createTransport(stream: DuplexStream, { maxMessageBytes }: ConnectSshOptions): Transport {
  const limits = { extraLineFeeds: true };
  return createFramedTransport(
    stream,
    maxMessageBytes === undefined ? limits : { ...limits, maxMessageBytes },
  );
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new TransportError(String(reason));
}
