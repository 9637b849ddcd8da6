/** NETCONF over TLS, from the server's side (RFC 7589). */
import { listenTcp } from './tcp-listener.ts';
import type { Listener } from './tcp-listener.ts';
import { TlsAcceptor } from './tls-acceptor.ts';
import type { TlsAcceptorOptions, TlsCredentials } from './tls-acceptor.ts';

/** Where to listen, and what {@link TlsAcceptor} takes. */
export interface ListenTlsOptions extends TlsAcceptorOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

export type { TlsCredentials } from './tls-acceptor.ts';

/** A listener whose certificates can be replaced while it serves. */
export interface TlsListener extends Listener {
  /** For connections from now on. Throws Error, and changes nothing, for credentials that cannot be used. */
  replaceCredentials(credentials: TlsCredentials): void;
}

/** Listens; rejects with TransportError when that is not possible, with Error for credentials that cannot be used. */
export async function listenTls(options: ListenTlsOptions): Promise<TlsListener> {
  const { host, port, onError } = options;
  const acceptor = new TlsAcceptor(options);
  const listener = await listenTcp({ host, port, acceptor, onError });
  return {
    host: listener.host,
    port: listener.port,
    stopListening: () => {
      listener.stopListening();
    },
    close: () => listener.close(),
    replaceCredentials: (credentials) => {
      acceptor.replaceCredentials(credentials);
    },
  };
}
