/**
 * The names in a certificate (RFC 5280, sections 4.1.2.6 and 4.2.1.6), read from the certificate itself: its
 * rendering as text can be made to say what is not there.
 */
import { DER, contextTag, oidText, readDer } from './der.ts';
import type { DerElement } from './der.ts';

/** A subjectAltName of a kind that can become a user name. */
export type AlternativeName =
  | { readonly kind: 'rfc822'; readonly value: string }
  | { readonly kind: 'dns'; readonly value: string }
  /** 4 or 16 octets. */
  | { readonly kind: 'ip'; readonly value: Uint8Array };

export interface CertificateNames {
  /** In the order of the certificate; other kinds are left out. */
  readonly alternatives: readonly AlternativeName[];
  /** The last one of the subject, which is the most specific. */
  readonly commonName: string | undefined;
}

const COMMON_NAME = '2.5.4.3';
const SUBJECT_ALT_NAME = '2.5.29.17';
const EXTENSIONS = contextTag(3, true);
const VERSION = contextTag(0, true);
/** GeneralName: rfc822Name [1], dNSName [2], iPAddress [7]. */
const RFC822 = contextTag(1, false);
const DNS = contextTag(2, false);
const IP = contextTag(7, false);

/** Throws RangeError for what is no certificate. */
export function certificateNames(der: Uint8Array): CertificateNames {
  const [certificate] = readDer(der);
  const [toBeSigned] = readDer(required(certificate));
  const fields = readDer(required(toBeSigned));
  // version?, serialNumber, signature, issuer, validity, subject, …
  const subject = fields[fields[0]?.tag === VERSION ? 5 : 4];
  const extensions = fields.find(({ tag }) => tag === EXTENSIONS);
  return {
    alternatives: extensions ? alternativeNames(extensions.content) : [],
    commonName: commonName(required(subject)),
  };
}

function commonName(subject: Uint8Array): string | undefined {
  const names = readDer(subject)
    .filter(({ tag }) => tag === DER.set)
    .flatMap(({ content }) => readDer(content))
    .flatMap(({ content }) => {
      const [type, value] = readDer(content);
      return type && value && oidText(type.content) === COMMON_NAME ? [directoryString(value)] : [];
    });
  return names.at(-1);
}

function alternativeNames(extensions: Uint8Array): readonly AlternativeName[] {
  const [list] = readDer(extensions);
  for (const { content } of readDer(required(list))) {
    const parts = readDer(content);
    const [type] = parts;
    const value = parts.at(-1);
    if (!type || oidText(type.content) !== SUBJECT_ALT_NAME || value?.tag !== DER.octetString)
      continue;
    const [names] = readDer(value.content);
    return readDer(required(names)).flatMap(alternativeName);
  }
  return [];
}

function alternativeName({ tag, content }: DerElement): readonly AlternativeName[] {
  switch (tag) {
    case RFC822:
      return [{ kind: 'rfc822', value: ascii(content) }];
    case DNS:
      return [{ kind: 'dns', value: ascii(content) }];
    case IP:
      return content.length === 4 || content.length === 16 ? [{ kind: 'ip', value: content }] : [];
    default:
      return [];
  }
}

function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** The choices of DirectoryString, and IA5String, as text (RFC 7407: converted to UTF-8). */
function directoryString({ tag, content }: DerElement): string {
  const bytes = Buffer.from(content);
  switch (tag) {
    case 0x0c: // UTF8String
      return new TextDecoder('utf-8', { fatal: false }).decode(bytes);
    case 0x1e: // BMPString
      return Buffer.from(bytes).swap16().toString('utf16le');
    case 0x1c: // UniversalString
      return universalString(bytes);
    default: // PrintableString, TeletexString, IA5String
      return bytes.toString('latin1');
  }
}

function universalString(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = bytes.readUInt32BE(at);
    text += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  }
  return text;
}

function required(element: DerElement | undefined): Uint8Array {
  if (!element) throw new RangeError('a part of the certificate is missing');
  return element.content;
}
