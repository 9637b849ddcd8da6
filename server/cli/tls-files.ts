/** The files of TLS. They are read again when the process is told to reload. */
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { parseCertificates } from '../../src/node/certificate-chain.ts';
import { tlsFingerprint } from '../../src/node/cert-to-name.ts';
import type { TlsCredentials } from '../../src/node/tls-acceptor.ts';
import type { ServeOptions } from './options.ts';
import { UsageError } from './usage-error.ts';

export type TlsFiles = Pick<ServeOptions, 'tlsCert' | 'tlsKey' | 'tlsCa' | 'tlsCrl'>;

/** Throws Error, in one line, when they cannot be used; {@link UsageError} when one is not given. */
export async function readTlsFiles(files: TlsFiles): Promise<TlsCredentials> {
  const { tlsCert, tlsKey, tlsCa, tlsCrl } = files;
  if (tlsCert === undefined || tlsKey === undefined || tlsCa === undefined) {
    throw new UsageError('TLS needs --tls-cert, --tls-key and --tls-ca');
  }
  const [certificate, privateKey, authorities, revocations] = await Promise.all([
    readFile(tlsCert, 'utf8'),
    readFile(tlsKey, 'utf8'),
    readFile(tlsCa, 'utf8'),
    tlsCrl === undefined ? undefined : readFile(tlsCrl, 'utf8'),
  ]);
  const credentials = { certificate, privateKey, authorities, revocations };
  check(files, credentials);
  return credentials;
}

/** The fingerprint of the server's certificate, as ietf-x509-cert-to-name writes it. */
export function fingerprintOfServer({ certificate }: TlsCredentials): string {
  const [own] = parseCertificates(certificate);
  return own ? tlsFingerprint(own.raw) : '';
}

/** Each file by itself, so that the message can name it; then the key with its certificate. */
function check(files: TlsFiles, credentials: TlsCredentials): void {
  const { certificate, privateKey, authorities, revocations } = credentials;
  const attempt = (file: string | undefined, look: () => unknown): void => {
    try {
      look();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`TLS: ${String(file)}: ${reason}`, { cause: error });
    }
  };
  const certificates = (pem: string): void => {
    if (parseCertificates(pem).length === 0) throw new Error('there is no certificate in it');
  };
  attempt(files.tlsCert, () => {
    certificates(certificate);
  });
  attempt(files.tlsCa, () => {
    certificates(authorities);
  });
  attempt(files.tlsKey, () => createSecureContext({ key: privateKey, cert: certificate }));
  if (revocations !== undefined) {
    attempt(files.tlsCrl, () => createSecureContext({ crl: revocations }));
  }
}
