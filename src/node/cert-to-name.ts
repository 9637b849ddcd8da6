/** From a client's certificate to a NETCONF user name (RFC 7589, section 7; RFC 7407, ietf-x509-cert-to-name). */
import { createHash } from 'node:crypto';
import { certificateNames } from './certificate-names.ts';
import type { AlternativeName } from './certificate-names.ts';
import { isUserName } from './ssh-credential.ts';

export const MAP_TYPES = [
  'specified',
  'san-rfc822-name',
  'san-dns-name',
  'san-ip-address',
  'san-any',
  'common-name',
] as const;

export type MapType = (typeof MAP_TYPES)[number];

/** An entry of the list cert-to-name. */
export interface CertToName {
  /** Entries with lower numbers come first. */
  readonly id: number;
  /** A tls-fingerprint: one octet for the hash algorithm, then the hash, as `04:…` with colons. */
  readonly fingerprint: string;
  readonly mapType: MapType;
  /** With `specified`. */
  readonly name?: string | undefined;
}

/** By the first octet of a fingerprint (IANA, TLS HashAlgorithm; RFC 5246, section 7.4.1.4.1). */
const HASHES: Readonly<Record<string, { readonly name: string; readonly octets: number }>> = {
  '01': { name: 'md5', octets: 16 },
  '02': { name: 'sha1', octets: 20 },
  '03': { name: 'sha224', octets: 28 },
  '04': { name: 'sha256', octets: 32 },
  '05': { name: 'sha384', octets: 48 },
  '06': { name: 'sha512', octets: 64 },
};

/** What is wrong with a fingerprint; undefined when nothing is. */
export function fingerprintFault(text: string): string | undefined {
  if (!/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){0,254}$/.test(text)) {
    return 'it is not pairs of hexadecimal digits with colons between them';
  }
  const [algorithm = '', ...digest] = text.split(':');
  const hash = HASHES[algorithm];
  if (!hash) return `its first octet "${algorithm}" names no hash algorithm (04 is SHA-256)`;
  if (digest.length === hash.octets) return undefined;
  return `${hash.name} has ${String(hash.octets)} octets, not ${String(digest.length)}`;
}

/** The fingerprint of a certificate, as in ietf-x509-cert-to-name; SHA-256. */
export function tlsFingerprint(der: Uint8Array, algorithm = '04'): string {
  const { name = 'sha256' } = HASHES[algorithm] ?? {};
  const digest = createHash(name).update(der).digest('hex').toUpperCase();
  return [algorithm, ...(digest.match(/../g) ?? [])].join(':');
}

/**
 * The user name of the first entry that gives one. `chain` begins with the client's certificate, each as DER, and
 * goes up to a CA that the server itself holds. Undefined when there is none: the connection must end.
 */
export function nameOfCertificate(
  chain: readonly Uint8Array[],
  entries: readonly CertToName[],
): string | undefined {
  const [certificate] = chain;
  if (!certificate) return undefined;
  const inOrder = [...entries].sort((a, b) => a.id - b.id);
  for (const entry of inOrder) {
    if (!chain.some((it) => matches(it, entry.fingerprint))) continue;
    const name = mapName(certificate, entry);
    // (d) of section 7: what is no user name is no match either.
    if (name !== undefined && isUserName(name)) return name;
  }
  return undefined;
}

function matches(der: Uint8Array, fingerprint: string): boolean {
  return tlsFingerprint(der, fingerprint.slice(0, 2)) === fingerprint.toUpperCase();
}

function mapName(certificate: Uint8Array, { mapType, name }: CertToName): string | undefined {
  if (mapType === 'specified') return name;
  const { alternatives, commonName } = certificateNames(certificate);
  switch (mapType) {
    case 'common-name':
      return commonName;
    case 'san-any':
      return alternativeText(alternatives[0]);
    case 'san-rfc822-name':
      return alternativeText(alternatives.find(({ kind }) => kind === 'rfc822'));
    case 'san-dns-name':
      return alternativeText(alternatives.find(({ kind }) => kind === 'dns'));
    case 'san-ip-address':
      return alternativeText(alternatives.find(({ kind }) => kind === 'ip'));
  }
}

function alternativeText(name: AlternativeName | undefined): string | undefined {
  switch (name?.kind) {
    case undefined:
      return undefined;
    case 'rfc822': {
      const at = name.value.lastIndexOf('@');
      return name.value.slice(0, at + 1) + name.value.slice(at + 1).toLowerCase();
    }
    case 'dns':
      return name.value.toLowerCase();
    case 'ip':
      return name.value.length === 4
        ? [...name.value].join('.')
        : Buffer.from(name.value).toString('hex');
  }
}
