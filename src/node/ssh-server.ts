/** NETCONF over SSH, from the server's side (RFC 6242, section 3). */
import { SshAcceptor } from './ssh-acceptor.ts';
import type { SshAcceptorOptions } from './ssh-acceptor.ts';
import { listenTcp } from './tcp-listener.ts';
import type { Listener } from './tcp-listener.ts';

/** Where to listen, and what {@link SshAcceptor} takes. */
export interface ListenSshOptions extends SshAcceptorOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** `close` stops listening and closes all connections. */
export type SshListener = Listener;

/** Listens; rejects with TransportError when that is not possible. */
export async function listenSsh(options: ListenSshOptions): Promise<SshListener> {
  const { host, port, onError } = options;
  return listenTcp({ host, port, acceptor: new SshAcceptor(options), onError });
}
