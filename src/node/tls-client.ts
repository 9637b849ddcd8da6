/** NETCONF over TLS, from the client's side (RFC 7589). */
import { createHash } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { checkServerIdentity, connect } from 'node:tls';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import {
  AuthenticationError,
  HostKeyError,
  NETCONF_TLS_PORT,
  TimeoutError,
  TransportError,
  createFramedTransport,
} from '../netconf/index.ts';
import type { Transport } from '../netconf/index.ts';
import { DuplexStream } from './byte-stream.ts';
import { DEFAULT_KEEPALIVE_MS, inTime } from './client-connection.ts';
import type { ClientConnectionOptions } from './client-connection.ts';

/** What the server shows, as far as it matters to tell who it is. */
export interface ServerCertificate {
  /** SHA-256 of the certificate: hexadecimal digits in pairs, with colons. */
  readonly fingerprint: string;
  readonly subject: string;
  /** As in `DNS:a.example, IP Address:192.0.2.1`. */
  readonly subjectAltName: string | undefined;
}

/** Our certificate, and who may have signed that of the server. */
export interface TlsClientCredentials {
  /** PEM: our certificate and its chain, and the key of it. */
  readonly certificate: string;
  readonly key: string;
  readonly passphrase?: string | undefined;
  /** PEM: the authorities that may have signed the server's certificate; those of Node.js when not given. */
  readonly authorities?: string | readonly string[] | undefined;
}

/** Where to connect, with which certificates. */
export interface ConnectTlsOptions extends TlsClientCredentials, ClientConnectionOptions {
  readonly host: string;
  readonly port?: number | undefined;
  /** The name that the certificate must be for (RFC 7589, section 6; RFC 6125); `host` when it is not given. */
  readonly serverName?: string | undefined;
  /**
   * Instead of the check of the name, for servers that are known otherwise: throws, or returns false, when
   * it is not the right one. The certificate must be signed by an authority all the same.
   */
  readonly verifyServer?: ((certificate: ServerCertificate) => boolean) | undefined;
  /** A connection that stands already: a call home. */
  readonly socket?: Socket | undefined;
  /** TCP probes after so much silence; 0 for none. */
  readonly keepaliveMs?: number | undefined;
}

/** Connects, checks who the server is, and shows our certificate. Rejects with NetconfError. */
export async function connectTls(options: ConnectTlsOptions): Promise<Transport> {
  options.signal?.throwIfAborted();
  const name = `${options.host}:${String(options.port ?? NETCONF_TLS_PORT)}`;
  const socket = openTls(options, name);
  const giveUp = (reason: unknown): void => {
    socket.destroy(asError(reason));
  };
  await inTime(options, name, giveUp, () => secured(socket, name));
  const { maxMessageBytes } = options;
  return createFramedTransport(asStream(socket, name), {
    extraLineFeeds: true,
    ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
  });
}

function openTls(options: ConnectTlsOptions, name: string): TLSSocket {
  const { host, port = NETCONF_TLS_PORT, serverName = host, verifyServer } = options;
  const keepaliveMs = options.keepaliveMs ?? DEFAULT_KEEPALIVE_MS;
  const tcp = options.socket ?? connectTcp({ host, port, noDelay: true });
  if (keepaliveMs > 0) tcp.setKeepAlive(true, keepaliveMs);
  try {
    return connect({
      socket: tcp,
      // The name goes to the server only when it is one: an address is not allowed there.
      ...(/[a-z]/i.test(serverName) && !serverName.includes(':') ? { servername: serverName } : {}),
      cert: options.certificate,
      key: options.key,
      ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
      ...(options.authorities === undefined ? {} : { ca: [options.authorities].flat() }),
      minVersion: 'TLSv1.2',
      checkServerIdentity: (_host, certificate) =>
        checkIdentity(certificate, { serverName, verifyServer, name }),
    });
  } catch (cause) {
    // Only what it was given can be at fault.
    tcp.destroy();
    const { message } = asError(cause);
    throw new AuthenticationError(`our certificate or its key: ${message}`, { cause });
  }
}

function checkIdentity(
  certificate: PeerCertificate,
  {
    serverName,
    verifyServer,
    name,
  }: Pick<ConnectTlsOptions, 'verifyServer'> & { serverName: string; name: string },
): Error | undefined {
  if (!verifyServer) {
    const error = checkServerIdentity(serverName, certificate);
    return error && new HostKeyError(`the certificate of ${name}: ${error.message}`);
  }
  try {
    if (verifyServer(describeCertificate(certificate))) return undefined;
  } catch (error) {
    return asError(error);
  }
  const { fingerprint } = describeCertificate(certificate);
  return new HostKeyError(`the certificate of ${name} (${fingerprint}) is not an expected one`);
}

function describeCertificate(certificate: PeerCertificate): ServerCertificate {
  const digest = createHash('sha256').update(certificate.raw).digest('hex').toUpperCase();
  const subject = Object.entries(certificate.subject).flatMap(([key, value]) =>
    [value].flat().map((part) => `${key}=${part}`),
  );
  return {
    fingerprint: digest.replace(/..(?=.)/g, '$&:'),
    subject: subject.join(', '),
    subjectAltName: certificate.subjectaltname,
  };
}

function secured(socket: TLSSocket, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      reject(describeFailure(error, name));
    });
    socket.once('close', () => {
      reject(new TransportError(`${name} closed the connection`));
    });
  });
}

function describeFailure(error: NodeJS.ErrnoException, name: string): Error {
  if (error instanceof HostKeyError || error instanceof TimeoutError) return error;
  const code = error.code ?? '';
  if (/^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT_|INVALID_CA|ERR_TLS_CERT)/.test(code)) {
    const message = `the certificate of ${name} is not trusted: ${error.message}`;
    return new HostKeyError(message, { cause: error });
  }
  if (error.name === 'AbortError') return error;
  return new TransportError(`${name} cannot be reached: ${error.message}`, { cause: error });
}

function asStream(socket: TLSSocket, name: string): DuplexStream {
  return new DuplexStream(socket, {
    peer: { address: name, protocol: 'tls' },
    finish: () => {
      socket.end();
    },
    destroy: () => {
      socket.destroy();
    },
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new TransportError(String(reason));
}
