/** Which CAs that we hold ourselves are above a client's certificate (RFC 7589, section 7, (b) 2). */
import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate } from 'node:tls';

/** Certificates of one chain that are looked at. */
const MAX_CHAIN = 16;

/** The certificates of a PEM file. Throws Error when one cannot be read. */
export function parseCertificates(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** The client's own certificate and what it has sent with it. */
export function presentedCertificates(peer: DetailedPeerCertificate): readonly X509Certificate[] {
  const found: X509Certificate[] = [];
  // Without a certificate the object is empty, and the last one of a chain may have no issuer: types do not say so.
  let at: Partial<DetailedPeerCertificate> | undefined = peer;
  while (at?.raw && found.length < MAX_CHAIN) {
    const certificate = new X509Certificate(at.raw);
    if (found.some((it) => isSame(it, certificate))) break;
    found.push(certificate);
    at = at.issuerCertificate;
  }
  return found;
}

/**
 * The client's certificate, then those of `authorities` that have signed it, directly or through what was
 * presented. A chain is followed by signatures: names alone prove nothing.
 */
export function trustedChain(
  presented: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): readonly X509Certificate[] {
  const [client] = presented;
  if (!client) return [];
  const pool = [...authorities, ...presented.slice(1)];
  const chain = [client];
  for (let at = client; chain.length < MAX_CHAIN;) {
    const issuer = pool.find((it) => !chain.includes(it) && isIssuer(it, at));
    if (!issuer) break;
    chain.push(issuer);
    at = issuer;
  }
  return chain.filter((it, index) => index === 0 || authorities.some((own) => isSame(own, it)));
}

function isIssuer(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isSame(a: X509Certificate, b: X509Certificate): boolean {
  return a.raw.equals(b.raw);
}
