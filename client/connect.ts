/** A client's session over SSH (RFC 6242) or TLS (RFC 7589), or over anything that carries messages. */
import {
  AuthenticationError,
  NETCONF_SSH_PORT,
  SessionClosedError,
  TransportError,
} from '../src/netconf/index.ts';
import type { ClientSessionOptions, Transport } from '../src/netconf/index.ts';
import { SystemClock, connectSsh, connectTls, forwardThroughSsh } from '../src/node/index.ts';
import type { ClientCredentials, ConnectSshOptions, ConnectTlsOptions } from '../src/node/index.ts';
import type { Clock } from '../src/util/index.ts';
import { HostKeyCheck } from './host-key.ts';
import type { HostKeyPolicy } from './host-key.ts';
import { NetconfClient } from './netconf-client.ts';

/** What any session may have, whatever carries it. */
export interface SessionOptions extends Partial<Omit<ClientSessionOptions, 'clock'>> {
  readonly clock?: Clock | undefined;
  /** Puts something of your own between the session and what carries it, before the hellos. */
  readonly wrapTransport?: ((transport: Transport) => Transport) | undefined;
}

/** Who we are at a host, and how to know it. */
export interface SshAccess extends ClientCredentials {
  readonly host: string;
  readonly username: string;
  /** One key more than `keys`, tried first: PEM or OpenSSH text. */
  readonly privateKey?: string | undefined;
  readonly passphrase?: string | undefined;
  readonly hostKey: HostKeyPolicy;
  /** The connection goes through this host, and to that through its own `via`. Its port is 22. */
  readonly via?: (SshAccess & { readonly port?: number | undefined }) | undefined;
}

/** A session over SSH. */
export interface ConnectOptions extends SshAccess, SessionOptions {
  /** Default 830. */
  readonly port?: number | undefined;
  readonly connectTimeoutMs?: number | undefined;
  /** The connection counts as broken after three such intervals of silence; 0 for never. */
  readonly keepaliveMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A session over TLS. */
export interface ConnectNetconfTlsOptions
  extends Omit<ConnectTlsOptions, 'clock'>, SessionOptions {}

/**
 * Connects, checks the host key, authenticates and exchanges hellos. Rejects with NetconfError:
 * HostKeyError, AuthenticationError, TransportError or TimeoutError.
 */
export async function connectNetconf(options: ConnectOptions): Promise<NetconfClient> {
  const port = options.port ?? NETCONF_SSH_PORT;
  const socket = options.via && (await connectVia(options.via, options.host, port, options));
  try {
    const { result, remember } = await loginSsh({ ...options, port }, (ssh) =>
      connectSsh({ ...ssh, socket }),
    );
    const client = await openSession(result, options);
    await remember();
    return client;
  } catch (error) {
    socket?.destroy();
    throw error;
  }
}

/** The same over TLS, with certificates on both sides. */
export async function connectNetconfTls(options: ConnectNetconfTlsOptions): Promise<NetconfClient> {
  const { clock = new SystemClock() } = options;
  const transport = await connectTls({ ...options, clock });
  try {
    return await openSession(transport, options);
  } catch (error) {
    throw certificateRefused(error, options.host);
  }
}

/** With TLS 1.3 a server says only after the handshake what it thinks of our certificate, if it says it. */
function certificateRefused(error: unknown, host: string): unknown {
  if (error instanceof TransportError && /alert/i.test(error.message)) {
    const message = `${host} does not accept our certificate: ${error.message}`;
    return new AuthenticationError(message, { cause: error });
  }
  if (!(error instanceof SessionClosedError)) return error;
  const message = `${error.message}; it may not accept our certificate`;
  return new SessionClosedError(message, { cause: error });
}

/** Begins a session over a transport that stands. */
export function openSession(
  transport: Transport,
  { wrapTransport, clock = new SystemClock(), ...options }: OpenOptions = {},
): Promise<NetconfClient> {
  const { capabilities, strict, xmlLimits, notificationCapacity } = options;
  const helloTimeoutMs = options.helloTimeoutMs ?? options.connectTimeoutMs;
  return NetconfClient.open(wrapTransport?.(transport) ?? transport, {
    clock,
    ...(capabilities ? { capabilities } : {}),
    ...(strict === undefined ? {} : { strict }),
    ...(xmlLimits ? { xmlLimits } : {}),
    ...(notificationCapacity === undefined ? {} : { notificationCapacity }),
    ...(helloTimeoutMs === undefined ? {} : { helloTimeoutMs }),
  });
}

type OpenOptions = SessionOptions & { readonly connectTimeoutMs?: number | undefined };

type Reach = Pick<ConnectOptions, 'connectTimeoutMs' | 'keepaliveMs' | 'signal' | 'clock'>;

const SSH_PORT = 22;

async function connectVia(
  { port = SSH_PORT, via, ...access }: NonNullable<SshAccess['via']>,
  host: string,
  targetPort: number,
  reach: Reach,
): Promise<NonNullable<ConnectSshOptions['socket']>> {
  const socket = via && (await connectVia(via, access.host, port, reach));
  try {
    const options = { ...access, port, ...pickReach(reach) };
    const { result, remember } = await loginSsh(options, (ssh) =>
      forwardThroughSsh({ ...ssh, socket }, { host, port: targetPort }),
    );
    await remember();
    return result;
  } catch (error) {
    socket?.destroy();
    throw error;
  }
}

/** Logs in with the check of the host key; `remember` notes a key that was new. */
async function loginSsh<T>(
  { hostKey, ...access }: SshAccess & { readonly port: number } & Reach,
  login: (options: ConnectSshOptions) => Promise<T>,
): Promise<{ readonly result: T; readonly remember: () => Promise<void> }> {
  const { host, port, clock = new SystemClock() } = access;
  const check = new HostKeyCheck(hostKey, { host, port });
  const result = await login({
    ...access,
    clock,
    verifyHostKey: check.verify,
    hostKeyAlgorithms: await check.algorithms(),
  }).catch((error: unknown) => {
    throw check.explain(error);
  });
  return { result, remember: () => check.remember() };
}

function pickReach({ connectTimeoutMs, keepaliveMs, signal, clock }: Reach): Reach {
  return { connectTimeoutMs, keepaliveMs, signal, clock };
}
