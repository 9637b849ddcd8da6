/** A client's session over SSH (RFC 6242). */
import { NETCONF_SSH_PORT } from '../src/netconf/index.ts';
import { SystemClock, connectSsh } from '../src/node/index.ts';
import type { Clock } from '../src/util/index.ts';
import { HostKeyCheck } from './host-key.ts';
import type { HostKeyPolicy } from './host-key.ts';
import { NetconfClient } from './netconf-client.ts';

export interface ConnectOptions {
  readonly host: string;
  /** Default 830. */
  readonly port?: number | undefined;
  readonly username: string;
  readonly password?: string | undefined;
  /** PEM or OpenSSH text. */
  readonly privateKey?: string | undefined;
  readonly passphrase?: string | undefined;
  /** Path of the socket of a key agent. */
  readonly agent?: string | undefined;
  readonly hostKey: HostKeyPolicy;
  readonly connectTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Connects, checks the host key, authenticates and exchanges hellos. Rejects with NetconfError:
 * HostKeyError, AuthenticationError, TransportError or TimeoutError.
 */
export async function connectNetconf(options: ConnectOptions): Promise<NetconfClient> {
  const { port = NETCONF_SSH_PORT, hostKey, clock = new SystemClock(), ...rest } = options;
  const check = new HostKeyCheck(hostKey, { host: options.host, port });
  const { connectTimeoutMs, host, username } = rest;
  const transport = await connectSsh({
    host,
    port,
    username,
    clock,
    verifyHostKey: check.verify,
    ...given({ connectTimeoutMs }),
    ...given({ password: rest.password, privateKey: rest.privateKey }),
    ...given({ passphrase: rest.passphrase, agent: rest.agent }),
    ...given({ signal: rest.signal }),
  }).catch((error: unknown) => {
    throw check.explain(error);
  });
  const client = await NetconfClient.open(transport, {
    clock,
    ...(connectTimeoutMs === undefined ? {} : { helloTimeoutMs: connectTimeoutMs }),
  });
  await check.remember();
  return client;
}

/** The properties that have a value. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
