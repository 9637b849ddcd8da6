/** Serving over SSH with a users file and a key file (RFC 6242): what a program that embeds the server needs. */
import { loadOrCreateHostKey } from '../src/node/host-key.ts';
import { listenSsh } from '../src/node/ssh-transport.ts';
import type { Server } from './server.ts';
import type { Users } from './users.ts';

/** What {@link serveSsh} serves, to whom, and where. */
export interface ServeSshOptions {
  readonly server: Server;
  readonly users: Users;
  /** Holds the private key; made when it is missing. */
  readonly hostKeyFile: string;
  /** Default: all addresses. */
  readonly host?: string;
  /** Default 830; 0 for any that is free. */
  readonly port?: number;
}

/** A server that listens. */
export interface SshService {
  readonly host: string;
  readonly port: number;
  /** Of the host key, as OpenSSH shows it: `SHA256:…`. */
  readonly fingerprint: string;
  /** Ends all sessions, closes the server, then stops listening. */
  close(): Promise<void>;
}

/** Listens and serves; rejects when the key cannot be used or the port is taken. */
export async function serveSsh(options: ServeSshOptions): Promise<SshService> {
  const { server, users, hostKeyFile, host = '::', port = 830 } = options;
  const { privateKey, fingerprint } = await loadOrCreateHostKey(hostKeyFile);
  const listener = await listenSsh({
    host,
    port,
    hostKeys: [privateKey],
    authenticate: users.authenticate,
    onTransport: (transport) => void server.accept(transport),
    // The session has the limit: it can still answer a message that is too long.
    limits: { maxMessageBytes: Infinity },
    onError: ({ message }) => {
      server.logger.log('warning', 'connection-failed', { error: message });
    },
  });
  return {
    host: listener.host,
    port: listener.port,
    fingerprint,
    close: async () => {
      await server.close();
      await listener.close();
    },
  };
}
