/** Speaks TLS as the server on sockets, whoever has opened them (RFC 7589; RFC 8071, section 4.1). */
import { constants } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Server, TLSSocket, TlsOptions } from 'node:tls';
import { createFramedTransport } from '../netconf/index.ts';
import type { Transport } from '../netconf/index.ts';
import type { Clock } from '../util/index.ts';
import { DuplexStream } from './byte-stream.ts';
import { parseCertificates, presentedCertificates, trustedChain } from './certificate-chain.ts';
import type { ConnectionObserver } from './connection-events.ts';
import { ConnectionGate } from './connection-gate.ts';
import type { Admission, ConnectionLimits } from './connection-gate.ts';
import type { Login, LoginRefusal } from './ssh-credential.ts';
import { SystemClock } from './system-clock.ts';

/** PEM texts. */
export interface TlsCredentials {
  /** The server's certificate and those between it and an authority that clients know (RFC 8071, S4). */
  readonly certificate: string;
  readonly privateKey: string;
  /** Authorities whose certificates clients may show. */
  readonly authorities: string;
  /** Revocation lists; with any, every authority of a chain must have one. */
  readonly revocations?: string | undefined;
}

/** Who a certificate stands for: it has been verified, and `chain` is it and the authorities above it. */
export type AuthenticateCertificate = (
  chain: readonly X509Certificate[],
  peer: { readonly address: string },
) => CertificateUser | LoginRefusal;

export interface CertificateUser {
  readonly username: string;
  readonly login: Login;
}

export interface TlsAcceptorOptions {
  readonly credentials: TlsCredentials;
  readonly authenticateCertificate: AuthenticateCertificate;
  /** A session may begin. */
  readonly onTransport: (transport: Transport) => void;
  readonly limits?: Partial<ConnectionLimits>;
  readonly maxMessageBytes?: number;
  /** A silent peer is asked by TCP whether it is there; 0 for never. */
  readonly keepaliveMs?: number;
  readonly clock?: Clock;
  readonly onError?: (error: Error) => void;
  readonly observe?: ConnectionObserver;
  readonly gate?: ConnectionGate;
}

const DEFAULT_KEEPALIVE_MS = 10_000;

/** A session that is resumed, or keys that are agreed anew, would escape the certificates' being looked at again. */
const NO_SHORT_CUTS = constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION;

export class TlsAcceptor {
  readonly #options: TlsAcceptorOptions;
  readonly #gate: ConnectionGate;
  readonly #observe: ConnectionObserver;
  readonly #tls: Server;
  /** By address and port of the peer. */
  readonly #admissions = new Map<string, { admission: Admission; socket: Socket }>();
  #authorities: readonly X509Certificate[];

  /** Throws Error for credentials that cannot be used. */
  constructor(options: TlsAcceptorOptions) {
    const { clock = new SystemClock(), observe = () => undefined, limits = {} } = options;
    this.#options = options;
    this.#observe = observe;
    this.#gate = options.gate ?? new ConnectionGate({ limits, clock, observe });
    this.#authorities = authoritiesOf(options.credentials);
    // Certificates are demanded; whether they are good is looked at here, where it can be said what is wrong.
    this.#tls = createServer({
      ...contextOptions(options.credentials),
      requestCert: true,
      rejectUnauthorized: false,
    });
    this.#tls.on('secureConnection', (socket) => {
      this.#secured(socket);
    });
    this.#tls.on('tlsClientError', (error, socket) => {
      this.#refuse(socket, error.message);
    });
  }

  /** For connections from now on. Throws Error, and changes nothing, for credentials that cannot be used. */
  replaceCredentials(credentials: TlsCredentials): void {
    const authorities = authoritiesOf(credentials);
    this.#tls.setSecureContext(contextOptions(credentials));
    this.#authorities = authorities;
  }

  accept(socket: Socket): void {
    const name = peerName(socket);
    socket.on('error', () => undefined);
    const admission = this.#gate.enter(socket, () => {
      socket.destroy();
    });
    if (!admission) {
      socket.destroy();
      return;
    }
    socket.setKeepAlive(true, this.#options.keepaliveMs ?? DEFAULT_KEEPALIVE_MS);
    this.#admissions.set(name, { admission, socket });
    socket.once('close', () => {
      this.#admissions.delete(name);
    });
    this.#tls.emit('connection', socket);
  }

  close(): void {
    for (const { socket } of this.#admissions.values()) socket.destroy();
  }

  #secured(socket: TLSSocket): void {
    const found = this.#admissions.get(peerName(socket));
    if (!found) {
      socket.destroy();
      return;
    }
    const { admission, socket: carrier } = found;
    const identify = this.#identify(socket, admission.address);
    const user = identify();
    if ('refused' in user) {
      this.#refuse(socket, user.refused);
      return;
    }
    const { username, login } = user;
    admission.authenticated(() => isSameUser(identify(), user));
    const { address } = admission;
    this.#observe({ kind: 'login', address, protocol: 'tls', username, method: 'certificate' });
    const stream = new DuplexStream(socket, {
      peer: { ...login, username, address, protocol: 'tls' },
      carrier,
      // RFC 7589, section 4: closed as TLS closes, with close_notify, which end() has sent.
      finish: () => {
        socket.destroySoon();
      },
      destroy: () => {
        carrier.destroy();
      },
    });
    const { maxMessageBytes, onTransport } = this.#options;
    onTransport(
      createFramedTransport(stream, maxMessageBytes === undefined ? {} : { maxMessageBytes }),
    );
  }

  /** RFC 7589, section 5 (RFC 5280) and section 7. */
  #identify(socket: TLSSocket, address: string): () => CertificateUser | LoginRefusal {
    if (!socket.authorized) {
      // Contrary to its declared type this is the code of OpenSSL's error.
      const refused = `certificate not accepted: ${String(socket.authorizationError)}`;
      return () => ({ refused });
    }
    const presented = presentedCertificates(socket.getPeerCertificate(true));
    return () => {
      try {
        const chain = trustedChain(presented, this.#authorities);
        if (chain.length === 0) return { refused: 'no certificate' };
        return this.#options.authenticateCertificate(chain, { address });
      } catch (error) {
        return { refused: error instanceof Error ? error.message : String(error) };
      }
    };
  }

  #refuse(socket: TLSSocket, reason: string): void {
    const found = this.#admissions.get(peerName(socket));
    if (found && !found.admission.isAuthenticated) {
      this.#observe({
        kind: 'login-refused',
        address: found.admission.address,
        protocol: 'tls',
        username: undefined,
        method: 'certificate',
        reason,
      });
    }
    socket.destroy();
    found?.socket.destroy();
  }
}

function isSameUser(now: CertificateUser | LoginRefusal, then: CertificateUser): boolean {
  return !('refused' in now) && JSON.stringify(now) === JSON.stringify(then);
}

function contextOptions(credentials: TlsCredentials): TlsOptions {
  const { certificate, privateKey, authorities, revocations } = credentials;
  return {
    cert: certificate,
    key: privateKey,
    ca: authorities,
    ...(revocations === undefined ? {} : { crl: revocations }),
    minVersion: 'TLSv1.2',
    secureOptions: NO_SHORT_CUTS,
  };
}

function authoritiesOf({ authorities }: TlsCredentials): readonly X509Certificate[] {
  const found = parseCertificates(authorities);
  // Node.js would take its own list of public authorities instead.
  if (found.length === 0) throw new Error('there is no certificate of an authority');
  return found;
}

function peerName({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${String(remotePort)}`;
}
