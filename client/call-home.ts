/**
 * Devices that call home (RFC 8071): the sessions, as they come.
 *
 * ```ts
 * await using listener = await listenCallHome({ host: '::', ssh: { identify: (key) => devices.get(key) } });
 * for await (const { client, name } of listener) void serve(name, client);
 * ```
 */
import type { Socket } from 'node:net';
import {
  HostKeyError,
  NETCONF_CALL_HOME_SSH_PORT,
  NETCONF_CALL_HOME_TLS_PORT,
} from '../src/netconf/index.ts';
import type { Transport } from '../src/netconf/index.ts';
import {
  SystemClock,
  connectSsh,
  connectTls,
  fingerprintOf,
  listenCallers,
} from '../src/node/index.ts';
import type {
  CallHomeLimits,
  Caller,
  CallerListener,
  ClientCredentials,
  ConnectSshOptions,
  ServerCertificate,
  TlsClientCredentials,
} from '../src/node/index.ts';
import { AsyncQueue } from '../src/util/index.ts';
import { openSession } from './connect.ts';
import type { SessionOptions } from './connect.ts';
import type { NetconfClient } from './netconf-client.ts';

/** A device that is known, and how to log in to it. */
export interface KnownDevice extends ClientCredentials {
  /** What the session will be called. */
  readonly name: string;
  readonly username: string;
}

/** Where to wait for devices, and how to know them. */
export interface CallHomeOptions extends SessionOptions {
  readonly host: string;
  /** Default 4334 for SSH, 4335 for TLS; 0 for any that is free. */
  readonly port?: number | undefined;
  /** One of the two. */
  readonly ssh?: CallHomeSsh | undefined;
  readonly tls?: CallHomeTls | undefined;
  readonly limits?: Partial<CallHomeLimits> | undefined;
  /** From TCP to hello. Default 20 s. */
  readonly connectTimeoutMs?: number | undefined;
  readonly keepaliveMs?: number | undefined;
  /** Sessions that wait to be taken; when so many wait, the next is closed. Default 64. */
  readonly capacity?: number | undefined;
  /** A caller that did not become a session, and why. */
  readonly onRefused?: ((caller: Caller, reason: Error) => void) | undefined;
}

/** Devices that speak SSH are known by their host keys. */
export interface CallHomeSsh {
  /** The device that has this host key (`SHA256:…`), `undefined` for a stranger; nothing is sent to one. */
  readonly identify: (
    fingerprint: string,
    caller: Caller,
  ) => KnownDevice | undefined | Promise<KnownDevice | undefined>;
}

/** Devices that speak TLS are known by their certificates. */
export interface CallHomeTls extends TlsClientCredentials {
  /**
   * The name of the device that has this certificate, `undefined` for a stranger. One of the authorities has
   * signed it, or the connection was closed before.
   */
  readonly identify: (certificate: ServerCertificate, caller: Caller) => string | undefined;
}

/** A device that has called, and the session with it. */
export interface CallHomeSession {
  readonly client: NetconfClient;
  /** As `identify` called the device. */
  readonly name: string;
  readonly caller: Caller;
}

const DEFAULT_CAPACITY = 64;

/** Listens; rejects with TransportError when that is not possible. */
export async function listenCallHome(options: CallHomeOptions): Promise<CallHomeListener> {
  const { host, ssh, tls, limits, onRefused } = options;
  if (!ssh === !tls) throw new TypeError('call home is over SSH or over TLS: give one of the two');
  const queue = new AsyncQueue<CallHomeSession>({ capacity: options.capacity ?? DEFAULT_CAPACITY });
  const listener = await listenCallers({
    host,
    port: options.port ?? (ssh ? NETCONF_CALL_HOME_SSH_PORT : NETCONF_CALL_HOME_TLS_PORT),
    limits,
    onTurnedAway: (caller) => onRefused?.(caller, new Error('there are too many at once')),
    greet: async (socket, caller) => {
      try {
        const session = await greet(socket, caller, options);
        if (queue.push(session)) return;
        session.client.abort();
        throw new Error('too many sessions wait to be taken');
      } catch (error) {
        socket.destroy();
        onRefused?.(caller, error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  return new CallHomeListener(listener, queue);
}

/** A loop over it gets the sessions; it ends when the listener is closed. */
export class CallHomeListener implements AsyncIterable<CallHomeSession>, AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly #listener: CallerListener;
  readonly #queue: AsyncQueue<CallHomeSession>;

  constructor(listener: CallerListener, queue: AsyncQueue<CallHomeSession>) {
    this.host = listener.host;
    this.port = listener.port;
    this.#listener = listener;
    this.#queue = queue;
  }

  [Symbol.asyncIterator](): AsyncIterator<CallHomeSession, undefined> {
    return this.#queue[Symbol.asyncIterator]();
  }

  /** No more calls are taken. Sessions that nobody has taken are closed; the others go on. */
  async close(): Promise<void> {
    this.#queue.end();
    await this.#listener.close();
    for await (const { client } of this.#queue) client.abort();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function greet(
  socket: Socket,
  caller: Caller,
  options: CallHomeOptions,
): Promise<CallHomeSession> {
  const { ssh, tls } = options;
  const { transport, name } = ssh
    ? await greetBySsh(socket, caller, { ...options, ssh })
    : await greetByTls(socket, caller, { ...options, tls: tls as CallHomeTls });
  return { client: await openSession(transport, options), name, caller };
}

interface Greeted {
  readonly transport: Transport;
  readonly name: string;
}

async function greetBySsh(
  socket: Socket,
  caller: Caller,
  { ssh, ...options }: CallHomeOptions & { readonly ssh: CallHomeSsh },
): Promise<Greeted> {
  let device: KnownDevice | undefined;
  let stranger: string | undefined;
  // Who it is, and so how to log in, is known when the host key is there, and not before.
  const transport = await connectSsh({
    ...reachOf(caller, options),
    socket,
    username: '',
    login: () => device ?? { username: '' },
    verifyHostKey: async (key) => {
      const fingerprint = fingerprintOf(key);
      device = await ssh.identify(fingerprint, caller);
      if (!device) stranger = fingerprint;
      return device !== undefined;
    },
  }).catch((error: unknown) => {
    if (stranger === undefined) throw error;
    throw new HostKeyError(`nobody known has the host key ${stranger}`, { cause: error });
  });
  return { transport, name: device?.name ?? '' };
}

async function greetByTls(
  socket: Socket,
  caller: Caller,
  { tls, ...options }: CallHomeOptions & { readonly tls: CallHomeTls },
): Promise<Greeted> {
  let name: string | undefined;
  const transport = await connectTls({
    ...tls,
    ...reachOf(caller, options),
    socket,
    verifyServer: (certificate) => {
      name = tls.identify(certificate, caller);
      return name !== undefined;
    },
  });
  return { transport, name: name ?? '' };
}

function reachOf(
  caller: Caller,
  options: Omit<CallHomeOptions, 'ssh' | 'tls'>,
): Pick<ConnectSshOptions, 'host' | 'port' | 'connectTimeoutMs' | 'keepaliveMs' | 'clock'> {
  const { connectTimeoutMs, keepaliveMs, clock = new SystemClock() } = options;
  return { host: caller.address, port: caller.port, connectTimeoutMs, keepaliveMs, clock };
}
